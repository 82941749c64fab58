"""The loss, its gradient and curvature against Torch, the fit against scikit-learn, and every refusal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from workings.byhand.logistic_regression import (
    logistic_gradient,
    logistic_hessian,
    logistic_loss,
    margin_descent,
    margin_gradient,
    margin_loss,
    newton_fit,
)


def drawn(seed: int, N: int, D: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = np.hstack([np.ones((N, 1)), rng.normal(size=(N, D - 1))])
    return rng.normal(size=D), X, rng.integers(0, 2, N).astype(float)


@settings(deadline=None)  # the first second derivative is slow
@given(st.integers(0, 999), st.integers(1, 9), st.integers(1, 5))
def test_equals_torch(seed: int, N: int, D: int) -> None:
    w, X, t = drawn(seed, N, D)

    def loss(weights: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.binary_cross_entropy_with_logits(
            torch.from_numpy(X) @ weights, torch.from_numpy(t), reduction="sum"
        )

    at = torch.from_numpy(w)
    assert np.isclose(logistic_loss(w, X, t), loss(at).item(), rtol=1e-12)
    assert np.isclose(margin_loss(w, X, 2 * t - 1), loss(at).item(), rtol=1e-12)
    slope = torch.func.grad(loss)(at).numpy()
    assert np.allclose(logistic_gradient(w, X, t), slope, rtol=0, atol=1e-12)
    assert np.allclose(margin_gradient(w, X, 2 * t - 1), slope, rtol=0, atol=1e-12)
    assert np.allclose(
        logistic_hessian(w, X), torch.autograd.functional.hessian(loss, at).numpy(), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("penalty", [0.1, 1.0, 30.0])
def test_fit_equals_scikit_learn(penalty: float) -> None:
    _, X, t = drawn(1, 40, 4)
    theirs = LogisticRegression(C=1 / penalty, tol=1e-12, solver="newton-cholesky").fit(X[:, 1:], t)
    assert np.allclose(newton_fit(X, t, penalty), [theirs.intercept_[0], *theirs.coef_[0]], atol=1e-8)


def test_descent_is_the_gradient_step() -> None:
    w, X, t = drawn(2, 12, 3)
    w = np.zeros(3)
    path = margin_descent(X, 2 * t - 1, 0.05, [1, 3, 10])
    for step in range(1, 11):
        w = w - 0.05 * margin_gradient(w, X, 2 * t - 1)
        if step in (1, 3, 10):
            assert np.allclose(path[[1, 3, 10].index(step)], w, rtol=0, atol=1e-14)


X, T = [[1.0, 2.0], [1.0, 0.0]], [1, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: logistic_loss([0.0, 0.0], X, [1, 2]), "labels must be 0 or 1, got 2.0 at index 1"),
        (lambda: margin_loss([0.0, 0.0], X, T), "labels must be -1 or 1, got 0.0 at index 1"),
        (lambda: logistic_gradient([0.0], X, T), "w must have shape (2,) to match X, got (1,)"),
        (lambda: margin_gradient([0.0, 0.0], X, [1]), "labels must have shape (2,) to match X, got (1,)"),
        (lambda: newton_fit(X, T, 0.0), "penalty must be a finite number above 0, got 0.0"),
        (
            lambda: newton_fit(X, T, 1.0, steps=1),
            "Newton's method did not settle in 1 steps, the last moved 6.7e-01",
        ),
        (
            lambda: margin_descent(X, [1, -1], 1.0, [3, 2]),
            "keep must hold rising numbers of steps from 1, got [3, 2]",
        ),
        (
            lambda: margin_descent(X, [1, -1], -1.0, [3]),
            "rate must be a finite number above 0, got -1.0",
        ),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
