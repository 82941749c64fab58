"""What softmax and log-sum-exp are, and what they have to do with each other."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.log_sum_exp import log_sum_exp
from workings.byhand.sigmoid import sigmoid
from workings.byhand.softmax import softmax, softmax_jacobian
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

EXAMPLE = (1.0, 2.0, 3.0)  # the scores of the worked example


def symbols(count: int, name: str = "x") -> list[sympy.Symbol]:
    """Return real symbols x1, x2, ..."""
    return list(sympy.symbols(f"{name}1:{count + 1}", real=True))


def symbolic_softmax(scores: list[sympy.Expr]) -> list[sympy.Expr]:
    """Return the formula of softmax, as printed."""
    powers = [sympy.exp(score) for score in scores]
    return [power / sum(powers) for power in powers]


def zero(expressions: list[sympy.Expr]) -> bool:
    """Say whether every expression simplifies to zero."""
    return all(sympy.simplify(one) == 0 for one in expressions)


@claim(
    r"$\operatorname{softmax}(x + c) = \operatorname{softmax}(x)$ for every number $c$ added to all scores. "
    r"Only differences of scores count: $p_i / p_j = e^{x_i - x_j}$."
)
def shift_invariance() -> Evidence:
    """Decide in symbols, by hand, by Torch; and see that a factor, unlike a shift, matters."""
    x, c = symbols(3), sympy.Symbol("c", real=True)
    p, shifted = symbolic_softmax(x), symbolic_softmax([score + c for score in x])
    plain, moved, stretched = softmax(EXAMPLE), softmax(np.add(EXAMPLE, 50)), softmax(np.multiply(EXAMPLE, 2))
    torch_moved = torch.softmax(torch.tensor(EXAMPLE, dtype=torch.float64) - 700, 0)
    return Evidence(
        [
            equal("SymPy, three scores", zero([a - b for a, b in zip(p, shifted, strict=True)]), True),
            equal("SymPy, the ratio of two", zero([p[0] / p[2] - sympy.exp(x[0] - x[2])]), True),
            close("by hand, all scores plus 50", moved, plain, 1e-15),
            close("Torch, all scores minus 700", torch_moved.numpy(), plain, 1e-15),
            at_least("by hand, doubled scores, change", float(abs(stretched - plain).max()), 0.1),
        ],
        {"x": list(EXAMPLE), "p": plain.tolist(), "doubled": stretched.tolist()},
    )


@claim(r"Of two scores, the first gets the weight $\sigma(x_1 - x_2)$: softmax of two is the sigmoid.")
def two_scores() -> Evidence:
    """Decide in symbols, by hand, by Torch's two functions."""
    x = symbols(2)
    gap = symbolic_softmax(x)[0] - 1 / (1 + sympy.exp(-(x[0] - x[1])))
    pairs = np.random.default_rng(0).normal(0, 5, (1000, 2))
    scores = torch.from_numpy(pairs)
    return Evidence(
        [
            equal("SymPy", zero([gap]), True),
            close("by hand, 1000 pairs", softmax(pairs)[:, 0], sigmoid(pairs[:, 0] - pairs[:, 1]), 1e-15),
            close(
                "Torch, 1000 pairs",
                torch.softmax(scores, -1)[:, 0].numpy(),
                torch.sigmoid(scores[:, 0] - scores[:, 1]).numpy(),
                1e-15,
            ),
        ],
        {"one_apart": float(sigmoid([1.0])[0])},
    )


