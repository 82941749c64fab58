r"""Minibatches: how noisy their gradient is, and what that does to a step.

Axes: ``N`` examples, ``B`` of them in a batch, ``D`` parameters.
"""

from __future__ import annotations

from workings.byhand.arguments import positive, real_array, whole


def minibatch_variance(G: object, B: int, *, replacement: bool = True) -> float:
    r"""Return how far a minibatch's gradient strays from the full one, squared, on average.

    $\operatorname{E} \lVert \hat g - \bar g \rVert^2 = \dfrac{1}{B} \cdot \dfrac1N \sum_i \lVert g_i - \bar g
    \rVert^2$ if examples are drawn with replacement; without, times
    $\dfrac{N - B}{N - 1}$, which is 0 at $B = N$.

    Parameters
    ----------
    G : one gradient for each example, shape (N, D). B : from 1, at most N without replacement.

    Examples
    --------
    >>> from workings.byhand.minibatch import minibatch_variance
    >>> print(round(minibatch_variance([[1.0], [2.0], [6.0]], B=2), 4))
    2.3333
    >>> print(minibatch_variance([[1.0], [2.0], [6.0]], B=3, replacement=False))
    0.0

    Source: Cochran 1977, theorem 2.2 (with the variance over N).
    """
    gradients, count = real_array(G, "G", "N D"), whole(B, "B")
    total = len(gradients)
    spread = float(((gradients - gradients.mean(axis=0)) ** 2).sum() / total)
    if replacement:
        return spread / count
    if count > total:
        raise ValueError(f"B must be at most {total} without replacement, got {count}")
    return spread / count * (total - count) / max(total - 1, 1)


def contraction(rate: float, B: int, D: int) -> float:
    r"""Return the factor of the squared error per step of SGD on a linear model with normal features.

    $1 - 2\eta + \eta^2 (1 + \tfrac{D+1}{B})$ is $\operatorname{E} \lVert w_{t+1} - w^* \rVert^2 /
    \lVert w_t - w^* \rVert^2$ for features $x \sim N(0, I)$ and labels without noise.
    Below 1 the steps converge.

    Parameters
    ----------
    rate : $\eta > 0$. B : batch size. D : number of weights.

    Examples
    --------
    >>> from workings.byhand.minibatch import contraction
    >>> print(contraction(1.0, 10**9, 9) < 1e-7, contraction(1.0, 1, 9))
    True 10.0
    """
    eta = positive(rate, "rate")
    return 1 - 2 * eta + eta**2 * (1 + (whole(D, "D") + 1) / whole(B, "B"))


def best_rate(B: int, D: int) -> float:
    r"""Return the rate at which that error shrinks fastest; twice as much no longer converges.

    $\eta^* = \dfrac{B}{B + D + 1}$: proportional to $B$ while $B \ll D$, then level. The squared error then
    shrinks by the factor $1 - \eta^*$ per step.

    Examples
    --------
    >>> from workings.byhand.minibatch import best_rate, contraction
    >>> print(best_rate(1, 9), best_rate(10, 9), round(contraction(best_rate(10, 9), 10, 9), 3))
    0.09090909090909091 0.5 0.5
    """
    return whole(B, "B") / (B + whole(D, "D") + 1)
