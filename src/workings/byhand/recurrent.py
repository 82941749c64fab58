r"""A recurrent network: one state, updated by the same weights at every step.

Axes: ``B`` sequences, ``T`` steps, ``d_x`` inputs, ``d_h`` components of the state. Row vectors, batch
first: $h_t = \varphi(x_t W_{xh} + h_{t-1} W_{hh} + b)$. Source: Elman 1990; Pascanu, Mikolov and Bengio 2013,
section 2.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.sigmoid import sigmoid


def shaped(value: object, name: str, axes: str, *sizes: int) -> np.ndarray:
    r"""Return ``value`` as a floating array with the stated axes and sizes, or say what came instead.

    Examples
    --------
    >>> from workings.byhand.recurrent import shaped
    >>> print(shaped([[1, 2]], "W_hh", "d_h d_h", 1, 2).tolist())
    [[1.0, 2.0]]
    >>> shaped([[1, 2]], "W_hh", "d_h d_h", 2, 2)
    Traceback (most recent call last):
    ValueError: W_hh must have shape (2, 2), that is (d_h, d_h), got (1, 2)
    """
    array = real_array(value, name, axes)
    if array.shape != sizes:
        raise ValueError(
            f"{name} must have shape {sizes}, that is ({', '.join(axes.split())}), got {array.shape}"
        )
    return array


def activate(z: object, activation: str = "tanh") -> np.ndarray:
    r"""Apply an activation to every number: ``tanh``, ``sigmoid``, ``relu`` or ``linear`` (which is none).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.recurrent import activate
    >>> print(np.round(activate([-1.0, 0.5], "tanh"), 4).tolist(), activate([-1.0, 0.5], "relu").tolist())
    [-0.7616, 0.4621] [0.0, 0.5]
    """
    numbers = real_array(z, "z", finite=False)
    if activation == "tanh":
        numbers = np.tanh(numbers)
    elif activation == "sigmoid":
        numbers = sigmoid(numbers)
    elif activation == "relu":
        numbers = np.maximum(numbers, 0)
    elif activation != "linear":
        raise ValueError(f"activation must be tanh, sigmoid, relu or linear, got {activation!r}")
    return numbers


def slope(h: object, activation: str = "tanh") -> np.ndarray:
    r"""Return the slope of an activation from its result alone, so that no sum has to be kept.

    $\varphi'(z)$ from $h = \varphi(z)$: $1 - h^2$ for ``tanh``, $h(1 - h)$ for
    ``sigmoid``, 1 where $h > 0$ and else 0 for ``relu`` (its kink at $z = 0$ counts as 0, as in Torch), 1 for
    ``linear``. The largest are 1, $\tfrac14$, 1 and 1.

    Examples
    --------
    >>> from workings.byhand.recurrent import slope
    >>> print(slope([0.0, 0.5], "tanh").tolist(), slope([0.5, 0.9], "sigmoid").round(4).tolist())
    [1.0, 0.75] [0.25, 0.09]
    """
    states = real_array(h, "h", finite=False)
    slopes = np.ones_like(states)
    if activation == "tanh":
        slopes = 1 - states**2
    elif activation == "sigmoid":
        slopes = states * (1 - states)
    elif activation == "relu":
        slopes = (states > 0).astype(states.dtype)
    elif activation != "linear":
        raise ValueError(f"activation must be tanh, sigmoid, relu or linear, got {activation!r}")
    return slopes


def rnn_states(
    X: object, W_xh: object, W_hh: object, b: object = None, h_0: object = None, activation: str = "tanh"
) -> np.ndarray:
    r"""Run the network over a batch of sequences and keep every state.

    $h_t = \varphi(x_t W_{xh} + h_{t-1} W_{hh} + b)$ for $t = 1, \dots, T$.

    Parameters
    ----------
    X : inputs, shape (B, T, d_x). W_xh : shape (d_x, d_h). W_hh : shape (d_h, d_h).
    b : shape (d_h,); zero unless given. h_0 : shape (B, d_h); zero unless given.

    Returns the states $h_0, \dots, h_T$, shape (B, T + 1, d_h).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.recurrent import rnn_states
    >>> H = rnn_states([[[1.0], [0.0], [0.0]]], [[1.0]], [[2.0]])  # one pulse, then silence
    >>> print(np.round(H[0, :, 0], 3).tolist())
    [0.0, 0.762, 0.909, 0.949]

    Source: Pascanu et al. 2013, section 1.1, equation 2 (there the activation comes before the weights).
    """
    inputs = real_array(X, "X", "B T d_x")
    B, T, d_x = inputs.shape
    recurrent = real_array(W_hh, "W_hh", "d_h d_h")
    d_h = len(recurrent)
    recurrent = shaped(recurrent, "W_hh", "d_h d_h", d_h, d_h)
    inward = shaped(W_xh, "W_xh", "d_x d_h", d_x, d_h)
    bias = np.zeros(d_h) if b is None else shaped(b, "b", "d_h", d_h)
    H = np.zeros((B, T + 1, d_h))
    if h_0 is not None:
        H[:, 0] = shaped(h_0, "h_0", "B d_h", B, d_h)
    for t in range(1, T + 1):
        H[:, t] = activate(inputs[:, t - 1] @ inward + H[:, t - 1] @ recurrent + bias, activation)  # (B, d_h)
    return H


def rnn_jacobians(H: object, W_hh: object, activation: str = "tanh") -> np.ndarray:
    r"""Return how each state of one sequence answers to the one before it.

    $J_t = \partial h_t / \partial h_{t-1} = W_{hh} \operatorname{diag}(\varphi'(z_t))$: with row vectors
    $dh_t = dh_{t-1} J_t$, so entry $(i, j)$ is $\partial h_{t,j} / \partial h_{t-1,i}$.

    Parameters
    ----------
    H : the states $h_0, \dots, h_T$, shape (T + 1, d_h). W_hh : shape (d_h, d_h).

    Returns $J_1, \dots, J_T$, shape (T, d_h, d_h).

    Examples
    --------
    >>> from workings.byhand.recurrent import rnn_jacobians
    >>> print(rnn_jacobians([[0.0], [0.5], [0.8]], [[2.0]]).round(3).ravel().tolist())
    [1.5, 0.72]

    Source: Pascanu et al. 2013, equation 5 (columns there, so each factor is transposed).
    """
    states = real_array(H, "H", "T+1 d_h")
    d_h = states.shape[1]
    recurrent = shaped(W_hh, "W_hh", "d_h d_h", d_h, d_h)
    jacobians: np.ndarray = recurrent * slope(states[1:], activation)[:, None, :]  # (T, d_h, d_h)
    return jacobians


def jacobian_norms(H: object, W_hh: object, activation: str = "tanh") -> np.ndarray:
    r"""Measure how much of a gradient on the last state can reach each earlier one.

    For $k = 1, \dots, T$, the spectral norm of
    $\partial h_T / \partial h_{T-k} = J_{T-k+1} \cdots J_{T-1} J_T$.

    Parameters
    ----------
    H : shape (T + 1, d_h). W_hh : shape (d_h, d_h).

    Returns the norms, shape (T,), that of distance 1 first.

    Examples
    --------
    >>> from workings.byhand.recurrent import jacobian_norms
    >>> print(jacobian_norms([[0.0], [0.5], [0.8]], [[2.0]]).round(3).tolist())
    [0.72, 1.08]
    """
    jacobians = rnn_jacobians(H, W_hh, activation)  # (T, d_h, d_h)
    product, norms = np.eye(jacobians.shape[1]), []
    for J in jacobians[::-1]:
        product = J @ product  # (d_h, d_h)
        norms.append(np.linalg.norm(product, 2))
    return np.array(norms)


def rnn_backward(
    X: object, H: object, W_hh: object, dH: object, activation: str = "tanh"
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    r"""Backpropagate through time: from the loss's direct gradients on the states to every weight.

    $g_t = \partial L/\partial h_t + \delta_{t+1} W_{hh}^\top$ and $\delta_t = g_t \circ \varphi'(z_t)$, from
    $t = T$ down; then $\partial L/\partial W_{hh} = \sum_t h_{t-1}^\top \delta_t$ and
    $\partial L/\partial W_{xh} = \sum_t x_t^\top \delta_t$, summed over the batch too.

    Parameters
    ----------
    X : shape (B, T, d_x). H : the states, shape (B, T + 1, d_h). W_hh : shape (d_h, d_h).
    dH : direct gradients, of the loss by each state with the others held, shape (B, T + 1, d_h).

    Returns the gradients of W_xh, of W_hh, of b, and the total gradients $g_t$, shape (B, T + 1, d_h).

    Examples
    --------
    >>> from workings.byhand.recurrent import rnn_backward, rnn_states
    >>> X, W_hh = [[[1.0], [2.0]]], [[0.5]]
    >>> H = rnn_states(X, [[1.0]], W_hh, activation="linear")  # h = 0, 1, 2.5
    >>> dW_xh, dW_hh, db, G = rnn_backward(X, H, W_hh, [[[0.0], [0.0], [1.0]]], "linear")
    >>> print(dW_xh.tolist(), dW_hh.tolist(), G.ravel().tolist())
    [[2.5]] [[1.0]] [0.25, 0.5, 1.0]

    Source: Werbos 1990; Pascanu et al. 2013, equations 3 to 5.
    """
    inputs, states = real_array(X, "X", "B T d_x"), real_array(H, "H", "B T+1 d_h")
    B, T, d_h = len(states), states.shape[1] - 1, states.shape[2]
    shaped(inputs, "X", "B T d_x", B, T, inputs.shape[2])
    recurrent = shaped(W_hh, "W_hh", "d_h d_h", d_h, d_h)
    G = shaped(dH, "dH", "B T+1 d_h", B, T + 1, d_h).copy()
    dW_xh, dW_hh, db = np.zeros((inputs.shape[2], d_h)), np.zeros((d_h, d_h)), np.zeros(d_h)
    for t in range(T, 0, -1):
        delta = G[:, t] * slope(states[:, t], activation)  # (B, d_h)
        dW_xh += inputs[:, t - 1].T @ delta  # (d_x, d_h)
        dW_hh += states[:, t - 1].T @ delta  # (d_h, d_h)
        db += delta.sum(axis=0)  # (d_h,)
        G[:, t - 1] += delta @ recurrent.T  # (B, d_h)
    return dW_xh, dW_hh, db, G
