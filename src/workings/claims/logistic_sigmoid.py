"""The sigmoid's symmetry, what it gives, and where floats break it."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import sympy
import torch

from workings.byhand.sigmoid import log_sigmoid, sigmoid, softplus
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal


def share(x: float) -> Decimal:
    """Return the sigmoid to 60 digits, by decimal arithmetic."""
    with localcontext() as context:
        context.prec = 60
        return 1 / (1 + (-Decimal(x)).exp())


@claim(
    r"$\sigma(-x) = 1 - \sigma(x)$ for every real $x$: the chances of the two classes swap when the sign "
    r"does. For example $\sigma(2) = 0.8808$ and $\sigma(-2) = 0.1192$.",
    answers=("s3.2.a",),
)
def identity() -> Evidence:
    """Decide it in symbols, in exact fractions of the odds, to 60 digits, and in Torch."""
    x = sympy.Symbol("x", real=True)
    f = 1 / (1 + sympy.exp(-x))
    odds = [Fraction(a, b) for a in range(1, 40) for b in range(1, 40)]  # e to the x
    exact = all(1 - o / (1 + o) == (1 / o) / (1 + 1 / o) for o in odds)
    far = max(abs(share(-x) + share(x) - 1) for x in (0.1, 2.0, 30.0, 100.0))
    grid = torch.linspace(-30, 30, 6001, dtype=torch.float64)
    tensors = float((torch.sigmoid(-grid) - (1 - torch.sigmoid(grid))).abs().max())
    return Evidence(
        [
            equal("SymPy, the difference", sympy.simplify(f.subs(x, -x) - (1 - f)), 0),
            equal("exact fractions, 1 521 odds", exact, True),
            at_most("60 decimal digits, largest difference", float(far), 1e-58),
            close("Torch, 6 001 points", tensors, 0, 2e-16),
            close("by hand, the printed numbers", sigmoid([2.0, -2.0]), [0.8808, 0.1192], 5e-5),
        ],
        {"at_2": float(sigmoid([2.0])[0]), "at_minus_2": float(sigmoid([-2.0])[0])},
    )


@claim(
    r"From the symmetry: $\sigma'(x) = \sigma(x)\,\sigma(-x)$, an even function, at most $\tfrac14$; "
    r"$\log\sigma(x) - \log\sigma(-x) = x$, so $x$ is the log-odds; and $2\sigma(x) - 1 = \tanh\tfrac x2$.",
    answers=("s3.2.a",),
)
def consequences() -> Evidence:
    """Decide each in symbols, and on a grid with autograd and NumPy."""
    x = sympy.Symbol("x", real=True)
    f = 1 / (1 + sympy.exp(-x))
    zero = [
        sympy.simplify(sympy.diff(f, x) - f * f.subs(x, -x)),
        sympy.simplify(f / f.subs(x, -x) - sympy.exp(x)),
        sympy.simplify((2 * f - 1 - sympy.tanh(x / 2)).rewrite(sympy.exp)),
    ]
    grid = torch.linspace(-20, 20, 401, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sigmoid(grid).sum(), grid)
    points = grid.detach().numpy()
    return Evidence(
        [
            equal("SymPy, three differences", zero, [0, 0, 0]),
            equal(
                "SymPy, the largest slope", sympy.maximum(sympy.diff(f, x), x, sympy.S.Reals), sympy.S(1) / 4
            ),
            close("Torch autograd, the slope", slope.numpy(), sigmoid(points) * sigmoid(-points), 1e-15),
            close("by hand, the log-odds", log_sigmoid(points) - log_sigmoid(-points), points, 1e-13),
            close("NumPy tanh", 2 * sigmoid(points) - 1, np.tanh(points / 2), 1e-15),
        ]
    )


def last_above_zero(kind: type) -> float:
    """Return the x from which one minus the sigmoid is zero, by bisection in that dtype."""
    low, high = 1.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        left = kind(1) - sigmoid(np.array([middle], kind))[0]
        low, high = (middle, high) if left > 0 else (low, middle)
    return high


def torch_above_zero(dtype: torch.dtype) -> float:
    """Do the same with Torch's sigmoid, which may round elsewhere."""
    low, high = 1.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        left = (1 - torch.sigmoid(torch.tensor(middle, dtype=dtype))).item()
        low, high = (middle, high) if left > 0 else (low, middle)
    return high


