"""A recurrent network that attends to its own earlier states."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.recurrent import rnn_states
from workings.byhand.scaled_attention import attention_weights


def attentive_rnn(
    X: object, W_xh: object, W_hh: object, b: object = None, activation: str = "tanh"
) -> tuple[np.ndarray, np.ndarray]:
    r"""Run a network that, at each step, adds a weighted mean of its earlier states to the new one.

    First the recurrent step alone, $r_t = \varphi(x_t W_{xh} + h_{t-1} W_{hh} + b)$. It is the query:
    $\alpha_{t,l} = \operatorname{softmax}_l(r_t \cdot h_l)$ for $l < t$, $a_t = \sum_l \alpha_{t,l} h_l$,
    and $h_t = r_t + a_t$, with $h_0 = 0$ and $a_1 = 0$. No symbol on the right needs $h_t$.

    Parameters
    ----------
    X : one sequence, shape (T, d_x). The rest as in :func:`rnn_states`.

    Returns the states $h_1, \dots, h_T$, shape (T, d_h), and the weights, shape (T, T), zero where $l \ge t$.

    Examples
    --------
    >>> from workings.byhand.attentive_rnn import attentive_rnn
    >>> H, weights = attentive_rnn([[1.0], [0.0], [-1.0]], [[1.0]], [[-1.0]])
    >>> print(H.round(3).ravel().tolist(), weights.round(3).tolist()[2])
    [0.762, 0.12, -0.448] [0.373, 0.627, 0.0]
    """
    inputs = real_array(X, "X", "T d_x")
    T, d_h = len(inputs), len(real_array(W_hh, "W_hh", "d_h d_h"))
    H, weights = np.zeros((T + 1, d_h)), np.zeros((T, T))
    for t in range(T):
        step = rnn_states(inputs[None, t : t + 1], W_xh, W_hh, b, H[None, t], activation)
        r = step[0, 1]  # (d_h,)
        if t:
            weights[t, :t] = attention_weights(r[None], H[1 : t + 1], scale=1)[0]  # (t,)
        H[t + 1] = r + weights[t] @ H[1:]  # (d_h,)
    return H[1:], weights
