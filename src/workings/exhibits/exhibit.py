"""An exhibit: a function that returns a table or a figure for a page.

>>> from workings.exhibits.exhibit import Table, exhibit
>>> @exhibit
... def squares(count: int = 3) -> Table:
...     return Table(["n", "n²"], [[n, n * n] for n in range(count)])
>>> print(squares.show(count=2).rows)
[[0, 0], [1, 1]]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, overload

from workings.exhibits.drawing import Figure

Cell = str | int | float | bool


@dataclass(frozen=True)
class Table:
    """Rows of cells under named columns; numbers are printed with their column's format.

    ``formats`` gives a format per column (``".3f"``; empty prints the cell as it is). ``heat`` shades every
    number of the named columns between the column group's least and greatest; ``head`` says how many
    leading columns name the row. Cells and columns that are strings may hold TeX between dollars.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    formats: Sequence[str] = ()
    heat: Sequence[str] = ()
    head: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a table that is empty or ragged."""
        if not self.rows or not self.columns:
            raise ValueError(f"a table needs rows and columns, got {len(self.rows)} and {len(self.columns)}")
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} needs {len(self.columns)} cells, got {len(row)}: {list(row)}")
        if self.formats and len(self.formats) != len(self.columns):
            raise ValueError(f"formats needs {len(self.columns)} entries, got {len(self.formats)}")
        if not 0 <= self.head <= len(self.columns):
            raise ValueError(f"head counts columns, of which there are {len(self.columns)}, got {self.head}")
        if unknown := set(self.heat) - set(self.columns):
            raise ValueError(f"heat names columns that are not there: {sorted(unknown)}")


def as_text(text: str) -> str:
    """Give a text for a cell in which a dollar is money and begins no TeX.

    >>> from workings.exhibits.exhibit import as_text
    >>> print(as_text("It costs $10."))
    It costs &#36;10.
    """
    return text.replace("$", "&#36;")


class Exhibit:
    """A function that returns a :class:`Table` or a :class:`Figure`; made by :func:`exhibit`."""

    def __init__(
        self, show: Callable[..., Table | Figure], limit: float, data: Sequence[str], records: Sequence[str]
    ) -> None:
        """Keep the time limit in seconds, the data files and the records that the exhibit reads."""
        if not limit > 0:
            raise ValueError(f"limit is a number of seconds above 0, got {limit}")
        update_wrapper(self, show)  # type: ignore[arg-type]
        self.limit = limit
        self.data = tuple(data)
        self.records = tuple(records)
        self._show = show

    def show(self, **arguments: Any) -> Table | Figure:
        """Compute the exhibit."""
        shown = self._show(**arguments)
        if not isinstance(shown, Table | Figure):
            raise TypeError(f"an exhibit returns a Table or a Figure, got {type(shown).__name__}")
        return shown


@overload
def exhibit(show: Callable[..., Table | Figure]) -> Exhibit: ...
@overload
def exhibit(
    *, limit: float = ..., data: Sequence[str] = ..., records: Sequence[str] = ...
) -> Callable[[Callable[..., Table | Figure]], Exhibit]: ...
def exhibit(
    show: Callable[..., Table | Figure] | None = None,
    *,
    limit: float = 120.0,
    data: Sequence[str] = (),
    records: Sequence[str] = (),
) -> Exhibit | Callable[[Callable[..., Table | Figure]], Exhibit]:
    """Make a function an exhibit.

    ``limit`` is in seconds, ``data`` lists paths below ``WORKINGS_DATA``, ``records`` lists names of
    ``docs/records``: literal strings. When what an exhibit reads has changed, it is computed anew.
    """
    if show is not None:
        return Exhibit(show, limit, data, records)
    return lambda function: Exhibit(function, limit, data, records)
