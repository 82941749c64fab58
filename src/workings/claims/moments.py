"""Independent ways to the mean and the variance of q . k: draws, symbols, quadrature and counting."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
import sympy


def draw(mu: np.ndarray, sigma: float, count: int = 40_000, seed: int = 0) -> np.ndarray:
    """Draw ``count`` dot products of independent normal q and k, both of mean mu and covariance sigma^2 I."""
    rng = np.random.default_rng(seed)
    q, k = (rng.normal(mu, sigma, size=(count, mu.size)) for _ in range(2))  # (count, d)
    products: np.ndarray = np.einsum("nd,nd->n", q, k)  # (count,)
    return products


def squares(products: np.ndarray) -> np.ndarray:
    """Return the squared distances from the mean: their mean estimates the variance."""
    deviations: np.ndarray = (products - products.mean()) ** 2
    return deviations


def standard_error(samples: np.ndarray) -> float:
    """Return the standard error of the mean of independent samples."""
    return float(samples.std(ddof=1) / np.sqrt(samples.size))


def normals(name: str, d: int, sigma: Any) -> dict[Any, tuple[Any, Any]]:
    """Return d symbols with mean mu_i and standard deviation sigma each."""
    return {sympy.Symbol(f"{name}{i}"): (sympy.Symbol(f"mu{i}"), sigma) for i in range(d)}


def expectation(expression: Any, variables: dict[Any, tuple[Any, Any]]) -> Any:
    """Replace each power of an independent normal variable by its moment: exact, in symbols."""
    total = sympy.Integer(0)
    for powers, coefficient in sympy.Poly(sympy.expand(expression), *variables).terms():
        moments = [_moment(n, *law) for n, law in zip(powers, variables.values(), strict=True)]
        total += coefficient * sympy.prod(moments)
    return sympy.expand(total)


@lru_cache
def _moment(order: int, mean: Any, sigma: Any) -> Any:
    """The moment of a normal variable, from derivatives of its moment generating function at 0."""
    t = sympy.Symbol("t")
    return sympy.diff(sympy.exp(mean * t + sigma**2 * t**2 / 2), t, order).subs(t, 0)


def symbolic(d: int, same: bool = False) -> tuple[Any, Any, Any, Any]:
    """Return E and Var of q . k in symbols, with mu . mu and sigma; ``same`` takes k = q."""
    sigma = sympy.Symbol("sigma", positive=True)
    q, k = normals("q", d, sigma), normals("k", d, sigma)
    scored = sum(a * (a if same else b) for a, b in zip(q, k, strict=True))
    laws = q if same else q | k
    mean = expectation(scored, laws)
    variance = sympy.expand(expectation(scored**2, laws) - mean**2)
    return mean, variance, sum(centre**2 for centre, _ in q.values()), sigma


def quadrature(mu: np.ndarray, sigma: float) -> tuple[float, float]:
    """Return E and Var by Gauss-Hermite quadrature, which is exact here: three nodes a component."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    grid = np.array(list(product(nodes, repeat=mu.size)))  # (3^d, d)
    mass = np.prod(list(product(weights / weights.sum(), repeat=mu.size)), axis=1)  # (3^d,)
    scored = (mu + sigma * grid) @ (mu + sigma * grid).T  # every q with every k
    mean = mass @ scored @ mass
    return float(mean), float(mass @ (scored - mean) ** 2 @ mass)


def counted(points: list[tuple[Fraction, ...]], weight: Fraction = Fraction(1)) -> tuple[Fraction, Fraction]:
    """Return E and Var of ``weight`` q . k, where q and k take each point with equal odds: exact counting."""
    scores = [
        weight * sum((a * b for a, b in zip(q, k, strict=True)), Fraction(0)) for q in points for k in points
    ]
    mean = sum(scores, Fraction(0)) / len(scores)
    return mean, sum(((score - mean) ** 2 for score in scores), Fraction(0)) / len(scores)


def signs(d: int) -> list[tuple[Fraction, ...]]:
    """Return all vectors of +1 and -1: mean 0, covariance I, nothing normal about them."""
    return list(product((Fraction(-1), Fraction(1)), repeat=d))
