r"""How the loss reaches an LSTM's weights and its earlier states: forward, backward, and as Jacobians.

Shapes as in ``byhand.lstm``; ``H``, ``C`` and ``gates`` are what ``lstm_states`` returns.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.recurrent import shaped


def lstm_backward(
    X: object, H: object, C: object, gates: object, U: object, dH: object
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Backpropagate through time: from the loss's direct gradients on the states to every weight.

    From $t = T$ down, with $\bar h_t$ and $\bar c_t$ the total gradients:
    $\bar c_t = \bar h_t \circ o_t (1 - \tanh^2 c_t) + \bar c_{t+1} \circ f_{t+1}$; the gates' inputs get
    $\delta^i = \bar c_t\, g\, i(1 - i)$, $\delta^f = \bar c_t\, c_{t-1} f(1 - f)$,
    $\delta^g = \bar c_t\, i (1 - g^2)$, $\delta^o = \bar h_t \tanh(c_t)\, o(1 - o)$; and
    $\bar h_{t-1} = \partial J/\partial h_{t-1} + \delta_t U^\top$.

    Parameters
    ----------
    X : (B, T, d_x). H, C : (B, T + 1, d_h). gates : (4, B, T, d_h). U : (d_h, 4 d_h).
    dH : gradients of the loss by each h with the others held, shape (B, T + 1, d_h).

    Returns the gradients of W, U and b, with the columns in the order i, f, g, o.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.lstm import lstm_states
    >>> from workings.byhand.lstm_gradient import lstm_backward
    >>> X, W, U = np.ones((1, 2, 1)), np.zeros((1, 4)), np.zeros((1, 4))
    >>> H, C, gates = lstm_states(X, W, U)
    >>> print(lstm_backward(X, H, C, gates, U, [[[0.0], [0.0], [1.0]]])[0].tolist())  # i/2 now, i/4 through f
    [[0.0, 0.0, 0.375, 0.0]]
    """
    inputs, hidden = real_array(X, "X", "B T d_x"), real_array(H, "H", "B T+1 d_h")
    B, T, d_x = inputs.shape
    d_h = hidden.shape[2]
    hidden, memory = (shaped(value, name, "B T+1 d_h", B, T + 1, d_h) for name, value in (("H", H), ("C", C)))
    all_gates = shaped(gates, "gates", "4 B T d_h", 4, B, T, d_h)
    recurrent = shaped(U, "U", "d_h 4*d_h", d_h, 4 * d_h)
    h_bar = shaped(dH, "dH", "B T+1 d_h", B, T + 1, d_h).copy()
    dW, dU, db = np.zeros((d_x, 4 * d_h)), np.zeros((d_h, 4 * d_h)), np.zeros(4 * d_h)
    c_bar = np.zeros((B, d_h))
    for t in range(T, 0, -1):
        i, f, g, o = all_gates[:, :, t - 1]  # (B, d_h) each
        squashed = np.tanh(memory[:, t])
        c_bar = c_bar + h_bar[:, t] * o * (1 - squashed**2)  # (B, d_h)
        delta = np.hstack(
            [
                c_bar * g * i * (1 - i),
                c_bar * memory[:, t - 1] * f * (1 - f),
                c_bar * i * (1 - g**2),
                h_bar[:, t] * squashed * o * (1 - o),
            ]
        )  # (B, 4 d_h)
        dW += inputs[:, t - 1].T @ delta
        dU += hidden[:, t - 1].T @ delta
        db += delta.sum(axis=0)
        h_bar[:, t - 1] += delta @ recurrent.T  # (B, d_h)
        c_bar = c_bar * f
    return dW, dU, db


