"""Scanning a page: what it asks for and what is wrong, with the line of the author's file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.site.page import DIRECTIVES, DOCS, Page, Session
from workings.site.scan import scan


def scanned(source: str) -> Page:
    return scan(DOCS / "part" / "chapter.md", source)


PAGE = """---
title: A page
---

# A page with {{ a.b.c:.2f }}

/// exhibit | a.b
    arguments: {n: 3}
Caption with {{ a.b.d }}.
///

/// problem | x1
    title: Why {{ a.b.e:d }}?
    claims: [a.c]
Question.

//// hint
Hint.
////

//// answer
Answer.
////
///

```pycon
>>> print(1)
1
```

```python
x = "{{ not.a.quote }}"
/// claim | not.a.directive
```

<!--
/// claim | commented.out
{{ commented.out.too }}
-->
"""


def test_everything_is_found_on_its_line() -> None:
    page = scanned(PAGE)
    assert page.faults == []
    assert page.name == "part/chapter.md"
    assert [(one.name, one.argument, one.line, one.inside) for one in page.directives] == [
        ("exhibit", "a.b", 7, 0),
        ("problem", "x1", 12, 0),
        ("hint", "", 17, 12),
        ("answer", "", 21, 12),
    ]
    assert page.directives[0].options == {"arguments": {"n": 3}}
    assert [(one.name, one.format, one.line) for one in page.quotes] == [
        ("a.b.c", ".2f", 5),
        ("a.b.d", "", 9),
        ("a.b.e", "d", 13),
    ]
    assert page.sessions == [Session(">>> print(1)\n1\n", 27)]


def test_lines_are_the_same_with_other_line_ends() -> None:
    page, crlf = scanned(PAGE), scanned(PAGE.replace("\n", "\r\n"))
    assert (page.directives, page.quotes, page.sessions) == (crlf.directives, crlf.quotes, crlf.sessions)


@given(st.text(alphabet=st.sampled_from("/ |`>#-{}:.\n\tab1~$<!"), max_size=80))
def test_any_text_can_be_scanned(text: str) -> None:
    page = scanned(text)
    lines = page.source.count("\n") + 1
    placed = [*page.faults, *page.directives, *page.quotes, *page.sessions]
    assert all(1 <= one.line <= lines for one in placed)
    assert all(1 <= line <= lines for line, _ in page.prose)


NAMES = st.sampled_from(sorted({*DIRECTIVES, "clam", "Claim", "details", "x"}))


@given(
    st.sampled_from(["", " ", "    ", "\t", "> ", "- ", "* ", "1. ", "  - ", "> - "]),
    NAMES,
    st.sampled_from(["", " | a.b", " a.b", "|a.b"]),
)
def test_what_looks_like_a_block_is_one_or_a_fault(before: str, name: str, after: str) -> None:
    """No line with three slashes passes as prose in silence."""
    page = scanned(f"Text.\n\n{before}/// {name}{after}\n///\n")
    known = name == "details" or any(one.name == name for one in page.directives)
    assert page.faults or known


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("```pycon\n>>> print(1)\n1\ntyped\n\nmore\n```\n", 6, "'more' is not checked"),
        ("```pycon\n>>> x = 1\n>>> x # doctest: +SKIP\n1\n```\n", 3, "a session skips nothing"),
        ("```pycon\n>>> if 1:\n...     pass\n>>>print(1)\n```\n", 2, "not a session: line 3"),
        ("```text\n>>> print(1)\n```\n", 2, "never run"),
        (">>> print(1)\n", 1, "never run"),
    ],
)
def test_sessions_that_nobody_would_check(source: str, line: int, words: str) -> None:
    faults = scanned(source).faults
    assert any(fault.line == line and words in fault.message for fault in faults), faults


def test_the_line_of_a_formula() -> None:
    page = scanned(
        "A $\\frac{1}{2}$ and `$\\frac{1}$`.\n\nThen $\\frac{1}$.\n\n$$\n\\frac{1}{2} +\n  x\n$$\n"
    )
    assert page.line_of_formula(r"\frac{1}{2}") == 1
    assert page.line_of_formula("\\frac{1}{2} +\nx") == 6
    assert page.line_of_formula(r"\gone") == 1


def test_the_title_is_the_first_heading() -> None:
    assert scanned("Words.\n\n# One\n\n# Two\n").title == "One"
    assert scanned("Words.\n").title == "chapter"


def test_an_error_has_a_line_for_each_fault_in_order() -> None:
    page = scanned("///\n\n/// clam | x\n///\n")
    told = page.error(page.faults).message.splitlines()
    assert [one.split(" ")[0] for one in told] == ["docs/part/chapter.md:1:", "docs/part/chapter.md:3:"]
