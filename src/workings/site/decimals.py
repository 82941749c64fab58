"""The lint that finds decimals typed by hand: numbers on a page come from code, or are cited."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from workings.site.page import DOCS, Fault, Page

CITED = DOCS / "cited-numbers.toml"

_DECIMAL = re.compile(
    r"(?<![\w.:/#-])[-−+]?(?:\d+\.\d+(?:e[-+]?\d+)?|\d+e[-+]?\d+|\d+(?= ?\\?%))(?![\w]|\.\d)"
)
_PLACES = re.compile(
    r"(?:sections?|§|tables?|figures?|equations?|eq\.|chapters?|versions?|python) ?[\d.]+", re.IGNORECASE
)
_NOT_PROSE = re.compile(r"\{\{[^{}]*\}\}|\]\([^)]*\)|<[^<>]*>|https?://\S+|\{[:.#][^{}]*\}")
_CODE = re.compile(r"(`+)(.+?)\1")


@dataclass(frozen=True)
class Cited:
    """A number that a page takes from a source and not from code."""

    page: str
    text: str
    cites: str


def cited() -> list[Cited]:
    """The allow-list, ``docs/cited-numbers.toml``."""
    if not CITED.is_file():
        return []
    with CITED.open("rb") as stream:
        return [Cited(**entry) for entry in tomllib.load(stream).get("number", [])]


def faults(page: Page) -> Iterator[Fault]:
    """Each decimal or percentage in the page's prose and formulas that nothing accounts for."""
    allowed = {entry.text for entry in cited() if entry.page == page.name and entry.cites.strip()}
    for line, text in page.prose:
        for number in decimals(text):
            if number not in allowed:
                yield Fault(
                    line,
                    f"the number {number} is typed by hand: quote it from code, "
                    f"as {{{{ module.function.value }}}}, or list it in docs/{CITED.name} with what it cites",
                )


def decimals(text: str) -> list[str]:
    """Decimals in a line of prose; inline code is free unless it is nothing but a number."""
    text = _CODE.sub(lambda code: code[2] if _DECIMAL.fullmatch(code[2].strip()) else " ", text)
    text = _PLACES.sub(" ", _NOT_PROSE.sub(" ", text))
    return [match[0] for match in _DECIMAL.finditer(text)]
