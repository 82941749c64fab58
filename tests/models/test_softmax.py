"""The operation with a backward pass by hand against Torch's own cross-entropy, once and twice derived."""

from __future__ import annotations

import pytest
import torch

from workings.models.device import device
from workings.models.softmax import SoftmaxCrossEntropy


def scores_and_labels(dtype: torch.dtype = torch.float64) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    theta = torch.randn(4, 3, generator=generator, dtype=torch.float64).to(device(), dtype)
    y = torch.softmax(torch.randn(4, 3, generator=generator, dtype=torch.float64), -1).to(device(), dtype)
    return theta.requires_grad_(), y


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_equals_torch(dtype: torch.dtype, temperature: float) -> None:
    theta, y = scores_and_labels(dtype)
    ours = SoftmaxCrossEntropy(temperature)(theta, y)
    theirs = torch.nn.functional.cross_entropy(theta / temperature, y)
    assert ours.dtype == dtype
    torch.testing.assert_close(ours, theirs)
    (by_hand,), (by_torch,) = (torch.autograd.grad(loss, theta) for loss in (ours, theirs))
    torch.testing.assert_close(by_hand, by_torch)


def test_first_and_second_derivative_pass_torchs_checker() -> None:
    theta, y = scores_and_labels()
    assert torch.autograd.gradcheck(lambda t: SoftmaxCrossEntropy()(t, y), theta)
    assert torch.autograd.gradgradcheck(lambda t: SoftmaxCrossEntropy()(t, y), theta)


def test_refuses() -> None:
    theta, y = scores_and_labels()
    with pytest.raises(ValueError) as caught:
        SoftmaxCrossEntropy()(theta, y[:, :2])
    assert str(caught.value) == "scores and labels must both have shape (B, n), got (4, 3) and (4, 2)"
    with pytest.raises(ValueError, match="temperature must be a finite number above 0, got 0"):
        SoftmaxCrossEntropy(0)
