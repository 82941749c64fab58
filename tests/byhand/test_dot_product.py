"""Mean and variance of a dot product against exact counting and quadrature."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from workings.byhand.dot_product import dot_product_mean, dot_product_variance


@given(arrays(np.float64, st.integers(1, 3), elements=st.floats(-3, 3)), st.floats(0.1, 3))
def test_equals_counting_over_signs(mu: np.ndarray, sigma: float) -> None:
    """Each component is mu + sigma or mu - sigma with even odds: the same mean and covariance."""
    signs = np.array(list(product([-1, 1], repeat=mu.size)))
    points = mu + sigma * signs  # (2^d, d)
    products = (points @ points.T).ravel()  # every q with every k, all as likely
    assert np.isclose(products.mean(), dot_product_mean(mu), rtol=1e-9, atol=1e-9)
    assert np.isclose(products.var(), dot_product_variance(mu, sigma), rtol=1e-9, atol=1e-9)


def test_standard_components() -> None:
    for d in (1, 8, 512):
        assert dot_product_mean([0] * d) == 0
        assert dot_product_variance([0] * d, 1) == d


@pytest.mark.parametrize(
    ("mu", "sigma", "error", "message"),
    [
        ([[1]], 1, ValueError, "mu must have 1 axis (d), got shape (1, 1)"),
        ([], 1, ValueError, "mu must not be empty, got shape (0,)"),
        ([np.inf], 1, ValueError, "mu must be finite, got inf at index (0,)"),
        (["x"], 1, TypeError, "mu must hold real numbers, got dtype <U1"),
        ([1], 0, ValueError, "sigma must be a finite number above 0, got 0"),
        ([1], np.nan, ValueError, "sigma must be a finite number above 0, got nan"),
        ([1], None, TypeError, "sigma must be a number, got NoneType"),
    ],
)
def test_refuses(mu: object, sigma: float, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        dot_product_variance(mu, sigma)
    assert str(caught.value) == message


def test_mean_refuses() -> None:
    with pytest.raises(ValueError, match=r"^mu must have 1 axis \(d\), got shape \(2, 1\)$"):
        dot_product_mean([[1], [2]])
