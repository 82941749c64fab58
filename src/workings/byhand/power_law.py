"""How fast a cost grows: the exponent of a power law, with its uncertainty."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array


def power_law(sizes: object, costs: object) -> tuple[float, float]:
    r"""Fit $\text{cost} = c \cdot \text{size}^p$ as a straight line through the logarithms.

    Least squares on $\ln \text{cost} = \ln c + p \ln \text{size}$. The standard error of $p$ comes from the
    residuals: it says how well a power law fits, not how well each cost was measured.

    Parameters
    ----------
    sizes, costs : three numbers above zero or more each, shape (n,).

    Returns the exponent $p$ and its standard error.

    Examples
    --------
    >>> from workings.byhand.power_law import power_law
    >>> exponent, error = power_law([10, 20, 40, 80], [300, 1200, 4800, 19200])
    >>> print(round(exponent, 6), round(error, 6))
    2.0 0.0
    """
    x, y = real_array(sizes, "sizes", "n"), real_array(costs, "costs", "n")
    if x.size < 3 or x.size != y.size:
        raise ValueError(f"sizes and costs must hold three numbers or more each, got {x.size} and {y.size}")
    if (x <= 0).any() or (y <= 0).any() or np.ptp(x) == 0:
        raise ValueError("sizes and costs must be above 0, and the sizes not all equal")
    x, y = np.log(x), np.log(y)
    centred = x - x.mean()
    exponent = float(centred @ y / (centred @ centred))
    residuals = y - y.mean() - exponent * centred
    error = float(np.sqrt(residuals @ residuals / (x.size - 2) / (centred @ centred)))
    return exponent, error