@claim(
    r"In floats $1 - \sigma(x)$ loses its digits as $\sigma(x)$ nears 1, and all of them from $x \approx p "
    r"\ln 2$ on, where $p$ counts the digits in binary (53 and 24): 36.7 in float64, 16.6 in float32. "
    r"$\sigma(-x)$ keeps every digit there.",
    answers=("s3.2.a",),
)
def digits_lost() -> Evidence:
    """Bisect for the end by hand and in Torch, and compare both forms with 60 digits."""
    ends = {"float64": last_above_zero(np.float64), "float32": last_above_zero(np.float32)}
    errors = {}
    for x in (1.0, 10.0, 20.0, 30.0, 36.0):
        truth = share(-x)
        lost = abs(Decimal(float(1 - sigmoid([x])[0])) / truth - 1)
        kept = abs(Decimal(float(sigmoid([-x])[0])) / truth - 1)
        errors[f"{x:.0f}"] = {"one_minus": float(lost), "negated": float(kept)}
    return Evidence(
        [
            close("by hand, bisection", list(ends.values()), [53 * math.log(2), 24 * math.log(2)], 0.01),
            close(
                "Torch, bisection",
                [torch_above_zero(torch.float64), torch_above_zero(torch.float32)],
                [53 * math.log(2), 24 * math.log(2)],
                0.01,
            ),
            at_least("60 digits, relative error of one minus, x = 30", errors["30"]["one_minus"], 1e-4),
            at_most(
                "60 digits, largest relative error of the negated form",
                max(one["negated"] for one in errors.values()),
                4e-16,
            ),
        ],
        {"ends": ends, "errors": errors, "left_at_40": float(sigmoid([-40.0])[0])},
    )


@claim(
    r"The stable forms of $\sigma$, $\log(1 + e^x)$ and $\log \sigma$ are right to $10^{-15}$ of their "
    r"value from $-700$ to $700$. Written as they stand in the formulas, $e^x/(1 + e^x)$ is `nan` and "
    r"$\log(1 + e^x)$ is `inf` at 800, and $\log(1 - \sigma(40))$ is `-inf`.",
    answers=("s3.2.a",),
)
def stable_forms() -> Evidence:
    """Compare with 400 digits over the range, with Torch, and run the plain forms."""
    points = [-700.0, -300.5, -37.0, -5.0, -0.3, 0.0, 0.7, 3.0, 36.0, 300.5, 700.0]
    gaps = []
    with localcontext() as context:
        context.prec = 400
        for x in points:
            power = Decimal(x).exp()
            truths = (power / (1 + power), (1 + power).ln(), -(1 + 1 / power).ln())
            forms = (sigmoid([x])[0], softplus([x])[0], log_sigmoid([x])[0])
            gaps += [abs(Decimal(float(a)) / b - 1) for a, b in zip(forms, truths, strict=True)]
    tensor = torch.tensor(points, dtype=torch.float64)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        big = np.exp(np.float64(800))
        plain = [float(big / (1 + big)), float(np.log(1 + big)), float(np.log(1 - sigmoid([40.0])[0]))]
    theirs = torch.nn.functional.logsigmoid(tensor).numpy()
    return Evidence(
        [
            at_most("400 digits, largest relative error", float(max(gaps)), 1e-15),
            close("Torch logsigmoid, relative", log_sigmoid(points) / theirs, np.ones(len(points)), 1e-14),
            equal("NumPy, the plain forms", [str(one) for one in plain], ["nan", "inf", "-inf"]),
        ],
        {"at_40": float(log_sigmoid([-40.0])[0])},
    )
