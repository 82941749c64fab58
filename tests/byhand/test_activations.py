"""The activations and the slope against Torch, far out too."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.activations import gelu, gelu_slope, leaky_relu

Z = np.linspace(-9, 9, 37)


def test_equals_torch() -> None:
    z = torch.from_numpy(Z).requires_grad_()
    assert np.allclose(leaky_relu(Z), torch.nn.functional.leaky_relu(z).detach().numpy(), atol=1e-15)
    smooth = torch.nn.functional.gelu(z)
    assert np.allclose(gelu(Z), smooth.detach().numpy(), rtol=0, atol=1e-14)
    (slope,) = torch.autograd.grad(smooth.sum(), z)
    assert np.allclose(gelu_slope(Z), slope.numpy(), rtol=0, atol=1e-14)


def test_keeps_shape_and_dtype() -> None:
    z = np.ones((2, 3), np.float32)
    assert all(f(z).shape == (2, 3) and f(z).dtype == np.float32 for f in (gelu, gelu_slope, leaky_relu))


def test_refuses() -> None:
    with pytest.raises(ValueError, match="leak must be a finite number above 0, got 0"):
        leaky_relu([1.0], 0)
    with pytest.raises(ValueError, match="z must be finite, got nan at index \\(0,\\)"):
        gelu([np.nan])
