"""The exam's network against its by-hand layers, on every device there is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.convolution import convolution
from workings.byhand.pooling import average_pooling, max_pooling
from workings.models.cnn_shapes import DigitNetwork, accuracy, shifted, train

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("head", ["linear", "convolution", "pointwise"])
@pytest.mark.parametrize("pooling", ["average", "max", "stride"])
def test_agrees_with_the_by_hand_layers(device: str, head: str, pooling: str) -> None:
    net = DigitNetwork(head, pooling, device=device, dtype=torch.float64)
    x = torch.randn(2, 1, 32, 32, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    w_1, b_1, w_2, b_2, w, b = (one.detach().cpu().numpy() for one in net.parameters())

    def pool(maps: np.ndarray, size: int) -> np.ndarray:
        if pooling == "stride":
            return maps[:, :, ::size, ::size]
        return max_pooling(maps, size) if pooling == "max" else average_pooling(maps, size)

    maps = np.maximum(pool(convolution(x.numpy(), w_1, b_1), 4), 0)
    maps = np.maximum(pool(convolution(maps, w_2, b_2, padding=1), 2), 0)
    if head == "linear":
        expected = maps.reshape(2, 144) @ w.T + b
    elif head == "convolution":
        expected = convolution(maps, w, b)[:, :, 0, 0]
    else:
        expected = maps.mean(axis=(2, 3)) @ w[:, :, 0, 0].T + b
    assert np.allclose(net(x.to(device)).detach().cpu().numpy(), expected, atol=1e-12)


def test_training_is_repeatable_and_leaves_the_global_generator() -> None:
    images = torch.randn(70, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(70) % 10
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    runs = [train(DigitNetwork(seed=1), images, labels, 2) for _ in range(2)]
    assert torch.equal(torch.rand(3), expected)
    assert runs[0] == runs[1]
    assert 0 <= accuracy(DigitNetwork(), images, labels) <= 1


def test_shifts_there_and_back() -> None:
    images = torch.ones(1, 1, 4, 4)
    assert shifted(images, 1).sum() == shifted(images, -1).sum() == shifted(images, 0, 1).sum() == 12
    assert torch.equal(shifted(shifted(images, 1, -1), -1, 1)[..., 1:, :3], images[..., 1:, :3])


def test_refuses() -> None:
    with pytest.raises(ValueError, match=r"head is one of .* got 'dense', 'average'"):
        DigitNetwork("dense")
    with pytest.raises(ValueError, match=r"images must have shape \(B, 1, 32, 32\), got \(1, 1, 28, 28\)"):
        DigitNetwork()(torch.ones(1, 1, 28, 28))
    with pytest.raises(ValueError, match="epochs must be a whole number of 1 or more, got 0"):
        train(DigitNetwork(), torch.ones(1, 1, 32, 32), torch.zeros(1, dtype=torch.long), 0)
