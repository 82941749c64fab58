"""Claims and errata: what they refuse, and when they hold, are refuted or stay undecided."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.claims.claim import Claim, Erratum, Evidence, claim, erratum
from workings.claims.witness import Witness, equal

AGREES = Witness("agrees", 0.0, 1.0)
DOUBTS = Witness("doubts", 1.5, 1.0)
CONTRADICTS = Witness("contradicts", 2.5, 1.0)


def made(*witnesses: Witness) -> Claim:
    @claim("A statement.", answers=("x1",))
    def one() -> Evidence:
        """Decide it."""
        return Evidence(witnesses)

    return one


@pytest.mark.parametrize(
    ("witnesses", "verdict"),
    [
        ([AGREES], "holds"),
        ([DOUBTS], "undecided"),
        ([CONTRADICTS], "refuted"),
        ([AGREES, DOUBTS], "undecided"),
        ([AGREES, CONTRADICTS], "refuted"),
        ([DOUBTS, CONTRADICTS], "refuted"),
    ],
)
def test_one_witness_decides_against_all_others(witnesses: list[Witness], verdict: str) -> None:
    assert Evidence(witnesses).verdict == verdict


@given(st.lists(st.floats(0, 5), min_size=1, max_size=6))
def test_a_verdict_does_not_stand_on_the_order(distances: list[float]) -> None:
    witnesses = [Witness(str(number), distance, 1.0) for number, distance in enumerate(distances)]
    assert Evidence(witnesses).verdict == Evidence(witnesses[::-1]).verdict
    assert (Evidence(witnesses).verdict == "holds") == (max(distances) <= 1.0)


def test_evidence_without_witnesses() -> None:
    with pytest.raises(ValueError, match="needs at least one witness, got none"):
        Evidence([])


def test_two_witnesses_of_one_name() -> None:
    with pytest.raises(ValueError, match=r"names that differ, got \['agrees', 'agrees'\]"):
        Evidence([AGREES, AGREES])


def test_a_claim_keeps_its_function() -> None:
    one = made(AGREES, Witness("too", 0.0, 0.0))
    assert (one.__name__, one.__doc__, one.statement, one.answers) == (
        "one",
        "Decide it.",
        "A statement.",
        ("x1",),
    )
    assert one.name == "test_claim.one"
    assert one.decide().verdict == "holds"


def test_a_claim_needs_two_witnesses() -> None:
    with pytest.raises(ValueError, match="two independent witnesses or more, got only 'agrees'"):
        made(AGREES).decide()


@pytest.mark.parametrize("returned", [None, True, [AGREES]])
def test_a_claim_returns_evidence(returned: Any) -> None:
    one = claim("A statement.")(lambda: returned)
    with pytest.raises(TypeError, match=f"a claim returns Evidence, got {type(returned).__name__}"):
        one.decide()


def test_a_claim_without_a_statement() -> None:
    with pytest.raises(ValueError, match="needs a statement, got an empty one"):
        claim(" ")(lambda: Evidence([AGREES]))


def test_an_erratum_may_have_one_witness() -> None:
    one = erratum("Two and two are five.", truth="They are four.", question="x1", corrected=made(AGREES))(
        lambda: Evidence([equal("addition", 2 + 2, 5)])
    )
    assert isinstance(one, Erratum)
    assert (one.expected, one.decide().verdict, one.answers) == ("refuted", "refuted", ("x1",))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"certainty": "sure"}, "certainty must be 'certain' or 'arguable', got 'sure'"),
        ({"certainty": "arguable"}, "an arguable erratum, and only such a one, names the reading"),
        ({"reading": "In base 3."}, "an arguable erratum, and only such a one, names the reading"),
        ({"truth": ""}, "an erratum says what is true, got an empty truth"),
    ],
)
def test_errata_that_are_refused(options: dict[str, Any], words: str) -> None:
    complete = {"truth": "Four.", "question": "x1", "corrected": made(AGREES)} | options
    with pytest.raises(ValueError, match=words):
        erratum("Five.", **complete)(lambda: Evidence([CONTRADICTS]))