def lstm_jacobians(H: object, C: object, gates: object, U: object) -> np.ndarray:
    r"""Return how both states of one sequence answer to both states before: memory first, then hidden.

    With row vectors $(dc_t, dh_t) = (dc_{t-1}, dh_{t-1})\, J_t$ and
    $J_t = \begin{pmatrix} F & F S \\ M & M S + R \end{pmatrix}$. $F = \operatorname{diag} f_t$ is the cell
    path, $M = \partial c_t/\partial h_{t-1}$ with $c_{t-1}$ held (through i, f and g), $R$ the path through
    o alone, and $S = \operatorname{diag}(o_t (1 - \tanh^2 c_t))$.

    Parameters
    ----------
    H, C : (T + 1, d_h). gates : (4, T, d_h). U : (d_h, 4 d_h).

    Returns $J_1, \dots, J_T$, shape (T, 2 d_h, 2 d_h).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.lstm import lstm_states
    >>> from workings.byhand.lstm_gradient import lstm_jacobians
    >>> H, C, gates = lstm_states(np.zeros((1, 1, 1)), np.zeros((1, 4)), np.ones((1, 4)))
    >>> print(lstm_jacobians(H[0], C[0], gates[:, 0], np.ones((1, 4)))[0].tolist())
    [[0.5, 0.25], [0.5, 0.25]]
    """
    hidden = real_array(H, "H", "T+1 d_h")
    T, d_h = len(hidden) - 1, hidden.shape[1]
    memory = shaped(C, "C", "T+1 d_h", T + 1, d_h)
    i, f, g, o = shaped(gates, "gates", "4 T d_h", 4, T, d_h)  # (T, d_h) each
    U_i, U_f, U_g, U_o = np.split(shaped(U, "U", "d_h 4*d_h", d_h, 4 * d_h), 4, axis=1)
    squashed = np.tanh(memory[1:])
    J = np.zeros((T, 2 * d_h, 2 * d_h))
    for t in range(T):
        S = o[t] * (1 - squashed[t] ** 2)  # (d_h,)
        M = (
            U_i * (g[t] * i[t] * (1 - i[t]))
            + U_f * (memory[t] * f[t] * (1 - f[t]))
            + U_g * (i[t] * (1 - g[t] ** 2))
        )  # (d_h, d_h)
        R = U_o * (squashed[t] * o[t] * (1 - o[t]))  # (d_h, d_h)
        J[t] = np.block([[np.diag(f[t]), np.diag(f[t] * S)], [M, M * S + R]])
    return J


def candidate_sensitivities(
    X: object, H: object, C: object, gates: object, U: object
) -> tuple[np.ndarray, np.ndarray]:
    r"""Carry the derivatives of both states by the candidate's weights forward, every path counted once.

    $\frac{dc_t}{dW_g} = i_t \frac{\partial g_t}{\partial W_g} + f_t \frac{dc_{t-1}}{dW_g}
    + \frac{dh_{t-1}}{dW_g} M_t$ and $\frac{dh_t}{dW_g} = \frac{dc_t}{dW_g} S_t + \frac{dh_{t-1}}{dW_g} R_t$,
    with $M$, $R$ and $S$ as in :func:`lstm_jacobians`. Then
    $\frac{dJ}{dW_g} = \sum_t \frac{dh_t}{dW_g} \frac{\partial J}{\partial h_t}$.

    Parameters
    ----------
    X : (T, d_x). H, C : (T + 1, d_h). gates : (4, T, d_h). U : (d_h, 4 d_h).

    Returns $dh_t/dW_g$ and $dc_t/dW_g$ for $t = 0, \dots, T$, shape (T + 1, d_x, d_h, d_h): entry
    $(t, p, q, k)$ says how unit $k$ at step $t$ answers to the weight $W_g[p, q]$.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.lstm import lstm_states
    >>> from workings.byhand.lstm_gradient import candidate_sensitivities
    >>> X, W, U = np.ones((1, 2, 1)), np.zeros((1, 4)), np.zeros((1, 4))
    >>> H, C, gates = lstm_states(X, W, U)
    >>> by_h, by_c = candidate_sensitivities(X[0], H[0], C[0], gates[:, 0], U)
    >>> print(by_h.ravel().tolist(), by_c.ravel().tolist())
    [0.0, 0.25, 0.375] [0.0, 0.5, 0.75]
    """
    inputs = real_array(X, "X", "T d_x")
    jacobians = lstm_jacobians(H, C, gates, U)  # (T, 2 d_h, 2 d_h)
    T, d_h = len(jacobians), jacobians.shape[1] // 2
    shaped(inputs, "X", "T d_x", T, inputs.shape[1])
    i, _, g, o = real_array(gates, "gates")  # (T, d_h) each
    memory = real_array(C, "C")
    by_c, by_h = (np.zeros((T + 1, inputs.shape[1], d_h, d_h)) for _ in "ch")
    for t in range(T):
        direct = inputs[t][:, None, None] * np.diag(i[t] * (1 - g[t] ** 2))  # (d_x, d_h, d_h)
        S = o[t] * (1 - np.tanh(memory[t + 1]) ** 2)  # (d_h,)
        before = np.concatenate([by_c[t], by_h[t]], axis=-1)  # (d_x, d_h, 2 d_h)
        by_c[t + 1], by_h[t + 1] = np.split(before @ jacobians[t], 2, axis=-1)
        by_c[t + 1] += direct
        by_h[t + 1] += direct * S
    return by_h, by_c
