"""Tables and figures in a notebook: on the site's pages they look as exhibits do, in Jupyter as they can.

>>> from workings.exhibits.exhibit import Table
>>> from workings.exhibits.notebook import show
>>> print(show(Table(["n", "half"], [[1, 0.5], [2, 1.0]], ["d", ".1f"])))
n  half
1   0.5
2   1.0
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from workings.exhibits.drawing import Figure
from workings.exhibits.exhibit import Table

TABLE = "application/vnd.workings.table+json"
# Where the page's style sheet is not there to say what a colour is.
_ELSEWHERE = {
    "--faint": "#00000022", "--line": "#0000001f", "--md-default-bg-color": "white",
    "--series-0": "#0f6a73", "--series-1": "#c2571a", "--series-2": "#5b4b9e",
    "--series-3": "#2f7d3b", "--series-4": "#a8325b", "--series-5": "#6b6b6b",
}  # fmt: skip


class Shown:
    """What a cell shows when it ends with :func:`show`."""

    def __init__(self, kinds: Mapping[str, Any]) -> None:
        """Keep the forms, by media type."""
        self._kinds = dict(kinds)

    def __str__(self) -> str:
        """The form for a terminal."""
        return str(self._kinds["text/plain"])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """All forms, for Jupyter to choose from."""
        return self._kinds


def show(what: Table | Figure) -> Shown:
    """Show a table or a figure where a notebook shows the value of a cell."""
    if isinstance(what, Figure):
        return Shown({"image/svg+xml": _anywhere(what.svg), "text/plain": what.alt})
    if not isinstance(what, Table):
        raise TypeError(f"show takes a Table or a Figure, got {type(what).__name__}")
    rows = [[_plain(cell) for cell in row] for row in what.rows]
    spec = {
        "columns": list(what.columns), "rows": rows, "formats": list(what.formats),
        "heat": list(what.heat), "head": what.head,
    }  # fmt: skip
    return Shown({TABLE: spec, "text/html": _html(what, rows), "text/plain": _text(what, rows)})


def _plain(cell: Any) -> Any:
    return cell.item() if hasattr(cell, "item") else cell


def _words(what: Table, rows: list[list[Any]]) -> list[list[str]]:
    formats = what.formats or [""] * len(what.columns)
    return [
        [
            cell if isinstance(cell, str) else format(cell, spec)
            for cell, spec in zip(row, formats, strict=True)
        ]
        for row in rows
    ]


def _html(what: Table, rows: list[list[Any]]) -> str:
    def line(tag: str, cells: list[str]) -> str:
        return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"

    body = "".join(line("td", cells) for cells in _words(what, rows))
    return f"<table><thead>{line('th', list(what.columns))}</thead><tbody>{body}</tbody></table>"


def _text(what: Table, rows: list[list[Any]]) -> str:
    words = [list(what.columns), *_words(what, rows)]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place < what.head else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in words
    )


def _anywhere(svg: str) -> str:
    """Give each colour of the page a value for where there is no page, and the drawing its size."""
    for name, colour in _ELSEWHERE.items():
        svg = svg.replace(f"var({name})", f"var({name},{colour})")
    width = int(re.findall(r"--width:(\d+)px;", svg)[0])
    svg = svg.replace(f"--width:{width}px;", f"--width:{width}px;max-width:{width * 1.45:.0f}px;", 1)
    named = ' xmlns:xlink="http://www.w3.org/1999/xlink"' if "xlink:" in svg else ""
    return svg.replace(" xmlns=", f"{named} xmlns=", 1)
