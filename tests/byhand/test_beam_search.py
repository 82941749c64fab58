"""The beam against trying everything, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workings.byhand.beam_search import beam_search, exhaustive_search, length_penalty


def random_model(seed: int, size: int):  # type: ignore[no-untyped-def]
    """A model whose next token depends on the whole prefix."""

    def model(prefixes: Sequence[tuple[int, ...]]) -> np.ndarray:
        rows = [
            np.random.default_rng([seed, *(t + 1 for t in prefix)]).dirichlet(np.ones(size))
            for prefix in prefixes
        ]
        return np.log(rows)

    return model


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 3), st.integers(1, 4), st.sampled_from([0.0, 0.6, 1.0]))
def test_a_full_beam_is_exhaustive(seed: int, size: int, max_len: int, alpha: float) -> None:
    model = random_model(seed, size)
    wide = beam_search(model, 0, size**max_len, max_len, alpha)
    every = exhaustive_search(model, 0, max_len, alpha)
    assert wide[0] == every[0]
    assert wide[1] == pytest.approx(every[1], abs=1e-12)
    assert beam_search(model, 0, 1, max_len, alpha)[1] <= every[1] + 1e-12


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_width_one_is_greedy(seed: int) -> None:
    model, prefix = random_model(seed, 4), ()
    while len(prefix) < 6 and (not prefix or prefix[-1] != 0):
        prefix = (*prefix, int(model([prefix])[0].argmax()))
    assert beam_search(model, 0, 1, 6)[0] == prefix


def test_a_length_penalty_prefers_longer() -> None:
    assert length_penalty(7, 1.0) == 2.0

    def model(prefixes: Sequence[tuple[int, ...]]) -> np.ndarray:
        with np.errstate(divide="ignore"):
            return np.log([[0.45, 0.55] if not prefix else [0.8, 0.2] for prefix in prefixes])

    assert beam_search(model, 0, 8, 4)[0] == (0,)
    assert beam_search(model, 0, 8, 4, alpha=1.0)[0] == (1, 0)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="width must be a whole number of 1 or more, got 0"):
        beam_search(random_model(0, 2), 0, 0, 3)
    with pytest.raises(ValueError, match="max_len must be a whole number of 1 or more, got 0"):
        exhaustive_search(random_model(0, 2), 0, 0)
