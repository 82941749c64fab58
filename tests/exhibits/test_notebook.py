"""What a notebook is given: for this site's pages the table itself, for Jupyter HTML, for a terminal text."""

from __future__ import annotations

import xml.etree.ElementTree as etree

import numpy as np
import pytest

from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table
from workings.exhibits.notebook import TABLE, show


def test_a_table_in_three_forms() -> None:
    table = Table(["word", "share"], [["a<b", np.float64(0.25)], ["c", 1.0]], ["", ".0%"], heat=["share"])
    kinds = show(table)._repr_mimebundle_()
    assert kinds[TABLE] == {
        "columns": ["word", "share"],
        "rows": [["a<b", 0.25], ["c", 1.0]],
        "formats": ["", ".0%"],
        "heat": ["share"],
        "head": 1,
    }
    assert type(kinds[TABLE]["rows"][0][1]) is float
    assert "<tr><td>a&lt;b</td><td>25%</td></tr>" in kinds["text/html"]
    assert kinds["text/plain"] == "word  share\na<b     25%\nc      100%"


def test_a_figure_has_colours_where_there_is_no_page() -> None:
    figure, axes = canvas()
    axes.plot([0, 1], [0, 1], color=SERIES[2])
    axes.scatter([0], [0], color=INK)
    kinds = show(Figure(figure, alt="a rising line"))._repr_mimebundle_()
    assert "var(--series-2,#5b4b9e)" in kinds["image/svg+xml"]
    assert "max-width:522px" in kinds["image/svg+xml"]
    assert kinds["text/plain"] == "a rising line"
    assert etree.fromstring(kinds["image/svg+xml"]).get("aria-label") == "a rising line"


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="show takes a Table or a Figure, got list"):
        show([1, 2])  # type: ignore[arg-type]
