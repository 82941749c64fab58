"""The module against the by-hand network, on every device there is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.recurrent import rnn_states
from workings.byhand.spectral import spectral_radius
from workings.models.recurrent import Recurrent

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_agrees_with_the_by_hand_form(
    device: str, activation: str, dtype: torch.dtype, tolerance: float
) -> None:
    net = Recurrent(3, 5, activation, radius=0.9, device=device, dtype=dtype)
    X = torch.randn(2, 7, 3, generator=torch.Generator().manual_seed(0), dtype=dtype)
    W_xh, W_hh, b = (one.detach().double().cpu().numpy() for one in net.parameters())
    expected = rnn_states(X.double().numpy(), W_xh, W_hh, b, activation=activation)[:, 1:]
    assert np.abs(net(X.to(device)).detach().double().cpu().numpy() - expected).max() < tolerance
    assert np.isclose(spectral_radius(W_hh), 0.9, atol=1e-5)


def test_starts_where_it_is_told_and_leaves_the_global_generator() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    net = Recurrent(1, 2, "linear", dtype=torch.float64)
    assert torch.equal(torch.rand(3), expected)
    h_0 = torch.ones(1, 2, dtype=torch.float64)
    states = net(torch.zeros(1, 1, 1, dtype=torch.float64), h_0)
    assert torch.allclose(states[:, 0], h_0 @ net.W_hh)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="activation must be tanh, sigmoid, relu or linear, got 'sin'"):
        Recurrent(1, 2, "sin")
    with pytest.raises(ValueError, match="d_h must be a whole number of 1 or more, got 0"):
        Recurrent(1, 0)
    with pytest.raises(ValueError, match="X must have shape \\(B, T, 1\\), got \\(3, 1\\)"):
        Recurrent(1, 2)(torch.ones(3, 1))
    with pytest.raises(ValueError, match="h_0 must have shape \\(1, 2\\), got \\(2, 2\\)"):
        Recurrent(1, 2)(torch.ones(1, 3, 1), torch.ones(2, 2))