@claim(
    r"$\max x < \operatorname{lse}(x) \le \max x + \log n$ for $n \ge 2$ scores, with equality on the right "
    r"when all are equal."
)
def log_sum_exp_bounds() -> Evidence:
    """Search at random by hand and by Torch, and see in symbols what is above the maximum."""
    rng = np.random.default_rng(1)
    above = []
    for n in (2, 5, 50):
        x = rng.normal(size=(500, n))
        above.append((log_sum_exp(x) - x.max(axis=1)) / np.log(n))
    scores = torch.from_numpy(x)
    by_torch = (torch.logsumexp(scores, -1) - scores.amax(-1)) / np.log(n)
    c, d = sympy.Symbol("c", real=True), sympy.Symbol("d", positive=True)
    above_two = sympy.log(1 + sympy.exp(-d))  # two scores, d apart
    tied = sympy.log(sum(sympy.exp(c) for _ in range(4)))
    return Evidence(
        [
            at_most("by hand, 1500 rows, greatest share of log n", float(np.max(above)), 1),
            at_least("by hand, 1500 rows, least share", float(np.min(above)), 1e-6),
            at_most("Torch, greatest share of log n", by_torch.max().item(), 1),
            equal("SymPy, two scores, above the maximum", above_two.is_positive, True),
            equal("SymPy, four ties", sympy.simplify(sympy.expand_log(tied - c - sympy.log(4))), 0),
        ],
        {"example": float(log_sum_exp(EXAMPLE)), "far": float(log_sum_exp([1000.0, 1000.0]))},
    )


@claim(
    r"Softmax is the gradient of log-sum-exp, $\partial \operatorname{lse}(x) / \partial x_i = p_i$, and the "
    r"Jacobian of softmax is its Hessian."
)
def softmax_is_a_gradient() -> Evidence:
    """Compare with autograd, central differences and SymPy."""
    x = np.array([1.0, -0.5, 2.0, 0.0])
    by_hand, step = softmax(x), 1e-5
    differences = [(log_sum_exp(x + step * e) - log_sum_exp(x - step * e)) / (2 * step) for e in np.eye(4)]
    scores = torch.tensor(x, requires_grad=True)
    (autograd,) = torch.autograd.grad(torch.logsumexp(scores, 0), scores)
    hessian = torch.autograd.functional.hessian(lambda t: torch.logsumexp(t, 0), torch.from_numpy(x))
    s = symbols(3)
    lse = sympy.log(sum(sympy.exp(score) for score in s))
    p = symbolic_softmax(s)
    return Evidence(
        [
            close("Torch autograd of logsumexp", autograd.numpy(), by_hand, 1e-15),
            close("central differences of log-sum-exp", differences, by_hand, 1e-9),
            equal("SymPy, gradient", zero([sympy.diff(lse, a) - b for a, b in zip(s, p, strict=True)]), True),
            close("Torch autograd, Hessian against the Jacobian", hessian, softmax_jacobian(by_hand), 1e-15),
            equal("SymPy, one entry of the Hessian", zero([sympy.diff(lse, s[0], s[1]) + p[0] * p[1]]), True),
        ]
    )


@claim(
    r"Log-sum-exp is convex: along any direction $v$ its second derivative is the variance of $v$ under the "
    r"weights, $\sum_i p_i v_i^2 - (\sum_i p_i v_i)^2 \ge 0$. It is 0 only along $(1, \dots, 1)$."
)
def log_sum_exp_is_convex() -> Evidence:
    """Decide the identity in symbols; measure second derivatives and eigenvalues."""
    x, v, t = symbols(3), symbols(3, "v"), sympy.Symbol("t")
    lse = sympy.log(sum(sympy.exp(a + t * b) for a, b in zip(x, v, strict=True)))
    p = symbolic_softmax(x)
    variance = (
        sum(a * b**2 for a, b in zip(p, v, strict=True)) - sum(a * b for a, b in zip(p, v, strict=True)) ** 2
    )
    rng = np.random.default_rng(2)
    smallest = [np.linalg.eigvalsh(softmax_jacobian(softmax(rng.normal(0, 2, 5))))[:2] for _ in range(300)]
    base = torch.from_numpy(rng.normal(size=(200, 5)))
    way = torch.from_numpy(rng.normal(size=(200, 5)))
    middle = torch.logsumexp(base + way, -1) + torch.logsumexp(base - way, -1) - 2 * torch.logsumexp(base, -1)
    return Evidence(
        [
            equal("SymPy, three scores", zero([sympy.diff(lse, t, 2).subs(t, 0) - variance]), True),
            close("by hand, least eigenvalue of 300 Hessians", [e[0] for e in smallest], [0.0] * 300, 1e-14),
            at_least("by hand, second least", float(min(e[1] for e in smallest)), 1e-6),
            at_least("Torch, 200 chords above the curve", middle.min().item(), 0),
        ]
    )
