r"""Do two lists of numbers put things in the same order? Spearman's correlation of ranks."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array


def ranks(x: object) -> np.ndarray:
    r"""Return the place of every number, from 1 for the least; equal numbers share their mean place.

    Examples
    --------
    >>> from workings.byhand.rank_correlation import ranks
    >>> print(ranks([10, 30, 10, 20]).tolist())
    [1.5, 4.0, 1.5, 3.0]
    """
    _, group, sizes = np.unique(real_array(x, "x", "n"), return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)
    mean: np.ndarray = (last - (sizes - 1) / 2)[group]
    return mean


def spearman(x: object, y: object) -> float:
    r"""Return Spearman's correlation: that of the ranks.

    $\rho = \frac{r \cdot s}{\lVert r \rVert \lVert s \rVert}$ for the ranks $r$ of ``x`` and $s$ of ``y``,
    shape (n,) both, less their mean: 1 for the same order, -1 for the opposite one.

    Raises
    ------
    ValueError : shapes that differ, or a list whose numbers are all equal.

    Examples
    --------
    >>> from workings.byhand.rank_correlation import spearman
    >>> print(round(spearman([1, 2, 3, 4], [10, 100, 20, 1000]), 3))
    0.8

    Source: Spearman 1904.
    """
    first, second = ranks(x), ranks(y)
    if first.shape != second.shape:
        raise ValueError(f"x and y must have one length, got {len(first)} and {len(second)}")
    first, second = first - first.mean(), second - second.mean()
    scale = np.sqrt((first @ first) * (second @ second))
    if scale == 0:
        raise ValueError("x and y must each hold two different numbers, or there is no order")
    return float(first @ second / scale)
