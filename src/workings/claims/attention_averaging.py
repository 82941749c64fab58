"""One query that averages two values: how near it comes, and at what scale."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.attention import averaging_query, averaging_weight, lam_needed, query_for_scores
from workings.byhand.scaled_attention import attention, attention_weights
from workings.byhand.softmax import softmax
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

HALF = sympy.Rational(1, 2)


def orthonormal(count: int, d: int, seed: int = 0) -> np.ndarray:
    """Return ``count`` random orthonormal rows of d components."""
    basis = np.linalg.qr(np.random.default_rng(seed).normal(size=(d, count)))[0]  # (d, count)
    return np.ascontiguousarray(basis.T)


def by_kernel(query: np.ndarray, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the output of one query (d,) from Torch's fused kernel, unscaled."""
    q, K, V = (torch.from_numpy(array) for array in (query[None], keys, values))
    output: np.ndarray = scaled_dot_product_attention(q, K, V, scale=1)[0].numpy()
    return output


@claim(
    r"Among $n$ orthonormal keys the query $q = \lambda\,(k_a + k_b)$ gives $\alpha_a = \alpha_b = "
    r"\frac{e^\lambda}{2e^\lambda + n - 2}$ and each other key $\frac{1}{2e^\lambda + n - 2}$.",
    answers=("s1.5.2.b",),
)
def averaging_weights() -> Evidence:
    """Compare by hand, on random orthonormal keys, with the formula, Torch's kernel and SymPy."""
    K, identity = orthonormal(10, 16), np.eye(10)
    c, n = sympy.Symbol("c", positive=True), 10
    scores = [c, c] + [0] * (n - 2)
    exact = sympy.exp(scores[0]) / sum(sympy.exp(score) for score in scores)
    witnesses = [
        equal(
            "SymPy, ten keys, from the formula",
            sympy.simplify(exact - 1 / (2 + 8 * sympy.exp(-c))),
            0,
        )
    ]
    for size in (1.0, 5.0, 10.0):
        q = averaging_query(K[0], K[1], size)
        expected = [averaging_weight(size, 10)] * 2 + [averaging_weight(size, 10) / np.exp(size)] * 8
        witnesses.append(
            close(f"by hand, λ = {size:.0f}", attention_weights(q[None], K, scale=1)[0], expected, 1e-14)
        )
        witnesses.append(close(f"Torch's kernel, λ = {size:.0f}", by_kernel(q, K, identity), expected, 1e-14))
    values = {
        str(n): {str(c): averaging_weight(c, n) for c in (1, 2, 5, 10, 20)} for n in (3, 10, 1000, 1_000_000)
    }
    return Evidence(witnesses, values)


@claim(
    r"For $n > 2$ and finite $\lambda$ the average is never exact: $c = (1 - \delta)\,\tfrac12(v_a + v_b) + "
    r"\delta\,\bar v$ where $\bar v$ is the mean of the other values and $\delta = \frac{n - 2}{2e^\lambda "
    r"+ n - 2} > 0$. Only the limit $\lambda \to \infty$ is exact; with $n = 2$ every $\lambda$ is.",
    answers=("s1.5.2.b", "s2.1.B.i"),
)
def never_exactly_half() -> Evidence:
    """Take limit and sign in symbols; compare outputs with the decomposition, by hand and in Torch."""
    c, n = sympy.symbols("c n", positive=True)
    weight = 1 / (2 + n * sympy.exp(-c))  # n others
    delta = sympy.simplify(1 - 2 * weight)
    K, V = orthonormal(10, 16), np.random.default_rng(1).normal(size=(10, 4))
    q = averaging_query(K[0], K[1], 3.0)
    share = 8 / (2 * np.exp(3) + 8)
    expected = (1 - share) * (V[0] + V[1]) / 2 + share * V[2:].mean(axis=0)
    pair = attention_weights(averaging_query(K[0], K[1], 0.1)[None], K[:2], scale=1)[0]
    return Evidence(
        [
            equal("SymPy, limit of the weight", sympy.limit(weight, c, sympy.oo), HALF),
            equal("SymPy, sign of the shortfall", delta.is_positive, True),
            equal("SymPy, the shortfall", sympy.simplify(delta - n / (2 * sympy.exp(c) + n)), 0),
            close("by hand, λ = 3", attention(q[None], K, V, scale=1)[0], expected, 1e-14),
            close("Torch's kernel, λ = 3", by_kernel(q, K, V), expected, 1e-14),
            close("by hand, two keys, λ = 1/10", pair, [0.5, 0.5], 1e-15),
        ],
        {"shortfall_3": float(share), "shortfall_10": float(8 / (2 * np.exp(10) + 8))},
    )


