"""One head and keys that vary: the law of the weight, by formula and by drawing keys."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import sympy
import torch
from torch.distributions import Normal, SigmoidTransform, TransformedDistribution

from workings.byhand.random_keys import draw_keys, weight_cdf, weight_density, weight_law, weight_moments
from workings.byhand.softmax import softmax
from workings.claims.attention_averaging import orthonormal
from workings.claims.claim import Evidence, claim
from workings.claims.moments import squares, standard_error
from workings.claims.witness import at_least, at_most, close, equal, estimate

N_KEY = 10


def rival_scores(lam: float, heads: int, n_key: int = N_KEY) -> list[float]:
    """Return the other keys' scores: k_b scores lam if one query asks for both, else 0 like the rest."""
    return [lam if heads == 1 else 0.0] + [0.0] * (n_key - 2)


@lru_cache(maxsize=2)
def drawn_keys(alpha: float, along: float, count: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ten orthonormal means (n, d) and sets of keys drawn around them (count, n, d)."""
    means = np.eye(N_KEY) if d == N_KEY else orthonormal(N_KEY, d)
    return means, draw_keys(means, alpha, along, count, seed=0)


@lru_cache(maxsize=16)
def drawn_weights(
    lam: float, heads: int, alpha: float = 0.0, along: float = 0.5, count: int = 20_000, d: int = N_KEY
) -> np.ndarray:
    """Draw keys around ten orthonormal means; return each head's weights, (heads, count, n). Item 0 is a."""
    means, keys = drawn_keys(alpha, along, count, d)
    queries = [means[0] + means[1]] if heads == 1 else [means[0], means[1]]
    return np.stack([softmax(keys @ (lam * query)) for query in queries])


def by_torch(m: float, s: float) -> Any:
    """Return Torch's own logit-normal distribution: a normal variable through a sigmoid."""
    normal = Normal(torch.tensor(m, dtype=torch.float64), torch.tensor(s, dtype=torch.float64))
    return TransformedDistribution(normal, [SigmoidTransform()])


def integrated_moments(m: float, s: float) -> tuple[float, float]:
    """Return mean and variance from Torch's cdf F alone: the integrals of 1 - F and of 2t(1 - F)."""
    logits = torch.linspace(-60, 60, 400_001, dtype=torch.float64)
    t = torch.sigmoid(logits)
    above = 1 - by_torch(m, s).cdf(t.clamp(1e-300, 1 - 2**-53))
    mean = float(torch.trapezoid(above, t))
    return mean, float(torch.trapezoid(2 * t * above, t)) - mean**2


@claim(
    r"With $\Sigma_i = \alpha I$ and $q = \lambda(\mu_a + \mu_b)$ the difference of the two scores is $N(0, "
    r"4\alpha\lambda^2)$, whatever $d$ is: the noise that the query does not look at does not count.",
    answers=("s1.5.3.a", "s2.1.B.i"),
)
def small_noise() -> Evidence:
    """Decide by algebra on the covariance, and by drawing keys of 10 and of 200 components."""
    alpha, lam = sympy.symbols("alpha lambda", positive=True)
    mu_a, mu_b = (sympy.Matrix([1, 0, 0, 0]), sympy.Matrix([0, 1, 0, 0]))
    q = lam * (mu_a + mu_b)
    stacked = sympy.Matrix.vstack(q, -q)  # the difference is stacked . (k_a, k_b)
    variance = (stacked.T * (alpha * sympy.eye(8)) * stacked)[0]
    gaps = {}
    for d, count in ((10, 20_000), (200, 4_000)):
        means = orthonormal(2, d)
        keys = draw_keys(means, 1e-4, 0, count, seed=1)
        scores = keys @ (10 * (means[0] + means[1]))  # (count, 2)
        gaps[d] = scores[:, 0] - scores[:, 1]
    return Evidence(
        [
            equal("SymPy, variance of the difference", variance, 4 * alpha * lam**2),
            *(estimate(f"drawn, d = {d}, mean", gap, 0) for d, gap in gaps.items()),
            *(estimate(f"drawn, d = {d}, variance", squares(gap), 0.04) for d, gap in gaps.items()),
        ],
        {"variance_10": float(squares(gaps[10]).mean()), "error_10": standard_error(squares(gaps[10]))},
    )


@claim(
    r"So with $\Sigma_i = \alpha I$ the query $\lambda(\mu_a + \mu_b)$ averages while $\log n \ll \lambda "
    r"\ll 1/\sqrt\alpha$. For a fixed $\alpha > 0$ a larger $\lambda$ undoes it: at $\alpha = 10^{-4}$ the "
    r"weight is spread over 0 to 1 at $\lambda = 1000$.",
    answers=("s1.5.3.a", "s2.1.B.i"),
)
def window_for_lambda() -> Evidence:
    """Compare the spread of the weight at three scales, drawn and by Torch's law, on both sides."""
    spread, law = {}, {}
    for lam in (2.0, 10.0, 1000.0):
        weights = drawn_weights(lam, 1, alpha=1e-4, along=0.0)[0]
        spread[lam] = weights[:, 0]
        law[lam] = integrated_moments(0.0, 2 * lam * 1e-2)[1]
    balanced = {lam: float(((weight > 0.4) & (weight < 0.6)).mean()) for lam, weight in spread.items()}
    extreme = by_torch(0.0, 20.0)
    inside = float(extreme.cdf(torch.tensor(0.6).double()) - extreme.cdf(torch.tensor(0.4).double()))
    return Evidence(
        [
            estimate("drawn, λ = 1000, variance against Torch's law", squares(spread[1000.0]), law[1000.0]),
            close("drawn, λ = 10, variance against Torch's law", spread[10.0].var() / law[10.0], 1, 0.1),
            at_least("drawn, λ = 10, share between 0.4 and 0.6", balanced[10.0], 0.9),
            at_most("drawn, λ = 2, mean weight (too soft)", float(spread[2.0].mean()), 0.35),
            estimate(
                "drawn, λ = 1000, share between 0.4 and 0.6 against Torch's law",
                (spread[1000.0] > 0.4) & (spread[1000.0] < 0.6),
                inside,
            ),
        ],
        {
            "variance": {str(int(lam)): float(weight.var()) for lam, weight in spread.items()},
            "deviation": {str(int(lam)): float(weight.std()) for lam, weight in spread.items()},
            "balanced": {str(int(lam)): share for lam, share in balanced.items()},
            "mean": {str(int(lam)): float(weight.mean()) for lam, weight in spread.items()},
        },
    )


@claim(
    r"With $\Sigma_a = \alpha I + \tfrac12\mu_a\mu_a^\top$, $\alpha \to 0$, one head's weight follows a "
    r"logit-normal law: $\log\frac{\alpha_a}{1 - \alpha_a} \sim N(m, \tfrac12\lambda^2)$ with $m = -\log(1 "
    r"+ (n - 2)e^{-\lambda})$, so $P(\alpha_a \le t) = \Phi\big((\log\tfrac{t}{1 - t} - "
    r"m)\sqrt2/\lambda\big)$. The key points away from $\mu_a$ with probability $\Phi(-\sqrt2)$.",
    answers=("s1.5.3.b", "s2.1.B.ii"),
)
def one_head_law() -> Evidence:
    """Compare the cdf with 20 000 draws of all keys, and with Torch's law, at five points and two scales."""
    witnesses, shares = [], {}
    for lam in (2.0, 10.0):
        m, s = weight_law(lam, rival_scores(lam, 1))
        weight = drawn_weights(lam, 1)[0, :, 0]
        points = (0.1, 0.3, 0.5, 0.7, 0.9)
        formula = [weight_cdf(t, -np.log(1 + 8 * np.exp(-lam)), lam / 2**0.5) for t in points]
        torch_cdf = by_torch(m, s).cdf(torch.tensor(points, dtype=torch.float64))
        witnesses.append(close(f"Torch's law, λ = {lam:.0f}, five points", torch_cdf, formula, 1e-12))
        witnesses += [
            estimate(f"drawn, λ = {lam:.0f}, share up to {t}", weight <= t, expected)
            for t, expected in zip(points, formula, strict=True)
        ]
        shares[str(int(lam))] = {"up_to_0_1": formula[0], "above_0_9": 1 - formula[4], "m": m, "s": s}
        shares[str(int(lam))]["balanced"] = formula[4] - formula[0]
    means, keys = drawn_keys(0.0, 0.5, 20_000, N_KEY)
    length = keys[:, 0] @ means[0]  # of k_a along its mean
    opposite = float(Normal(1.0, 0.5**0.5).cdf(torch.tensor(0.0)))
    witnesses += [
        estimate("drawn, share of keys that point away", length < 0, opposite),
        close("SymPy, the same share", float(sympy.erfc(1) / 2), opposite, 1e-7),
        estimate("drawn, variance of the length", squares(length), 0.5),
    ]
    law: dict[str, object] = {"opposite": float(sympy.erfc(1) / 2), "deviation": 0.5**0.5}
    return Evidence(witnesses, shares | law)


@claim(
    r"The variance of one head's weight $\alpha_a$ grows with $\lambda$: near $\lambda^2/32$ for small "
    r"$\lambda$ (two keys), near $\tfrac14 - \frac{1}{\lambda\sqrt\pi}$ for large $\lambda$, and "
    r"$\tfrac14$ in the limit, that of a fair coin. Its mean tends to $\tfrac12$, and is $\tfrac12$ at every "
    r"$\lambda$ with two keys.",
    answers=("s1.5.3.b", "s2.1.B.ii"),
)
def one_head_variance() -> Evidence:
    """Compare quadrature by hand, integrals of Torch's cdf, draws, and the two limits."""
    witnesses, by_lam = [], {}
    two_keys = {lam: weight_moments(*weight_law(lam, [lam])) for lam in (1.0, 2.0, 5.0, 10.0, 50.0)}
    for lam in two_keys:
        m, s = weight_law(lam, rival_scores(lam, 1))
        mean, variance = weight_moments(m, s)
        weight = drawn_weights(lam, 1)[0, :, 0]
        name = f"λ = {lam:.0f}"
        witnesses += [
            close(f"integrals of Torch's cdf, {name}", integrated_moments(m, s), (mean, variance), 1e-6),
            estimate(f"drawn, {name}, mean", weight, mean),
            estimate(f"drawn, {name}, variance", squares(weight), variance),
        ]
        by_lam[str(int(lam))] = {"mean": mean, "variance": variance, "deviation": variance**0.5}
    small = weight_moments(0.0, 0.1 / 2**0.5)[1]
    large = [weight_moments(0.0, lam / 2**0.5)[1] - 0.25 + 1 / (lam * np.pi**0.5) for lam in (100.0, 1000.0)]
    witnesses += [
        close("two keys, λ = 1/10, over λ²/32", small / (0.01 / 32), 1, 0.01),
        close("λ = 100 and 1000, against the limit", large, [0, 0], 1e-4),
    ]
    drawn = 1 / (1 + np.exp(-5 * draw_keys(np.eye(2), 0, 0.5, 20_000, seed=2)[:, 0, 0] + 5))
    witnesses.append(estimate("drawn, two keys, λ = 5, variance", squares(drawn), two_keys[5.0][1]))
    witnesses.append(close("two keys, means", [one[0] for one in two_keys.values()], [0.5] * 5, 1e-9))
    pairs = {str(int(lam)): {"mean": one[0], "variance": one[1]} for lam, one in two_keys.items()}
    return Evidence(witnesses, by_lam | {"two_keys": pairs})


@claim(
    r"The density of the weight (two keys) has one hump in the middle up to $\lambda = 2$, and beyond that "
    r"two humps that move to 0 and 1: the average becomes the *least* likely output between them.",
    answers=("s1.5.3.b", "s2.1.B.ii"),
)
def two_humps() -> Evidence:
    """Take the curvature at one half in symbols; count the maxima of the density and of a histogram."""
    t, s = sympy.symbols("t s", positive=True)
    log_density = -(sympy.log(t / (1 - t)) ** 2) / (2 * s**2) - sympy.log(t) - sympy.log(1 - t)
    curvature = sympy.simplify(sympy.diff(log_density, t, 2).subs(t, sympy.Rational(1, 2)))
    grid = np.linspace(1e-4, 1 - 1e-4, 9999)

    def humps(lam: float) -> int:
        density = weight_density(grid, 0.0, lam / 2**0.5)
        return int(((density[1:-1] > density[:-2]) & (density[1:-1] > density[2:])).sum())

    counts = {lam: humps(lam) for lam in (1.0, 1.9, 2.1, 4.0)}
    drawn = np.histogram(drawn_weights(10.0, 1)[0, :, 0], bins=5, range=(0, 1))[0]
    return Evidence(
        [
            equal("SymPy, curvature of the log density at one half", curvature, 8 - 16 / s**2),
            equal("SymPy, where it is 0 (λ² = 2 s²)", sympy.solve(curvature, s), [sympy.sqrt(2)]),
            equal("maxima of the density, λ = 1, 1.9, 2.1, 4", list(counts.values()), [1, 1, 2, 2]),
            equal("drawn, λ = 10, the least of five bins", int(drawn.argmin()), 2),
        ],
        {"bins": (drawn / drawn.sum()).tolist()},
    )


@claim(
    r"As $\alpha \to 0$ all randomness of $c$ is one number: $c = \alpha_a v_a + (1 - \alpha_a)\,w$ with a "
    r"fixed $w$, the mean of the other values, nearly $v_b$. So $\operatorname{Cov}(c) = "
    r"\operatorname{Var}(\alpha_a)\,(v_a - w)(v_a - w)^\top$, which is 0 if $v_a = w$.",
    answers=("s1.5.3.b", "s2.1.B.ii"),
)
def output_moves_on_a_segment() -> Evidence:
    """Compare the covariance of drawn outputs with the formula, in rank and in size."""
    V = np.random.default_rng(9).normal(size=(N_KEY, 3))
    weights = drawn_weights(10.0, 1)[0]  # (count, n)
    outputs = weights @ V
    powers = np.exp(np.array(rival_scores(10.0, 1)))
    w = powers @ V[1:] / powers.sum()
    variance = weight_moments(*weight_law(10.0, rival_scores(10.0, 1)))[1]
    spectrum = torch.linalg.svdvals(torch.from_numpy(outputs - outputs.mean(axis=0)))
    along = (outputs - w) @ (V[0] - w) / ((V[0] - w) @ (V[0] - w))
    same = V.copy()
    same[0] = w
    return Evidence(
        [
            at_most("Torch, second singular value over the first", float(spectrum[1] / spectrum[0]), 1e-12),
            close("position on the segment", along, weights[:, 0], 1e-12),
            estimate("drawn, variance along the segment", squares(along), variance),
            at_most("v_a = w, greatest deviation", float(np.ptp(weights @ same, axis=0).max()), 1e-13),
        ],
        {"w_distance_from_v_b": float(np.linalg.norm(w - V[1]))},
    )
