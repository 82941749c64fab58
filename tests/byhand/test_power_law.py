"""The exponent of a power law against NumPy's own fit."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.power_law import power_law


def test_equals_polyfit_with_its_standard_error() -> None:
    rng = np.random.default_rng(0)
    sizes = 2.0 ** np.arange(4, 12)
    costs = 3 * sizes**1.7 * np.exp(rng.normal(0, 0.1, sizes.size))
    (slope, _), covariance = np.polyfit(np.log(sizes), np.log(costs), 1, cov=True)
    exponent, error = power_law(sizes, costs)
    assert np.isclose(exponent, slope)
    assert np.isclose(error, covariance[0, 0] ** 0.5)


@pytest.mark.parametrize(
    ("sizes", "costs", "message"),
    [
        ([1, 2], [1, 2], "sizes and costs must hold three numbers or more each, got 2 and 2"),
        ([1, 2, 3], [1, 2], "sizes and costs must hold three numbers or more each, got 3 and 2"),
        ([1, 2, 0], [1, 2, 3], "sizes and costs must be above 0, and the sizes not all equal"),
        ([2, 2, 2], [1, 2, 3], "sizes and costs must be above 0, and the sizes not all equal"),
    ],
)
def test_refuses(sizes: list[float], costs: list[float], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        power_law(sizes, costs)
    assert str(caught.value) == message
