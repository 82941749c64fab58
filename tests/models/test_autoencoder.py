"""The module against plain NumPy, on every device there is, and its training."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.models.autoencoder import DenseAutoencoder, train, train_fully

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("hidden", [0, 7])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_agrees_with_numpy(device: str, hidden: int, dtype: torch.dtype, tolerance: float) -> None:
    net = DenseAutoencoder(5, 2, hidden, device=device, dtype=dtype)
    X = torch.randn(4, 5, generator=torch.Generator().manual_seed(0), dtype=dtype)
    values = X.double().numpy()
    parts = [one.detach().double().cpu().numpy() for one in net.parameters()]
    for number, (W, b) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        values = values @ W.T + b
        if hidden and number in (0, 2):
            values = np.maximum(values, 0)
    assert np.abs(net(X.to(device)).detach().double().cpu().numpy() - values).max() < tolerance


def test_training_is_repeatable_and_leaves_the_global_generator() -> None:
    X = torch.randn(70, 5, generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    runs = [train(DenseAutoencoder(5, 2, 8, seed=1), X, 5) for _ in range(2)]
    assert torch.equal(torch.rand(3), expected)
    assert runs[0] == runs[1]
    assert runs[0][-1] < runs[0][0]


def test_linear_training_reaches_the_bottom() -> None:
    X = torch.randn(50, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    X = X - X.mean(dim=0)
    bottom = float((torch.linalg.svdvals(X)[2:] ** 2).sum() / X.numel())
    assert np.isclose(train_fully(DenseAutoencoder(5, 2, dtype=torch.float64), X), bottom, rtol=1e-6)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="latent must be a whole number of 1 or more, got 0"):
        DenseAutoencoder(5, 0)
    with pytest.raises(ValueError, match="rate must be a finite number above 0, got 0"):
        train(DenseAutoencoder(5, 1), torch.ones(2, 5), 1, rate=0)
