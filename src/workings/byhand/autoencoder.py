"""A linear autoencoder with its gradients, and an autoencoder that needs a single number per image."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array


def linear_autoencoder(
    X: np.ndarray, W_e: np.ndarray, W_d: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    r"""Return the error of $\hat x = x W_e W_d$ and its gradients for both matrices.

    $$L = \frac{1}{Nd} \sum (\hat X - X)^2, \qquad R = \frac{2}{Nd}(\hat X - X)$$

    $$\frac{\partial L}{\partial W_d} = (X W_e)^\top R, \qquad
    \frac{\partial L}{\partial W_e} = X^\top R\, W_d^\top$$

    Parameters
    ----------
    X : shape (N, d), centred, for there are no biases. W_e : shape (d, k). W_d : shape (k, d).

    Returns the error, and gradients of shapes (d, k) and (k, d).

    Examples
    --------
    >>> from workings.byhand.autoencoder import linear_autoencoder
    >>> error, by_W_e, by_W_d = linear_autoencoder([[1.0, 2.0]], [[1.0], [0.0]], [[1.0, 0.0]])
    >>> print(error, by_W_e.tolist(), by_W_d.tolist())
    2.0 [[0.0], [0.0]] [[0.0, -2.0]]

    Source: Baldi and Hornik 1989.
    """
    data = real_array(X, "X", "N d")
    encoder, decoder = real_array(W_e, "W_e", "d k"), real_array(W_d, "W_d", "k d")
    if encoder.shape != decoder.shape[::-1] or len(encoder) != data.shape[1]:
        raise ValueError(
            f"W_e must have shape (d, k) and W_d (k, d) with d = {data.shape[1]}, got {encoder.shape} "
            f"and {decoder.shape}"
        )
    codes = data @ encoder  # (N, k)
    gap = codes @ decoder - data  # (N, d)
    R = 2 * gap / gap.size
    return float((gap**2).mean()), data.T @ R @ decoder.T, codes.T @ R


def one_number_decoder(X: np.ndarray, direction: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Build a ReLU decoder that restores every row of X from one number, $t = x \cdot u$.

    Sort the rows by $t$. The decoder runs through them on straight lines,

    $$g(t) = x_{(1)} + \sum_j s_j \max(0, t - t_{(j)}),$$

    which is one hidden layer of $N - 1$ ReLU units with weights 1 and biases $-t_{(j)}$. Nothing is trained.

    Parameters
    ----------
    X : shape (N, d), N > 1. direction : $u$, shape (d,).

    Returns $x_{(1)}$ (d,), the places $t_{(j)}$ (N - 1,) and the changes of slope $s_j$ (N - 1, d).

    Raises
    ------
    ValueError : two rows have the same $t$: choose another direction.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.autoencoder import one_number_decoder
    >>> X, u = np.array([[0.0, 1.0], [1.0, 5.0], [2.0, 2.0]]), np.array([1.0, 0.0])
    >>> first, places, slopes = one_number_decoder(X, u)
    >>> print((first + np.maximum(0, (X @ u)[:, None] - places) @ slopes).tolist())
    [[0.0, 1.0], [1.0, 5.0], [2.0, 2.0]]
    """
    data, u = real_array(X, "X", "N d"), real_array(direction, "direction", "d")
    if len(data) < 2 or len(u) != data.shape[1]:
        raise ValueError(f"X needs two rows or more of length {len(u)}, got shape {data.shape}")
    t = data @ u  # (N,)
    order = t.argsort()
    steps = np.diff(t[order])  # (N - 1,)
    if not steps.all():
        raise ValueError("two rows of X have the same product with direction")
    slopes = np.diff(data[order], axis=0) / steps[:, None]  # (N - 1, d)
    return data[order[0]], t[order[:-1]], np.diff(slopes, axis=0, prepend=0)
