"""Cross-entropy: how surprised a prediction is by what came, and its gradient through the softmax."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.log_sum_exp import log_softmax
from workings.byhand.softmax import softmax


def cross_entropy(y: object, y_hat: object) -> np.ndarray:
    r"""Return the cross-entropy of predicted weights with labels, row by row, from the weights.

    $CE(y, \hat y) = -\sum_i y_i \log \hat y_i$ in nats, with $0 \log 0 = 0$: a class without label costs
    nothing. A labelled class of weight 0 costs ``inf``.

    Parameters
    ----------
    y : labels, shape (n) or (B, n): one-hot, or weights of 0 or more.
    y_hat : predictions, the same shape, weights of 0 or more. The result has shape () or (B).

    Raises
    ------
    ValueError : shapes that differ, a negative weight.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.cross_entropy import cross_entropy
    >>> print(np.round(cross_entropy([0, 1, 0], [0.2, 0.5, 0.3]), 4).tolist())
    0.6931
    """
    labels, weights = _pair(y, y_hat, "y_hat")
    if (weights < 0).any():
        raise ValueError(f"y_hat must hold weights of 0 or more, got {weights.min()}")
    with np.errstate(divide="ignore"):
        surprise = -np.log(np.where(labels > 0, weights, 1))  # (..., n), 0 where there is no label
    losses: np.ndarray = np.sum(np.where(labels > 0, labels, 1) * surprise, axis=-1)
    return losses


def cross_entropy_from_logits(y: object, theta: object) -> np.ndarray:
    r"""Return the cross-entropy from the scores themselves, finite whatever the scores.

    $CE(y, \operatorname{softmax}(\theta)) = -\sum_i y_i \log \operatorname{softmax}(\theta)_i$, with the
    logarithm taken before anything is rounded. For a one-hot $y$ with label $k$ it is
    $\operatorname{lse}(\theta) - \theta_k$.

    Parameters
    ----------
    y : labels, shape (n) or (B, n), weights of 0 or more.
    theta : scores (logits), the same shape, finite. The result has shape () or (B).

    Examples
    --------
    >>> from workings.byhand.cross_entropy import cross_entropy_from_logits
    >>> print(cross_entropy_from_logits([0, 1], [800.0, 0.0]).tolist())
    800.0
    """
    labels, scores = _pair(y, theta, "theta")
    surprise = np.where(labels > 0, -log_softmax(scores), 0)  # (..., n)
    losses: np.ndarray = np.sum(labels * surprise, axis=-1)
    return losses


def cross_entropy_gradient(y: object, theta: object) -> np.ndarray:
    r"""Return the gradient of the cross-entropy by the scores: prediction minus label.

    $\partial CE / \partial \theta = \hat y \sum_i y_i - y$ with $\hat y = \operatorname{softmax}(\theta)$;
    where the labels of a row sum to one, as they should, that is $\hat y - y$.

    Parameters
    ----------
    y : labels, shape (n) or (B, n), weights of 0 or more.
    theta : scores (logits), the same shape, finite. So has the result: a gradient for each row.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.cross_entropy import cross_entropy_gradient
    >>> print(np.round(cross_entropy_gradient([0, 1, 0], [1.0, 2.0, 3.0]), 4).tolist())
    [0.09, -0.7553, 0.6652]
    """
    labels, scores = _pair(y, theta, "theta")
    gradients: np.ndarray = softmax(scores) * labels.sum(axis=-1, keepdims=True) - labels  # (..., n)
    return gradients


def _pair(y: object, other: object, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and the other array, of one shape, or say what came."""
    labels, array = real_array(y, "y"), real_array(other, name)
    if labels.shape != array.shape:
        raise ValueError(f"{name} must have the shape of y, {labels.shape}, got {array.shape}")
    if (labels < 0).any():
        raise ValueError(f"y must hold weights of 0 or more, got {labels.min()}")
    return labels, array
