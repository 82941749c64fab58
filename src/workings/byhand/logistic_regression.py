r"""Logistic regression: the chance of one of two classes from a weighted sum.

Axes: ``N`` examples, ``D`` features, the first of which is 1 so that its weight is the bias.
$P(y = +1 \mid x) = \sigma(w \cdot x)$. Labels are ``t`` in {0, 1} or ``y`` in {-1, +1}, with $y = 2t - 1$.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array, whole
from workings.byhand.sigmoid import log_sigmoid, sigmoid, softplus


def labelled(w: object, X: object, labels: object, allowed: tuple[int, int]) -> tuple[np.ndarray, ...]:
    r"""Return weights, features and labels as arrays that fit each other, or say what does not.

    Examples
    --------
    >>> from workings.byhand.logistic_regression import labelled
    >>> labelled([1.0, 2.0], [[1.0, 3.0]], [-1.0], (0, 1))
    Traceback (most recent call last):
    ValueError: labels must be 0 or 1, got -1.0 at index 0
    """
    features, answers = real_array(X, "X", "N D"), real_array(labels, "labels", "N")
    weights = real_array(w, "w", "D")
    if answers.shape[0] != features.shape[0]:
        raise ValueError(f"labels must have shape ({features.shape[0]},) to match X, got {answers.shape}")
    if weights.shape[0] != features.shape[1]:
        raise ValueError(f"w must have shape ({features.shape[1]},) to match X, got {weights.shape}")
    strange = np.flatnonzero(~np.isin(answers, allowed))
    if strange.size:
        raise ValueError(
            f"labels must be {allowed[0]} or {allowed[1]}, got {answers[strange[0]]} at index {strange[0]}"
        )
    return weights, features, answers


def logistic_loss(w: object, X: object, t: object) -> float:
    r"""Return the cross-entropy of labels 0 and 1, summed over the examples.

    $L = -\sum_i t_i \log \sigma(z_i) + (1 - t_i) \log \sigma(-z_i)$ with $z = Xw$.

    Parameters
    ----------
    w : shape (D,). X : shape (N, D). t : shape (N,), each 0 or 1.

    Examples
    --------
    >>> from workings.byhand.logistic_regression import logistic_loss
    >>> print(round(logistic_loss([-1.0, 1.0], [[1.0, 3.0], [1.0, 0.0]], [1, 0]), 4))
    0.4402

    Source: Bishop 2006, equation 4.90.
    """
    weights, features, answers = labelled(w, X, t, (0, 1))
    z = features @ weights  # (N,)
    return float(-(answers * log_sigmoid(z) + (1 - answers) * log_sigmoid(-z)).sum())


def logistic_gradient(w: object, X: object, t: object) -> np.ndarray:
    r"""Return the gradient of the loss: each example times how wrong its chance is.

    $\nabla L = X^\top (p - t)$ with $p = \sigma(Xw)$.

    Parameters
    ----------
    w : shape (D,). X : shape (N, D). t : shape (N,), each 0 or 1. The result has shape (D,).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.logistic_regression import logistic_gradient
    >>> print(np.round(logistic_gradient([-1.0, 1.0], [[1.0, 3.0], [1.0, 0.0]], [1, 0]), 4).tolist())
    [0.1497, -0.3576]

    Source: Bishop 2006, equation 4.91.
    """
    weights, features, answers = labelled(w, X, t, (0, 1))
    gradient: np.ndarray = features.T @ (sigmoid(features @ weights) - answers)  # (D,)
    return gradient


def margin_loss(w: object, X: object, y: object) -> float:
    r"""Return the same loss with labels -1 and +1: it sees each example's margin alone.

    $L = \sum_i \log(1 + e^{-m_i})$; the margin $m_i = y_i\, w \cdot x_i$ is above 0 if the sign is right.

    Parameters
    ----------
    w : shape (D,). X : shape (N, D). y : shape (N,), each -1 or +1.

    Examples
    --------
    >>> from workings.byhand.logistic_regression import margin_loss
    >>> print(round(margin_loss([-1.0, 1.0], [[1.0, 3.0], [1.0, 0.0]], [1, -1]), 4))
    0.4402
    """
    weights, features, answers = labelled(w, X, y, (-1, 1))
    return float(softplus(-answers * (features @ weights)).sum())


def margin_gradient(w: object, X: object, y: object) -> np.ndarray:
    r"""Return the same gradient from the margins, which keeps digits that $p - t$ loses.

    $\nabla L = -\sum_i \sigma(-m_i)\, y_i x_i$.

    Parameters
    ----------
    w : shape (D,). X : shape (N, D). y : shape (N,), each -1 or +1. The result has shape (D,).

    Examples
    --------
    >>> from workings.byhand.logistic_regression import logistic_gradient, margin_gradient
    >>> print([f"{value:.3g}" for value in margin_gradient([0.0, 40.0], [[1.0, 1.0]], [1])])
    ['-4.25e-18', '-4.25e-18']
    >>> print(logistic_gradient([0.0, 40.0], [[1.0, 1.0]], [1]).tolist())  # the same, digits lost
    [0.0, 0.0]
    """
    weights, features, answers = labelled(w, X, y, (-1, 1))
    margins = answers * (features @ weights)  # (N,)
    gradient: np.ndarray = -features.T @ (answers * sigmoid(-margins))  # (D,)
    return gradient


def logistic_hessian(w: object, X: object) -> np.ndarray:
    r"""Return the curvature of the loss, which does not look at the labels.

    $H = X^\top \operatorname{diag}(p \circ (1 - p))\, X$: never negative in any direction, so $L$ is convex.

    Parameters
    ----------
    w : shape (D,). X : shape (N, D). The result has shape (D, D).

    Examples
    --------
    >>> from workings.byhand.logistic_regression import logistic_hessian
    >>> print(logistic_hessian([0.0, 0.0], [[1.0, 2.0], [1.0, 0.0]]).tolist())
    [[0.5, 0.5], [0.5, 1.0]]

    Source: Bishop 2006, equation 4.97.
    """
    features, weights = real_array(X, "X", "N D"), real_array(w, "w", "D")
    z = features @ weights
    curvature: np.ndarray = (features.T * (sigmoid(z) * sigmoid(-z))) @ features  # (D, D)
    return curvature


def newton_fit(X: object, t: object, penalty: float, steps: int = 50) -> np.ndarray:
    r"""Fit the weights by Newton's method, with a quadratic penalty on all but the bias.

    Minimises $L(w) + \tfrac\lambda2 \sum_{j \ge 2} w_j^2$ by $w \leftarrow w - (H + \lambda R)^{-1} (\nabla L
    + \lambda R w)$, where $R$ is the identity with a zero in the first corner.

    Parameters
    ----------
    X : shape (N, D), the first column all 1. t : shape (N,), each 0 or 1. penalty : $\lambda > 0$.

    Raises
    ------
    ValueError : the last step was not yet shorter than $10^{-10}$.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.logistic_regression import newton_fit
    >>> print(np.round(newton_fit([[1.0, -1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1], penalty=1.0), 4).tolist())
    [0.7476, 0.7016]
    """
    features = real_array(X, "X", "N D")
    strength, count = positive(penalty, "penalty"), whole(steps, "steps")
    ridge = strength * np.eye(features.shape[1])  # (D, D)
    ridge[0, 0] = 0  # the bias is free
    w: np.ndarray = np.zeros(features.shape[1])
    move: np.ndarray = np.ones(features.shape[1])
    for _ in range(count):
        slope = logistic_gradient(w, features, t) + ridge @ w
        move = np.linalg.solve(logistic_hessian(w, features) + ridge, slope)
        w = w - move
    if not np.abs(move).max() < 1e-10:
        raise ValueError(
            f"Newton's method did not settle in {count} steps, the last moved {np.abs(move).max():.1e}"
        )
    return w


def margin_descent(X: object, y: object, rate: float, keep: object) -> np.ndarray:
    r"""Return the weights that gradient descent from zero reaches after each number of steps in ``keep``.

    $w \leftarrow w + \eta \sum_i \sigma(-m_i)\, y_i x_i$, with $\sigma(-m) = e^{-\log(1 + e^m)}$.

    Parameters
    ----------
    X : shape (N, D). y : shape (N,), each -1 or +1. keep : rising numbers of steps, shape (K,).

    Returns the weights, shape (K, D).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.logistic_regression import margin_descent
    >>> print(np.round(margin_descent([[1.0, 1.0], [1.0, -1.0]], [1, -1], 1.0, [1, 100]), 3).tolist())
    [[0.0, 1.0], [0.0, 5.301]]
    """
    wanted = real_array(keep, "keep", "K").astype(int).tolist()
    if wanted[0] < 1 or sorted(set(wanted)) != wanted:
        raise ValueError(f"keep must hold rising numbers of steps from 1, got {wanted}")
    features = real_array(X, "X", "N D")
    w, features, answers = labelled(np.zeros(features.shape[1]), features, y, (-1, 1))
    signed = answers[:, None] * features  # (N, D), so that margins are one product
    eta, kept, done = positive(rate, "rate"), [], 0
    for stop in wanted:
        for _ in range(stop - done):
            w = w + eta * (np.exp(-np.logaddexp(0, signed @ w)) @ signed)
        done = stop
        kept.append(w)
    return np.array(kept)  # (K, D)
