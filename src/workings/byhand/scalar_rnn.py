r"""A recurrent network with one unit, one input and two weights: small enough to differentiate on paper."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.recurrent import activate, slope


def scalar_rnn(
    x: object, w: float, a: float, h_0: float = 0.0, activation: str = "tanh"
) -> tuple[np.ndarray, np.ndarray]:
    r"""Run the network over a sequence of numbers.

    $z_t = w h_{t-1} + a x_t$ and $h_t = g(z_t)$.

    Parameters
    ----------
    x : the inputs, shape (T,). w, a : the weights. h_0 : the first state.

    Returns $z_1, \dots, z_T$, shape (T,), and $h_0, \dots, h_T$, shape (T + 1,).

    Examples
    --------
    >>> from workings.byhand.scalar_rnn import scalar_rnn
    >>> z, h = scalar_rnn([1, 2], w=0.5, a=1, activation="relu")
    >>> print(z.tolist(), h.tolist())
    [1.0, 2.5] [0.0, 1.0, 2.5]
    """
    inputs = real_array(x, "x", "T")
    w, a, first = real_array([w, a, h_0], "w, a, h_0", "3").tolist()
    z, h = np.zeros(len(inputs)), np.array([first, *np.zeros(len(inputs))])
    for t, number in enumerate(inputs):
        z[t] = w * h[t] + a * number
        h[t + 1] = activate(z[t : t + 1], activation)[0]
    return z, h


def scalar_rnn_gradient(
    x: object, y: float, w: float, a: float, h_0: float = 0.0, activation: str = "tanh"
) -> float:
    r"""Return the gradient of the squared loss by the recurrent weight, carried forward step by step.

    $L = \tfrac12 (h_T - y)^2$.
    $\dfrac{dh_t}{dw} = g'(z_t)\Big(h_{t-1} + w \dfrac{dh_{t-1}}{dw}\Big)$ from $\dfrac{dh_0}{dw} = 0$, and
    $\dfrac{dL}{dw} = (h_T - y) \dfrac{dh_T}{dw}$. For $T = 2$ and $h_0 = 0$ the second summand is zero.

    Examples
    --------
    >>> from workings.byhand.scalar_rnn import scalar_rnn_gradient
    >>> print(scalar_rnn_gradient([1, 2], y=2, w=0.5, a=1, activation="relu"))  # (2.5 - 2) 1 1
    0.5
    >>> print(scalar_rnn_gradient([1, 2], y=2, w=0.5, a=1, h_0=1, activation="relu"))  # (2.75 - 2)(1.5 + 0.5)
    1.5
    """
    h = scalar_rnn(x, w, a, h_0, activation)[1]  # (T + 1,)
    by_w = 0.0
    for t in range(1, len(h)):
        by_w = float(slope(h[t : t + 1], activation)[0]) * (h[t - 1] + w * by_w)
    return float((h[-1] - y) * by_w)
