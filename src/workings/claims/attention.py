"""The weights of one query as a distribution: in exact arithmetic, and in floats."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import sympy
import torch

from workings.byhand.attention import log_odds
from workings.byhand.scaled_attention import attention, attention_weights
from workings.byhand.softmax import softmax
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal, estimate


def symbolic_weights(count: int) -> tuple[list[sympy.Symbol], list[sympy.Expr]]:
    """Return real scores as symbols, and their weights by definition."""
    x = list(sympy.symbols(f"x0:{count}", real=True))
    total = sum(sympy.exp(score) for score in x)
    return x, [sympy.exp(score) / total for score in x]


@claim(
    r"The weights of a query are a categorical distribution over the keys: each is above 0, and together "
    r"they are 1, whatever the scores. With scores $\log 2, \log 3, \log 5$ they are $\tfrac15, "
    r"\tfrac{3}{10}, \tfrac12$.",
    answers=("s1.5.1.a", "s2.1.A.i"),
)
def categorical() -> Evidence:
    """Decide in symbols, in fractions, and on random queries by hand and in Torch."""
    _, weights = symbolic_weights(4)
    fractions = [Fraction(part, 2 + 3 + 5) for part in (2, 3, 5)]
    by_hand = attention_weights([[1.0]], np.log([[2], [3], [5]]), scale=1)[0]
    rng = np.random.default_rng(0)
    Q, K = 3 * rng.normal(size=(500, 8)), rng.normal(size=(20, 8))
    rows = attention_weights(Q, K, scale=1)  # (500, 20)
    kernel = torch.softmax(torch.from_numpy(Q) @ torch.from_numpy(K).T, dim=-1)
    return Evidence(
        [
            equal("SymPy, four keys, sum", sympy.simplify(sum(weights)), 1),
            equal("SymPy, four keys, each above 0", [weight.is_positive for weight in weights], [True] * 4),
            close("fractions, the example by hand", by_hand, [float(part) for part in fractions], 1e-15),
            equal("fractions, sum", sum(fractions), 1),
            close("by hand, 500 queries, sums", rows.sum(axis=1), np.ones(500), 1e-14),
            at_least("by hand, 500 queries, least weight", float(rows.min()), 1e-40),
            close("Torch, 500 queries, sums", kernel.sum(-1), np.ones(500), 1e-14),
        ],
        {"example": by_hand.tolist(), "least": float(rows.min()), "greatest": float(rows.max())},
    )


@claim(
    r"The output is an expectation: $c = \sum_i \alpha_i v_i = \operatorname{E}[v_J]$ where $J$ is drawn "
    r"with the probabilities $\alpha$.",
    answers=("s1.5.1.a", "s2.1.A.i"),
)
def output_is_an_expectation() -> Evidence:
    """Draw keys with the odds of the weights, and average their values."""
    rng = np.random.default_rng(1)
    q, K, V = rng.normal(size=(1, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 1))
    c = float(attention(q, K, V, scale=1)[0, 0])
    odds = attention_weights(q, K, scale=1)[0]
    drawn = rng.choice(5, size=40_000, p=odds)
    generator = torch.Generator().manual_seed(1)
    logits = torch.from_numpy(K @ q[0])
    by_torch = torch.multinomial(torch.exp(logits), 40_000, replacement=True, generator=generator)
    return Evidence(
        [
            estimate("40 000 draws, NumPy", V[drawn, 0], c),
            estimate("40 000 draws, Torch, from the powers", V[by_torch.numpy(), 0], c),
        ],
        {"output": c, "drawn": float(V[drawn, 0].mean()), "draws": drawn.size},
    )


def least_gap_to_zero(weight: Callable[[float], float], low: float, high: float) -> float:
    """Return the gap below the greatest score from which a key's weight is exactly 0, by bisection."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if weight(middle) == 0 else (middle, high)
    return high


@claim(
    r"In floating point a weight is exactly 0 once its score lies far enough below the greatest: past "
    r"$(k + 1)\log 2$ where $2^{-k}$ is the least number above 0, which is $1075 \log 2$ in float64, $150 "
    r"\log 2$ in float32 and $25 \log 2$ in float16.",
    answers=("s1.5.1.a", "s2.1.A.i"),
)
def positivity_in_floats() -> Evidence:
    """Find the gap by bisection, by hand and in Torch, and compare with the formula."""
    formula = {"float64": 1075 * np.log(2), "float32": 150 * np.log(2), "float16": 25 * np.log(2)}
    rng = (1.0, 2000.0)
    by_hand = {
        "float64": least_gap_to_zero(lambda gap: softmax([0.0, -gap])[1], *rng),
        "float32": least_gap_to_zero(lambda gap: softmax(np.array([0, -gap], np.float32))[1], *rng),
    }

    def torch_weight(gap: float, dtype: torch.dtype) -> float:
        return torch.softmax(torch.tensor([0.0, -gap], dtype=dtype), 0)[1].item()

    by_torch = {
        name: least_gap_to_zero(lambda gap, name=name: torch_weight(gap, getattr(torch, name)), *rng)  # type: ignore[misc]
        for name in formula
    }
    return Evidence(
        [
            *(
                close(f"by hand, {name}", gap / formula[name], 1, 1e-6 if name == "float32" else 1e-12)
                for name, gap in by_hand.items()
            ),
            *(close(f"Torch, {name}", gap / formula[name], 1, 1e-3) for name, gap in by_torch.items()),
        ],
        {name: float(gap) for name, gap in formula.items()},
    )


