"""The plain site: the same pages as finished HTML, for MkDocs with none of the project's extensions.

Each page of the built site gives back its article. Headings become Markdown again, so that the table of
contents costs what it costs; everything else stays raw HTML inside the page. Theme, plugins, navigation and
stock extensions are those of the project. Python-Markdown spends time on reading raw HTML, so there is a
second, stricter measure: the *floor*, to which the same HTML is handed without being read.
"""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

OWN = "workings.site"
_ARTICLE = re.compile(r'<article class="md-content__inner md-typeset">(?P<body>.*)</article>', re.DOTALL)
_HEADING = re.compile(r'<h(?P<level>[1-6]) id="(?P<id>[^"]+)">(?P<text>.*?)</h[1-6]>', re.DOTALL)
_PERMALINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
END = "<!-- finished -->"
_LAB = re.compile(r"(?<=labs/)(\w+)\.py$")
_VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")


def article(page: str) -> str:
    """What the theme shows as a page's content."""
    found = _ARTICLE.search(page)
    if found is None:
        raise ValueError("a built page holds one article, but none was found")
    return found["body"].strip()


def as_markdown(body: str) -> str:
    """Give an article as a Markdown page: its outermost headings as Markdown, the rest as raw HTML."""
    pieces: list[str] = []
    end = 0
    for start in _outermost_headings(body):
        heading = _HEADING.match(body, start)
        if heading is None:  # a heading without an id, such as the one that the theme adds
            continue
        pieces.append(_raw(body[end:start]))
        text = _PERMALINK.sub("", heading["text"]).strip()
        pieces.append(f"{'#' * int(heading['level'])} {text} {{: #{heading['id']} }}")
        end = heading.end()
    pieces.append(_raw(body[end:]))
    return "\n\n".join(piece for piece in pieces if piece) + "\n"


def _raw(markup: str) -> str:
    return f"<div>{markup.strip()}</div>{END}" if markup.strip() else ""


class _Headings(HTMLParser):
    """Find where headings start that stand in no other element."""

    def __init__(self, lines: list[int]) -> None:
        super().__init__()
        self.places: list[int] = []
        self._lines = lines
        self._depth = 0

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if self._depth == 0 and re.fullmatch("h[1-6]", tag):
            line, column = self.getpos()
            self.places.append(self._lines[line - 1] + column)
        self._depth += not _VOID.fullmatch(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Pass over an element that closes itself: it holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        self._depth -= not _VOID.fullmatch(tag)


def _outermost_headings(body: str) -> list[int]:
    starts = [0]
    for line in body.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    finder = _Headings(starts)
    finder.feed(body)
    return finder.places


def configuration(text: str) -> str:
    """``mkdocs.yml`` without what is the project's own: extensions, fences, labs, things to watch."""
    lines = [line for line in text.splitlines() if not line.startswith(("watch:", "hooks:"))]
    own = (OWN, "custom_fences", "mkdocs-jupyter")
    kept = [_LAB.sub(r"\1.md", line) for line in lines if not any(word in line for word in own)]
    return "\n".join(line.rstrip(":") if "pymdownx.superfences" in line else line for line in kept) + "\n"


def make(tree: Path, site: Path, place: Path) -> Path:
    """Write the plain tree of a tree and the site that was built from it."""
    shutil.copytree(tree / "docs", place / "docs")
    if (tree / "overrides").is_dir():
        shutil.copytree(tree / "overrides", place / "overrides")
    (place / "mkdocs.yml").write_text(configuration((tree / "mkdocs.yml").read_text("utf-8")), "utf-8")
    for lab in (place / "docs" / "labs").glob("*.py"):
        lab.rename(lab.with_suffix(".md"))
    for source in sorted((place / "docs").rglob("*.md")):
        name = source.relative_to(place / "docs")
        folder = name.parent if name.stem == "index" else name.with_suffix("")
        built = (site / folder / "index.html").read_text("utf-8")
        source.write_text(front_matter(source.read_text("utf-8")) + as_markdown(article(built)), "utf-8")
    return place


def make_floor(plain: Path, place: Path) -> Path:
    """Write the plain tree again, for an extension that takes the HTML as it is."""
    shutil.copytree(plain, place)
    with (place / "mkdocs.yml").open("a", encoding="utf-8") as configuration:
        configuration.write("  - benchmarks.finished\n")
    return place


def front_matter(page: str) -> str:
    """Give the YAML between dashes at the top of a page, with the dashes; empty if there is none."""
    found = re.match(r"---\n.*?\n---\n", page, re.DOTALL)
    return f"{found[0]}\n" if found else ""
