"""Two heads and a key whose length varies: what they steady, and what happens when the score is negative."""

from __future__ import annotations

import math

import numpy as np
import sympy
import torch

from workings.byhand.attention import averaging_weight
from workings.byhand.random_keys import weight_cdf, weight_law, weight_moments
from workings.byhand.softmax import softmax
from workings.claims.attention_random_keys import (
    N_KEY,
    by_torch,
    drawn_weights,
    integrated_moments,
    rival_scores,
)
from workings.claims.claim import Evidence, claim
from workings.claims.moments import squares, standard_error
from workings.claims.witness import at_least, at_most, close, equal, estimate

NEGATIVE = 0.5 * math.erfc(1.0)  # P(k_a . mu_a < 0)


def coordinate(lam: float, heads: int) -> np.ndarray:
    """Return v_a's weight in the output, averaged over the heads, for 20 000 drawn sets of keys."""
    weight: np.ndarray = drawn_weights(lam, heads)[:, :, 0].mean(axis=0)
    return weight


def lengths() -> np.ndarray:
    """Return k_a . mu_a of the same draws: the log-odds of head 1 give it back."""
    weight = drawn_weights(1.0, 2)[0]
    along: np.ndarray = np.log(weight[:, 0] / weight[:, 2])
    return along


def squared_errors(lam: float, heads: int) -> np.ndarray:
    """Return |c - (v_a + v_b) / 2|^2 for orthonormal values, where c has the weights as coordinates."""
    outputs = drawn_weights(lam, heads).mean(axis=0)  # (count, n)
    target = np.array([0.5, 0.5] + [0.0] * (N_KEY - 2))
    errors: np.ndarray = ((outputs - target) ** 2).sum(axis=1)
    return errors


@claim(
    r"For fixed keys $k_i = \mu_i$ the queries $q_1 = \lambda\mu_a$ and $q_2 = \lambda\mu_b$ give $v_a$ and "
    r"$v_b$ the weight $\tfrac12\frac{e^\lambda + 1}{e^\lambda + n - 1}$ each: below one half for $n > 2$, "
    r"and tending to it. With tiny $\alpha$ the drawn outputs stay there.",
    answers=("s1.5.4.a",),
)
def two_heads_average() -> Evidence:
    """Decide in symbols; compare with fixed keys in Torch and with drawn keys."""
    lam = sympy.Symbol("lambda", positive=True)
    first = [sympy.exp(lam), 1] + [1] * 8
    second = [1, sympy.exp(lam)] + [1] * 8
    weight = (first[0] / sum(first) + second[0] / sum(second)) / 2
    formula = (sympy.exp(lam) + 1) / (2 * (sympy.exp(lam) + 9))
    keys = torch.eye(N_KEY, dtype=torch.float64)
    expected = {size: (math.exp(size) + 1) / (math.exp(size) + 9) / 2 for size in (2.0, 5.0, 10.0)}
    kernel = {
        size: float((torch.softmax(size * keys[0], 0)[0] + torch.softmax(size * keys[1], 0)[0]) / 2)
        for size in expected
    }
    weights = drawn_weights(10.0, 2, alpha=1e-5, along=0.0)[:, :, :2].mean(axis=0)
    return Evidence(
        [
            equal("SymPy, ten keys", sympy.simplify(weight - formula), 0),
            equal("SymPy, limit", sympy.limit(formula, lam, sympy.oo), sympy.Rational(1, 2)),
            *(close(f"Torch, λ = {size:.0f}", kernel[size], expected[size], 1e-15) for size in expected),
            close("drawn, α = 10⁻⁵, λ = 10, every weight", weights, np.full((20_000, 2), 0.5), 2e-3),
        ],
        {
            "weight": {str(int(size)): weight for size, weight in expected.items()},
            "one_head": {str(int(size)): averaging_weight(size, N_KEY) for size in expected},
            "head_1": {
                str(int(size)): math.exp(size) / (math.exp(size) + N_KEY - 1) for size in (1.0, *expected)
            },
        },
    )


