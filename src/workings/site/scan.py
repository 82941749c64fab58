"""Scan a page: find what it asks for, line by line, and what its author wrote wrongly.

Whatever a reader might take for a directive, a session or an inline number is one, or it is a fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from workings.site import lab
from workings.site.page import DIRECTIVES, DOCS, Directive, Fault, Page, Quote, Session, without_code

# Blocks of pymdownx that a page may use where mkdocs.yml lists their extension.
OTHERS = {"admonition", "caption", "definition", "details", "figure-caption", "html", "tab", "table-caption"}

_HEADER = re.compile(
    r"^(?P<indent>\s*)(?P<bars>/{3,})[ \t]*(?P<name>[\w-]+)[ \t]*(?:\|[ \t]*(?P<argument>.*?))?[ \t]*$"
)
_END = re.compile(r"^\s*(?P<bars>/{3,})\s*$")
_SLASHES = re.compile(r"^(?:[\s>*+-]|\d+[.)]\s)*/{3,}")
_FENCE = re.compile(r"^\s*(?P<ticks>`{3,}|~{3,})[ \t]*\.?(?P<language>[\w#.+-]*)(?P<rest>.*)$")
_PROMPT = re.compile(r"^[\s>]*>>> ")
_NUMBER = re.compile(r"\{\{\s*(?P<name>[^{}:]*?)\s*(?::(?P<format>[^{}]*?))?\s*\}\}")

_UNRUN = "a >>> line outside of a ```pycon fence is never run"


def pages() -> list[Page]:
    """Every page of ``docs``, scanned, the labs last."""
    written = [scan(path, path.read_text(encoding="utf-8-sig")) for path in sorted(DOCS.rglob("*.md"))]
    return [*written, *(_lab(path) for path in lab.paths())]


def _lab(path: Path) -> Page:
    script = lab.script_of(path.relative_to(DOCS).as_posix())
    page = scan(path, lab.as_markdown(script))
    page.script = script
    page.faults += lab.faults(script)
    return page


def scan(path: Path, source: str) -> Page:
    """Find what a page asks for, and what its author wrote wrongly."""
    page = Page(path, source.replace("\r\n", "\n"))
    lines = page.source.expandtabs(4).split("\n")
    page.front_matter = _front_matter(lines)
    open_blocks: list[tuple[int, str, int]] = []
    number = page.front_matter
    while number < len(lines):
        line = lines[number]
        number += 1
        if re.match(r" {0,3}<!--", line):
            number = _comment(page, lines, number)
        elif ticks := _FENCE.match(line):
            number = _fence(page, lines, number, ticks)
        elif header := _HEADER.match(line):
            inside = open_blocks[-1][2] if open_blocks else 0
            open_blocks.append((len(header["bars"]), header["name"], number))
            page.faults += _odd(header, open_blocks, number)
            if header["name"] in DIRECTIVES:
                taken = _options(lines, number)
                _directive(page, header, lines[number : number + taken], number, inside)
                _titles(page, lines[number : number + taken], number)
                number += taken
            else:
                page.prose.append((number, line))
                page.quotes += _quotes(line, number)
        elif end := _END.match(line):
            if open_blocks and open_blocks[-1][0] == len(end["bars"]):
                open_blocks.pop()
            else:
                page.faults.append(Fault(number, f"{end['bars']} closes no block"))
        else:
            page.prose.append((number, line))
            page.quotes += _quotes(line, number)
            page.faults += _slips(line, number)
    page.faults += [Fault(line, f"/// {name} is never closed") for _, name, line in open_blocks]
    return page


def _odd(header: re.Match[str], open_blocks: list[tuple[int, str, int]], number: int) -> Iterator[Fault]:
    """What is wrong with where a block stands, or with its name."""
    name = header["name"]
    if name not in DIRECTIVES and name not in OTHERS:
        yield Fault(number, f"no block is named {name!r}; there are {', '.join(DIRECTIVES)}")
    if header["indent"]:
        yield Fault(number, f"/// {name} is indented: a block starts its line")
    if len(open_blocks) > 1 and len(header["bars"]) <= open_blocks[-2][0]:
        _, outer, line = open_blocks[-2]
        yield Fault(
            number, f"/// {name} stands within /// {outer} (line {line}): close that, or give this more /"
        )


def _slips(line: str, number: int) -> Iterator[Fault]:
    """What looks like a directive, a session or an inline number and is none."""
    if _SLASHES.match(line):
        yield Fault(number, f"{line.strip()!r} is no block: write /// name | argument at the start of a line")
    if _PROMPT.match(line):
        yield Fault(number, _UNRUN)
    if "{{" in _NUMBER.sub("", without_code(line)):
        yield Fault(number, "{{ opens no inline number; write {{ module.function.value:.3f }} on one line")


def _titles(page: Page, option_lines: list[str], number: int) -> None:
    """A title is prose, though it stands among the options."""
    for place, line in enumerate(option_lines, number + 1):
        if line.lstrip().startswith("title:"):
            page.prose.append((place, line))
            page.quotes += _quotes(line, place)


def _comment(page: Page, lines: list[str], number: int) -> int:
    """Pass over a comment: nothing in it is shown, so nothing in it is run."""
    first = number
    while "-->" not in lines[number - 1]:
        if number == len(lines):
            page.faults.append(Fault(first, "the comment <!-- is never closed"))
            return number
        number += 1
    page.prose.append((number, lines[number - 1].partition("-->")[2]))
    page.quotes += _quotes(page.prose[-1][1], number)
    return number


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
        if closing == ticks["ticks"]:
            break
    else:
        page.faults.append(Fault(first, f"the fence {ticks['ticks']} is never closed"))
        return number
    code = lines[first : number - 1]
    if "`" in ticks["rest"]:
        page.faults.append(Fault(first, "a fence's first line is ``` and a language; inline code has one `"))
    elif ticks["language"] == "pycon":
        session = Session("\n".join(code) + "\n", first + 1)
        page.sessions.append(session)
        page.faults += session.faults()
    elif ticks["language"] not in ("markdown", "md"):
        prompts = [place for place, line in enumerate(code, first + 1) if _PROMPT.match(line)]
        page.faults += [Fault(place, _UNRUN) for place in prompts[:1]]
    return number


def _options(lines: list[str], number: int) -> int:
    """How many lines below a header are its options: indented by four or more, without a gap."""
    taken = 0
    while number + taken < len(lines) and re.match(r" {4,}\S", lines[number + taken]):
        taken += 1
    return taken


def _directive(page: Page, header: re.Match[str], option_lines: list[str], line: int, inside: int) -> None:
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
    try:
        json.dumps(options)
    except (TypeError, ValueError) as error:
        return fault(f"options are numbers, strings, lists and maps of them: {error}")
    if slip := _misplaced(page.source.expandtabs(4).split("\n"), line + len(option_lines), types):
        return fault(f"option {slip!r} must stand right below, indented by four spaces")
    if takes and not argument:
        return fault(f"needs {takes} after the bar: /// {name} | …")
    if argument and not takes:
        return fault("takes nothing after the bar")
    page.directives.append(Directive(name, argument, options, line, inside))
    return None


def _misplaced(lines: list[str], number: int, types: Mapping[str, type]) -> str:
    """The option that is written where it would be taken for text: after a gap, or hardly indented."""
    below = next((line for line in lines[number:] if line.strip()), "").strip()
    return next((option for option in types if below.startswith(f"{option}:")), "")


def _quotes(line: str, number: int) -> Iterator[Quote]:
    for match in _NUMBER.finditer(without_code(line)):
        yield Quote(match["name"], match["format"] or "", number)
