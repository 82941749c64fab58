"""Separable data: the loss has no minimum, shown three ways, and what floats make of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import sympy
import torch

from workings.byhand.logistic_regression import (
    logistic_gradient,
    margin_descent,
    margin_gradient,
    margin_loss,
)
from workings.byhand.power_law import power_law
from workings.claims.claim import Evidence, claim
from workings.claims.witness import close, equal

# Four points of each class in the plane, after the 1 for the bias; and a w that separates them with margin 1.
X = np.array(
    [[1, 2, 1], [1, 3, 3], [1, 1, 3], [1, 4, 1], [1, 0, -1], [1, -1, 1], [1, -2, -1], [1, 1, -1]], dtype=float
)
Y = np.array([1.0, 1, 1, 1, -1, -1, -1, -1])
W_STAR = np.array([-1, 2 / 3, 2 / 3])
MARGINS = [1, 3, sympy.Rational(5, 3), sympy.Rational(7, 3), sympy.Rational(5, 3), 1, 3, 1]  # of w_star
RATE = 0.1
STEPS = [1, 10, 100, 1_000, 10_000, 100_000]
ALPHAS = (0, 1, 10, 100, 700)


def exact_loss(alpha: float) -> Decimal:
    """Return the loss at alpha times w_star to many digits, from the margins as fractions."""
    with localcontext() as context:
        context.prec = 400
        margins = [Decimal(int(3 * m)) / 3 for m in MARGINS]
        return sum(((1 + (-Decimal(alpha) * m).exp()).ln() for m in margins), Decimal(0))


@claim(
    r"**First way: walk.** Along $\alpha w_*$ the loss falls strictly and for ever: $8 \ln 2$ at $\alpha = "
    r"0$, below $10^{-300}$ at $\alpha = 700$, never 0. So no $w$ is a minimum: each has a loss above 0, "
    r"and some $\alpha w_*$ a smaller one.",
    answers=("s4.1.2",),
)
def along_a_ray() -> Evidence:
    """Walk by hand, in Torch, and to 400 digits."""
    losses = [margin_loss(alpha * W_STAR, X, Y) for alpha in ALPHAS]
    signed = torch.from_numpy(Y[:, None] * X) @ torch.from_numpy(W_STAR)
    tensors = [torch.nn.functional.softplus(-alpha * signed).sum().item() for alpha in ALPHAS]
    exact = [exact_loss(alpha) for alpha in ALPHAS]
    ratios = [float(Decimal(one) / other) for one, other in zip(losses, exact, strict=True)]
    fine = [margin_loss(alpha * W_STAR, X, Y) for alpha in np.arange(-50, 700, 0.25)]
    return Evidence(
        [
            close("400 digits, relative", ratios, [1.0] * 5, 1e-12),
            close("Torch, relative", np.array(tensors) / losses, [1.0] * 5, 1e-12),
            equal("400 digits, at 700 above 0 and below 1e-300", 0 < exact[-1] < Decimal("1e-300"), True),
            equal("by hand, 3 000 steps all down", bool((np.diff(fine) < 0).all()), True),
        ],
        {"loss": {str(alpha): loss for alpha, loss in zip(ALPHAS, losses, strict=True)}},
    )


@claim(
    r"**Second way: descend.** In $10^5$ steps of gradient descent with $\eta = \tfrac1{10}$ the weights "
    r"grow without settling, by $\lVert w_* \rVert \ln 10$ with each tenfold number of steps, and $t\,L$ "
    r"tends to $\lVert w_* \rVert^2/\eta = 18.9$: the loss falls as $1/t$.",
    answers=("s4.1.2",),
)
def descent_runs_away() -> Evidence:
    """Descend by hand, compare 1 000 steps with autograd, and fit the power of the loss."""
    path = margin_descent(X, Y, RATE, STEPS)
    losses = [margin_loss(w, X, Y) for w in path]
    norms = np.linalg.norm(path, axis=1)
    w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    signed = torch.from_numpy(Y[:, None] * X)
    for _ in range(1000):
        (slope,) = torch.autograd.grad(torch.nn.functional.softplus(-(signed @ w)).sum(), w)
        w = (w - RATE * slope).detach().requires_grad_()
    exponent, error = power_law(STEPS[3:], losses[3:])
    length = math.sqrt(17 / 9)
    return Evidence(
        [
            close("Torch autograd, after 1 000 steps", w.detach().numpy(), path[3], 1e-9),
            close("the last tenfold lengthens by", norms[-1] - norms[-2], length * math.log(10), 0.05),
            close("steps times loss at the end", STEPS[-1] * losses[-1], 17 / 9 / RATE, 0.2),
            close("fitted power of the loss", exponent, -1, 0.02),
        ],
        {
            "loss": {str(t): loss for t, loss in zip(STEPS, losses, strict=True)},
            "norm": {str(t): float(norm) for t, norm in zip(STEPS, norms, strict=True)},
            "exponent": exponent,
            "exponent_error": error,
            "limit": 17 / 9 / RATE,
            "tenfold": length * math.log(10),
        },
    )


@claim(
    r"**Third way: a certificate.** $w_* \cdot \nabla L(w) = -\sum_i m_i^* \, \sigma(-m_i) < 0$ at every "
    r"$w$, where $m_i^* > 0$ are the margins of $w_*$. The gradient is never zero, so nothing is a minimum, "
    r"local or global.",
    answers=("s4.1.2",),
)
def certificate() -> Evidence:
    """Decide the sign in symbols, to 60 digits at 200 places, and by autograd."""
    w = sympy.Matrix(sympy.symbols("b w_1 w_2", real=True))
    product = sympy.Integer(0)
    for x, y, m in zip(X, Y, MARGINS, strict=True):
        margin = int(y) * (sympy.Matrix([[int(one) for one in x]]) * w)[0]
        product -= m / (1 + sympy.exp(margin))
    rng = np.random.default_rng(0)
    largest, gap = Decimal("-Infinity"), 0.0
    with localcontext() as context:
        context.prec = 60
        for scale in (1.0, 30.0, 1e3, 1e5):
            for place in rng.normal(scale=scale, size=(50, 3)):
                margins = Y * (X @ place)
                parts = [
                    Decimal(int(3 * m)) / 3 / (1 + Decimal(v).exp())
                    for m, v in zip(MARGINS, margins, strict=True)
                ]
                largest = max(largest, -sum(parts, Decimal(0)))
                at = torch.from_numpy(place).requires_grad_()
                loss = torch.nn.functional.softplus(-torch.from_numpy(Y) * (torch.from_numpy(X) @ at)).sum()
                (slope,) = torch.autograd.grad(loss, at)
                product_here = float(slope @ torch.from_numpy(W_STAR))
                gap = max(gap, abs(product_here + float(sum(parts))) / max(1.0, abs(product_here)))
    return Evidence(
        [
            equal("SymPy, negative for every real w", product.is_negative, True),
            equal("60 digits, largest of 200 below 0", largest < 0, True),
            close("Torch autograd, the product, relative", gap, 0, 1e-9),
        ]
    )


def first_zero(vanishes: Callable[[float], bool]) -> float:
    """Return the alpha from which something is exactly zero, by bisection."""
    low, high = 1.0, 2000.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if vanishes(middle) else (middle, high)
    return high


@claim(
    r"In float64 there are minima after all. Along $\alpha w_*$ the loss as printed, $\log(1 + e^{-m})$, is "
    r"exactly 0 from $\alpha = 36.7$ on, and in the gradient as $X^\top(p - t)$ the class $t = 1$ is silent "
    r"from there. Stable forms hold out to $\alpha = 745$; then they are 0 too, and gradient descent stops.",
    answers=("s4.1.2",),
)
def floats_stop() -> Evidence:
    """Bisect for the first zero of loss and gradient, plain and stable, by hand and in Torch."""
    signed = Y * (X @ W_STAR)
    T = (Y + 1) / 2
    ends = {
        "plain_loss": first_zero(lambda a: float(np.log(1 + np.exp(-a * signed)).sum()) == 0),
        "plain_gradient": first_zero(lambda a: not logistic_gradient(a * W_STAR, X[:4], T[:4]).any()),
        "stable_loss": first_zero(lambda a: margin_loss(a * W_STAR, X, Y) == 0),
        "stable_gradient": first_zero(lambda a: not margin_gradient(a * W_STAR, X, Y).any()),
    }
    tensor = torch.from_numpy(signed)
    in_torch = [
        first_zero(lambda a: torch.log(1 + torch.exp(-a * tensor)).sum().item() == 0),
        first_zero(lambda a: torch.nn.functional.softplus(-a * tensor).sum().item() == 0),
    ]
    expected = [53 * math.log(2), 1075 * math.log(2)]
    return Evidence(
        [
            close("by hand, the losses", [ends["plain_loss"], ends["stable_loss"]], expected, 0.1),
            close("Torch, the losses", in_torch, expected, 0.1),
            close("by hand, stable gradient", ends["stable_gradient"], expected[1], 0.1),
            close("by hand, plain gradient of t = 1", ends["plain_gradient"], expected[0], 0.1),
        ],
        ends,
    )
