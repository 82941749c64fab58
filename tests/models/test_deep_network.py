"""The module against the by-hand network, on every device there is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.deep_network import deep_states
from workings.models.deep_network import ACTIVATIONS, DeepNetwork

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-4)])
def test_agrees_with_the_by_hand_form(device: str, skip: bool, dtype: torch.dtype, tolerance: float) -> None:
    net = DeepNetwork(4, 2, depth=5, d=6, skip=skip, scale=0.5, device=device, dtype=dtype)
    X = torch.randn(3, 4, generator=torch.Generator().manual_seed(0), dtype=dtype)
    states = [one.detach().double().cpu().numpy() for one in net.states(X.to(device))]
    W = np.array([one.detach().double().cpu().numpy() for one in net.layers])
    assert np.allclose(states, deep_states(states[0], W, skip=skip, scale=0.5), rtol=0, atol=tolerance)
    assert net(X.to(device)).shape == (3, 2)


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_norm_keeps_the_state_in_range(activation: str) -> None:
    net = DeepNetwork(4, 2, depth=20, d=16, activation=activation, norm=True)
    assert net.states(1e3 * torch.ones(2, 4))[-1].abs().max() < 20


def test_refuses_and_leaves_the_global_generator() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    net = DeepNetwork(2, 1, depth=1, d=2)
    assert torch.equal(torch.rand(3), expected)
    with pytest.raises(ValueError, match="X must have shape \\(B, 2\\), got \\(3, 1\\)"):
        net(torch.ones(3, 1))
    with pytest.raises(
        ValueError, match="activation must be one of relu, leaky, gelu, tanh, sigmoid, got 'sin'"
    ):
        DeepNetwork(2, 1, depth=1, d=2, activation="sin")
