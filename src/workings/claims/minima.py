"""When the loss of logistic regression has one minimum, many, or none: the options of a multiple choice."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from sklearn.linear_model import LogisticRegression

from workings.byhand.logistic_regression import (
    logistic_gradient,
    logistic_hessian,
    margin_descent,
    margin_gradient,
    margin_loss,
)
from workings.claims.claim import Evidence, claim
from workings.claims.logistic_loss import bce
from workings.claims.separable import X
from workings.claims.witness import at_least, close, equal

MIXED = np.array([1.0, -1, 1, 1, 1, -1, -1, -1])  # two labels changed: no line separates these


def newton(start: np.ndarray, features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Go to a minimum from a start, by Newton's method with halved steps; no penalty."""
    w, signed = start, 2 * labels - 1
    for _ in range(100):
        move = np.linalg.lstsq(
            logistic_hessian(w, features), logistic_gradient(w, features, labels), rcond=1e-12
        )[0]
        size = 1.0
        while margin_loss(w - size * move, features, signed) > margin_loss(w, features, signed) + 1e-12:
            size /= 2
        w = w - size * move
    return w


@claim(
    r"*One global minimum* is true of other data: where no line separates the classes, not even with points "
    r"on it, and no column of $X$ is a combination of the others. Two changed labels, and every start leads "
    r"to the same $w$.",
    answers=("s4.1.2",),
)
def one_minimum() -> Evidence:
    """Run Newton from five starts, and scikit-learn; look at the curvature."""
    T = (MIXED + 1) / 2
    rng = np.random.default_rng(0)
    ends = np.array([newton(rng.normal(size=3), X, T) for _ in range(5)])
    theirs = LogisticRegression(C=np.inf, tol=1e-12, solver="newton-cholesky").fit(X[:, 1:], T)
    curvature = np.linalg.eigvalsh(logistic_hessian(ends[0], X))
    return Evidence(
        [
            close("by hand, five starts", ends, np.tile(ends[0], (5, 1)), 1e-9),
            close("scikit-learn", [theirs.intercept_[0], *theirs.coef_[0]], ends[0], 1e-6),
            at_least("by hand, least eigenvalue of the curvature", float(curvature.min()), 0.01),
        ],
        {
            "w": ends[0].tolist(),
            "loss": margin_loss(ends[0], X, MIXED),
            "least_curvature": float(curvature.min()),
        },
    )


@claim(
    r"*Several global minima* is true of others again: let a feature stand twice in $X$. Then $w + c\,(0, "
    r"1, -1)$ has the loss of $w$ for every $c$, and the minima fill a line.",
    answers=("s4.1.2",),
)
def many_minima() -> Evidence:
    """Double a column: start Newton at two places, compare losses and gradients by hand and in Torch."""
    twice, T = X[:, [0, 1, 1, 2]], (MIXED + 1) / 2
    starts = [np.zeros(4), np.array([0.0, 2.0, -2.0, 0.0])]
    ends = [newton(start, twice, T) for start in starts]
    losses = [margin_loss(end, twice, MIXED) for end in ends]
    at = torch.from_numpy(ends[1] + np.array([0, 5.0, -5.0, 0])).requires_grad_()
    (slope,) = torch.autograd.grad(bce(at, torch.from_numpy(twice), torch.from_numpy(T)), at)
    apart = float(np.linalg.norm(ends[0] - ends[1]))
    return Evidence(
        [
            close("by hand, two minima, losses", losses[0], losses[1], 1e-12),
            at_least("by hand, how far apart they are", apart, 1),
            close("Torch autograd, five further along, the gradient", slope.numpy(), np.zeros(4), 1e-8),
        ],
        {"apart": apart, "loss": losses[0]},
    )


@claim(
    r"No minimum does not mean separable. Let the classes touch: $x = -1, 0$ negative and $x = 0, 1$ "
    r"positive. No line separates them, yet the loss only tends to $2 \ln 2$ as $w \to \infty$ and never "
    r"gets there (Albert and Anderson 1984: quasi-complete separation).",
    answers=("s4.1.2",),
)
def touching() -> Evidence:
    """Bound the loss in symbols, walk and descend by hand, and take the certificate by autograd."""
    features = np.array([[1.0, -1], [1, 0], [1, 0], [1, 1]])
    signs = np.array([-1.0, -1, 1, 1])
    b = sympy.Symbol("b", real=True)
    pair = sympy.log(1 + sympy.exp(b)) + sympy.log(1 + sympy.exp(-b))  # the two points at x = 0
    lowest = (
        sympy.simplify(sympy.diff(pair, b).subs(b, 0)),
        sympy.simplify(pair.subs(b, 0) - 2 * sympy.log(2)),
    )
    losses = [margin_loss([0, alpha], features, signs) for alpha in (0.0, 1.0, 10.0, 30.0)]
    path = margin_descent(features, signs, 0.1, [100, 10_000])
    push = []
    for place in np.random.default_rng(1).normal(scale=5, size=(100, 2)):
        at = torch.from_numpy(place).requires_grad_()
        (slope,) = torch.autograd.grad(
            bce(at, torch.from_numpy(features), torch.from_numpy((signs + 1) / 2)), at
        )
        push.append(-slope[1].item())
    return Evidence(
        [
            equal("SymPy, the pair at 0: level at b = 0, where it is 2 ln 2", lowest, (0, 0)),
            equal("by hand, walking: always down", bool((np.diff(losses) < 0).all()), True),
            close("by hand, the loss at 30", losses[-1], 2 * np.log(2), 1e-12),
            at_least("by hand, descent grows from 100 to 10 000 steps by", float(path[1, 1] - path[0, 1]), 4),
            at_least("Torch autograd, least push to larger w at 100 places", min(push), 1e-300),
        ],
        {
            "loss": losses,
            "w": path[:, 1].tolist(),
            "separating_gradient": margin_gradient([0.0, 30.0], features, signs).tolist(),
        },
    )