@claim(
    r"With $\Sigma_a = \alpha I + \tfrac12\mu_a\mu_a^\top$, $\alpha \to 0$, head 2 does not see it: its "
    r"weights do not vary. Head 1's weight of $a$ is logit-normal: $\log\frac{\alpha_a}{1 - \alpha_a} \sim "
    r"N(\lambda - \log(n - 1), \tfrac12\lambda^2)$.",
    answers=("s1.5.4.b",),
)
def two_heads_law() -> Evidence:
    """Compare the cdf with 20 000 draws of all keys and with Torch's law; look for any spread in head 2."""
    witnesses, below = [], {}
    for lam in (5.0, 10.0, 50.0):
        weight = drawn_weights(lam, 2)[0, :, 0]
        points = (0.1, 0.5, 0.9)
        m, s = lam - math.log(N_KEY - 1), lam / math.sqrt(2)
        formula = [weight_cdf(t, m, s) for t in points]
        torch_cdf = by_torch(m, s).cdf(torch.tensor(points, dtype=torch.float64))
        witnesses.append(close(f"Torch's law, λ = {lam:.0f}", torch_cdf, formula, 1e-12))
        witnesses += [
            estimate(f"drawn, λ = {lam:.0f}, share up to {t}", weight <= t, expected)
            for t, expected in zip(points, formula, strict=True)
        ]
        below[str(int(lam))] = {"up_to_0_1": formula[0], "up_to_0_9": formula[2]}
    spread = float(np.ptp(drawn_weights(10.0, 2)[1], axis=0).max())
    return Evidence([*witnesses, at_most("drawn, greatest spread of head 2", spread, 1e-15)], below)


@claim(
    r"Two heads vary less. As $\lambda \to \infty$, $v_a$'s weight in $c$ has variance $\tfrac14$ with one "
    r"head (a fair coin between 0 and 1) and $\tfrac14 p(1 - p)$ with two, $p = "
    r"\tfrac12\operatorname{erfc}(1)$: about a fourteenth. At finite $\lambda$ the gain is smaller.",
    answers=("s1.5.4.b",),
)
def two_heads_vary_less() -> Evidence:
    """Compare quadrature by hand with integrals of Torch's cdf and draws; and the limits."""
    witnesses, table = [], {}
    for lam in (1.0, 2.0, 5.0, 10.0, 50.0):
        law = weight_law(lam, rival_scores(lam, 2))
        two = weight_moments(*law)[1] / 4
        one = weight_moments(*weight_law(lam, rival_scores(lam, 1)))[1]
        name = f"λ = {lam:.0f}"
        witnesses += [
            close(f"integrals of Torch's cdf, {name}", integrated_moments(*law)[1] / 4, two, 1e-6),
            estimate(f"drawn, two heads, {name}", squares(coordinate(lam, 2)), two),
        ]
        table[str(int(lam))] = {"one": one, "two": two, "ratio": one / two}
        table[str(int(lam))]["two_keys"] = weight_moments(*weight_law(lam, [0.0]))[1] / 4
    limit = NEGATIVE * (1 - NEGATIVE) / 4
    far = weight_moments(*weight_law(1000.0, rival_scores(1000.0, 2)))[1] / 4
    negative_drawn = (lengths() < 0).astype(float) / 2
    return Evidence(
        [
            *witnesses,
            close("by hand, λ = 1000", far, limit, 2e-4),
            estimate(
                "drawn, half a coin that fails where the score is negative", squares(negative_drawn), limit
            ),
            at_least("ratio in the limit", 0.25 / limit, 13),
        ],
        table | {"limit": {"one": 0.25, "two": limit, "ratio": 0.25 / limit}},
    )


def expected_squared_error(lam: float, heads: int) -> float:
    """Return the mean of |c - (v_a + v_b) / 2|^2 from the mean and variance of the weight alone."""
    away = np.concatenate([[0.0], softmax(rival_scores(lam, heads))])  # head 1's output if a gets nothing
    toward = np.eye(N_KEY)[0] - away  # times the weight of a
    fixed = softmax(lam * np.eye(N_KEY)[1]) if heads == 2 else np.zeros(N_KEY)  # head 2
    target = np.array([0.5, 0.5] + [0.0] * (N_KEY - 2))
    start, direction = (away + fixed) / heads - target, toward / heads
    mean, variance = weight_moments(*weight_law(lam, rival_scores(lam, heads)))
    return float(
        start @ start + 2 * mean * (start @ direction) + (variance + mean**2) * direction @ direction
    )


