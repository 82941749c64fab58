"""Softmax as its formula is printed, to show where that breaks. Use ``softmax`` for anything else."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array


def naive_softmax(x: object) -> np.ndarray:
    r"""Compute softmax as it is printed, without subtracting the maximum: wrong for large scores.

    $p_i = e^{x_i} / \sum_j e^{x_j}$, each power and the sum rounded to the dtype of the scores. Three things
    break: a power overflows (``inf / inf`` is ``nan``), only the sum overflows (every weight is 0), or
    every power underflows (``0 / 0`` is ``nan``).

    Parameters
    ----------
    x : scores, shape (..., n). The weights keep shape and floating dtype.

    Examples
    --------
    >>> from workings.byhand.naive_softmax import naive_softmax
    >>> print(naive_softmax([0.0, 0.0]).tolist())
    [0.5, 0.5]
    >>> print(naive_softmax([710.0, 0.0]).tolist())  # a power overflows
    [nan, 0.0]
    >>> print(naive_softmax([709.5, 709.5]).tolist())  # the sum overflows, the powers do not
    [0.0, 0.0]
    >>> print(naive_softmax([-746.0, -746.0]).tolist())  # every power underflows
    [nan, nan]
    """
    scores = real_array(x, "x")
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        powers = np.exp(scores)
        weights: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return weights
