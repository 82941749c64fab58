"""The lint for numbers typed by hand: what it finds, and what is free."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.site.decimals import decimals, faults, parts
from workings.site.page import DOCS
from workings.site.scan import scan

FOUND = {
    "is 0.379 here": ["0.379"],
    "is .379 here": [".379"],
    "from 0.1 to 0.9": ["0.1", "0.9"],
    "it ends with 0.5.": ["0.5"],
    "1.5x as long, 0.3s": ["1.5", "0.3"],
    "x-0.379": ["-0.379"],
    "2-0.5": ["0.5"],
    "ratio:0.5 and 1/0.5": ["0.5", "0.5"],
    "|0.3|0.4|": ["0.3", "0.4"],
    "12 % or 12% or 12\u00a0%": ["12", "12", "12"],
    "12 per cent": ["12"],
    "about 1e-5": ["1e-5"],
    "0&#46;5 and 0\\.7": ["0.5", "0.7"],
    "![the 0.379](a.svg)": ["0.379"],
    '[x](a.md "0.379 of")': ["0.379"],
    '<img alt="0.4">': ["0.4"],
    "a < 0.3 and b > 2": ["0.3"],
}
FREE = [
    "section 3.2, Sections 3.2 and 3.4, equation 1.2, §3.2",
    "3.2.1 and s3.6.b and v1.2",
    "GPT-3.5, torch-2.13, Python 3.11, CC BY 4.0",
    "arXiv:1706.03762 and doi:10.1162/neco.1997.9.8.1735",
    "https://a.b/0.5 and [x](a.md#s3.6.b)",
    "[a]: https://x.y/0.5",
    "{{ a.b.c:0.3f }}",
    '<span style="width: 0.5em">x</span>',
    "in 2017, 3 of 4, 12:30, 1,000",
    "x{: .y data-z=0.5 }",
]
TEX = {
    r"p \approx0.379": ["0.379"],
    "x<0.3>y": ["0.3"],
    "xy0.379": ["0.379"],
    "0{.}379": ["0.379"],
    "0{,}379": ["0.379"],
    r"12\%": ["12"],
    r"12\,\%": ["12"],
    "x_{.5}": [".5"],
    "10{,}000": [],
    r"\tfrac12 + 3^2": [],
    r"2 \times 10^{-5}": [],
    "{{ a.b.c:.2f }}": [],
}


@pytest.mark.parametrize("text", FOUND)
def test_found(text: str) -> None:
    assert decimals(text) == FOUND[text]


@pytest.mark.parametrize("text", FREE)
def test_free(text: str) -> None:
    assert decimals(text) == []


@pytest.mark.parametrize("text", TEX)
def test_in_tex(text: str) -> None:
    assert decimals(text, is_tex=True) == TEX[text]


def test_which_parts_are_tex() -> None:
    source = "---\ntitle: T\n---\nA $x$ b\n\n$$\ny\n$$\n\n`$z$` \\$ c $d\ne$ f\n\ng $h\n\ni\n"
    page = scan(DOCS / "p.md", source)
    tex = [(line, text.strip()) for line, text, is_tex in parts(page) if is_tex and text.strip()]
    assert tex == [(4, "x"), (7, "y"), (10, "d"), (11, "e"), (13, "h")]
    assert (2, "title: T", False) in list(parts(page))


def test_a_fault_has_the_line_and_the_number() -> None:
    page = scan(DOCS / "p.md", "One.\n\nIs 0.379 so?\n\n`0.3` `[0.1, 0.2]` `x = 0.4`\n")
    told = [(fault.line, fault.message.split(" ")[2]) for fault in faults(page)]
    assert told == [(3, "0.379"), (5, "0.3"), (5, "0.1"), (5, "0.2")]


@given(st.floats(0.001, 999, allow_nan=False), st.sampled_from(list("$(|,;=<>+*_[\"'")))
def test_no_sign_before_it_hides_a_decimal(value: float, sign: str) -> None:
    number = f"{value:.3f}"
    assert [one.lstrip("+") for one in decimals(f"a {sign}{number} b")] == [number]
    assert [one.lstrip("+") for one in decimals(f"a {sign}{number}", is_tex=True)] == [number]
