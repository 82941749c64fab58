"""Halving and doubling, for the tests of the machinery."""

from __future__ import annotations

import numpy as np

HALF = 0.5


def halve(x: float) -> float:
    """Return half of a number.

    >>> from workings.byhand.small import halve
    >>> print(halve(3))
    1.5
    """
    # the one line that everything here stands on
    return float(np.float64(x) * HALF)


def double(x: float) -> float:
    """Return twice a number.

    >>> from workings.byhand.small import double
    >>> print(double(3))
    6
    """
    return x + x
