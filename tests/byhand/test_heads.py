"""Heads by hand: equivariance and decoding as properties, Torch as the oracle, every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.heads import decode_step, join_heads, multi_head_attention, split_heads
from workings.byhand.scaled_attention import causal_mask

SIDE = st.integers(1, 6)


def draw(seed: int, T: int, d_model: int) -> tuple[np.ndarray, list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(T, d_model)), [rng.normal(size=(d_model, d_model)) for _ in range(4)]


@given(st.integers(0, 999), SIDE, st.integers(1, 3), st.integers(1, 3), st.data())
def test_is_equivariant(seed: int, T: int, n_head: int, d_head: int, data: st.DataObject) -> None:
    X, weights = draw(seed, T, n_head * d_head)
    order = np.array(data.draw(st.permutations(range(T))))
    outputs = multi_head_attention(X, *weights, n_head)
    assert np.allclose(multi_head_attention(X[order], *weights, n_head), outputs[order], atol=1e-9)


@given(st.integers(0, 999), SIDE, st.integers(1, 3), st.integers(1, 3))
def test_steps_equal_the_parallel_pass(seed: int, T: int, n_head: int, d_head: int) -> None:
    X, weights = draw(seed, T, n_head * d_head)
    cache, steps = None, []
    for x in X:
        output, cache = decode_step(x, cache, *weights, n_head)
        steps.append(output)
    assert np.allclose(steps, multi_head_attention(X, *weights, n_head, causal_mask(T)), atol=1e-10)


@pytest.mark.parametrize("n_head", [1, 2, 4])
def test_equals_torch(n_head: int) -> None:
    X, (W_Q, W_K, W_V, W_O) = draw(1, 5, 8)
    layer = torch.nn.MultiheadAttention(8, n_head, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.from_numpy(np.hstack([W_Q, W_K, W_V]).T.copy()))
        layer.out_proj.weight.copy_(torch.from_numpy(W_O.T.copy()))
    rows = torch.from_numpy(X)[None]
    expected = layer(rows, rows, rows)[0][0].detach().numpy()
    assert np.abs(multi_head_attention(X, W_Q, W_K, W_V, W_O, n_head) - expected).max() < 1e-12


def test_joining_undoes_splitting() -> None:
    X, _ = draw(2, 3, 6)
    assert (join_heads(split_heads(X, 3)) == X).all()


EYE = np.eye(4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: split_heads(np.ones((2, 4)), 3), "n_head must divide d_model = 4, got 3"),
        (lambda: split_heads(np.ones((2, 4)), 0), "n_head must be a whole number of 1 or more, got 0"),
        (
            lambda: multi_head_attention(np.ones((2, 4)), np.eye(3), EYE, EYE, EYE, 2),
            "W_Q must have shape (4, 4) to match X, got (3, 3)",
        ),
        (
            lambda: multi_head_attention(np.ones((2, 4)), EYE, EYE, EYE, EYE, 2, memory=np.ones((2, 3))),
            "memory must have shape (T_k, 4) to match X, got (2, 3)",
        ),
        (
            lambda: decode_step(np.ones((1, 4)), None, EYE, EYE, EYE, EYE, 2),
            "x must have 1 axis (d_model), got shape (1, 4)",
        ),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
