"""A claim: a statement that a page makes, together with the code that decides it.

>>> from workings.claims.claim import Evidence, claim
>>> from workings.claims.witness import close, equal
>>> @claim("Two and two make four.")
... def two_and_two() -> Evidence:
...     return Evidence([close("addition", 2 + 2, 4, 0), equal("counting", len("ab" + "cd"), 4)])
>>> print(two_and_two.decide().verdict)
holds
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, Literal

from workings.claims.witness import Witness

Verdict = Literal["holds", "refuted", "undecided"]
Certainty = Literal["certain", "arguable"]


@dataclass(frozen=True)
class Evidence:
    """What deciding a claim yields: the witnesses, and the named values that they measured.

    ``values`` may hold numbers, strings and nested lists of them; a page quotes them by name.
    """

    witnesses: Sequence[Witness]
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse evidence that could never be wrong: no witness, or two of the same name."""
        names = [witness.name for witness in self.witnesses]
        if not names:
            raise ValueError("evidence needs at least one witness, got none")
        if len(set(names)) != len(names):
            raise ValueError(f"witnesses need names that differ, got {names}")

    @property
    def verdict(self) -> Verdict:
        """``holds`` if every witness agrees, ``refuted`` if one clearly does not, else ``undecided``."""
        if all(witness.agrees for witness in self.witnesses):
            return "holds"
        return "refuted" if any(witness.contradicts for witness in self.witnesses) else "undecided"


class Claim:
    """A statement and the function that decides it; made by the decorator :func:`claim`."""

    expected: Verdict = "holds"

    def __init__(self, decide: Callable[[], Evidence], statement: str, answers: Sequence[str]) -> None:
        """Keep the statement (Markdown with TeX) and the ids of the questions that it answers."""
        if not statement.strip():
            raise ValueError("a claim needs a statement, got an empty one")
        update_wrapper(self, decide)  # type: ignore[arg-type]
        self.name = f"{decide.__module__.rpartition('.')[2]}.{decide.__name__}"
        self.statement = statement
        self.answers = tuple(answers)
        self._decide = decide

    def decide(self) -> Evidence:
        """Run the deciding code. A claim that must hold needs two witnesses or more."""
        evidence = self._decide()
        if not isinstance(evidence, Evidence):
            raise TypeError(f"a claim returns Evidence, got {type(evidence).__name__}")
        if self.expected == "holds" and len(evidence.witnesses) < 2:
            only = evidence.witnesses[0].name
            raise ValueError(f"a claim needs two independent witnesses or more, got only {only!r}")
        return evidence


class Erratum(Claim):
    """A published answer that a claim refutes; made by the decorator :func:`erratum`."""

    expected: Verdict = "refuted"

    def __init__(
        self,
        decide: Callable[[], Evidence],
        published: str,
        truth: str,
        question: str,
        certainty: Certainty,
        reading: str,
        corrected: Claim,
    ) -> None:
        """Keep what was published (restated), what is true, and the claim that corrects it."""
        super().__init__(decide, published, (question,))
        if not truth.strip():
            raise ValueError("an erratum says what is true, got an empty truth")
        if certainty not in ("certain", "arguable"):
            raise ValueError(f"certainty must be 'certain' or 'arguable', got {certainty!r}")
        if (certainty == "arguable") != bool(reading):
            raise ValueError(
                "an arguable erratum, and only such a one, names the reading under which the answer holds"
            )
        self.truth = truth
        self.question = question
        self.certainty = certainty
        self.reading = reading
        self.corrected = corrected


def claim(statement: str, *, answers: Sequence[str] = ()) -> Callable[[Callable[[], Evidence]], Claim]:
    """Make a function that returns :class:`Evidence` the decision of ``statement``."""
    return lambda decide: Claim(decide, statement, answers)


def erratum(
    published: str,
    *,
    truth: str,
    question: str,
    corrected: Claim,
    certainty: Certainty = "certain",
    reading: str = "",
) -> Callable[[Callable[[], Evidence]], Erratum]:
    """Make a function that tests a published statement literally an erratum: its evidence must refute.

    ``published`` restates the answer in our words, ``truth`` says what is right, and ``corrected`` is
    the claim beside it, which must hold. An ``arguable`` erratum says in ``reading`` when it would hold.
    """
    return lambda decide: Erratum(decide, published, truth, question, certainty, reading, corrected)
