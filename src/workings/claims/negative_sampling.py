"""The product-form objective of negative sampling: simplified, its sign, its floats, its gradients."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import sympy
import torch
from torch.nn import functional

from workings.byhand.negative_sampling import negative_sampling_gradients, negative_sampling_loss
from workings.byhand.sigmoid import log_sigmoid, sigmoid
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_most, close, equal


def draws(seed: int = 0, T: int = 3, J: int = 2, K: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return scores of true contexts (T, J) and of negatives (T, J, K)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(T, J)), rng.normal(size=(T, J, K))


@claim(
    r"$1 - \sigma(x) = \sigma(-x)$ turns the product into a sum of log sigmoids: $-\log(-L_{\text{NS}}) = "
    r"-\frac1T \sum_t \sum_j \big[\log\sigma(u_t \cdot v_{t+j}) + \sum_{k} \log\sigma(-u_t \cdot v_k)\big]$.",
    answers=("s0.1.4.i",),
)
def simplification() -> Evidence:
    """Simplify in SymPy with symbols; multiply out in 60 digits; compare with Torch's logsigmoid."""
    T, J, K = 2, 2, 2
    s = sympy.symbols(f"s0:{T * J}", real=True)
    r = sympy.symbols(f"r0:{T * J * K}", real=True)

    def sigma(x: sympy.Expr) -> sympy.Expr:
        return 1 / (1 + sympy.exp(-x))

    product = sympy.Mul(*(sigma(one) for one in s), *(1 - sigma(one) for one in r))
    objective = -(product ** sympy.Rational(1, T))
    left = sympy.expand_log(sympy.log(-objective), force=True)
    right = sum(sympy.log(sigma(one)) for one in s) + sum(sympy.log(sigma(-one)) for one in r)
    gap = sympy.simplify(sympy.expand_log(-left + right / T, force=True).replace(
        lambda one: isinstance(one, sympy.log), lambda one: sympy.log(sympy.simplify(one.args[0]))
    ))  # fmt: skip
    true, negative = draws()
    with localcontext() as context:
        context.prec = 60
        total = Decimal(1)
        for score in true.ravel():
            total *= 1 / (1 + (-Decimal(float(score))).exp())
        for score in negative.ravel():
            total *= 1 - 1 / (1 + (-Decimal(float(score))).exp())
        objective = -(total ** (Decimal(1) / 3))  # as printed
        printed = -(-objective).ln()
    by_hand = -(log_sigmoid(true).sum() + log_sigmoid(-negative).sum()) / 3
    logs = functional.logsigmoid
    by_torch = -(logs(torch.from_numpy(true)).sum() + logs(-torch.from_numpy(negative)).sum()) / 3
    x = sympy.Symbol("x", real=True)
    return Evidence(
        [
            equal("SymPy, 1 - sigma(x) is sigma(-x)", sympy.simplify(1 - sigma(x) - sigma(-x)), 0),
            equal("SymPy, the whole product, 12 factors", gap, 0),
            close("60 digits, the product as printed", float(printed), by_hand, 1e-13),
            close("Torch's logsigmoid", by_torch.item(), by_hand, 1e-13),
        ],
        {"value": float(by_hand)},
    )


@claim(
    r"The two minus signs are right as printed. $L_{\text{NS}}$ lies between $-1$ and 0, so "
    r"$-L_{\text{NS}}$ is positive and its logarithm exists; and $-\log(-L)$ rises with $L$ ($d/dL = -1/L "
    r"> 0$), so both have the same minimisers. $\log L_{\text{NS}}$ alone is not a real number.",
    answers=("s0.1.4.i",),
)
def signs() -> Evidence:
    """Differentiate in SymPy; rank random settings by both; ask the logarithm."""
    L = sympy.Symbol("L", negative=True)
    slope = sympy.simplify(sympy.diff(-sympy.log(-L), L) + 1 / L)
    products, sums = [], []
    for seed in range(300):
        true, negative = draws(seed)
        factors = np.concatenate([1 / (1 + np.exp(-true)).ravel(), 1 - 1 / (1 + np.exp(-negative)).ravel()])
        products.append(-(math.prod(factors.tolist()) ** (1 / 3)))
        logs = functional.logsigmoid
        total = logs(torch.from_numpy(true)).sum() + logs(-torch.from_numpy(negative)).sum()
        sums.append(-total.item() / 3)
    with np.errstate(invalid="ignore"):
        impossible = bool(np.isnan(np.log(np.array(products))).all())
    return Evidence(
        [
            equal("SymPy, the derivative is -1/L", slope, 0),
            equal("SymPy, it is positive", (-1 / L).is_positive, True),
            equal("300 settings, both rank alike", np.argsort(products).tolist(), np.argsort(sums).tolist()),
            equal("300 settings, between -1 and 0", all(-1 < one < 0 for one in products), True),
            equal("floats, log of L itself is nan", impossible, True),
        ],
    )


