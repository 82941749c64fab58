"""A page as its author wrote it: its directives, quoted numbers, sessions and prose, each with its line."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

try:  # MkDocs tells an error of this kind once, without a traceback
    from mkdocs.exceptions import BuildError as BuilderError
except ImportError:  # another builder tells it as the command line does
    from click import ClickException as BuilderError  # type: ignore[assignment]

from workings.site.module import ROOT

DOCS = ROOT / "docs"

# What each directive takes after the bar, and its options with their types.
DIRECTIVES: dict[str, tuple[str, dict[str, type]]] = {
    "source": ("a name in src/workings", {"example": bool}),
    "snippet": ("a file in snippets/", {}),
    "claim": ("a claim", {}),
    "erratum": ("an erratum", {}),
    "exhibit": ("an exhibit", {"arguments": dict, "stale": bool}),
    "problem": ("a question id", {"title": str, "claims": list}),
    "questions": ("document 00N, kind NAME or chapter NAME", {}),
    "errata": ("document 00N, kind NAME or chapter NAME", {}),
    "cell": ("a number (in labs alone, where # %% writes it)", {}),
    "hint": ("", {}),
    "answer": ("", {}),
}

_CODE = re.compile(r"(`+)(.+?)\1")


class PageError(BuilderError):
    """A page cannot be built: where, what was asked, and what was raised."""


@dataclass(frozen=True, order=True)
class Fault:
    """One reason why a page cannot be built, with the line of its file."""

    line: int
    message: str


@dataclass(frozen=True)
class Directive:
    """A block such as ``/// claim | attention.rows_sum_to_one``."""

    name: str
    argument: str
    options: Mapping[str, Any]
    line: int
    inside: int = 0  # the line of the directive around it


@dataclass(frozen=True)
class Quote:
    """An inline number such as ``{{ attention.example.largest:.2f }}``."""

    name: str
    format: str
    line: int


@dataclass(frozen=True)
class Session:
    """A ``pycon`` fence; ``line`` is that of its first line of code."""

    code: str
    line: int

    def faults(self) -> Iterator[Fault]:
        """What a session says and no run would check: text between the examples, skipped examples."""
        try:
            parts = doctest.DocTestParser().parse(self.code)
        except ValueError as error:
            yield Fault(self.line, f"not a session: {error}")
            return
        line = self.line
        for part in parts:
            if isinstance(part, doctest.Example):
                line = self.line + part.lineno + part.source.count("\n") + part.want.count("\n")
                if part.options.get(doctest.SKIP):
                    yield Fault(
                        self.line + part.lineno, "a session skips nothing, or its output would not be checked"
                    )
            elif part.strip():
                gap = len(part) - len(part.lstrip())
                words = part.strip().splitlines()[0]
                yield Fault(
                    line + part.count("\n", 0, gap),
                    f"{words!r} is not checked: it is neither code nor its output",
                )


@dataclass
class Page:
    """One Markdown file of ``docs``, or a lab, scanned once."""

    path: Path
    source: str
    directives: list[Directive] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    prose: list[tuple[int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    front_matter: int = 0
    script: str = ""  # of a lab; the source is then what Markdown is given of it

    @property
    def name(self) -> str:
        """The path below ``docs``, as MkDocs and links name it."""
        return self.path.relative_to(DOCS).as_posix()

    @property
    def title(self) -> str:
        """The first heading."""
        return next((text.lstrip("# ") for _, text in self.prose if text.startswith("# ")), self.path.stem)

    @property
    def lines(self) -> list[str]:
        """The lines as an editor numbers them."""
        return self.source.split("\n")

    def line_of(self, text: str) -> int:
        """The first line that holds a text (or its first line that is not blank); 1 if none does."""
        wanted = next((line.strip() for line in text.splitlines() if line.strip()), "")
        lines = self.source.split("\n")
        return next((number for number, line in enumerate(lines, 1) if wanted and wanted in line), 1)

    def line_of_formula(self, tex: str) -> int:
        """The line where a formula starts; 1 if it does not stand on the page."""
        words = r"\s+".join(map(re.escape, tex.split()))
        for form in (rf"\$\s*{words}\s*\$", rf"\\[(\[]\s*{words}\s*\\[)\]]"):
            if found := re.search(form, self.source):
                start = found.start() + len(found[0]) - len(found[0].lstrip("$\\([ \n"))
                return self.source.count("\n", 0, start) + 1
        return self.line_of(tex)

    def error(self, faults: list[Fault]) -> PageError:
        """Everything that is wrong with the page, a line each: ``docs/page.md:12: message``."""
        where = self.path.relative_to(ROOT).as_posix()
        return PageError("\n".join(f"{where}:{fault.line}: {fault.message}" for fault in sorted(faults)))


def without_code(line: str) -> str:
    """A line of prose with its inline code blanked."""
    return _CODE.sub(lambda code: " " * len(code[0]), line)
