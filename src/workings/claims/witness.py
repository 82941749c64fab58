"""A witness: one independent way to decide a claim, and how far it is from what the claim says.

Each function here returns one. Use two or more that share no code: by hand, Torch's own
implementation, autograd, finite differences, SymPy, Monte Carlo, counting.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Witness:
    """How far this witness is from the claim, and how far it may be. ``unit`` names the distance."""

    name: str
    distance: float
    tolerance: float
    unit: str = ""

    def __post_init__(self) -> None:
        """Refuse a distance that says nothing."""
        if not self.distance >= 0 or not 0 <= self.tolerance < math.inf:
            raise ValueError(
                f"witness {self.name!r} needs a distance of zero or more and a finite tolerance, "
                f"got {self.distance} and {self.tolerance}"
            )

    @property
    def agrees(self) -> bool:
        """Within the tolerance."""
        return self.distance <= self.tolerance

    @property
    def contradicts(self) -> bool:
        """Past twice the tolerance; between the two it leaves the claim undecided."""
        return self.distance > 2 * self.tolerance


def close(name: str, measured: Any, expected: Any, tolerance: float) -> Witness:
    """Compare numbers or arrays of one shape; the distance is the largest absolute difference.

    >>> from workings.claims.witness import close
    >>> print(close("halves", [0.5, 0.5], [0.5, 0.25], 0.1).distance)
    0.25
    """
    left, right = np.asarray(measured, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if left.shape != right.shape:
        raise ValueError(f"witness {name!r} compares shapes {left.shape} and {right.shape}")
    if left.size == 0:
        raise ValueError(f"witness {name!r} compares nothing: both sides are empty")
    same = left == right  # equal infinities are no distance apart
    difference = np.where(same, 0.0, np.abs(np.where(same, 0.0, left) - np.where(same, 0.0, right)))
    return Witness(name, float(difference.max()), tolerance)


def equal(name: str, measured: Any, expected: Any) -> Witness:
    """Compare exactly: integers, fractions, strings, SymPy expressions. No tolerance."""
    return Witness(name, 0.0 if bool(measured == expected) else math.inf, 0.0)


def at_most(name: str, measured: float, bound: float) -> Witness:
    """Say that a number does not pass a bound; the distance is how far it does."""
    return _bounded(name, float(measured) - float(bound), "past the bound")


def at_least(name: str, measured: float, bound: float) -> Witness:
    """Say that a number reaches a bound; the distance is how far it falls short."""
    return _bounded(name, float(bound) - float(measured), "short of the bound")


def _bounded(name: str, excess: float, unit: str) -> Witness:
    # max(0.0, nan) would be 0.0, so that what is no number would keep every bound
    return Witness(name, excess if math.isnan(excess) else max(0.0, excess), 0.0, unit)


def estimate(name: str, samples: Any, expected: float, standard_errors: float = 5.0) -> Witness:
    """Compare the mean of independent samples with a number, in standard errors of that mean."""
    draws = np.asarray(samples, dtype=np.float64)
    if draws.ndim != 1 or draws.size < 2:
        raise ValueError(
            f"witness {name!r} needs two samples or more in one dimension, got shape {draws.shape}"
        )
    error = float(draws.std(ddof=1)) / math.sqrt(draws.size)
    if error == 0.0:
        raise ValueError(
            f"witness {name!r} has samples that are all equal, so no standard error: use close or equal"
        )
    return Witness(name, abs(float(draws.mean()) - expected) / error, standard_errors, "standard errors")