@claim(
    r"The error is $\delta\,|\bar v - \tfrac12(v_a + v_b)|$. To leave the other keys the share $\delta$ "
    r"takes $\lambda = \log\frac{(n - 2)(1 - \delta)}{2\delta}$: it must grow with $\log n$, and no single "
    r"$\lambda \gg 0$ serves every $n$.",
    answers=("s1.5.2.b", "s2.1.B.i"),
)
def scale_grows_with_keys() -> Evidence:
    """Solve in symbols; check the shares by hand and the size of the error in Torch."""
    c, n, delta = sympy.symbols("c n delta", positive=True)
    solution = sympy.solve(sympy.Eq((n - 2) / (2 * sympy.exp(c) + n - 2), delta), sympy.exp(c))
    needed = {count: lam_needed(0.01, count) for count in (3, 10, 1000, 1_000_000)}
    shares = {
        count: float(softmax(np.concatenate([[scale, scale], np.zeros(count - 2)]))[2:].sum())
        for count, scale in needed.items()
    }
    K, V = orthonormal(10, 16), np.random.default_rng(2).normal(size=(10, 4))
    middle = (V[0] + V[1]) / 2
    error = np.linalg.norm(by_kernel(averaging_query(K[0], K[1], needed[10]), K, V) - middle)
    return Evidence(
        [
            equal(
                "SymPy, solved",
                sympy.simplify(solution[0] - (n - 2) * (1 - delta) / (2 * delta)),
                0,
            ),
            *(close(f"by hand, {n} keys, others", share, 0.01, 1e-9) for n, share in shares.items()),
            close("Torch's kernel, error", error, 0.01 * np.linalg.norm(V[2:].mean(axis=0) - middle), 1e-12),
            at_most("weight of the two at c = 10, a million keys", 2 * averaging_weight(10, 1_000_000), 0.05),
        ],
        {
            "needed": {str(n): scale for n, scale in needed.items()},
            "two_at_10_million": 2 * averaging_weight(10, 1_000_000),
        },
    )


@claim(
    r"In float64 a finite $\lambda$ does give exactly $\tfrac12$: with ten keys from $\lambda = 40$ on, "
    r"where the other powers vanish beside 2. The formula $e^\lambda/(2e^\lambda)$ as written fails from "
    r"$\lambda = 710$ on, where it becomes $\infty/\infty$, and just below, where only the denominator "
    r"overflows, it is 0.",
    answers=("s1.5.2.b",),
)
def half_in_floats() -> Evidence:
    """Run both softmaxes at c = 30, 40 and 1000, and the formula as written on both sides of 710."""
    K = np.eye(10)

    def both(c: float) -> tuple[float, float]:
        q = averaging_query(K[0], K[1], c)
        return float(attention_weights(q[None], K, scale=1)[0, 0]), float(by_kernel(q, K, K)[0])

    with np.errstate(over="ignore", invalid="ignore"):
        written = [float(np.exp(c) / (2 * np.exp(c))) for c in (709.0, 709.5, 710.0)]
    power = torch.exp(torch.tensor(710.0, dtype=torch.float64))
    return Evidence(
        [
            equal("by hand and Torch, λ = 40", both(40.0), (0.5, 0.5)),
            equal("by hand and Torch, λ = 1000", both(1000.0), (0.5, 0.5)),
            equal(
                "by hand and Torch, λ = 30 is below", [weight < 0.5 for weight in both(30.0)], [True, True]
            ),
            equal(
                "NumPy, the formula at 709, 709.5 and 710",
                [str(weight) for weight in written],
                ["0.5", "0.0", "nan"],
            ),
            equal(
                "Torch, e^710 is infinite, the quotient no number",
                [bool(power.isinf()), bool((power / (2 * power)).isnan())],
                [True, True],
            ),
        ],
        {"below_half_30": float(0.5 - both(30.0)[0])},
    )


