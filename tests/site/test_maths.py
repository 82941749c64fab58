"""Formulas are made at build, and a bad one says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from workings.site.maths import render, rendered


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKINGS_STORE", str(tmp_path))
    rendered.cache_clear()


def test_a_formula_is_html_and_mathml_without_script() -> None:
    markup = render(r"\frac{1}{\sqrt{d_k}}", False)
    assert "<math" in markup
    assert "katex-html" in markup
    assert "<script" not in markup


def test_display_and_inline_differ() -> None:
    assert render(r"\sum_i x_i", True) != render(r"\sum_i x_i", False)


def test_the_houses_own_operators() -> None:
    for operator in (r"\E", r"\Var", r"\softmax"):
        assert operator.strip("\\") in render(rf"{operator}(x)", False)


@pytest.mark.parametrize("tex", [r"\frac{1", r"\gone", "x^", r"\begin{matrix} 1", "é", "a % b"])
def test_bad_tex(tex: str) -> None:
    with pytest.raises(ValueError, match=r"^bad TeX: "):
        render(tex, False)


def test_what_is_kept_is_what_is_made(tmp_path: Path) -> None:
    first = rendered("x + 1", False)
    kept = list(tmp_path.rglob("*.json"))
    rendered.cache_clear()
    assert rendered("x + 1", False) == first == render("x + 1", False)
    assert list(tmp_path.rglob("*.json")) == kept
    assert len(kept) == 1


def test_a_damaged_formula_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first = rendered("x + 1", False)
    (entry,) = tmp_path.rglob("*.json")
    entry.write_bytes(entry.read_bytes()[:-5])
    rendered.cache_clear()
    assert rendered("x + 1", False) == first
    assert "is damaged and will be computed again" in caplog.text
