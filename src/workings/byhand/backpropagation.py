"""A network with one sigmoid hidden layer and a softmax on top: forward, loss, and every gradient by hand."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.cross_entropy import cross_entropy_from_logits
from workings.byhand.sigmoid import sigmoid
from workings.byhand.softmax import softmax


def network_forward(
    x: object, W_1: object, b_1: object, W_2: object, b_2: object
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Run inputs through one sigmoid hidden layer and a softmax: hidden units, scores, predictions.

    $h = \sigma(xW_1 + b_1)$, $u = hW_2 + b_2$, $\hat y = \operatorname{softmax}(u)$. Axes: ``B`` inputs,
    ``D_x`` features, ``D_h`` hidden units, ``D_y`` classes. Inputs are rows.

    Parameters
    ----------
    x : inputs, shape (B, D_x).
    W_1, b_1 : the hidden layer, shapes (D_x, D_h) and (D_h).
    W_2, b_2 : the output layer, shapes (D_h, D_y) and (D_y).

    Raises
    ------
    ValueError : shapes that do not fit together.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.backpropagation import network_forward
    >>> W_1, b_1, W_2, b_2 = [[0.5, -0.5], [0, 0.5]], [0.5, -0.5], [[1, 0], [0, 2]], [0, 0]
    >>> h, u, y_hat = network_forward([[1, 2]], W_1, b_1, W_2, b_2)
    >>> print(np.round(h, 4).tolist(), np.round(y_hat, 4).tolist())
    [[0.7311, 0.5]] [[0.4332, 0.5668]]
    """
    x, W_1, b_1, W_2, b_2 = _network(x, W_1, b_1, W_2, b_2)
    h = sigmoid(x @ W_1 + b_1)  # (B, D_h)
    u = h @ W_2 + b_2  # (B, D_y)
    return h, u, softmax(u)


def network_loss(x: object, y: object, W_1: object, b_1: object, W_2: object, b_2: object) -> float:
    r"""Return the mean cross-entropy of the network's predictions over a batch.

    $J = \tfrac1B \sum_{n=1}^{B} CE(y_n, \hat y_n)$, computed from the scores.

    Parameters
    ----------
    x, W_1, b_1, W_2, b_2 : as for ``network_forward``.
    y : labels, shape (B, D_y), rows that sum to one.

    Examples
    --------
    >>> from workings.byhand.backpropagation import network_loss
    >>> loss = network_loss([[1, 2]], [[1, 0]], [[0], [0]], [0], [[0, 0]], [0, 0])
    >>> print(round(loss, 4))  # even weights: log 2
    0.6931
    """
    _, u, _ = network_forward(x, W_1, b_1, W_2, b_2)
    return float(cross_entropy_from_logits(y, u).mean())


def network_backward(
    x: object, y: object, W_1: object, b_1: object, W_2: object, b_2: object
) -> dict[str, np.ndarray]:
    r"""Return the gradient of the mean loss by the input, by every parameter and at every edge between.

    $\delta_u = (\hat y - y)/B$, $\delta_h = \delta_u W_2^\top$, $\delta_z = \delta_h \circ h \circ (1 - h)$;
    then $\delta_z W_1^\top$ for the input, $x^\top \delta_z$ and $h^\top \delta_u$ for the weights, and for
    the biases the sums of $\delta_z$ and $\delta_u$ over the batch.

    Parameters
    ----------
    x, W_1, b_1, W_2, b_2 : as for ``network_forward``.
    y : labels, shape (B, D_y), rows that sum to one.

    Returns
    -------
    A dictionary with the keys ``u, h, z, x, W_1, b_1, W_2, b_2``; each gradient has its namesake's shape.

    Examples
    --------
    >>> from workings.byhand.backpropagation import network_backward
    >>> gradients = network_backward([[1, 2]], [[1, 0]], [[0], [0]], [0], [[1, -1]], [0, 0])
    >>> print(round(gradients["b_1"][0], 4), gradients["W_1"].shape)
    -0.1345 (2, 1)

    Source: Rumelhart, Hinton and Williams 1986, equations 4 to 7, with this loss.
    """
    x, W_1, b_1, W_2, b_2 = _network(x, W_1, b_1, W_2, b_2)
    labels = real_array(y, "y", "B D_y")
    h, u, y_hat = network_forward(x, W_1, b_1, W_2, b_2)
    if labels.shape != u.shape:
        raise ValueError(f"y must have the shape of the scores, {u.shape}, got {labels.shape}")
    by_u = (y_hat - labels) / len(x)  # (B, D_y)
    by_h = by_u @ W_2.T  # (B, D_h)
    by_z = by_h * h * (1 - h)  # (B, D_h)
    return {
        "u": by_u,
        "h": by_h,
        "z": by_z,
        "x": by_z @ W_1.T,  # (B, D_x)
        "W_1": x.T @ by_z,  # (D_x, D_h)
        "b_1": by_z.sum(axis=0),  # (D_h)
        "W_2": h.T @ by_u,  # (D_h, D_y)
        "b_2": by_u.sum(axis=0),  # (D_y)
    }


def _network(x: object, W_1: object, b_1: object, W_2: object, b_2: object) -> tuple[np.ndarray, ...]:
    """Return inputs and parameters as arrays whose shapes fit together, or say what came."""
    inputs, first, second = (
        real_array(x, "x", "B D_x"),
        real_array(W_1, "W_1", "D_x D_h"),
        real_array(W_2, "W_2", "D_h D_y"),
    )
    for name, array, expected in (
        ("W_1", first, (inputs.shape[1], first.shape[1])),
        ("b_1", real_array(b_1, "b_1", "D_h"), first.shape[1:]),
        ("W_2", second, (first.shape[1], second.shape[1])),
        ("b_2", real_array(b_2, "b_2", "D_y"), second.shape[1:]),
    ):
        if array.shape != expected:
            raise ValueError(f"{name} must have shape {expected} to fit the layers, got {array.shape}")
    return inputs, first, real_array(b_1, "b_1"), second, real_array(b_2, "b_2")