@claim(
    r"The mean squared distance of $c$ from $\tfrac12(v_a + v_b)$, for orthonormal values, tends to "
    r"$\tfrac12$ with one head and to $\tfrac{p}{4}\big(1 + \tfrac{1}{n - 1}\big)$ with two: over ten times "
    r"less at $\lambda = 10$, ten keys. At $\lambda = 2$ two heads are further off than one.",
    answers=("s1.5.4.b",),
)
def distance_from_the_average() -> Evidence:
    """Compare the mean by the moments of the law with draws, and with the limits."""
    limit = NEGATIVE / 4 * (1 + 1 / (N_KEY - 1))
    witnesses, means = [], {}
    for lam in (1.0, 2.0, 5.0, 10.0, 50.0):
        one, two = (expected_squared_error(lam, heads) for heads in (1, 2))
        witnesses.append(estimate(f"drawn, one head, λ = {lam:.0f}", squared_errors(lam, 1), one))
        witnesses.append(estimate(f"drawn, two heads, λ = {lam:.0f}", squared_errors(lam, 2), two))
        means[str(int(lam))] = {"one": one, "two": two, "ratio": one / two}
    gone = np.zeros(N_KEY)
    gone[0], gone[1:] = -0.5, 0.5 / 9  # c less the target where head 1 returns the mean of the others
    far = [expected_squared_error(1000.0, heads) for heads in (1, 2)]
    return Evidence(
        [
            *witnesses,
            estimate("drawn negatives, two heads, the limit", (lengths() < 0) * (gone @ gone), limit),
            close("by the law, λ = 1000, against the limits", far, [0.5, limit], 2e-3),
            at_least("ratio at λ = 10", means["10"]["ratio"], 10),
            at_least("λ = 2, two heads less one", means["2"]["two"] - means["2"]["one"], 0.01),
        ],
        means | {"limit": {"one": 0.5, "two": limit, "ratio": 0.5 / limit}},
    )


@claim(
    r"For fixed keys and the same $\lambda$ one head comes nearer to the average than two: it leaves the "
    r"others $\frac{n - 2}{2e^\lambda + n - 2}$, two heads leave $\frac{n - 2}{e^\lambda + n - 1}$. What "
    r"two heads buy is steadiness, not accuracy.",
    answers=("s1.5.4.a",),
)
def one_head_is_sharper() -> Evidence:
    """Compare in symbols and with softmax by hand over fixed keys."""
    e, n = sympy.symbols("e n", positive=True)  # e stands for exp(lambda); n others beyond the two
    one, two = n / (2 * e + n), n / (e + n + 1)
    gap = sympy.factor(1 / one - 1 / two)
    shares = []
    for query in ([10.0, 10.0], [10.0, 0.0]):
        weights = softmax(query + [0.0] * (N_KEY - 2))
        shares.append(float(weights[2:].sum()) if query[1] else float(weights[1:].sum() - weights[1]))
    return Evidence(
        [
            equal("SymPy, difference of the reciprocals", sympy.simplify(gap - (e - 1) / n), 0),
            close("by hand, one head, λ = 10", shares[0], 8 / (2 * math.exp(10) + 8), 1e-12),
            close("by hand, two heads, λ = 10", shares[1], 8 / (math.exp(10) + 9), 1e-12),
        ],
        {"one": shares[0], "two": shares[1]},
    )


@claim(
    r"Dividing each key by its length also steadies one head: what remains is the sign. One head then "
    r"returns the average in all samples but the share $\tfrac12\operatorname{erfc}(1)$, where it returns "
    r"$v_b$.",
    answers=("s1.5.3.b", "s1.5.4.b"),
)
def normalised_keys() -> Evidence:
    """Normalise the drawn lengths, by hand and in Torch, and count."""
    along = lengths()
    scores = np.zeros((along.size, N_KEY))
    scores[:, 0], scores[:, 1] = 10 * np.sign(along), 10.0
    weight = softmax(scores)[:, 0]
    keys = torch.zeros(along.size, N_KEY, dtype=torch.float64)
    keys[:, 0] = torch.from_numpy(along)
    unit = torch.nn.functional.normalize(keys, dim=1)[:, 0]
    by_kernel = torch.sigmoid(10 * unit - math.log(math.exp(10) + N_KEY - 2)).numpy()
    return Evidence(
        [
            estimate("drawn, share that returns v_b", weight < 0.01, NEGATIVE),
            close("Torch, normalised keys", by_kernel, weight, 1e-12),
            close("by hand, the rest", float(weight[along > 0].min()), averaging_weight(10, N_KEY), 1e-12),
        ],
        {"variance": float(weight.var()), "error": standard_error(squares(weight))},
    )
