"""The loss of logistic regression: two ways to write labels, one gradient, convex."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.logistic_regression import (
    logistic_gradient,
    logistic_hessian,
    logistic_loss,
    margin_gradient,
    margin_loss,
)
from workings.byhand.sigmoid import sigmoid
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal


def random_task(seed: int, N: int = 20, D: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return weights (D,), features (N, D) with a column of ones, and labels 0 or 1, all drawn."""
    rng = np.random.default_rng(seed)
    X = np.hstack([np.ones((N, 1)), rng.normal(size=(N, D - 1))])
    return rng.normal(size=D), X, rng.integers(0, 2, N).astype(np.float64)


def bce(w: torch.Tensor, X: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """Return Torch's own cross-entropy of labels 0 and 1, summed."""
    return torch.nn.functional.binary_cross_entropy_with_logits(X @ w, t, reduction="sum")


@claim(
    r"With $y = 2t - 1$ the two losses are one: $-t \log \sigma(z) - (1 - t) \log(1 - \sigma(z)) = "
    r"\log(1 + e^{-yz})$ for $t = 0$ and $t = 1$ and every $z$.",
    answers=("s4.1.2",),
)
def two_labels() -> Evidence:
    """Decide both cases in symbols; compare the by-hand losses with Torch's two losses."""
    z = sympy.Symbol("z", real=True)
    f = 1 / (1 + sympy.exp(-z))
    cases = [
        sympy.simplify(sympy.exp(-sympy.log(f)) - (1 + sympy.exp(-z))),
        sympy.simplify(sympy.exp(-sympy.log(1 - f)) - (1 + sympy.exp(z))),
    ]
    w, X, t = random_task(0)
    z_, t_ = torch.from_numpy(X @ w), torch.from_numpy(t)
    soft = torch.nn.functional.soft_margin_loss(z_, 2 * t_ - 1, reduction="sum").item()
    both = bce(torch.from_numpy(w), torch.from_numpy(X), t_).item()
    small = ([-1.0, 1.0], [[1.0, 3.0], [1.0, 0.0]])
    shares = sigmoid([2.0, -1.0])
    return Evidence(
        [
            equal("SymPy, both labels, after exp", cases, [0, 0]),
            close("by hand, 20 examples", logistic_loss(w, X, t), margin_loss(w, X, 2 * t - 1), 1e-13),
            close("Torch, cross-entropy with labels 0 and 1", both, logistic_loss(w, X, t), 1e-13),
            close("Torch, soft margin with labels -1 and +1", soft, logistic_loss(w, X, t), 1e-13),
        ],
        {
            "p": shares.tolist(),
            "losses": [float(-np.log(shares[0])), float(-np.log(1 - shares[1]))],
            "total": logistic_loss(*small, [1, 0]),
            "signed_total": margin_loss(*small, [1, -1]),
            "gradient": logistic_gradient(*small, [1, 0]).tolist(),
        },
    )


@claim(
    r"The gradient is $X^\top(p - t)$, which is $-\sum_i \sigma(-m_i)\, y_i x_i$ with the margins $m_i = "
    r"y_i\, w \cdot x_i$: each example pulls with the chance that the model gives to the wrong class.",
    answers=("s4.1.3",),
)
def gradient() -> Evidence:
    """Compare with autograd, with central differences, and in symbols for one example."""
    w, X, t = random_task(1)
    by_hand = logistic_gradient(w, X, t)
    at = torch.from_numpy(w).requires_grad_()
    (graph,) = torch.autograd.grad(bce(at, torch.from_numpy(X), torch.from_numpy(t)), at)
    steps = 1e-6 * np.eye(len(w))
    differences = [(logistic_loss(w + s, X, t) - logistic_loss(w - s, X, t)) / 2e-6 for s in steps]
    z, label = sympy.symbols("z t", real=True)
    f = 1 / (1 + sympy.exp(-z))
    slope = sympy.diff(-label * sympy.log(f) - (1 - label) * sympy.log(1 - f), z)
    return Evidence(
        [
            close("Torch autograd", graph.numpy(), by_hand, 1e-13),
            close("central differences", differences, by_hand, 1e-7),
            equal("SymPy, the slope in z is p - t", sympy.simplify(slope - (f - label)), 0),
            close("by hand, from the margins", margin_gradient(w, X, 2 * t - 1), by_hand, 1e-13),
        ]
    )


@claim(
    r"*Several local minima* is false for every data set. The curvature is $v^\top H v = \sum_i p_i (1 - "
    r"p_i) (x_i \cdot v)^2 \ge 0$, so the loss is convex and a local minimum is a global one.",
    answers=("s4.1.2",),
)
def convex() -> Evidence:
    """Compare the curvature with autograd's, look at its eigenvalues, and test midpoints in Torch."""
    least, gap, lowest = np.inf, 0.0, np.inf
    for seed in range(20):
        w, X, t = random_task(seed, N=6, D=5)
        H = logistic_hessian(3 * w, X)
        least = min(least, float(np.linalg.eigvalsh(H).min()))
        features, labels = torch.from_numpy(X), torch.from_numpy(t)

        def loss(at: torch.Tensor, X: torch.Tensor = features, t: torch.Tensor = labels) -> torch.Tensor:
            return bce(at, X, t)

        graph = torch.autograd.functional.hessian(loss, torch.from_numpy(3 * w))
        gap = max(gap, float(np.abs(graph.numpy() - H).max()))
        ends = torch.from_numpy(np.random.default_rng(seed).normal(scale=5, size=(50, 2, 5)))
        sag = [(loss(a) + loss(b)) / 2 - loss((a + b) / 2) for a, b in ends]
        lowest = min(lowest, float(min(sag)))
    return Evidence(
        [
            close("Torch autograd, the curvature", gap, 0, 1e-12),
            at_least("by hand, least eigenvalue of 20 curvatures", least, -1e-12),
            at_least("Torch, least sag of 1 000 chords", lowest, 0),
        ]
    )
