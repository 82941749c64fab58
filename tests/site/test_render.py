"""How results look: what a reader reads in tables, verdicts, witnesses and code."""

from __future__ import annotations

import html
import xml.etree.ElementTree as etree
from typing import Any

import pytest
from markdown import Markdown

from workings.site import render
from workings.site.compute import plain
from workings.site.module import resolve


def shown(**spec: Any) -> etree.Element:
    complete = {"columns": ["a", "b"], "rows": [[1, 2.0]], "formats": [], "heat": [], "head": 1} | spec
    return render.table({"table": complete})


def cells(box: etree.Element, tag: str = "td") -> list[str]:
    return ["".join(cell.itertext()) for cell in box.iter(tag)]


def test_numbers_are_written_in_their_columns_formats() -> None:
    box = shown(columns=["a", "b", "c"], rows=[["x", 0.12345, -2]], formats=["", ".3f", "d"])
    assert cells(box) == ["0.123", "−2"]


def test_what_is_no_number_is_a_word() -> None:
    assert cells(shown(rows=[["x", True], ["y", False], ["z", "word"]])) == ["✓ yes", "✗ no", "word"]


def test_a_word_in_angles_is_no_tag_and_a_formula_keeps_its_signs() -> None:
    found = cells(shown(rows=[["x", "he <unknown> $a<b$ <br>"]]))
    assert found == ["he &lt;unknown> $a<b$ &lt;br>"]
    assert html.unescape(Markdown().convert(found[0])) == "<p>he <unknown> $a<b$ <br></p>"


def test_powers_are_formulas() -> None:
    assert cells(shown(rows=[["x", 1.5e-7]], formats=["", ".1e"])) == [r"$1.5\times 10^{-7}$"]


def test_the_first_columns_name_the_row() -> None:
    box = shown(columns=["a", "b", "c"], rows=[[1, 2, 3]], head=2)
    assert [cell.get("scope") for cell in box.iter("th")] == ["col", "col", "col", "row", "row"]


def test_heat_is_the_share_between_zero_or_the_least_and_the_greatest() -> None:
    box = shown(rows=[["x", 0.0], ["y", 1.0], ["z", 4.0]], heat=["b"])
    assert [cell.get("style") for cell in box.iter("td")] == ["--heat:0%", "--heat:25%", "--heat:100%"]
    box = shown(rows=[["x", -1.0], ["y", 1.0]], heat=["b"])
    assert [cell.get("style") for cell in box.iter("td")] == ["--heat:0%", "--heat:100%"]
    box = shown(rows=[["x", 0.0], ["y", 0.0]], heat=["b"])
    assert [cell.get("style") for cell in box.iter("td")] == ["--heat:0%", "--heat:0%"]


def test_a_table_can_be_reached_by_keyboard() -> None:
    assert shown().get("tabindex") == "0"


@pytest.mark.parametrize(
    ("distance", "tolerance", "unit", "words"),
    [
        (0.0, 0.0, "", "agrees exactly"),
        (float("inf"), 0.0, "", "differs"),
        (0.0, 1e-12, "", "agrees to the last bit; 1e-12 is allowed"),
        (2.5e-13, 1e-12, "", "differs by 2.5e-13; 1e-12 is allowed"),
        (1.234, 5.0, "standard errors", "is 1.2 standard errors away; 5 are allowed"),
        (0.0, 0.0, "past the bound", "keeps the bound"),
        (0.5, 0.0, "past the bound", "is 0.5 past the bound"),
    ],
)
def test_how_far_a_witness_is(distance: float, tolerance: float, unit: str, words: str) -> None:
    assert render.distance({"distance": distance, "tolerance": tolerance, "unit": unit}) == words


@pytest.mark.parametrize(("word", "said"), [("holds", "✓Holds"), ("refuted", "✗Refuted")])
def test_a_verdict_is_a_sign_and_a_word(word: str, said: str) -> None:
    assert "".join(render.verdict(word).itertext()) == said


@pytest.mark.parametrize(
    ("target", "page", "link"),
    [
        ("code/a.md#x.y", "part/a.md", "../code/a.md#x.y"),
        ("part/b.md", "part/a.md", "b.md"),
        ("a.md#x", "index.md", "a.md#x"),
        ("index.md", "part/a.md", "../index.md"),
    ],
)
def test_links_between_pages(target: str, page: str, link: str) -> None:
    assert render.relative(target, page) == link


def test_a_definition_is_shown_whole_its_docstring_folded() -> None:
    module, name = resolve("byhand.softmax.softmax")
    markup = render._folded(module, name)
    text = "".join(etree.fromstring(markup.replace("&nbsp;", " ")).itertext())
    for line in module.segment(name).splitlines():
        assert line.strip() in text
    assert '<details class="docstring' in markup
    assert "Turn scores into weights" in markup.partition("</summary>")[0]


def test_plain_values() -> None:
    import numpy as np
    import sympy
    import torch

    values = {
        "a": np.float32(0.5),
        "b": torch.ones(2),
        "c": sympy.Rational(1, 2),
        3: (1, np.int64(2)),
        "d": None,
    }
    assert plain(values) == {"a": 0.5, "b": [1.0, 1.0], "c": 0.5, "3": [1, 2], "d": None}
    with pytest.raises(TypeError, match="a number, a string or a nest of them, got object"):
        plain({"a": object()})
