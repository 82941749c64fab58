"""A scan gives what a loop gives, exactly in integers, and in logarithmic depth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.counting import Counted
from workings.byhand.linear_recurrence import recurrence_loop, recurrence_scan

NUMBERS = st.lists(st.tuples(st.integers(-3, 3), st.integers(-9, 9)), min_size=1, max_size=40)


@given(NUMBERS)
def test_scan_equals_loop(steps: list[tuple[int, int]]) -> None:
    a, x = zip(*steps, strict=True)
    assert recurrence_scan(a, x) == recurrence_loop(a, x)


@pytest.mark.parametrize(("length", "rounds"), [(1, 0), (2, 1), (3, 2), (16, 4), (17, 5)])
def test_scan_takes_a_logarithm_of_rounds(length: int, rounds: int) -> None:
    numbers = [[Counted(0.5, {}) for _ in range(length)] for _ in range(2)]
    depth = max(state.depth for state in recurrence_scan(*numbers))
    assert 2 * rounds - 1 <= depth <= 2 * rounds or depth == 0 == rounds  # a product and a sum a round


@pytest.mark.parametrize("way", [recurrence_loop, recurrence_scan])
def test_refuses(way: object) -> None:
    with pytest.raises(ValueError, match="a and x must hold one number a step each, got 2 and 1"):
        way([1, 2], [1])  # type: ignore[operator]
    with pytest.raises(ValueError, match="a and x must hold one number a step each, got 0 and 0"):
        way([], [])  # type: ignore[operator]
