"""Generated sequences keep to what is asked, and teacher forcing asks each place for the next token."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workings.data.sort_and_deduplicate import IGNORED, draw_sequences, encode, hold_out


def test_held_out_sets_do_not_mix() -> None:
    held = hold_out(6)
    assert held.sum() == 16
    assert not held[0]
    rng = np.random.default_rng(0)
    sides = [
        {frozenset(one) for one in draw_sequences(rng, 500, 6, 1, 6, allowed)} for allowed in (held, ~held)
    ]
    assert sides[0]
    assert not sides[0] & sides[1]


@given(st.integers(0, 99), st.integers(1, 6), st.integers(1, 5), st.integers(0, 5))
def test_lengths_and_symbols(seed: int, n_symbols: int, shortest: int, more: int) -> None:
    drawn = draw_sequences(np.random.default_rng(seed), 20, n_symbols, shortest, shortest + more)
    assert len(drawn) == 20
    assert all(shortest <= len(one) <= shortest + more for one in drawn)
    assert all(set(one) <= set(range(n_symbols)) for one in drawn)


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=5), min_size=1, max_size=4))
def test_targets_are_the_next_tokens(sequences: list[list[int]]) -> None:
    inputs, targets = encode(sequences, 4)
    for one, row, wanted in zip(sequences, inputs.tolist(), targets.tolist(), strict=True):
        output = [*sorted(set(one)), 5]
        assert row[: len(one) + 1] == [*one, 4]
        assert [t for t in wanted if t != IGNORED] == output
        assert wanted[: len(one)] == [IGNORED] * len(one)
        assert row[len(one) + 1 : len(one) + len(output)] == output[:-1]