@claim(
    r"In floating point the weights sum to 1 only up to rounding: many rows are off by an ulp or a few, in "
    r"NumPy and in Torch.",
    answers=("s1.5.1.a",),
)
def sum_in_floats() -> Evidence:
    """Count, over random rows of ten scores, the sums that are not exactly 1."""
    scores = 3 * np.random.default_rng(0).normal(size=(10_000, 10))
    sums = {"NumPy": softmax(scores).sum(axis=1), "Torch": torch.softmax(torch.from_numpy(scores), 1)}
    exact = [[Fraction(weight) for weight in row] for row in softmax(scores[:200]).tolist()]
    totals = {"NumPy": sums["NumPy"], "Torch": np.array([sum(row) for row in sums["Torch"].tolist()])}
    off = {name: float((total != 1).mean()) for name, total in totals.items()}
    greatest = max(float(np.abs(total - 1).max()) for total in totals.values())
    return Evidence(
        [
            at_least("NumPy, share of rows off", off["NumPy"], 0.2),
            at_least("Torch, share of rows off", off["Torch"], 0.2),
            at_least(
                "fractions, rows of 200 whose rounded weights do not sum to 1",
                sum(sum(row) != 1 for row in exact),
                100,
            ),
            at_most("NumPy and Torch, greatest distance from 1 in ulps", greatest / 2.0**-52, 10),
        ],
        {"share_off": off["NumPy"], "greatest_in_ulps": float(greatest / 2.0**-52)},
    )


@claim(
    r"Softmax sees differences alone: scores $1000, 1001$ give the weights of $0, 1$. Large scores do not "
    r"concentrate the weight, nor does a large ratio: scores $\tfrac{1}{1000}$ and $\tfrac{20}{1000}$ give "
    r"nearly even weights.",
    answers=("s1.5.1.b", "s2.1.A.ii"),
)
def gap_not_size() -> Evidence:
    """Shift in symbols; compute the examples by hand and in Torch."""
    x, weights = symbolic_weights(3)
    shift = sympy.Symbol("s", real=True)
    moved = [weight.subs({score: score + shift for score in x}, simultaneous=True) for weight in weights]
    logistic = float(1 / (1 + sympy.exp(-1)))
    by_torch = torch.softmax(torch.tensor([1000.0, 1001.0], dtype=torch.float64), 0)[1].item()
    ratio = softmax([0.001, 0.02])[1]
    return Evidence(
        [
            equal(
                "SymPy, shifted",
                [sympy.simplify(a - b) for a, b in zip(moved, weights, strict=True)],
                [0] * 3,
            ),
            close("by hand, 1000 and 1001", softmax([1000, 1001])[1], logistic, 1e-15),
            close("Torch, 1000 and 1001", by_torch, logistic, 1e-15),
            close("by hand, twenty times the score", ratio, 0.5, 0.005),
        ],
        {"thousand": logistic, "twenty_times": float(ratio)},
    )


@claim(
    r"$\alpha_j$ is $e^{\ell_j}$ times all other weights together, with $\ell_j = k_j \cdot q - \log\sum_{i "
    r"\ne j} e^{k_i \cdot q}$. A lead of $g$ over each of the $n - 1$ others gives $\alpha_j \ge 1/(1 + (n - "
    r"1)e^{-g})$, with equality if they tie: the lead must outgrow $\log(n - 1)$.",
    answers=("s1.5.1.b", "s2.1.A.ii"),
)
def lead_over_all() -> Evidence:
    """Compare log-odds by hand with Torch's logit and SymPy; bound random rows and reach the bound."""
    scores = 2 * np.random.default_rng(2).normal(size=12)
    by_torch = torch.logit(torch.softmax(torch.from_numpy(scores), 0))
    x, weights = symbolic_weights(3)
    odds = weights[0] / (weights[1] + weights[2])
    defined = sympy.exp(x[0]) / (sympy.exp(x[1]) + sympy.exp(x[2]))
    rng = np.random.default_rng(3)
    rivals = -4 - rng.exponential(size=(1000, 11))  # a lead of 4 or more
    least = float(softmax(np.hstack([np.zeros((1000, 1)), rivals]))[:, 0].min())
    tied = {n: float(torch.softmax(torch.tensor([5.0] + [0.0] * (n - 1)), 0)[0]) for n in (2, 10, 1000)}
    tied[1_000_000] = float(1 / (1 + 999_999 * np.exp(-5)))
    return Evidence(
        [
            close("Torch, logit of each weight", by_torch, log_odds(scores), 1e-12),
            equal("SymPy, three keys, odds", sympy.simplify(odds - defined), 0),
            at_least("1000 random rows with a lead of 4, least weight", least, 1 / (1 + 11 * np.exp(-4))),
            *(
                close(f"Torch, {n} keys, lead 5, others tied", tied[n], 1 / (1 + (n - 1) * np.exp(-5)), 1e-6)
                for n in (2, 10, 1000)
            ),
        ],
        {
            "lead_5": {str(n): weight for n, weight in tied.items()},
            "lead_for_99_percent": {str(n): float(np.log(99 * (n - 1))) for n in (2, 10, 1000, 1_000_000)},
        },
    )
