"""A table and a figure, for the tests of the machinery."""

from __future__ import annotations

from workings.byhand.small import double, halve

from workings.exhibits.drawing import SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit


@exhibit
def halves(count: int = 3) -> Table:
    """One, halved again and again."""
    rows = [[0, 1.0]]
    for step in range(1, count):
        rows.append([step, halve(rows[-1][1])])
    return Table(["step", "value"], rows, ["d", ".3f"], values={"last": rows[-1][1]})


@exhibit(limit=2)
def rising() -> Figure:
    """Two points and a line."""
    figure, axes = canvas()
    axes.plot([0, 1], [0, double(1)], color=SERIES[0])
    return Figure(figure, "a line that rises from zero to two")
