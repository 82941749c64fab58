"""Inline numbers: which value a name means, and how it is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.site.numbers import look_up, split, written

VALUES = {"half": 0.5, "rows": [[1, 2], [3, 4]], "by": {"cats": 0.25}, "word": "a<b"}


@pytest.mark.parametrize(
    ("path", "value"), [("half", 0.5), ("rows.1.0", 3), ("by.cats", 0.25), ("rows", [[1, 2], [3, 4]])]
)
def test_a_path_leads_to_its_value(path: str, value: Any) -> None:
    owner, steps = split(f"module.function.{path}")
    assert owner == "module.function"
    assert look_up(VALUES, steps, owner) == value


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("gone", "m.f has no value 'gone'; it has half, rows, by, word"),
        ("rows.2", "m.f has no value '2'; it has 2 entries"),
        ("half.x", "m.f has no value 'x'; it has no more"),
        ("by", "m.f has several values there: name one of cats"),
        ("rows.-1", "an inline number names module.function.value, got 'm.f.rows.-1'"),
    ],
)
def test_a_path_that_leads_nowhere(path: str, words: str) -> None:
    with pytest.raises(LookupError) as raised:
        look_up(VALUES, split(f"m.f.{path}")[1], "m.f")
    assert raised.value.args[0] == words


@pytest.mark.parametrize("name", ["", "one", "a..b", "a.b c.d", "a/b.c"])
def test_names_that_mean_nothing(name: str) -> None:
    with pytest.raises(LookupError, match=r"names module\.function\.value"):
        split(name)


@pytest.mark.parametrize(
    ("value", "spec", "prose", "tex"),
    [
        (0.5, ".2f", "0.50", "0.50"),
        (-0.5, ".2f", "−0.50", "-0.50"),
        (3, "", "3", "3"),
        (-3, "d", "−3", "-3"),
        (12345, ",d", "12,345", "12,345"),
        (0.123, ".1%", "12.3%", r"12.3\%"),
        (1.5e-7, ".1e", "1.5 × 10<sup>−7</sup>", r"1.5\times 10^{-7}"),
        ("a<b", "", "a&lt;b", "a<b"),
        ([1, 2], "tex", r"\begin{bmatrix} 1 & 2 \end{bmatrix}", r"\begin{bmatrix} 1 & 2 \end{bmatrix}"),
        ([[0.5], [0.25]], "tex .1f", r"\begin{bmatrix} 0.5 \\ 0.2 \end{bmatrix}", None),
    ],
)
def test_how_a_value_is_written(value: Any, spec: str, prose: str, tex: str | None) -> None:
    assert written(value, spec) == prose
    if tex is not None:
        assert written(value, spec, tex=True) == tex


@pytest.mark.parametrize(
    ("value", "spec", "words"),
    [
        (0.5, "", "a measured number needs a format"),
        ([1.0], ".2f", "a list is written with the format 'tex'"),
        (0.5, ".2q", "format"),
        (0.5, "d", "format code 'd'"),
    ],
)
def test_values_that_are_refused(value: Any, spec: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        written(value, spec)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([".3f", ".2e", ".4g"]))
def test_what_is_written_can_be_read_back(value: float, spec: str) -> None:
    text = written(value, spec).replace("−", "-").replace(" × 10<sup>", "e").replace("</sup>", "")
    assert float(text) == float(format(value, spec))
