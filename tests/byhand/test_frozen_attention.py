"""Gradients with frozen attention weights against Torch's autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.frozen_attention import frozen_attention_gradients, token_loss_gradient


@given(st.integers(0, 99))
def test_equals_autograd(seed: int) -> None:
    rng = np.random.default_rng(seed)
    P, X = rng.dirichlet(np.ones(5), size=5), rng.normal(size=(5, 4))
    W_V, W_O, E = rng.normal(size=(4, 3)), rng.normal(size=(3, 4)), rng.normal(size=(6, 4))
    targets = rng.integers(6, size=5)
    by_value, by_output = (torch.from_numpy(W).requires_grad_() for W in (W_V, W_O))
    p, x, e = (torch.from_numpy(array) for array in (P, X, E))
    logits = p @ x @ by_value @ by_output @ e.T
    torch.nn.functional.cross_entropy(logits, torch.from_numpy(targets), reduction="sum").backward()
    error = token_loss_gradient(logits.detach().numpy(), targets)
    ours = frozen_attention_gradients(P, X, W_V, W_O, E, error)
    assert np.allclose(ours[0], by_value.grad.numpy(), rtol=0, atol=1e-12)
    assert np.allclose(ours[1], by_output.grad.numpy(), rtol=0, atol=1e-12)


def test_refuses() -> None:
    with pytest.raises(ValueError, match=r"^targets must be whole numbers of shape \(1,\), got \[0, 1\]$"):
        token_loss_gradient([[1.0, 2.0]], [0, 1])
    with pytest.raises(ValueError, match=r"^weights must have 2 axes \(T, T\), got shape \(1,\)$"):
        frozen_attention_gradients([1.0], [[1.0]], [[1.0]], [[1.0]], [[1.0]], [[1.0]])
