"""Pooling and its gradients against Torch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from workings.byhand.pooling import (
    average_pooling,
    average_pooling_gradient,
    max_pooling,
    max_pooling_gradient,
    windows,
)


@pytest.mark.parametrize(("k", "s"), [(2, None), (3, 1), ((2, 3), (1, 2)), (4, 3), (1, 2)])
def test_equals_torch(k: int | tuple[int, int], s: int | tuple[int, int] | None) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 9, 10))
    assert np.array_equal(max_pooling(x, k, s), F.max_pool2d(torch.from_numpy(x), k, s).numpy())
    assert np.allclose(average_pooling(x, k, s), F.avg_pool2d(torch.from_numpy(x), k, s).numpy())


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_gradients_equal_autograd_ties_included(k: int) -> None:
    rng = np.random.default_rng(k)
    x = torch.from_numpy(rng.integers(0, 3, size=(2, 3, 9, 10)).astype(float)).requires_grad_()
    for by_torch, by_hand in (
        (F.max_pool2d, max_pooling_gradient),
        (F.avg_pool2d, average_pooling_gradient),
    ):
        y = by_torch(x, k)
        upstream = torch.from_numpy(rng.normal(size=tuple(y.shape)))
        (graph,) = torch.autograd.grad(y, x, upstream)
        assert np.allclose(by_hand(x.detach().numpy(), upstream.numpy(), k), graph.numpy())


def test_refuses() -> None:
    with pytest.raises(ValueError, match="a kernel that reaches over 3 does not fit into 2"):
        windows(np.ones((1, 1, 2, 9)), 3)
    with pytest.raises(ValueError, match=r"output's shape \(1, 1, 1, 1\), got \(1, 1, 2, 1\)"):
        max_pooling_gradient(np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 1)), 2)
