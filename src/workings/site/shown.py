"""What a page shows, held against what it asks for: nothing is dropped, and nothing comes unasked."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterator

from workings.site.page import Fault, Page

_QUIET = re.compile(
    r"<!--.*?-->|<(?P<tag>code|pre|script|style|svg)\b.*?</(?P=tag)>"
    r'|<(?P<formula>span|div) class="arithmatex">.*?</(?P=formula)>',
    re.DOTALL,
)
_LEFT = {
    "$": r"\$",
    "{{": r"\{\{",
    ">>>": r">>> ",
    "///": r"^\s*/{3,}",
}
_MEANT = {
    "$": "opens or closes no formula; a dollar sign is written &#36;",
    "{{": "opens no inline number",
    ">>>": "opens no session that is run",
    "///": "opens or closes no block",
}


class Shown:
    """What one conversion of a page has shown so far."""

    def __init__(self, page: Page) -> None:
        """Nothing is shown yet."""
        self.page = page
        self.tree_is_whole = False  # contents are made by postprocessing each heading before that
        self._directives = list(page.directives)
        self._quotes = list(page.quotes)
        self._sessions = list(page.sessions)
        self._faults: list[Fault] = []

    def directive(self, name: str, argument: str) -> int:
        """A directive is shown now; its line."""
        for one in self._directives:
            if (one.name, one.argument) == (name, argument):
                self._directives.remove(one)
                return one.line
        header = f"/// {name}{' | ' + argument if argument else ''}"
        raise self.page.error([Fault(self.page.line_of(header), f"{header} starts no line of its own")])

    def quote(self, name: str, spec: str) -> None:
        """An inline number is shown now."""
        for one in self._quotes:
            if (one.name, one.format) == (name, spec):
                self._quotes.remove(one)
                return
        if not any((one.name, one.format) == (name, spec) for one in self.page.quotes):
            words = f"{{{{ {name} }}}} cannot be quoted here"
            raise self.page.error([Fault(self.page.line_of(name), words)])

    def session(self, code: str) -> None:
        """A session is shown now. (What is raised here would be swallowed.)"""
        for one in self._sessions:
            if textwrap.dedent(one.code).split() == code.split():
                self._sessions.remove(one)
                return
        self._faults.append(
            Fault(self.page.line_of(code), "a session starts its lines: it would not be run here")
        )

    def check_text(self, markup: str) -> None:
        """Refuse markup that was meant for us and got through to the reader."""
        if not self.tree_is_whole:
            return
        text = html.unescape(re.sub(r"<[^<>]*>", "", _QUIET.sub(" ", markup)))
        self._faults += [
            Fault(self._line(mark, found), f"{found.strip()[:60]!r} is shown as it is: {mark} {_MEANT[mark]}")
            for mark, pattern in _LEFT.items()
            for found in _lines_with(pattern, text)
        ]
        if self._faults:
            raise self.page.error(sorted(set(self._faults)))

    def check_all(self) -> None:
        """Refuse to drop what the page asks for."""
        if not self.tree_is_whole:
            return
        left = [
            *(Fault(one.line, f"/// {one.name} {one.argument}".rstrip()) for one in self._directives),
            *(Fault(one.line, f"{{{{ {one.name} }}}}") for one in self._quotes),
            *(Fault(one.line, "a session") for one in self._sessions),
        ]
        if left:
            words = "is not shown: it stands in HTML, in code, or on a line with something else"
            raise self.page.error([Fault(one.line, f"{one.message} {words}") for one in left])

    def _line(self, mark: str, text: str) -> int:
        """The line of the page that shares most words with a line of what is shown."""
        words = set(text.split())
        lines = [(number, line) for number, line in enumerate(self.page.lines, 1) if mark in line]
        return max(lines, key=lambda one: (len(words & set(one[1].split())), -one[0]), default=(1, ""))[0]


def _lines_with(pattern: str, text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if re.search(pattern, line):
            yield line
