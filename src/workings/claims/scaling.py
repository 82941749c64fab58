"""What dividing a dot product by a scale does to its mean and its variance."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy
import torch

from workings.byhand.dot_product import dot_product_mean, dot_product_variance
from workings.byhand.softmax import softmax
from workings.claims.claim import Evidence, claim
from workings.claims.moments import (
    counted,
    draw,
    expectation,
    normals,
    quadrature,
    signs,
    squares,
    standard_error,
    symbolic,
)
from workings.claims.saturation import N_KEYS, entropies, random_weights
from workings.claims.witness import at_most, close, equal, estimate


@claim(
    r"If $q$ and $k$ have mean 0 and covariance $I$, dividing by $\sqrt{d_k}$ divides the variance by "
    r"$d_k$: each entry of $QK^\top / \sqrt{d_k}$ has variance 1, whatever $d_k$.",
    answers=("s0.2.5.a",),
)
def unit_variance() -> Evidence:
    """Count exactly, by quadrature, by draws."""
    half = Fraction(1, 2)  # 1 / sqrt(4)
    scaled = {d: draw(np.zeros(d), 1.0, count=10_000) / np.sqrt(d) for d in (4, 64, 512)}
    by_d = {d: squares(scores) for d, scores in scaled.items()}
    return Evidence(
        [
            equal("counting, all sign vectors, d = 4", counted(signs(4), half), (0, 1)),
            close("quadrature, d = 3", quadrature(np.zeros(3), 1.0)[1] / 3, 1, 1e-12),
            *(estimate(f"Monte Carlo, d = {d}", deviations, 1) for d, deviations in by_d.items()),
        ],
        {"variance": {str(d): float(deviations.mean()) for d, deviations in by_d.items()}},
    )


@claim(
    r"In general $\operatorname{Var}(q \cdot k / \sqrt d) = \sigma^4 + 2\sigma^2\,\mu \cdot \mu / d$, which "
    r"is 1 if $\mu = 0$ and $\sigma = 1$. The scale that always gives variance 1 is $\sqrt{2\sigma^2\,\mu "
    r"\cdot \mu + d\,\sigma^4}$.",
    answers=("s3.6.c",),
)
def standardising_scale() -> Evidence:
    """Decide in symbols, by quadrature, by draws divided by either scale."""
    mu, sigma = np.array([0.5, -1.0, 2.0]), 1.5
    expected = sigma**4 + 2 * sigma**2 * (mu @ mu) / 3
    scale = np.sqrt(dot_product_variance(mu, sigma))
    _, spread, mu_mu, s = symbolic(3)
    products = draw(mu, sigma)
    wide = draw(np.zeros(64), 3.0, seed=5) / 8
    return Evidence(
        [
            equal("SymPy, d = 3", sympy.expand(spread / 3), sympy.expand(s**4 + 2 * s**2 * mu_mu / 3)),
            close("quadrature, over √d", quadrature(mu, sigma)[1] / 3, expected, 1e-10),
            estimate("Monte Carlo, over √d", squares(products / np.sqrt(3)), float(expected)),
            estimate("Monte Carlo, over the general scale", squares(products / scale), 1),
            estimate("Monte Carlo, over √d, mean 0, sigma 3, d = 64", squares(wide), 81),
        ],
        {
            "over_sqrt_d": float(expected),
            "scale": float(scale),
            "sigma_3": float(squares(wide).mean()),
            "sigma_3_error": standard_error(squares(wide)),
        },
    )


@claim(
    r"If all components share the mean $m \ne 0$, then $\operatorname{E}[q \cdot k / s] = d\,m^2 / s$ is "
    r"proportional to $d$ exactly when $s$ does not depend on $d$. With $s = \sqrt d$ it grows as $\sqrt "
    r"d$. For any $\mu \ne 0$, $s = \mu \cdot \mu / (c\,d)$ gives $\operatorname{E}[q \cdot k / s] = c\,d$.",
    answers=("s3.6.c",),
)
def linear_mean() -> Evidence:
    """Solve for the scale in symbols, and draw at two sizes."""
    d, m, c = sympy.symbols("d m c", positive=True)
    s = sympy.Function("s")(d)
    constant = sympy.dsolve(
        sympy.Eq(sympy.diff(m**2 * d / s, d), m**2 / s), s
    )  # E' = E / d: E proportional to d
    shared = {size: draw(np.full(size, 2.0), 1.0, count=4000) for size in (16, 256)}
    rising = np.arange(1.0, 9.0)
    by_hand = dot_product_mean(rising)
    pairs = draw(rising, 1.0)
    return Evidence(
        [
            equal(
                "SymPy, the scales for which E is proportional to d", constant.rhs.free_symbols & {d}, set()
            ),
            equal(
                "SymPy, E over √d, degree in d", sympy.degree((d * m**2 / sympy.sqrt(d)).subs(d, c**2), c), 1
            ),
            estimate("Monte Carlo, s = 1, E at d = 256", shared[256], 16 * 16 * 4),
            estimate("Monte Carlo, s = √d, E at d = 256 is 4 times E at d = 16", shared[256] / 16, 4 * 16),
            estimate(
                "Monte Carlo, mean 1 to 8, s from the formula, c = 5", pairs / (by_hand / (5 * 8)), 5 * 8
            ),
        ],
        {
            "unscaled": {str(size): float(products.mean()) for size, products in shared.items()},
            "over_sqrt_d": {
                str(size): float(products.mean() / np.sqrt(size)) for size, products in shared.items()
            },
        },
    )


@claim(
    r"Without scaling, if all components share the mean $m$, $\operatorname{Var}(q \cdot k) = d\,(2\sigma^2 "
    r"m^2 + \sigma^4)$: proportional to $d$. If $\mu$ grows in another way, so does the variance: with "
    r"$\mu_i = i$ it grows as $d^3$.",
    answers=("s3.6.d",),
)
def unscaled_variance() -> Evidence:
    """Decide in symbols for three d, by draws at two sizes, and by hand for a rising mean."""
    m, sigma = sympy.Symbol("m"), sympy.Symbol("sigma", positive=True)
    shared = [symbolic(d)[1].subs({f"mu{i}": m for i in range(d)}) for d in (1, 2, 3)]
    one = 2 * sigma**2 * m**2 + sigma**4
    doubled = [squares(draw(np.full(d, 0.5), 1.0, seed=d)) for d in (64, 128)]
    rising = {d: dot_product_variance(np.arange(1, d + 1), 1) for d in (128, 256)}
    return Evidence(
        [
            equal("SymPy, shared mean, d = 1, 2, 3", shared, [sympy.expand(d * one) for d in (1, 2, 3)]),
            estimate("Monte Carlo, shared mean 0.5, d = 64", doubled[0], 64 * 1.5),
            estimate("Monte Carlo, shared mean 0.5, d = 128", doubled[1], 128 * 1.5),
            close(
                "by hand, mean i, exponent from d = 128 to 256", np.log2(rising[256] / rising[128]), 3, 0.05
            ),
        ],
        {
            "shared_64": float(doubled[0].mean()),
            "shared_128": float(doubled[1].mean()),
            "error_64": standard_error(doubled[0]),
        },
    )


@claim(
    r"Softmax sees only how scores differ among the keys of one query. For a fixed $q$ that variance is "
    r"$\sigma^2\,q \cdot q$, on average $\sigma^2\,\mu \cdot \mu + d\,\sigma^4$. The rest of "
    r"$\operatorname{Var}(q \cdot k)$, another $\sigma^2\,\mu \cdot \mu$, lies between queries, and softmax "
    r"ignores it."
)
def between_keys() -> Evidence:
    """Decide in symbols, and by draws of many keys for each query."""
    mu, sigma = np.full(16, 1.5), 1.0
    rng = np.random.default_rng(6)
    queries = rng.normal(mu, sigma, size=(4000, 16))
    keys = rng.normal(mu, sigma, size=(4000, 20, 16))
    scores = np.einsum("nd,nkd->nk", queries, keys)  # (queries, keys)
    within = scores.var(axis=1, ddof=1)
    s = sympy.Symbol("sigma", positive=True)
    components = normals("q", 2, s)
    on_average = expectation(s**2 * sum(q**2 for q in components), components)
    mu_mu = sum(centre**2 for centre, _ in components.values())
    rest = sympy.expand(symbolic(2)[1] - on_average)
    return Evidence(
        [
            equal("SymPy, σ² q·q on average, d = 2", on_average, sympy.expand(s**2 * mu_mu + 2 * s**4)),
            equal("SymPy, the rest of the variance, d = 2", rest, sympy.expand(s**2 * mu_mu)),
            estimate("Monte Carlo, variance among the keys of one query", within, float(mu @ mu + 16)),
            estimate(
                "Monte Carlo, variance of the queries' mean score", squares(queries @ mu), float(mu @ mu)
            ),
        ],
        {
            "among_keys": float(within.mean()),
            "between_queries": float(squares(queries @ mu).mean()),
            "total": dot_product_variance(mu, sigma),
        },
    )


@claim(
    r"Dividing by $d_k$ instead of $\sqrt{d_k}$ is too much: the scores then have variance $1/d_k$, and the "
    r"weights even out, whatever the keys say.",
    answers=("s0.2.5.b",),
)
def dividing_by_d() -> Evidence:
    """Compare the entropy of the weights with that of even weights, by hand and by Torch's own draws."""
    even = float(np.log(N_KEYS))
    by_hand = float(np.median(entropies(random_weights(512, 1 / 512)[0])))
    generator = torch.Generator().manual_seed(3)
    scores = torch.randn(1000, 1, 512, generator=generator) @ torch.randn(
        1000, 512, N_KEYS, generator=generator
    )
    by_torch = torch.special.entr(torch.softmax(scores / 512, -1)).sum(-1).median().item()
    root = float(np.median(entropies(random_weights(512, 512**-0.5)[0])))
    return Evidence(
        [
            close("by hand, d_k = 512, median entropy", by_hand, even, 0.002),
            close("Torch, d_k = 512, median entropy", by_torch, even, 0.002),
            at_most("by hand, over √d_k, median entropy", root, even - 0.2),
        ],
        {"even": even, "over_d": by_hand, "over_root": root},
    )


@claim(
    r"Dividing every score by $\sqrt{d_k}$ is a softmax at the temperature $\sqrt{d_k}$: it divides the "
    r"log-odds of any two keys by $\sqrt{d_k}$ and leaves their order.",
    answers=("s0.2.5.a",),
)
def scaling_is_a_temperature() -> Evidence:
    """Compare the by-hand tempered softmax with Torch's kernel, and the log-odds with the scores."""
    rng = np.random.default_rng(8)
    query, keys = rng.normal(size=(1, 64)), rng.normal(size=(6, 64))
    scores = (query @ keys.T)[0]
    weights = softmax(scores, temperature=8)
    q, k, identity = (torch.from_numpy(array) for array in (query, keys, np.eye(6)))
    kernel = torch.nn.functional.scaled_dot_product_attention(q, k, identity)
    odds = np.log(weights[:, None] / weights[None, :])
    return Evidence(
        [
            close("Torch's kernel, d_k = 64", kernel.numpy()[0], weights, 1e-12),
            close("log-odds from the scores", odds, (scores[:, None] - scores[None, :]) / 8, 1e-12),
            equal("order of the keys", np.argsort(weights).tolist(), np.argsort(scores).tolist()),
        ]
    )
