"""States and gradients against autograd, and every refusal."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.deep_network import deep_gradients, deep_states, layer_weights

TORCH = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": torch.clone}


@pytest.mark.parametrize("activation", list(TORCH))
@pytest.mark.parametrize("skip", [False, True])
def test_equals_autograd(activation: str, skip: bool) -> None:
    W = layer_weights(6, 5, 1.3, seed=2)
    rng = np.random.default_rng(3)
    X, top = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    h = torch.from_numpy(X).requires_grad_()
    states = [h]
    for layer in torch.from_numpy(W):
        states.append(0.7 * TORCH[activation](states[-1] @ layer) + (states[-1] if skip else 0))
    graph = torch.autograd.grad((states[-1] * torch.from_numpy(top)).sum(), states)
    H = deep_states(X, W, activation, skip=skip, scale=0.7)
    assert np.allclose(H, torch.stack(states).detach().numpy(), rtol=0, atol=1e-12)
    G = deep_gradients(H, W, top, activation, skip=skip, scale=0.7)
    assert np.allclose(G, torch.stack(graph).numpy(), rtol=0, atol=1e-12)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="W must have shape \\(L, 2, 2\\), got \\(1, 3, 3\\)"):
        deep_states(np.ones((1, 2)), np.ones((1, 3, 3)))
    with pytest.raises(
        ValueError, match="H must have shape \\(3, 1, 2\\) to match W and top, got \\(2, 1, 2\\)"
    ):
        deep_gradients(np.ones((2, 1, 2)), np.ones((2, 2, 2)), np.ones((1, 2)))
    with pytest.raises(ValueError, match="activation must be tanh, sigmoid, relu or linear, got 'sin'"):
        deep_states(np.ones((1, 2)), np.ones((1, 2, 2)), "sin")
    with pytest.raises(ValueError, match="L must be a whole number of 1 or more, got 0"):
        layer_weights(0, 2)
