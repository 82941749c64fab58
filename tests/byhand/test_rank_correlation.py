"""Ranks and Spearman's correlation, against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from workings.byhand.rank_correlation import ranks, spearman

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("values", [3, 10, 10_000])
def test_they_are_scipys(values: int) -> None:
    x, y = RNG.integers(0, values, size=(2, 200)).astype(float)
    assert np.array_equal(ranks(x), rankdata(x))
    assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)


def test_only_the_order_counts() -> None:
    x = RNG.normal(size=30)
    assert spearman(x, np.exp(x)) == pytest.approx(1)
    assert spearman(x, -(x**3)) == pytest.approx(-1)


def test_what_has_no_order_is_refused() -> None:
    with pytest.raises(ValueError, match="two different numbers"):
        spearman([1, 2, 3], [5, 5, 5])
    with pytest.raises(ValueError, match="x and y must have one length, got 3 and 2"):
        spearman([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="x must not be empty"):
        spearman([], [])
