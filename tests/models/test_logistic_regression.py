"""The module against the by-hand loss and scikit-learn's fit, on every device there is."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression as Scikit

from workings.byhand.logistic_regression import logistic_loss
from workings.models.logistic_regression import LogisticRegression

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


def drawn() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    X = torch.randn(60, 3, generator=generator, dtype=torch.float64)
    noise = torch.randn(60, generator=generator, dtype=torch.float64)
    return X, (X[:, 0] + noise > 0).double()


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("penalty", [0.01, 1.0])
def test_fit_equals_scikit_learn(device: str, penalty: float) -> None:
    X, t = drawn()
    model = LogisticRegression(3, device=device, dtype=torch.float64).fit(X.to(device), t.to(device), penalty)
    theirs = Scikit(C=1 / penalty, tol=1e-12, solver="newton-cholesky").fit(X.numpy(), t.numpy())
    assert np.allclose(model.w.detach().cpu().numpy(), theirs.coef_[0], rtol=0, atol=1e-7)
    assert abs(model.b.item() - theirs.intercept_[0]) < 1e-7


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-4)])
def test_loss_is_the_by_hand_loss(device: str, dtype: torch.dtype, tolerance: float) -> None:
    X, t = drawn()
    model = LogisticRegression(3, device=device, dtype=dtype)
    with torch.no_grad():
        model.w.copy_(torch.tensor([1.0, -2.0, 0.5]))
        model.b.fill_(0.3)
    ones = np.hstack([np.ones((60, 1)), X.numpy()])
    expected = logistic_loss([0.3, 1.0, -2.0, 0.5], ones, t.numpy())
    measured = model.loss(X.to(device, dtype), t.to(device, dtype), penalty=0).item()
    assert abs(measured - expected) < tolerance * expected


def test_refuses() -> None:
    with pytest.raises(ValueError, match="D must be a whole number of 1 or more, got 0"):
        LogisticRegression(0)
    with pytest.raises(ValueError, match="X must have shape \\(N, 2\\), got \\(3, 1\\)"):
        LogisticRegression(2)(torch.ones(3, 1))
    with pytest.raises(ValueError, match="penalty must be a finite number above 0, got 0"):
        LogisticRegression(1).fit(torch.ones(1, 1), torch.ones(1), 0)
