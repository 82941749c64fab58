"""Figures: the same bytes every time, the page's colours, ids that meet no other figure's."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

import pytest

from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas


def drawn(height: float = 1.0, alt: str = "a line") -> Figure:
    figure, axes = canvas()
    axes.plot([0, 1], [0, height], color=SERIES[1], label="one")
    axes.fill_between([0, 1], [0, height], color=SERIES[0], clip_on=True)
    axes.grid(color=FAINT)
    axes.set_title("Growth", color=INK)
    axes.legend()
    return Figure(figure, alt)


def test_the_same_drawing_has_the_same_bytes() -> None:
    assert drawn().svg == drawn().svg
    assert drawn(2.0).svg != drawn().svg


def test_it_is_xml_with_words_for_who_cannot_see() -> None:
    svg = drawn(alt='rises, so "a < b & c"').svg
    root = etree.fromstring(svg.replace("<svg ", '<svg xmlns:xlink="in-html-it-needs-none" ', 1))
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'rises, so "a < b & c"'


def test_colours_are_the_pages() -> None:
    svg = drawn().svg
    for paint in ("currentColor", "var(--faint)", "var(--series-0)", "var(--series-1)"):
        assert paint in svg
    assert not re.search("|".join([INK, FAINT, *SERIES]), svg)
    assert not re.search(r"#[0-9a-f]{6}\b", svg), "a colour that light or dark would not change"


def test_ids_of_two_figures_never_meet() -> None:
    ids = [set(re.findall(r'\bid="([^"]+)"', drawn(height).svg)) for height in (1.0, 2.0)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_what_is_referred_to_is_there() -> None:
    svg = drawn().svg
    wanted = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    assert wanted
    assert wanted <= set(re.findall(r'\bid="([^"]+)"', svg))


def test_no_date_and_no_host() -> None:
    svg = drawn().svg
    assert not re.search(r"20\d\d-\d\d-\d\d", svg)
    assert set(re.findall(r"https?://[^\"\s]+", svg)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_a_figure_without_words() -> None:
    figure, axes = canvas()
    axes.plot([0, 1])
    with pytest.raises(ValueError, match="needs alt text that says what it shows"):
        Figure(figure, " ")


def test_a_figure_without_content() -> None:
    figure, _ = canvas(columns=2)
    with pytest.raises(ValueError, match="needs something drawn in it, got empty axes"):
        Figure(figure, "nothing")


def test_several_axes() -> None:
    figure, axes = canvas(6.0, 2.0, 3, sharey=True)
    assert len(axes) == 3
    axes[2].bar([0], [1])
    assert Figure(figure, "one bar").svg
