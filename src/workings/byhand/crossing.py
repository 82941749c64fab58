"""Where one cost overtakes another: the crossing of two curves that are known at some sizes only."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array


def crossing(sizes: object, costs: object, others: object) -> float:
    r"""Return the size from which on ``costs`` stay above ``others``, straight lines on logarithmic axes.

    Between the last size where they are not above and the next, the logarithm of the ratio
    $\text{costs} / \text{others}$ is taken to be linear in the logarithm of the size.

    Parameters
    ----------
    sizes, costs, others : two numbers above zero or more each, shape (n,); the sizes rise.

    Returns the crossing, the least size where the costs are above at every size, infinity where they are not
    above at the greatest.

    Examples
    --------
    >>> from workings.byhand.crossing import crossing
    >>> print(round(crossing([1, 2, 4, 8], [1, 4, 16, 64], [5, 10, 20, 40]), 3))  # n^2 against 5 n
    5.0
    >>> print(crossing([1, 2], [1, 4], [9, 18]))
    inf
    """
    n, y, z = (
        real_array(sizes, "sizes", "n"),
        real_array(costs, "costs", "n"),
        real_array(others, "others", "n"),
    )
    if not n.size == y.size == z.size or n.size < 2:
        got = f"{n.size}, {y.size} and {z.size}"
        raise ValueError(f"sizes, costs and others must hold two numbers or more each, got {got}")
    if min(n.min(), y.min(), z.min()) <= 0 or (np.diff(n) <= 0).any():
        raise ValueError("sizes, costs and others must be above 0, and the sizes rise")
    ratio = np.log(y / z)
    below = np.flatnonzero(ratio <= 0)
    if below.size == 0:
        return float(n[0])
    last = int(below[-1])
    if last == n.size - 1:
        return float("inf")
    share = -ratio[last] / (ratio[last + 1] - ratio[last])
    return float(n[last] * (n[last + 1] / n[last]) ** share)
