"""What a page shows, held against what it asks for: nothing is dropped, and nothing comes unasked."""

from __future__ import annotations

import html
import re
import textwrap

from workings.site.page import Fault, Page, without_code

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_QUIET = re.compile(
    r"<(?P<tag>code|pre|script|style|svg)\b.*?</(?P=tag)>"
    r'|<(?P<formula>span|div) class="arithmatex">.*?</(?P=formula)>',
    re.DOTALL,
)
_FORMULA = re.compile(r"(?<!\\)\$\$(?:\\.|[^\\$])+?\$\$|(?<!\\)\$(?!\s)(?:\\.|[^\\$])+?(?<!\s)\$", re.DOTALL)
_LEFT = {
    "$": (r"\$", "opens or closes no formula; a dollar sign is written &#36;"),
    "{{": (r"\{\{", "opens no inline number"),
    ">>>": (r"&gt;&gt;&gt; ", "opens no session that is run"),
    "///": (r"^\s*/{3,}.*\w", "opens no block"),
    "][": (r"\[[^\][]+\]\[[^\][]*\]", "leads to no reference below, such as [name]: page.md"),
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
        self._strange: list[tuple[str, str]] = []
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

    def session(self, code: str, markup: str) -> None:
        """A session is shown now, as this markup. (What is raised here would be swallowed.)"""
        for one in self._sessions:
            if textwrap.dedent(one.code).split() == code.split():
                self._sessions.remove(one)
                return
        self._strange.append((code, markup))

    def check_text(self, markup: str) -> None:
        """Find markup that was meant for us and got through to the reader."""
        if not self.tree_is_whole:
            return
        seen = _COMMENT.sub(" ", markup)
        text = re.sub(r"<[^<>]*>", "", _QUIET.sub(" ", seen))
        for code, box in self._strange:
            if box in seen:
                self._faults.append(
                    Fault(self.page.line_of(code), "this session is not run: it starts no line")
                )
        dropped = {
            "{{": bool(self._quotes),
            "///": bool(self._directives),
        }  # told with their lines by check_all
        for mark, (pattern, meaning) in _LEFT.items():
            for line in text.split("\n"):
                if re.search(pattern, line) and not dropped.get(mark):
                    words = f"{html.unescape(line).strip()[:60]!r} is shown as it is: {mark} {meaning}"
                    self._faults.append(Fault(self._line(mark, html.unescape(line)), words))

    def check_all(self) -> None:
        """Refuse what got through, and refuse to drop what the page asks for."""
        if not self.tree_is_whole:
            return
        left = [
            *(Fault(one.line, f"/// {one.name} {one.argument}".rstrip()) for one in self._directives),
            *(Fault(one.line, f"{{{{ {one.name} }}}}") for one in self._quotes),
            *(Fault(one.line, "a session") for one in self._sessions),
        ]
        words = "is not shown: it stands in HTML, in code, or on a line with something else"
        if faults := [*self._faults, *(Fault(one.line, f"{one.message} {words}") for one in left)]:
            raise self.page.error(sorted(set(faults)))

    def _line(self, mark: str, text: str) -> int:
        """The line of the page's prose, formulas left out, that shares most words with what is shown."""
        prose = dict(self.page.prose)
        whole = "\n".join(
            without_code(prose.get(number, "")) for number in range(1, len(self.page.lines) + 1)
        )
        bare = _FORMULA.sub(lambda formula: "\n" * formula[0].count("\n"), whole).split("\n")
        words = set(text.split())
        lines = [(number, line) for number, line in enumerate(bare, 1) if mark in line]
        return max(lines, key=lambda one: (len(words & set(one[1].split())), -one[0]), default=(1, ""))[0]
