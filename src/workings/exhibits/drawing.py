"""Figures in the page's own colours: Matplotlib draws, the page's style sheet paints.

Ink and series are drawn in colours that stand for CSS: :data:`INK` becomes ``currentColor`` and
``SERIES[i]`` becomes ``var(--series-i)``, so one SVG serves light, dark and print.

>>> from workings.exhibits.drawing import SERIES, Figure, canvas
>>> figure, axes = canvas()
>>> line = axes.plot([0, 1], [0, 1], color=SERIES[0])
>>> svg = Figure(figure, alt="a rising line").svg
>>> print("var(--series-0)" in svg, "currentColor" in svg)
True True
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import matplotlib
from cycler import cycler

matplotlib.use("Agg")

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from workings.exhibits.svg import for_page

INK = "#010203"
FAINT = "#010204"
SERIES = ("#0a0001", "#0a0002", "#0a0003", "#0a0004", "#0a0005", "#0a0006")
_PAINT = {INK: "currentColor", FAINT: "var(--faint)"} | {
    colour: f"var(--series-{number})" for number, colour in enumerate(SERIES)
}

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "workings",
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=SERIES),
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


def canvas(width: float = 5.0, height: float = 3.0, columns: int = 1, **options: Any) -> tuple[Drawing, Any]:
    """Return an empty figure and its axes (an array of them for several columns), in the house style.

    ``width`` and ``height`` are in inches of 72 px; 5 inches fill a phone. ``options`` go to
    ``Figure.subplots`` (``sharey``, ``nrows``).
    """
    with rc_context(_STYLE):
        figure = Drawing(figsize=(width, height), layout="constrained")
        axes = figure.subplots(ncols=columns, **options)
    return figure, axes


@dataclass(frozen=True)
class Figure:
    """A drawing and the sentence that says in words what it shows."""

    drawing: Drawing
    alt: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a figure without words or without content."""
        if not self.alt.strip():
            raise ValueError("a figure needs alt text that says what it shows")
        if not any(_has_content(axes) for axes in self.drawing.axes):
            raise ValueError("a figure needs something drawn in it, got empty axes")

    @property
    def svg(self) -> str:
        """The drawing as SVG: the same bytes every time, its ids its own, its colours the page's."""
        buffer = io.StringIO()
        with rc_context(_STYLE):
            self.drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return for_page(buffer.getvalue(), self.alt, _PAINT)


def _has_content(axes: Axes) -> bool:
    return bool(axes.lines or axes.patches or axes.collections or axes.images or axes.texts)
