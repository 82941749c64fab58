"""The variance against every subset there is, the contraction against draws, and every refusal."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from workings.byhand.minibatch import best_rate, contraction, minibatch_variance

G = np.random.default_rng(0).normal(size=(5, 3))


@pytest.mark.parametrize("B", [1, 2, 3, 5])
def test_variance_over_every_batch(B: int) -> None:
    for batches, replacement in ((product(range(5), repeat=B), True), (combinations(range(5), B), False)):
        means = np.array([G[list(batch)].mean(axis=0) for batch in batches])
        expected = ((means - G.mean(axis=0)) ** 2).sum(axis=1).mean()
        assert np.isclose(minibatch_variance(G, B, replacement=replacement), expected, atol=1e-15)


def test_contraction_by_draws() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(20_000, 4, 6))
    error = np.eye(6)[0]
    after = error - 0.3 * np.einsum("nbd,nb->nd", x, x @ error) / 4
    sizes = (after**2).sum(axis=1)
    assert abs(sizes.mean() - contraction(0.3, 4, 6)) < 5 * sizes.std() / np.sqrt(len(sizes))
    assert np.isclose(contraction(best_rate(4, 6), 4, 6), 1 - best_rate(4, 6))
    assert np.isclose(contraction(2 * best_rate(4, 6), 4, 6), 1)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="B must be at most 5 without replacement, got 6"):
        minibatch_variance(G, 6, replacement=False)
    with pytest.raises(ValueError, match="B must be a whole number of 1 or more, got 0"):
        minibatch_variance(G, 0)
    with pytest.raises(ValueError, match="rate must be a finite number above 0, got -1"):
        contraction(-1, 1, 1)
    with pytest.raises(TypeError, match="D must be a whole number, got float 2"):
        best_rate(1, 2.0)  # type: ignore[arg-type]
