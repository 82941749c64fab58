"""The logistic sigmoid: any number to a share between zero and one."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array


def sigmoid(x: object) -> np.ndarray:
    r"""Squash every number into a share between zero and one.

    $\sigma(x) = 1 / (1 + e^{-x})$, computed from $e^{-|x|}$, which cannot overflow:
    $1/(1 + e^{-x})$ for $x \ge 0$ and $e^{x}/(1 + e^{x})$ below, the same number
    since $\sigma(-x) = 1 - \sigma(x)$. The slope is
    $\sigma'(x) = \sigma(x)\,(1 - \sigma(x))$, at most $\tfrac14$.

    Parameters
    ----------
    x : any shape, one axis or more. The result keeps its shape and floating dtype.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.sigmoid import sigmoid
    >>> print(np.round(sigmoid([-2.0, 0.0, 2.0]), 4).tolist())
    [0.1192, 0.5, 0.8808]
    >>> print(sigmoid([-800.0, 40.0]).tolist())  # floats round: the open interval closes
    [0.0, 1.0]
    """
    numbers = real_array(x, "x")
    small = np.exp(-np.abs(numbers))  # in (0, 1]
    share: np.ndarray = np.where(numbers >= 0, 1, small) / (1 + small)
    return share.astype(numbers.dtype)


def softplus(x: object) -> np.ndarray:
    r"""Return the logarithm of one plus a power of e, without the power.

    $\log(1 + e^x) = \max(x, 0) + \log(1 + e^{-|x|})$: the right side cannot overflow, and ``log1p`` keeps the
    digits of a term far below one. It is $-\log \sigma(-x)$, and its slope is $\sigma(x)$.

    Parameters
    ----------
    x : any shape, one axis or more. The result keeps its shape and floating dtype.

    Examples
    --------
    >>> from workings.byhand.sigmoid import softplus
    >>> print([f"{value:.4g}" for value in softplus([-700.0, 0.0, 800.0])])
    ['9.86e-305', '0.6931', '800']
    """
    numbers = real_array(x, "x")
    grown: np.ndarray = np.maximum(numbers, 0) + np.log1p(np.exp(-np.abs(numbers)))
    return grown.astype(numbers.dtype)


def log_sigmoid(x: object) -> np.ndarray:
    r"""Return the logarithm of the sigmoid, where the sigmoid itself may be zero or one in floats.

    $\log \sigma(x) = -\log(1 + e^{-x})$, and $\log(1 - \sigma(x))$ is the same at $-x$.

    Parameters
    ----------
    x : any shape, one axis or more. The result keeps its shape and floating dtype.

    Examples
    --------
    >>> from workings.byhand.sigmoid import log_sigmoid
    >>> print([f"{value:.4g}" for value in log_sigmoid([-800.0, 0.0, 40.0])])
    ['-800', '-0.6931', '-4.248e-18']
    """
    return -softplus(-real_array(x, "x"))
