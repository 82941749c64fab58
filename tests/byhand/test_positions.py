"""Positions by hand: what must hold for every draw, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.positions import (
    pair_frequencies,
    relative_attention,
    relative_bias,
    rotary,
    shift_matrix,
    sinusoidal_encoding,
)
from workings.byhand.scaled_attention import attention, causal_mask


@given(st.integers(0, 300), st.integers(-200, 300), st.integers(1, 16))
def test_a_shift_is_one_rotation(start: int, offset: int, pairs: int) -> None:
    start, offset = max(start, -offset), offset
    P = sinusoidal_encoding(start + max(offset, 0) + 1, 2 * pairs)
    R = shift_matrix(offset, 2 * pairs)
    assert np.allclose(P[start] @ R, P[start + offset], atol=1e-10)
    assert np.allclose(R @ R.T, np.eye(2 * pairs), atol=1e-12)
    assert np.isclose(np.linalg.det(R), 1)


@given(st.integers(0, 99), st.integers(1, 6), st.integers(1, 4), st.integers(0, 1000))
def test_rotary_scores_see_distance_alone(seed: int, T: int, pairs: int, first: int) -> None:
    rng = np.random.default_rng(seed)
    Q, K = rng.normal(size=(T, 2 * pairs)), rng.normal(size=(T, 2 * pairs))
    assert np.allclose(rotary(Q, first) @ rotary(K, first).T, rotary(Q) @ rotary(K).T, atol=1e-9)
    assert np.allclose(np.linalg.norm(rotary(Q, first), axis=1), np.linalg.norm(Q, axis=1))


def test_without_bias_relative_attention_is_attention() -> None:
    Q, K, V = np.random.default_rng(0).normal(size=(3, 5, 4))
    assert np.allclose(relative_attention(Q, K, V, [0.0]), attention(Q, K, V), atol=1e-14)
    masked = relative_attention(Q, K, V, np.zeros(9), causal_mask(5))
    assert np.allclose(masked, attention(Q, K, V, causal_mask(5)), atol=1e-14)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: pair_frequencies(5), ValueError, "d_model must be even, a sine and a cosine a pair, got 5"),
        (lambda: pair_frequencies(0), ValueError, "d_model must be a whole number of 2 or more, got 0"),
        (lambda: pair_frequencies(4, base=0), ValueError, "base must be a finite number above 0, got 0"),
        (lambda: sinusoidal_encoding(0, 4), ValueError, "seq_len must be a whole number of 1 or more, got 0"),
        (lambda: shift_matrix(1.5, 4), TypeError, "offset must be a whole number, got float 1.5"),  # type: ignore[arg-type]
        (
            lambda: rotary([[1.0, 2.0, 3.0]]),
            ValueError,
            "d_model must be even, a sine and a cosine a pair, got 3",
        ),
        (lambda: rotary([1.0, 2.0]), ValueError, "X must have 2 axes (T, d_k), got shape (2,)"),
        (
            lambda: relative_bias([1.0, 2.0], 2, 2),
            ValueError,
            "biases must hold an odd number, for distances -r to r, got 2",
        ),
        (
            lambda: relative_attention([[1.0]], [[1.0]], [[1.0], [2.0]], [0.0]),
            ValueError,
            "values must have shape (1, d_v) to match keys, got (2, 1)",
        ),
    ],
)
def test_refuses(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