@claim(
    r"$\lambda\,(k_a + k_b)$ needs keys of one length. With $|k_a| = 1$ and $|k_b| = \tfrac65$, still "
    r"orthogonal, the scores are $\lambda$ and $\tfrac{36}{25}\lambda$, and at $\lambda = 10$ key $b$ takes "
    r"nearly all. The query $q = \lambda K^\top(KK^\top)^{-1}(e_a + e_b)$ averages for any linearly "
    r"independent keys.",
    answers=("s1.5.2.b",),
)
def unequal_keys() -> Evidence:
    """Run both queries by hand and in Torch; compare the second with least squares in Torch."""
    K = np.diag([1.0, 1.2, 1.0, 1.0])
    q = averaging_query(K[0], K[1], 10.0)
    lone = float(1 / (1 + 2 * np.exp(-14.4) + np.exp(-4.4)))
    skew = np.random.default_rng(3).normal(size=(6, 9))  # neither orthogonal nor of one length
    scores = np.array([10.0, 10.0, 0, 0, 0, 0])
    mended = query_for_scores(skew, scores)
    least_squares = torch.linalg.lstsq(
        torch.from_numpy(skew), torch.from_numpy(scores)[:, None], driver="gelsd"
    ).solution[:, 0]
    weights = by_kernel(mended, skew, np.eye(6))
    return Evidence(
        [
            close("by hand, weight of b", attention_weights(q[None], K, scale=1)[0, 1], lone, 1e-15),
            close("Torch's kernel, weight of b", by_kernel(q, K, np.eye(4))[1], lone, 1e-15),
            close("Torch, least squares", least_squares, mended, 1e-10),
            close("Torch's kernel, mended", weights[:2], [averaging_weight(10, 6)] * 2, 1e-12),
        ],
        {"weight_b": lone, "mended": float(weights[0])},
    )


@claim(
    r"Scores that are relatively close are not close enough: the ratio of two weights is $e^{x_a - x_b}$, so "
    r"1000 and 1001 split the weight $1 : e$. Even weights to within $\varepsilon$ take $|x_a - x_b| \le "
    r"4\varepsilon$, nearly.",
    answers=("s1.5.2.b",),
)
def equal_scores_needed() -> Evidence:
    """Compute the split by hand and in Torch, and the slope of the weight in symbols."""
    x = sympy.Symbol("x")
    slope = sympy.diff(1 / (1 + sympy.exp(-x)), x).subs(x, 0)
    exact = [float(1 / (1 + sympy.E)), float(sympy.E / (1 + sympy.E))]
    by_torch = torch.softmax(torch.tensor([1000.0, 1001.0], dtype=torch.float64), 0)
    return Evidence(
        [
            close("by hand", softmax([1000, 1001]), exact, 1e-15),
            close("Torch", by_torch, exact, 1e-15),
            equal("SymPy, slope of the weight at equal scores", slope, sympy.Rational(1, 4)),
            at_least("by hand, scores 1/25 apart, greater weight", softmax([0, 0.04])[1], 0.5099),
        ],
        {"smaller": exact[0], "greater": exact[1]},
    )


@claim(
    r"$c = \tfrac12(v_a + v_b)$ does not tell that $\alpha_a = \alpha_b = \tfrac12$: a third value that is "
    r"itself $\tfrac12(v_a + v_b)$ may hold all the weight. Weights and output determine each other only if "
    r"the values are affinely independent.",
    answers=("s1.5.2.b",),
)
def same_average_other_weights() -> Evidence:
    """Ask for the third of three keys, by hand and in Torch; take ranks with and without the third value."""
    K, V = np.eye(3), np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0], [0.5, 1.5, 1.0]])
    q = np.array([0.0, 0.0, 800.0])
    target = (V[0] + V[1]) / 2
    free = np.random.default_rng(4).normal(size=(3, 3))
    ranks = [int(np.linalg.matrix_rank(np.hstack([v, np.ones((3, 1))]))) for v in (V, free)]
    return Evidence(
        [
            close("by hand, output", attention(q[None], K, V, scale=1)[0], target, 0),
            close("Torch's kernel, output", by_kernel(q, K, V), target, 0),
            close("by hand, weights", attention_weights(q[None], K, scale=1)[0], [0, 0, 1], 0),
            equal("ranks of the values with a column of ones, dependent and random", ranks, [2, 3]),
        ]
    )
