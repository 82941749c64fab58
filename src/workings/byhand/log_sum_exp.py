"""The logarithm of a sum of exponentials: softmax's normaliser, its logarithm, and how not to compute it."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array


def log_sum_exp(x: object, axis: int = -1) -> np.ndarray:
    r"""Return the logarithm of the sum of the exponentials along an axis: a maximum with rounded corners.

    $\operatorname{lse}(x) = \log \sum_j e^{x_j}$, computed as $m + \log \sum_j e^{x_j - m}$ with
    $m = \max x$, so that the largest power is 1. It lies between $m$ and $m + \log n$.

    Parameters
    ----------
    x : scores, any shape, finite, or ``-inf`` where masked. The axis goes; the dtype stays.

    Raises
    ------
    ValueError : ``nan`` or ``+inf`` among the scores, a slice that is wholly ``-inf``.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.log_sum_exp import log_sum_exp
    >>> print(np.round(log_sum_exp([1.0, 2.0, 3.0]), 4).tolist())
    3.4076
    >>> print(np.round(log_sum_exp([1000.0, 1000.0]), 4).tolist())
    1000.6931
    """
    scores, peak = _scores_and_peak(x, axis)
    with np.errstate(over="ignore"):  # a gap past the largest float is a power of zero
        total = np.exp(scores - peak).sum(axis=axis, keepdims=True)  # from 1 to n
    logarithm: np.ndarray = (peak + np.log(total)).squeeze(axis)
    return logarithm.astype(scores.dtype)


def log_softmax(x: object, axis: int = -1) -> np.ndarray:
    r"""Return the logarithms of the softmax weights, finite even where a weight rounds to zero.

    $\log p_i = x_i - \operatorname{lse}(x)$. The weight $e^{-800}$ is zero as a float; its logarithm is
    $-800$. Computed as $(x_i - m) - \log \sum_j e^{x_j - m}$ with $m = \max x$: large scores that share a
    shift lose no digits.

    Parameters
    ----------
    x : scores, any shape, as for ``log_sum_exp``. The result keeps shape and dtype.

    Examples
    --------
    >>> from workings.byhand.log_sum_exp import log_softmax
    >>> print(log_softmax([0.0, -800.0]).tolist())
    [0.0, -800.0]
    """
    scores, peak = _scores_and_peak(x, axis)
    with np.errstate(over="ignore"):
        gaps: np.ndarray = scores - peak  # 0 or less
    total = np.exp(gaps).sum(axis=axis, keepdims=True)  # from 1 to n
    logarithms: np.ndarray = gaps - np.log(total)
    return logarithms


def _scores_and_peak(x: object, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the scores as an array and their maximum along the axis, or say what came."""
    scores = real_array(x, "x", finite=False)
    if np.isnan(scores).any() or np.isposinf(scores).any():
        raise ValueError("x must hold finite scores, or -inf where masked, got nan or +inf")
    peak = scores.max(axis=axis, keepdims=True)
    if np.isneginf(peak).any():
        raise ValueError("x must hold a finite score in every slice, got one that is wholly -inf (masked)")
    return scores, peak
