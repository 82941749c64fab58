"""Softmax, and what it passes back: weights from scores."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array


def softmax(x: object, axis: int = -1, temperature: float = 1.0) -> np.ndarray:
    r"""Turn scores into weights above zero that sum to one along an axis.

    $p_i = e^{x_i/T} / \sum_j e^{x_j/T}$, computed as $e^{(x_i - \max x)/T}$ over its sum, which is the
    same and cannot overflow. A score of ``-inf`` is masked: its weight is exactly zero.

    Parameters
    ----------
    x : scores, any shape. The weights keep its shape and floating dtype.
    temperature : $T > 0$; the weights sharpen as it falls and even out as it grows.

    Raises
    ------
    ValueError : $T \le 0$, ``nan`` or ``+inf`` among the scores, a slice that is wholly ``-inf``.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.softmax import softmax
    >>> print(np.round(softmax([1.0, -1.0, 1.0, -1.0, 0.0]), 3).tolist())
    [0.379, 0.051, 0.379, 0.051, 0.139]
    >>> print(softmax([1000.0, 1000.0, -np.inf]).tolist())
    [0.5, 0.5, 0.0]
    """
    scores = real_array(x, "x", finite=False)
    degree = np.float64(positive(temperature, "temperature"))
    if np.isnan(scores).any() or np.isposinf(scores).any():
        raise ValueError("x must hold finite scores, or -inf where masked, got nan or +inf")
    peak = scores.max(axis=axis, keepdims=True)
    if np.isneginf(peak).any():
        raise ValueError("x must hold a finite score in every slice, got one that is wholly -inf (masked)")
    with np.errstate(over="ignore"):  # a gap past the largest float is a weight of zero
        powers = np.exp((scores - peak) / degree)
    weights: np.ndarray = powers / powers.sum(axis=axis, keepdims=True)
    return weights.astype(scores.dtype)


def softmax_jacobian(p: object) -> np.ndarray:
    r"""Return how each weight answers to each score, $\partial p_i / \partial x_j$, from the weights alone.

    $J = \operatorname{diag}(p) - p\,p^\top$, that is $p_i(1 - p_i)$ on the diagonal and $-p_i p_j$ off it.

    Parameters
    ----------
    p : weights, shape (n,), zero or more each, with sum 1. The result has shape (n, n).

    Raises
    ------
    ValueError : another number of axes, a negative weight, a sum other than 1.

    Examples
    --------
    >>> from workings.byhand.softmax import softmax_jacobian
    >>> print(softmax_jacobian([0.5, 0.5]).tolist())
    [[0.25, -0.25], [-0.25, 0.25]]
    >>> print(softmax_jacobian([1.0, 0.0]).tolist())  # a saturated softmax passes nothing back
    [[0.0, 0.0], [0.0, 0.0]]
    """
    weights = real_array(p, "p", "n")
    if (weights < 0).any() or abs(float(weights.sum()) - 1) > 1e-3:
        raise ValueError(f"p must hold weights of 0 or more with sum 1, got {weights.tolist()}")
    return np.diag(weights) - np.outer(weights, weights)  # (n, n)
