"""The LSTM by hand against Torch's, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.lstm import lstm_gates, lstm_states, lstm_step
from workings.models.lstm_gru import lstm_weights

SIDE = st.integers(1, 5)


@given(st.integers(0, 999), SIDE, SIDE, SIDE)
def test_equals_torch(seed: int, B: int, d_x: int, d_h: int) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        cell = torch.nn.LSTMCell(d_x, d_h, dtype=torch.float64)
        x, h, c = (torch.randn(B, size, dtype=torch.float64) for size in (d_x, d_h, d_h))
    expected = [one.detach().numpy() for one in cell(x, (h, c))]
    assert np.allclose(lstm_step(x, h, c, *lstm_weights(cell)), expected, rtol=0, atol=1e-12)


def test_states_are_steps() -> None:
    rng = np.random.default_rng(0)
    X, W, U, b = (
        rng.normal(size=(2, 5, 3)),
        rng.normal(size=(3, 8)),
        rng.normal(size=(2, 8)),
        rng.normal(size=8),
    )
    h_0, c_0 = rng.normal(size=(2, 2, 2))
    H, C, gates = lstm_states(X, W, U, b, h_0, c_0)
    h, c = h_0, c_0
    for t in range(5):
        assert np.array_equal(gates[:, :, t], lstm_gates(X[:, t], h, W, U, b))
        h, c = lstm_step(X[:, t], h, c, W, U, b)
        assert np.allclose(H[:, t + 1], h, atol=1e-15)
        assert np.allclose(C[:, t + 1], c, atol=1e-15)


x, h, W, U = np.ones((2, 3)), np.ones((2, 4)), np.ones((3, 16)), np.ones((4, 16))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lstm_gates(x[0], h, W, U), "x must have 2 axes (B, d_x), got shape (3,)"),
        (lambda: lstm_gates(x[:1], h, W, U), "h must have shape (1, 4), that is (B, d_h), got (2, 4)"),
        (
            lambda: lstm_gates(x, h, W[:, :12], U),
            "W must have shape (3, 16), that is (d_x, 4*d_h), got (3, 12)",
        ),
        (lambda: lstm_gates(x, h, W, U[:3]), "U must have shape (4, 16), that is (d_h, 4*d_h), got (3, 16)"),
        (lambda: lstm_gates(x, h, W, U, np.ones(4)), "b must have shape (16,), that is (4*d_h), got (4,)"),
        (lambda: lstm_step(x, h, h[:, :2], W, U), "c must have shape (2, 4), that is (B, d_h), got (2, 2)"),
        (lambda: lstm_states(x, W, U), "X must have 3 axes (B, T, d_x), got shape (2, 3)"),
        (
            lambda: lstm_states(x[:, None], W, U, c_0=h[:1]),
            "c_0 must have shape (2, 4), that is (B, d_h), got (1, 4)",
        ),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
