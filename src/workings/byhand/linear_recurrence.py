r"""The recurrence that *can* run in parallel: $h_t = a_t h_{t-1} + x_t$, without an activation in between.

Lists of numbers of any kind go in, so that counting numbers give the depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def recurrence_loop(a: Sequence[Any], x: Sequence[Any]) -> list[Any]:
    r"""Compute every $h_t = a_t h_{t-1} + x_t$ one after another, from $h_0 = 0$.

    Parameters
    ----------
    a, x : one number a step, T of each; $a_1$ meets $h_0 = 0$ and is not used.

    Examples
    --------
    >>> from workings.byhand.linear_recurrence import recurrence_loop
    >>> print(recurrence_loop([2, 2, 2], [1, 1, 1]))
    [1, 3, 7]
    """
    if len(a) != len(x) or not a:
        raise ValueError(f"a and x must hold one number a step each, got {len(a)} and {len(x)}")
    states = [x[0]]
    for factor, step in zip(a[1:], x[1:], strict=True):
        states.append(factor * states[-1] + step)
    return states


def recurrence_scan(a: Sequence[Any], x: Sequence[Any]) -> list[Any]:
    r"""Compute the same states in $\lceil \log_2 T \rceil$ rounds, each of them parallel.

    Two steps make one: $(a, x)$ then $(a', x')$ is $(a' a,\; a' x + x')$. This joining is associative, so
    round $r$ joins every step with what ends $2^r$ steps before it.

    Examples
    --------
    >>> from workings.byhand.linear_recurrence import recurrence_scan
    >>> print(recurrence_scan([2, 2, 2], [1, 1, 1]))
    [1, 3, 7]

    Source: Hillis and Steele 1986; for recurrent networks Martin and Cundy 2018, section 2.
    """
    if len(a) != len(x) or not a:
        raise ValueError(f"a and x must hold one number a step each, got {len(a)} and {len(x)}")
    factors, states, reach = list(a), list(x), 1
    while reach < len(x):
        joined = [factors[t] * states[t - reach] + states[t] for t in range(reach, len(x))]
        factors = factors[:reach] + [factors[t] * factors[t - reach] for t in range(reach, len(x))]
        states = states[:reach] + joined
        reach *= 2
    return states
