"""The recurrent network by hand against ``nn.RNN`` and autograd, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.recurrent import activate, jacobian_norms, rnn_backward, rnn_jacobians, rnn_states, slope

SIDE = st.integers(1, 5)


@given(st.integers(0, 999), SIDE, SIDE, SIDE, SIDE, st.sampled_from(["tanh", "relu"]))
def test_equals_torch(seed: int, B: int, T: int, d_x: int, d_h: int, activation: str) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = torch.nn.RNN(d_x, d_h, nonlinearity=activation, batch_first=True, dtype=torch.float64)
        X, h_0, weight = (
            torch.randn(*shape, dtype=torch.float64) for shape in ((B, T, d_x), (B, d_h), (B, T, d_h))
        )
    out, _ = net(X, h_0[None])
    (out * weight).sum().backward()
    W_xh, W_hh = (one.detach().numpy().T for one in (net.weight_ih_l0, net.weight_hh_l0))
    b = (net.bias_ih_l0 + net.bias_hh_l0).detach().numpy()
    H = rnn_states(X, W_xh, W_hh, b, h_0, activation)
    assert np.allclose(H[:, 1:], out.detach().numpy(), rtol=0, atol=1e-12)
    dH = np.concatenate([np.zeros((B, 1, d_h)), weight.numpy()], axis=1)
    dW_xh, dW_hh, db, G = rnn_backward(X, H, W_hh, dH, activation)
    for gradient, parameter in (
        (dW_xh.T, net.weight_ih_l0),
        (dW_hh.T, net.weight_hh_l0),
        (db, net.bias_ih_l0),
    ):
        assert np.allclose(gradient, parameter.grad.numpy(), rtol=0, atol=1e-11)
    assert G.shape == H.shape


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
def test_slopes_by_differences(activation: str) -> None:
    z = np.array([-1.3, -0.2, 0.4, 2.0])
    differences = (activate(z + 1e-6, activation) - activate(z - 1e-6, activation)) / 2e-6
    assert np.allclose(slope(activate(z, activation), activation), differences, atol=1e-9)


def test_jacobians_and_norms() -> None:
    rng = np.random.default_rng(0)
    W_hh = rng.normal(size=(3, 3))
    H = rnn_states(rng.normal(size=(1, 6, 2)), rng.normal(size=(2, 3)), W_hh)[0]
    J = rnn_jacobians(H, W_hh)
    assert J.shape == (6, 3, 3)
    norms = jacobian_norms(H, W_hh)
    assert np.isclose(norms[2], np.linalg.norm(J[3] @ J[4] @ J[5], 2), rtol=1e-12)
    assert np.isclose(norms[0], np.linalg.norm(J[5], 2), rtol=1e-12)


X, W_XH, W_HH = np.ones((2, 3, 1)), np.ones((1, 4)), np.ones((4, 4))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: rnn_states(np.ones((3, 1)), W_XH, W_HH),
            ValueError,
            "X must have 3 axes (B, T, d_x), got shape (3, 1)",
        ),
        (
            lambda: rnn_states(X, W_XH, np.ones((4, 3))),
            ValueError,
            "W_hh must have shape (4, 4), that is (d_h, d_h), got (4, 3)",
        ),
        (
            lambda: rnn_states(X, np.ones((2, 4)), W_HH),
            ValueError,
            "W_xh must have shape (1, 4), that is (d_x, d_h), got (2, 4)",
        ),
        (
            lambda: rnn_states(X, W_XH, W_HH, np.ones(3)),
            ValueError,
            "b must have shape (4,), that is (d_h), got (3,)",
        ),
        (
            lambda: rnn_states(X, W_XH, W_HH, h_0=np.ones((1, 4))),
            ValueError,
            "h_0 must have shape (2, 4), that is (B, d_h), got (1, 4)",
        ),
        (
            lambda: rnn_states(X, W_XH, W_HH, activation="sin"),
            ValueError,
            "activation must be tanh, sigmoid, relu or linear, got 'sin'",
        ),
        (
            lambda: slope([0.5], "sin"),
            ValueError,
            "activation must be tanh, sigmoid, relu or linear, got 'sin'",
        ),
        (
            lambda: rnn_backward(X, np.ones((2, 3, 4)), W_HH, np.ones((2, 3, 4))),
            ValueError,
            "X must have shape (2, 2, 1), that is (B, T, d_x), got (2, 3, 1)",
        ),
        (
            lambda: rnn_backward(X, np.ones((2, 4, 4)), W_HH, np.ones((2, 3, 4))),
            ValueError,
            "dH must have shape (2, 4, 4), that is (B, T+1, d_h), got (2, 3, 4)",
        ),
        (
            lambda: rnn_states(np.ones((2, 0, 1)), W_XH, W_HH),
            ValueError,
            "X must not be empty, got shape (2, 0, 1)",
        ),
        (
            lambda: rnn_states([[[np.inf]]], W_XH, W_HH),
            ValueError,
            "X must be finite, got inf at index (0, 0, 0)",
        ),
    ],
)
def test_refuses(call: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
