"""The lint that finds decimals typed by hand: numbers on a page come from code, or are cited."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from click import ClickException

from workings.site.page import DOCS, Fault, Page

CITED = DOCS / "cited-numbers.toml"

# 0.379, .379, 1e-5, and whole numbers before a percent sign; not 3.2.1.
_DECIMAL = re.compile(
    r"(?<![\d.])[-−+]?(?:\d+\.\d+(?:e[-+]?\d+)?|\.\d+|\d+e[-+]?\d+"
    r"|\d+(?=(?:\s|~|\\,|\\ )*(?:\\?%|per ?cent\b)))(?!\.?\d)",
    re.IGNORECASE,
)
_ONE = (
    r"(?:\b(?:section|table|figure|equation|chapter|appendix|problem|question|version|python|numpy|torch|pytorch"
    r"|katex|cc by(?:-\w+)*|arxiv:|doi:)|§|\beq\.) ?[\d.]+(?:/[\w./]+)?"
)
_SEVERAL = (
    r"\b(?:sections|tables|figures|equations|chapters|versions) [\d.]+(?:(?:,| and|, and| to|–) ?[\d.]+)*"
)
_PLACES = re.compile(rf"{_ONE}|{_SEVERAL}|\bs\d+\.\d[\w.]*|\bv\d[\d.]*|https?://\S+", re.IGNORECASE)
_QUOTE = re.compile(r"\{\{[^{}]*\}\}")
_LINK = re.compile(r"\]\(\s*[^)\s]*(?P<title>[^)]*)\)|^\s*\[[^\]]+\]:\s*\S+")
_MARKUP = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>|\{:[^{}]*\}|\{\s*[.#][A-Za-z_][^{}]*\}")
_SPOKEN = re.compile(r"\b(?:alt|title|aria-label)=(?P<quote>[\"'])(?P<words>.*?)(?P=quote)")
_CODE = re.compile(r"(`+)(.+?)\1")
_NOTHING_BUT_NUMBERS = re.compile(r"[\d\s.,;:()\[\]+−*/=<>%e^|-]*\d[\d\s.,;:()\[\]+−*/=<>%e^|-]*")


@dataclass(frozen=True)
class Cited:
    """A number that a page takes from a source and not from code."""

    page: str
    text: str
    cites: str


class CitedError(ClickException):
    """The allow-list cannot be read."""


def cited() -> list[Cited]:
    """The allow-list, ``docs/cited-numbers.toml``."""
    if not CITED.is_file():
        return []
    try:
        with CITED.open("rb") as stream:
            return [Cited(**entry) for entry in tomllib.load(stream).get("number", [])]
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise CitedError(f"docs/{CITED.name} lists [[number]] with page, text and cites: {error}") from error


def faults(page: Page) -> Iterator[Fault]:
    """Each decimal or percentage in the page's prose, title and formulas that nothing accounts for."""
    allowed = {entry.text for entry in cited() if entry.page == page.name and entry.cites.strip()}
    for line, text, is_tex in parts(page):
        for number in decimals(text, is_tex):
            if number not in allowed:
                yield Fault(
                    line,
                    f"the number {number} is typed by hand: quote it from code, "
                    f"as {{{{ module.function.value }}}}, or list it in docs/{CITED.name} with what it cites",
                )


def parts(page: Page) -> Iterator[tuple[int, str, bool]]:
    """The page's words, line by line, and whether they are TeX: between dollars, also over several lines."""
    yield from ((line, page.lines[line - 1], False) for line in range(2, page.front_matter))
    opened = ""
    for line, text in page.prose:
        if not text.strip() and opened == "$":
            opened = ""
        for piece in re.split(r"((?<!\\)\${1,2})", _CODE.sub(_as_prose, text)):
            if not piece.startswith("$"):
                yield line, piece, bool(opened)
            elif not opened or piece == opened:
                opened = "" if opened else piece


def _as_prose(code: re.Match[str]) -> str:
    """Inline code is free, unless it is nothing but numbers."""
    return code[2] if _NOTHING_BUT_NUMBERS.fullmatch(code[2]) else " "


def decimals(text: str, is_tex: bool = False) -> list[str]:
    """Decimals in a piece of prose or TeX. Names and places are free: GPT-3.5, section 3.2, s3.6.b."""
    text = _QUOTE.sub(" ", text)
    if is_tex:
        text = re.sub(r"\{([.])\}|(?<=\b0)\{,\}", ".", text)
    else:
        spoken = " ".join(match["words"] for match in _SPOKEN.finditer(text))
        text = _MARKUP.sub(" ", _LINK.sub(lambda link: f" {link['title'] or ''} ", text))
        text = _PLACES.sub(" ", html.unescape(f"{text} {spoken}").replace(r"\.", "."))
    return [match[0] for match in _DECIMAL.finditer(text) if is_tex or not _is_name(text, match)]


def _is_name(text: str, number: re.Match[str]) -> bool:
    """Whether a number ends a name: two letters or more right before it; or a file's ending, ``.7z``."""
    before = text[: number.start()]
    if number[0].startswith("."):
        return bool(re.search(r"\w$", before))
    return number[0][0] not in "+−" and bool(re.search(r"(?<!\\)\b[^\W\d_]{2,}-?$", before))
