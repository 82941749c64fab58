"""The questions that the site answers: ``docs/problems/questions.tsv``, by document, kind or chapter."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from workings.site.page import DOCS

FILE = DOCS / "problems" / "questions.tsv"


@dataclass(frozen=True)
class Question:
    """One question: ``s3.6.b`` is document 003, part 6, question b."""

    id: str
    kind: str
    chapter: str

    @property
    def document(self) -> str:
        """The document that asks it, as the site names it: ``003``."""
        return f"00{self.id[1]}"


def questions() -> list[Question]:
    """Every question, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return [Question(**row) for row in csv.DictReader(stream, delimiter="\t")]


def selected(asked: str) -> list[Question]:
    """Those of a ``document 003``, a ``kind numeric`` or a ``chapter words/word2vec``.

    Raises
    ------
    LookupError : there are none, or they are asked for in another way.
    """
    way, _, name = asked.partition(" ")
    if way not in ("document", "kind", "chapter"):
        raise LookupError(f"questions are asked for by document, kind or chapter, got {asked!r}")
    found = [one for one in questions() if getattr(one, way) == name]
    if not found:
        names = ", ".join(sorted({getattr(one, way) for one in questions()}))
        raise LookupError(f"no questions of {way} {name!r}; there are {names}")
    return found
