"""A page as its author wrote it: its directives, quoted numbers, sessions and prose, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from click import ClickException

from workings.site.closure import ROOT

DOCS = ROOT / "docs"

# What each directive takes after the bar, and its options with their types.
DIRECTIVES: dict[str, tuple[str, dict[str, type]]] = {
    "source": ("a name in src/workings", {"example": bool}),
    "snippet": ("a file in snippets/", {}),
    "claim": ("a claim", {}),
    "erratum": ("an erratum", {}),
    "exhibit": ("an exhibit", {"arguments": dict}),
    "problem": ("a question id", {"title": str, "claims": list}),
    "problems": ("a page of docs/problems", {}),
    "hint": ("", {}),
    "answer": ("", {}),
}

_HEADER = re.compile(
    r"^(?P<indent>\s*)(?P<bars>/{3,})[ \t]*(?P<name>[\w-]+)[ \t]*(?:\|[ \t]*(?P<argument>.*?))?[ \t]*$"
)
_END = re.compile(r"^\s*(?P<bars>/{3,})\s*$")
_FENCE = re.compile(r"^\s*(?P<ticks>`{3,}|~{3,})\s*(?P<language>[\w+-]*)")
_NUMBER = re.compile(r"\{\{\s*(?P<name>[^{}:]*?)\s*(?::(?P<format>[^{}]*?))?\s*\}\}")
_CODE = re.compile(r"(`+)(.+?)\1")


class PageError(ClickException):
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


@dataclass
class Page:
    """One Markdown file of ``docs``, scanned once."""

    path: Path
    source: str
    directives: list[Directive] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    prose: list[tuple[int, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    front_matter: int = 0

    @property
    def name(self) -> str:
        """The path below ``docs``, as MkDocs and links name it."""
        return self.path.relative_to(DOCS).as_posix()

    @property
    def title(self) -> str:
        """The first heading."""
        return next((text.lstrip("# ") for _, text in self.prose if text.startswith("# ")), self.path.stem)

    def line_of(self, text: str) -> int:
        """The first line that holds a text (or its first line that is not blank); 1 if none does."""
        wanted = next((line.strip() for line in text.splitlines() if line.strip()), "")
        lines = self.source.splitlines()
        return next((number for number, line in enumerate(lines, 1) if wanted and wanted in line), 1)

    def error(self, faults: list[Fault]) -> PageError:
        """Everything that is wrong with the page, a line each: ``docs/page.md:12: message``."""
        where = self.path.relative_to(ROOT).as_posix()
        return PageError("\n".join(f"{where}:{fault.line}: {fault.message}" for fault in sorted(faults)))


def pages() -> list[Page]:
    """Every page of ``docs``, scanned."""
    return [scan(path, path.read_text(encoding="utf-8-sig")) for path in sorted(DOCS.rglob("*.md"))]


def scan(path: Path, source: str) -> Page:
    """Find what a page asks for, and what its author wrote wrongly."""
    page = Page(path, source.replace("\r\n", "\n"))
    lines = page.source.splitlines()
    page.front_matter = _front_matter(lines)
    open_blocks: list[tuple[int, str, int]] = []
    number = page.front_matter
    while number < len(lines):
        line = lines[number]
        number += 1
        if ticks := _FENCE.match(line):
            number = _fence(page, lines, number, ticks)
            continue
        header, end = _HEADER.match(line), _END.match(line)
        if header and header["name"] in DIRECTIVES:
            taken = _options(lines, number, len(header["indent"]))
            _directive(page, header, lines[number : number + taken], number)
            open_blocks.append((len(header["bars"]), header["name"], number))
            number += taken
        elif header:
            open_blocks.append((len(header["bars"]), header["name"], number))
            page.prose.append((number, header["argument"] or ""))
        elif end:
            if open_blocks and open_blocks[-1][0] == len(end["bars"]):
                open_blocks.pop()
            else:
                page.faults.append(Fault(number, f"{end['bars']} closes no block"))
        else:
            page.prose.append((number, line))
            page.quotes += _quotes(line, number)
    page.faults += [Fault(line, f"/// {name} is never closed") for _, name, line in open_blocks]
    return page


def _front_matter(lines: list[str]) -> int:
    if lines and lines[0].rstrip() == "---":
        for number, line in enumerate(lines[1:], 2):
            if line.rstrip() in ("---", "..."):
                return number
    return 0


def _fence(page: Page, lines: list[str], number: int, ticks: re.Match[str]) -> int:
    """Pass over a fenced block; keep it if it is a session."""
    first = number
    while number < len(lines):
        closing = lines[number].strip()
        number += 1
        if closing.startswith(ticks["ticks"]) and not closing.strip(ticks["ticks"][0]):
            break
    else:
        page.faults.append(Fault(first, f"the fence {ticks['ticks']} is never closed"))
        return number
    if ticks["language"] == "pycon":
        page.sessions.append(Session("\n".join(lines[first : number - 1]) + "\n", first + 1))
    return number


def _options(lines: list[str], number: int, indent: int) -> int:
    """How many lines below a header are its options: indented by four or more, without a gap."""
    taken = 0
    while number + taken < len(lines) and re.match(rf"\s{{{indent + 4},}}\S", lines[number + taken]):
        taken += 1
    return taken


def _directive(page: Page, header: re.Match[str], option_lines: list[str], line: int) -> None:
    name, argument = header["name"], header["argument"] or ""
    takes, types = DIRECTIVES[name]

    def fault(message: str) -> None:
        page.faults.append(Fault(line, f"/// {name}{' | ' + argument if argument else ''}: {message}"))

    try:
        options = yaml.safe_load("\n".join(option_lines)) or {}
    except yaml.YAMLError as error:
        return fault(f"its options are not YAML: {' '.join(str(error).split())}")
    if not isinstance(options, dict):
        return fault(f"options are written as 'name: value', got {options!r}")
    for option, value in options.items():
        if option not in types:
            known = ", ".join(types) or "none"
            return fault(f"unknown option {option!r}; it knows: {known}")
        if not isinstance(value, types[option]):
            return fault(f"option {option!r} must be a {types[option].__name__}, got {value!r}")
    if takes and not argument:
        return fault(f"needs {takes} after the bar: /// {name} | …")
    if argument and not takes:
        return fault("takes nothing after the bar")
    page.directives.append(Directive(name, argument, options, line))
    return None


def _quotes(line: str, number: int) -> Iterator[Quote]:
    for match in _NUMBER.finditer(without_code(line)):
        yield Quote(match["name"], match["format"] or "", number)


def without_code(line: str) -> str:
    """A line of prose with its inline code blanked."""
    return _CODE.sub(lambda code: " " * len(code[0]), line)
