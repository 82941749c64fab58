"""The mean and the variance of a dot product of two random vectors."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy

from workings.byhand.dot_product import dot_product_mean, dot_product_variance
from workings.claims.claim import Evidence, claim
from workings.claims.moments import counted, draw, quadrature, signs, squares, standard_error, symbolic
from workings.claims.witness import close, equal, estimate

MU, SIGMA = np.array([0.5, -1.0, 2.0]), 1.5  # the example: d = 3, mu . mu = 5.25


@claim(
    r"For independent $q$ and $k$ with the same mean $\mu$, $\operatorname{E}[q \cdot k] = \mu \cdot \mu$, "
    r"whatever their spread.",
    answers=("s0.2.2", "s3.6.a"),
)
def mean() -> Evidence:
    """Decide in symbols, by quadrature, by draws."""
    formula = dot_product_mean(MU)
    in_symbols, _, mu_mu, _ = symbolic(3)
    products = draw(MU, SIGMA)
    return Evidence(
        [
            equal("SymPy, moments of normal variables, d = 3", in_symbols, sympy.expand(mu_mu)),
            close("quadrature, d = 3", quadrature(MU, SIGMA)[0], formula, 1e-12),
            estimate("Monte Carlo, 40 000 pairs, d = 3", products, formula),
            estimate("Monte Carlo, d = 64, mean 0.3 each", draw(np.full(64, 0.3), 1.0), 64 * 0.09),
        ],
        {
            "formula": formula,
            "draws": products.size,
            "monte_carlo": float(products.mean()),
            "standard_error": standard_error(products),
        },
    )


@claim(
    r"For independent $q$ and $k$ with mean $\mu$ and covariance $\sigma^2 I$, $\operatorname{Var}(q \cdot "
    r"k) = 2\sigma^2\,\mu \cdot \mu + d\,\sigma^4$.",
    answers=("s3.6.b",),
)
def variance() -> Evidence:
    """Decide in symbols for three d, by quadrature, by draws."""
    formula = dot_product_variance(MU, SIGMA)
    witnesses = []
    for d in (1, 2, 3):
        _, in_symbols, mu_mu, sigma = symbolic(d)
        expected = sympy.expand(2 * sigma**2 * mu_mu + d * sigma**4)
        witnesses.append(equal(f"SymPy, moments of normal variables, d = {d}", in_symbols, expected))
    deviations = squares(draw(MU, SIGMA))
    return Evidence(
        [
            *witnesses,
            close("quadrature, d = 3", quadrature(MU, SIGMA)[1], formula, 1e-10),
            estimate("Monte Carlo, 40 000 pairs, d = 3", deviations, formula),
        ],
        {
            "formula": formula,
            "draws": deviations.size,
            "quadrature": quadrature(MU, SIGMA)[1],
            "monte_carlo": float(deviations.mean()),
            "standard_error": standard_error(deviations),
        },
    )


@claim(
    r"If $\mu = 0$ and $\sigma = 1$, then $\operatorname{Var}(q \cdot k) = d$: each component adds one.",
    answers=("s0.2.3",),
)
def standard_variance() -> Evidence:
    """Decide in symbols, by quadrature, by draws and by hand."""
    in_symbols = []
    for d in (1, 2, 3):
        _, spread, _, sigma = symbolic(d)
        in_symbols.append(spread.subs({sigma: 1} | {f"mu{i}": 0 for i in range(d)}))
    deviations = squares(draw(np.zeros(64), 1.0))
    return Evidence(
        [
            equal("SymPy, d = 1, 2, 3", in_symbols, [1, 2, 3]),
            close("quadrature, d = 3", quadrature(np.zeros(3), 1.0)[1], 3, 1e-12),
            estimate("Monte Carlo, d = 64", deviations, 64),
            close("by hand, d = 512", dot_product_variance(np.zeros(512), 1), 512, 0),
        ],
        {
            "draws": deviations.size,
            "monte_carlo_64": float(deviations.mean()),
            "standard_error_64": standard_error(deviations),
        },
    )


@claim(
    r"$\operatorname{Var}(A_{ij}) = d_k$ needs only that $q_i$ and $k_j$ are independent of each other and "
    r"both have mean 0 and covariance $I$. They need not be normal, and the components of one vector need "
    r"not be independent.",
    answers=("s0.2.4",),
)
def two_moments_suffice() -> Evidence:
    """Count exactly over two laws that are not normal, and draw from a third."""
    axes = [tuple(Fraction(2 * sign * (i == j)) for i in range(4)) for j in range(4) for sign in (-1, 1)]
    rng = np.random.default_rng(3)
    flat = [rng.uniform(-np.sqrt(3), np.sqrt(3), size=(40_000, 64)) for _ in range(2)]
    return Evidence(
        [
            equal("counting, all sign vectors, d = 5", counted(signs(5)), (0, 5)),
            equal("counting, ±2 on one of 4 axes (dependent components)", counted(axes), (0, 4)),
            estimate("Monte Carlo, uniform components, d = 64", squares((flat[0] * flat[1]).sum(axis=1)), 64),
            estimate("Monte Carlo, normal components, d = 64", squares(draw(np.zeros(64), 1.0)), 64),
        ]
    )


@claim(
    r"Independence of $q$ and $k$ is needed. If $k = q$, then $\operatorname{E}[q \cdot k] = \mu \cdot \mu "
    r"+ d\sigma^2$ and $\operatorname{Var}(q \cdot k) = 4\sigma^2\,\mu \cdot \mu + 2d\,\sigma^4$ for normal "
    r"$q$.",
    answers=("s3.6.a",),
)
def same_vector() -> Evidence:
    """Decide in symbols and by draws of the squared length of q."""
    in_symbols, spread, mu_mu, sigma = symbolic(3, same=True)
    lengths = (np.random.default_rng(4).normal(MU, SIGMA, size=(40_000, 3)) ** 2).sum(axis=1)
    formula = float(MU @ MU + 3 * SIGMA**2)
    return Evidence(
        [
            equal("SymPy, mean, d = 3", in_symbols, sympy.expand(mu_mu + 3 * sigma**2)),
            equal("SymPy, variance, d = 3", spread, sympy.expand(4 * sigma**2 * mu_mu + 6 * sigma**4)),
            estimate("Monte Carlo, mean", lengths, formula),
            estimate("Monte Carlo, variance", squares(lengths), float(4 * SIGMA**2 * MU @ MU + 6 * SIGMA**4)),
        ],
        {"mean": formula, "mean_if_independent": dot_product_mean(MU)},
    )
