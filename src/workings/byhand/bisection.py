"""Bisection over floating-point numbers: the two neighbours between which a condition ends."""

from __future__ import annotations

from collections.abc import Callable


def edge(
    holds: Callable[[float], bool],
    inside: float,
    outside: float,
    rounded: Callable[[float], float] = float,
) -> tuple[float, float]:
    r"""Return the last number for which a condition holds and its neighbour, for which it does not.

    Halve the interval until no number of the format lies between its ends: for float64 from 0 to 1000
    some 60 steps. Between ``inside`` and ``outside`` the condition must end once only.

    Parameters
    ----------
    holds : says of a number whether the condition holds.
    inside, outside : numbers of the format; it holds at the first and not at the second.
    rounded : rounds a float to the format: ``float`` for float64, ``np.float32`` and the like.

    Raises
    ------
    ValueError : the condition does not hold inside, or holds outside.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.bisection import edge
    >>> print(edge(lambda x: 1 + x > 1, inside=1.0, outside=0.0)[1] == 2.0**-53)
    True
    >>> def finite(x):
    ...     with np.errstate(over="ignore"):
    ...         return bool(np.isfinite(np.exp(np.float16(x))))
    >>> print(edge(finite, inside=0.0, outside=1000.0, rounded=np.float16))
    (11.0859375, 11.09375)
    """
    if not holds(inside) or holds(outside):
        raise ValueError(f"the condition must hold at {inside} and not at {outside}")
    while True:
        middle = float(rounded(inside + (outside - inside) / 2))
        if middle in (inside, outside):
            return inside, outside
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
