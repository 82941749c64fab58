"""The whole-number decoder does the task on inputs that hypothesis chooses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workings.byhand.sort_and_deduplicate import write_greedily
from workings.byhand.sorting_weights import sorting_weights


@settings(max_examples=60)
@given(st.data(), st.integers(1, 12))
def test_sorts_and_removes_duplicates(data: st.DataObject, n_symbols: int) -> None:
    symbols = data.draw(st.lists(st.integers(0, n_symbols - 1), min_size=1, max_size=25))
    assert write_greedily(symbols, *sorting_weights(n_symbols), temperature=0) == sorted(set(symbols))


def test_twenty_symbols_and_sharp_softmax() -> None:
    symbols = np.random.default_rng(0).integers(20, size=40).tolist()
    assert write_greedily(symbols, *sorting_weights(20), temperature=0) == sorted(set(symbols))
    assert write_greedily([3, 0, 0, 1], *sorting_weights(4, sharpness=3)) == [0, 1, 3]


def test_weights_are_whole_numbers() -> None:
    E, heads, W_O = sorting_weights(6)
    for matrix in (E, *heads[0], W_O):
        assert (matrix == np.round(matrix)).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "n_symbols must be a whole number of 1 or more, got 0"),
        ((21,), "n_symbols must be 20 or less for scores that a float holds exactly, got 21"),
        ((4, 0), "sharpness must be a finite number above 0, got 0"),
    ],
)
def test_refuses(arguments: tuple[int, ...], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        sorting_weights(*arguments)
    assert str(caught.value) == message
