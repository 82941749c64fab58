"""Bisection ends at neighbours, in every format."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.bisection import edge


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("limit", [1e-3, 0.3, 7.0, 300.5])
def test_ends_at_neighbours(dtype: type, limit: float) -> None:
    last, first = edge(lambda x: x < limit, 0.0, 1000.0, dtype)
    assert last < limit <= first
    assert np.nextafter(dtype(last), dtype(np.inf)) == dtype(first)


def test_downwards_to_the_smallest_number() -> None:
    assert edge(lambda x: x > 0, 1.0, 0.0) == (5e-324, 0.0)


@pytest.mark.parametrize("ends", [(0.0, 1.0), (6.0, 7.0)])
def test_refuses_ends_on_one_side(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError) as caught:
        edge(lambda x: x < 5, *ends)
    assert str(caught.value) == f"the condition must hold at {ends[0]} and not at {ends[1]}"
