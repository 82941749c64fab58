"""Attention by hand against Torch's fused kernel, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.scaled_attention import (
    attention,
    attention_scores,
    attention_weights,
    causal_mask,
    mask_scores,
    self_attention,
)

SIDE = st.integers(1, 6)


def draw(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


@given(st.integers(0, 999), SIDE, SIDE, SIDE, SIDE, st.none() | st.floats(0.01, 3), st.booleans())
def test_equals_torch(
    seed: int, t_q: int, t_k: int, d_k: int, d_v: int, scale: float | None, masked: bool
) -> None:
    Q, K, V, noise = draw(seed, (t_q, d_k), (t_k, d_k), (t_k, d_v), (t_q, t_k))
    mask = (noise > 0) | np.eye(t_q, t_k, dtype=bool) | (np.arange(t_k) == 0) if masked else None
    expected = scaled_dot_product_attention(
        *(torch.from_numpy(array) for array in (Q, K, V)),
        attn_mask=None if mask is None else torch.from_numpy(mask),
        scale=scale,
    )
    assert np.allclose(attention(Q, K, V, mask, scale), expected.numpy(), rtol=0, atol=1e-12)


@given(st.integers(0, 999), SIDE, SIDE, SIDE)
def test_weights_are_convex(seed: int, t_q: int, t_k: int, d_k: int) -> None:
    Q, K, V = draw(seed, (t_q, d_k), (t_k, d_k), (t_k, 2))
    weights = attention_weights(Q, K)
    assert weights.shape == (t_q, t_k)
    assert (weights >= 0).all()
    assert np.allclose(weights.sum(axis=1), 1)
    outputs = attention(Q, K, V)
    assert (outputs <= V.max(axis=0) + 1e-12).all()
    assert (outputs >= V.min(axis=0) - 1e-12).all()


def test_self_attention_equals_torch() -> None:
    X, W_Q, W_K, W_V = draw(1, (5, 4), (4, 3), (4, 3), (4, 2))
    expected = scaled_dot_product_attention(
        *(torch.from_numpy(X @ W) for W in (W_Q, W_K, W_V)), is_causal=True
    )
    assert np.allclose(self_attention(X, W_Q, W_K, W_V, causal_mask(5)), expected.numpy(), atol=1e-13)


def test_causal_mask_equals_torch() -> None:
    for seq_len in (1, 2, 7):
        expected = torch.ones(seq_len, seq_len, dtype=torch.bool).tril()
        assert (causal_mask(seq_len) == expected.numpy()).all()


def test_float32_stays_float32() -> None:
    Q, K, V = (array.astype(np.float32) for array in draw(2, (3, 4), (5, 4), (5, 2)))
    assert attention(Q, K, V, np.ones((3, 5), dtype=bool)).dtype == np.float32


OK = [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: attention_scores(OK, np.ones((5, 3))),
            ValueError,
            "keys must have shape (T_k, 2) to match queries, got (5, 3)",
        ),
        (
            lambda: attention_scores([1.0], OK),
            ValueError,
            "queries must have 2 axes (T_q, d_k), got shape (1,)",
        ),
        (lambda: attention_scores(OK, [[]]), ValueError, "keys must not be empty, got shape (1, 0)"),
        (
            lambda: attention_scores([[1, np.nan]], OK),
            ValueError,
            "queries must be finite, got nan at index (0, 1)",
        ),
        (lambda: attention_scores(OK, [["a", "b"]]), TypeError, "keys must hold real numbers, got dtype <U1"),
        (
            lambda: attention_scores(OK, OK, scale=0),
            ValueError,
            "scale must be a finite number above 0, got 0",
        ),
        (lambda: causal_mask(0), ValueError, "seq_len must be a whole number of 1 or more, got 0"),
        (lambda: causal_mask(2.0), TypeError, "seq_len must be a whole number, got float 2.0"),  # type: ignore[arg-type]
        (
            lambda: mask_scores(OK, [[1, 0]]),
            TypeError,
            "mask must hold booleans, True where a query may attend, got dtype int64",
        ),
        (
            lambda: mask_scores(OK, [[True], [True]]),
            ValueError,
            "mask must have shape (1, 2), queries by keys, got (2, 1)",
        ),
        (
            lambda: attention_weights(OK * 3, OK, [[False], [True], [False]]),
            ValueError,
            "mask must leave every query a key, got none in rows [0, 2]",
        ),
        (
            lambda: mask_scores([1.0], [True]),
            ValueError,
            "scores must have 2 axes (T_q, T_k), got shape (1,)",
        ),
        (
            lambda: attention(OK, OK, [[1.0], [2.0]]),
            ValueError,
            "values must have shape (1, d_v) to match keys, got (2, 1)",
        ),
        (lambda: attention(OK, OK, [3.0]), ValueError, "values must have 2 axes (T_k, d_v), got shape (1,)"),
        (
            lambda: self_attention(OK, np.ones((3, 1)), np.ones((2, 1)), np.ones((2, 1))),
            ValueError,
            "W_Q must have shape (2, d_k) to match X, got (3, 1)",
        ),
        (
            lambda: self_attention(OK, np.ones((2, 1)), np.ones((2, 2)), np.ones((2, 1))),
            ValueError,
            "keys must have shape (T_k, 1) to match queries, got (1, 2)",
        ),
        (
            lambda: self_attention(OK, np.ones((2, 1)), np.ones((2, 1)), [1.0, 2.0]),
            ValueError,
            "W_V must have 2 axes (d_model, d_v), got shape (2,)",
        ),
    ],
)
def test_refuses(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
