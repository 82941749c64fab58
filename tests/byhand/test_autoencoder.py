"""Gradients against autograd, the one-number decoder against its data, and the refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import mse_loss

from workings.byhand.autoencoder import linear_autoencoder, one_number_decoder


@pytest.mark.parametrize("k", [1, 3, 7])
def test_gradients_equal_autograd(k: int) -> None:
    rng = np.random.default_rng(k)
    X, W_e, W_d = rng.normal(size=(9, 5)), rng.normal(size=(5, k)), rng.normal(size=(k, 5))
    error, by_e, by_d = linear_autoencoder(X, W_e, W_d)
    x, e, d = (torch.from_numpy(one).requires_grad_() for one in (X, W_e, W_d))
    loss = mse_loss(x @ e @ d, x)
    graph = torch.autograd.grad(loss, [e, d])
    assert np.isclose(error, loss.item())
    assert np.allclose(by_e, graph[0].numpy())
    assert np.allclose(by_d, graph[1].numpy())


@pytest.mark.parametrize("count", [2, 3, 50])
def test_one_number_restores_every_row(count: int) -> None:
    rng = np.random.default_rng(count)
    X, u = rng.normal(size=(count, 4)), rng.normal(size=4)
    first, places, slopes = one_number_decoder(X, u)
    assert np.allclose(first + np.maximum(0, (X @ u)[:, None] - places) @ slopes, X, atol=1e-8)


def test_refuses() -> None:
    with pytest.raises(ValueError, match=r"W_e must have shape \(d, k\) and W_d \(k, d\) with d = 3"):
        linear_autoencoder(np.ones((2, 3)), np.ones((3, 1)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="two rows of X have the same product with direction"):
        one_number_decoder([[1.0, 0.0], [1.0, 5.0]], [1.0, 0.0])
    with pytest.raises(ValueError, match=r"X needs two rows or more of length 2, got shape \(1, 2\)"):
        one_number_decoder([[1.0, 0.0]], [1.0, 0.0])