@claim(
    r"The product cannot be computed. With all vectors zero each factor is $\tfrac12$; in float64 the "
    r"product is exactly 0 from 1075 factors on, which is 180 pairs with $K = 5$, and $-\log$ of it is "
    r"infinite. The sum of logarithms is $1080 \log 2$. Nor may one write $1 - \sigma(x)$: at $x = 40$ it "
    r"is 0.",
    answers=("s0.1.4.i",),
)
def product_underflows() -> Evidence:
    """Multiply floats and fractions; compare with logarithms and Torch."""
    factors = next(n for n in range(1, 2000) if np.prod(np.full(n, 0.5)) == 0)
    product = float(np.prod(np.full(180 * 6, 0.5)))
    exact = Fraction(1, 2) ** 1080
    by_hand = -float(log_sigmoid(np.zeros(1080)).sum())
    by_torch = -functional.logsigmoid(torch.zeros(1080, dtype=torch.float64)).sum().item()
    return Evidence(
        [
            equal("floats, the first product of halves that is 0", factors, 1075),
            equal("floats, 180 pairs with five negatives", product, 0.0),
            equal("fractions, its denominator", exact.denominator, 2**1080),
            close("by hand, the sum", by_hand, 1080 * math.log(2), 1e-9),
            close("Torch, the sum", by_torch, 1080 * math.log(2), 1e-9),
            equal("floats, 1 - sigma(40)", float(1 - sigmoid([40.0])[0]), 0.0),
            close("by hand, log sigma(-40)", log_sigmoid([-40.0]), [-40.0], 1e-12),
        ],
        {"sum": by_hand, "pairs": 180},
    )


@claim(
    r"With $g = \sigma(\text{score})$ for a negative and $g = \sigma(\text{score}) - 1$ for the context, "
    r"the centre gets $\sum g\,v$ and each context row gets $g\,u$, once for every time it was drawn. A "
    r"negative drawn twice has its share twice.",
    answers=("s0.1.4.i",),
)
def gradients() -> Evidence:
    """Compare with autograd and central differences, with and without repeats, and with a NumPy slip."""
    rng = np.random.default_rng(5)
    U, V = rng.normal(size=(2, 6, 3))
    witnesses = []
    for name, negatives in (
        ("all different", [2, 3, 4]),
        ("one twice", [2, 2, 4]),
        ("the context too", [1, 2, 2]),
    ):
        by_hand = negative_sampling_gradients(U, V, 0, 1, negatives)
        left, right = (torch.from_numpy(one.copy()).requires_grad_() for one in (U, V))
        logs = functional.logsigmoid
        loss = -logs(right[1] @ left[0]) - logs(-(right[negatives] @ left[0])).sum()
        graph = [one.numpy() for one in torch.autograd.grad(loss, (left, right))]
        witnesses.append(close(f"Torch autograd, {name}", graph, by_hand, 1e-14))
        numeric = np.zeros((2, 6, 3))
        for turn, i, c in np.ndindex(2, 6, 3):
            for sign in (1, -1):
                moved = [U.copy(), V.copy()]
                moved[turn][i, c] += sign * 1e-5
                loss_there = negative_sampling_loss(moved[0], moved[1], 0, 1, negatives)
                numeric[turn, i, c] += sign * loss_there / 2e-5
        witnesses.append(close(f"central differences, {name}", numeric, by_hand, 1e-8))
    rows, dV = np.array([1, 2, 2, 4]), np.zeros_like(V)
    g = sigmoid(V[rows] @ U[0]) - (np.arange(4) == 0)
    dV[rows] += g[:, None] * U[0]  # an indexed += keeps one share of a repeated row
    wanted = negative_sampling_gradients(U, V, 0, 1, [2, 2, 4])[1]
    witnesses.append(close("NumPy's indexed +=, twice its row is the true one", 2 * dV[2], wanted[2], 1e-14))
    return Evidence(witnesses)


@claim(
    r"If a negative is the true context, its row gets $g = 2\sigma(s) - 1$: the pair pulls the score $s$ "
    r"towards 0, not up. Its two terms cost $-\log\sigma(s) - \log\sigma(-s) \ge 2\log 2$, with equality at "
    r"$s = 0$.",
    answers=("s0.1.4.i",),
)
def negative_is_the_context() -> Evidence:
    """Minimise in SymPy, differentiate in Torch, and look at the by-hand row at three scores."""
    s = sympy.Symbol("s", real=True)
    loss = sympy.log(1 + sympy.exp(-s)) + sympy.log(1 + sympy.exp(s))
    slope = sympy.simplify(sympy.diff(loss, s) - (2 / (1 + sympy.exp(-s)) - 1))
    curved = sympy.simplify(sympy.diff(loss, s, 2) - 2 * sympy.exp(s) / (1 + sympy.exp(s)) ** 2)
    rows, graphs = [], []
    for score in (-2.0, 0.0, 3.0):
        V = [[0.0], [score]]
        rows.append(negative_sampling_gradients([[1.0], [0.0]], V, 0, 1, [1])[1][1, 0])
        x = torch.tensor(score, dtype=torch.float64, requires_grad=True)
        (graph,) = torch.autograd.grad(-functional.logsigmoid(x) - functional.logsigmoid(-x), x)
        graphs.append(graph.item())
    return Evidence(
        [
            equal("SymPy, the slope", slope, 0),
            equal("SymPy, convex", curved, 0),
            close("SymPy, the least", float(loss.subs(s, 0)), 2 * math.log(2), 1e-15),
            close("Torch autograd, three scores", graphs, rows, 1e-14),
            at_most("by hand, below 0 at a low score", rows[0], 0),
            close("by hand, at rest at score 0", rows[1], 0, 0),
        ],
        {"at_minus_2": float(rows[0]), "at_3": float(rows[2])},
    )
