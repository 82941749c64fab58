"""The LSTM's gradients by hand against autograd: backward, forward, and as Jacobians."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workings.byhand.lstm import lstm_states
from workings.byhand.lstm_gradient import candidate_sensitivities, lstm_backward, lstm_jacobians

SIDE = st.integers(1, 4)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 999), SIDE, SIDE, SIDE, SIDE)
def test_gradients_equal_autograd(seed: int, B: int, T: int, d_x: int, d_h: int) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = torch.nn.LSTM(d_x, d_h, batch_first=True, dtype=torch.float64)
        X, weight = torch.randn(B, T, d_x, dtype=torch.float64), torch.randn(B, T, d_h, dtype=torch.float64)
    (net(X)[0] * weight).sum().backward()
    W, U = (one.detach().numpy().T for one in (net.weight_ih_l0, net.weight_hh_l0))
    H, C, gates = lstm_states(X, W, U, (net.bias_ih_l0 + net.bias_hh_l0).detach().numpy())
    dH = np.concatenate([np.zeros((B, 1, d_h)), weight.numpy()], axis=1)
    dW, dU, db = lstm_backward(X, H, C, gates, U, dH)
    for by_hand, parameter in ((dW.T, net.weight_ih_l0), (dU.T, net.weight_hh_l0), (db, net.bias_ih_l0)):
        assert np.allclose(by_hand, parameter.grad.numpy(), rtol=0, atol=1e-12)
    forward = sum(
        np.einsum("tpqk,tk->pq", candidate_sensitivities(X[n], H[n], C[n], gates[:, n], U)[0], dH[n])
        for n in range(B)
    )
    assert np.allclose(forward, dW[:, 2 * d_h : 3 * d_h], rtol=0, atol=1e-12)


def test_jacobians_by_differences() -> None:
    rng = np.random.default_rng(0)
    W, U, b = rng.normal(size=(2, 12)), rng.normal(size=(3, 12)), rng.normal(size=12)
    x, start = rng.normal(size=(1, 1, 2)), rng.normal(size=6)  # memory first, then hidden

    def step(state: np.ndarray) -> np.ndarray:
        H, C, _ = lstm_states(x, W, U, b, state[None, 3:], state[None, :3])
        return np.concatenate([C[0, 1], H[0, 1]])

    H, C, gates = lstm_states(x, W, U, b, start[None, 3:], start[None, :3])
    differences = [(step(start + 1e-6 * unit) - step(start - 1e-6 * unit)) / 2e-6 for unit in np.eye(6)]
    assert np.allclose(lstm_jacobians(H[0], C[0], gates[:, 0], U)[0], differences, atol=1e-8)


def test_refuses() -> None:
    H, C, gates = lstm_states(np.ones((1, 3, 1)), np.ones((1, 4)), np.ones((1, 4)))
    with pytest.raises(ValueError, match="gates must have shape \\(4, 3, 1\\), that is \\(4, T, d_h\\)"):
        lstm_jacobians(H[0], C[0], gates[:, 0, :2], np.ones((1, 4)))
    with pytest.raises(ValueError, match="dH must have shape \\(1, 4, 1\\), that is \\(B, T\\+1, d_h\\)"):
        lstm_backward(np.ones((1, 3, 1)), H, C, gates, np.ones((1, 4)), np.ones((1, 3, 1)))
    with pytest.raises(
        ValueError, match="X must have shape \\(3, 1\\), that is \\(T, d_x\\), got \\(2, 1\\)"
    ):
        candidate_sensitivities(np.ones((2, 1)), H[0], C[0], gates[:, 0], np.ones((1, 4)))
