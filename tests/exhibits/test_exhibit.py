"""Exhibits: what a table and an exhibit refuse."""

from __future__ import annotations

from typing import Any

import pytest

from workings.exhibits.exhibit import Table, exhibit


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"columns": ["a"], "rows": []}, "a table needs rows and columns, got 0 and 1"),
        ({"columns": [], "rows": [[]]}, "a table needs rows and columns, got 1 and 0"),
        ({"columns": ["a", "b"], "rows": [[1, 2], [3]]}, r"row 1 needs 2 cells, got 1: \[3\]"),
        ({"columns": ["a"], "rows": [[1]], "formats": ["d", "d"]}, "formats needs 1 entries, got 2"),
        ({"columns": ["a"], "rows": [[1]], "heat": ["b"]}, r"heat names columns that are not there: \['b'\]"),
        ({"columns": ["a"], "rows": [[1]], "head": 2}, "head counts columns, of which there are 1, got 2"),
        ({"columns": ["a"], "rows": [[1]], "head": -1}, "head counts columns, of which there are 1, got -1"),
    ],
)
def test_tables_that_are_refused(table: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Table(**table)


def test_an_exhibit_keeps_its_function_and_its_settings() -> None:
    @exhibit(limit=3, data=["words.txt"])
    def one(count: int = 1) -> Table:
        """Show it."""
        return Table(["n"], [[count]])

    assert (one.__name__, one.__doc__, one.limit, one.data) == ("one", "Show it.", 3, ("words.txt",))
    shown = one.show(count=2)
    assert isinstance(shown, Table)
    assert shown.rows == [[2]]


@pytest.mark.parametrize("returned", [None, 3, [[1]], "table"])
def test_an_exhibit_returns_a_table_or_a_figure(returned: Any) -> None:
    with pytest.raises(TypeError, match=f"returns a Table or a Figure, got {type(returned).__name__}"):
        exhibit(lambda: returned).show()


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
def test_a_limit_that_is_no_time(limit: float) -> None:
    with pytest.raises(ValueError, match=f"limit is a number of seconds above 0, got {limit}"):
        exhibit(limit=limit)(lambda: Table(["n"], [[1]]))
