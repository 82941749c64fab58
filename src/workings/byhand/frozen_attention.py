"""What is left to learn when the attention weights do not move: the value and the output matrix."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.softmax import softmax


def token_loss_gradient(logits: object, targets: object) -> np.ndarray:
    r"""Return the gradient of the summed cross-entropy by the logits: $\operatorname{softmax}(z) - y$.

    Parameters
    ----------
    logits : shape (n, vocab). targets : whole numbers, shape (n,); $y$ is their one-hot form.

    Examples
    --------
    >>> from workings.byhand.frozen_attention import token_loss_gradient
    >>> print(token_loss_gradient([[0, 0], [0, 0]], [0, 1]).tolist())
    [[-0.5, 0.5], [0.5, -0.5]]
    """
    rows = real_array(logits, "logits", "n vocab")
    chosen = np.asarray(targets)
    if chosen.shape != (len(rows),) or chosen.dtype.kind not in "iu":
        raise ValueError(f"targets must be whole numbers of shape ({len(rows)},), got {targets!r}")
    gradient: np.ndarray = softmax(rows) - np.eye(rows.shape[1])[chosen]  # (n, vocab)
    return gradient


def frozen_attention_gradients(
    weights: object, X: object, W_V: object, W_O: object, E: object, error: object
) -> tuple[np.ndarray, np.ndarray]:
    r"""Pass a gradient by the logits back to $W_V$ and $W_O$, with the attention weights held fixed.

    With $Z = P X W_V$, logits $Z W_O E^\top$ and $G$ the gradient by the logits:
    $\partial L / \partial W_O = Z^\top G E$ and $\partial L / \partial W_V = X^\top P^\top G E\, W_O^\top$.
    Nothing here asks how $P$ came about, so argmax does not stand in the way.

    Parameters
    ----------
    weights : $P$, shape (T, T). X : shape (T, d_model). E : shape (vocab, d_model).
    W_V : shape (d_model, d_v). W_O : shape (d_v, d_model).
    error : $G$, shape (T, vocab), zero in rows that no loss counts.

    Examples
    --------
    >>> from workings.byhand.frozen_attention import frozen_attention_gradients
    >>> eye = [[1, 0], [0, 1]]
    >>> X, error = [[1, 0], [1, 1]], [[0, 0], [2, 3]]
    >>> by_value, by_output = frozen_attention_gradients(eye, X, eye, eye, eye, error)
    >>> print(by_value.tolist(), by_output.tolist())
    [[2.0, 3.0], [2.0, 3.0]] [[2.0, 3.0], [2.0, 3.0]]
    """
    P, tokens = real_array(weights, "weights", "T T"), real_array(X, "X", "T d_model")
    values, mixing = real_array(W_V, "W_V", "d_model d_v"), real_array(W_O, "W_O", "d_v d_model")
    back = real_array(error, "error", "T vocab") @ real_array(E, "E", "vocab d_model")  # (T, d_model)
    seen = P @ tokens  # (T, d_model)
    return seen.T @ back @ mixing.T, (seen @ values).T @ back  # (d_model, d_v), (d_v, d_model)
