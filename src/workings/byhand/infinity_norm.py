r"""The squared infinity norm as a penalty: its value, its subgradients, one step with it."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array
from workings.byhand.logistic_regression import logistic_gradient


def squared_infinity_norm(w: object) -> float:
    r"""Return the square of the weight that is largest in size: only that one is penalised.

    $\lVert w \rVert_\infty^2 = \max_i w_i^2$.

    Parameters
    ----------
    w : shape (D,).

    Examples
    --------
    >>> from workings.byhand.infinity_norm import squared_infinity_norm
    >>> print(squared_infinity_norm([1.0, -3.0, 2.0]))
    9.0
    """
    return float((real_array(w, "w", "D") ** 2).max())


def infinity_subgradients(w: object) -> np.ndarray:
    r"""Return the subgradients of the squared infinity norm that are corners, one for each index that ties.

    Row $k$ is $2 w_i e_i$ for the $k$-th index with $|w_i| = \max_j |w_j|$. Every subgradient is
    a mean of the rows with weights that sum to one; the *sum* of two rows is none, unless $w = 0$. A single
    row is a gradient, and so is the zero at $w = 0$.

    Parameters
    ----------
    w : shape (D,). The result has shape (ties, D).

    Examples
    --------
    >>> from workings.byhand.infinity_norm import infinity_subgradients
    >>> print(infinity_subgradients([1.0, -3.0, 2.0]).tolist())
    [[0.0, -6.0, 0.0]]
    >>> print(infinity_subgradients([1.0, -1.0]).tolist())
    [[2.0, 0.0], [0.0, -2.0]]

    Source: Rockafellar 1970, section 23: the subgradients of a maximum of convex functions.
    """
    weights = real_array(w, "w", "D")
    tied = np.flatnonzero(np.abs(weights) == np.abs(weights).max())
    corners = np.zeros((tied.size, weights.size), dtype=weights.dtype)
    corners[np.arange(tied.size), tied] = 2 * weights[tied]
    return corners  # (ties, D)


def infinity_sgd_step(w: object, x: object, t: int, rate: float, penalty: float) -> np.ndarray:
    r"""Take one step of stochastic gradient descent on the logistic loss of one example with this penalty.

    $w \leftarrow w - \eta\,\big((\sigma(w \cdot x) - t)\, x + \lambda\, w_i e_i\big)$ with $i$ the first
    index of the largest $|w_i|$; the loss is cross-entropy plus $\tfrac\lambda2 \lVert w \rVert_\infty^2$.

    Parameters
    ----------
    w, x : shape (D,). t : 0 or 1. rate : $\eta > 0$. penalty : $\lambda > 0$.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.infinity_norm import infinity_sgd_step
    >>> print(np.round(infinity_sgd_step([0.5, -2.0, 1.0], [1.0, 0.5, 2.0], 0, 0.1, 1.0), 4).tolist())
    [0.4182, -1.8409, 0.8365]
    """
    example = real_array(x, "x", "D")
    of_loss = logistic_gradient(w, example[None], [t])  # (D,)
    of_penalty = positive(penalty, "penalty") / 2 * infinity_subgradients(w)[0]  # (D,)
    stepped: np.ndarray = real_array(w, "w", "D") - positive(rate, "rate") * (of_loss + of_penalty)
    return stepped
