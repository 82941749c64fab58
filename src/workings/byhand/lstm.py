r"""The LSTM cell: a memory that gates write, keep and read.

Axes: ``B`` sequences, ``T`` steps, ``d_x`` inputs, ``d_h`` units. Row vectors, batch first. The four gates
stand side by side in the order of Torch, i, f, g, o: ``W`` (d_x, 4 d_h), ``U`` (d_h, 4 d_h), ``b`` (4 d_h).
From a ``torch.nn.LSTMCell``: W is ``weight_ih`` transposed, U is ``weight_hh`` transposed, b is ``bias_ih``
plus ``bias_hh``.
Source: Hochreiter and Schmidhuber 1997; the forget gate is of Gers, Schmidhuber and Cummins 2000.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.recurrent import shaped
from workings.byhand.sigmoid import sigmoid


def lstm_gates(x: object, h: object, W: object, U: object, b: object = None) -> np.ndarray:
    r"""Compute the three gates and the candidate from the input and the last hidden state.

    $(i, f, g, o) = x W + h U + b$, then $\sigma$ on $i$, $f$, $o$ and $\tanh$ on $g$ (the documents'
    $\tilde c$).

    Parameters
    ----------
    x : shape (B, d_x). h : shape (B, d_h). W : (d_x, 4 d_h). U : (d_h, 4 d_h). b : (4 d_h,), or none.

    Returns i, f, g, o, shape (4, B, d_h).

    Examples
    --------
    >>> from workings.byhand.lstm import lstm_gates
    >>> print(lstm_gates([[0.0]], [[0.0]], [[1, 1, 1, 1]], [[1, 1, 1, 1]]).ravel().tolist())
    [0.5, 0.5, 0.0, 0.5]
    """
    inputs, hidden = real_array(x, "x", "B d_x"), real_array(h, "h", "B d_h")
    d_h = hidden.shape[1]
    shaped(hidden, "h", "B d_h", len(inputs), d_h)
    inward = shaped(W, "W", "d_x 4*d_h", inputs.shape[1], 4 * d_h)
    recurrent = shaped(U, "U", "d_h 4*d_h", d_h, 4 * d_h)
    bias = 0.0 if b is None else shaped(b, "b", "4*d_h", 4 * d_h)
    i, f, g, o = np.split(inputs @ inward + hidden @ recurrent + bias, 4, axis=1)  # (B, d_h) each
    return np.stack([sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)])


def lstm_step(
    x: object, h: object, c: object, W: object, U: object, b: object = None
) -> tuple[np.ndarray, np.ndarray]:
    r"""Take one step: keep some of the memory, write into it, show some of it.

    $c_t = f \circ c_{t-1} + i \circ g$, then $h_t = o \circ \tanh(c_t)$.

    Parameters
    ----------
    c : the memory, shape (B, d_h). The others as in :func:`lstm_gates`.

    Returns h and c after the step, shape (B, d_h) each.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.lstm import lstm_step
    >>> W, U = np.zeros((1, 4)), np.zeros((1, 4))  # all gates at one half, nothing to write
    >>> h, c = lstm_step([[0.0]], [[0.0]], [[1.0]], W, U)
    >>> print(round(h[0, 0], 4), c[0, 0])  # tanh(1/2) / 2
    0.2311 0.5

    Source: Gers et al. 2000, section 3; Torch's ``LSTMCell``.
    """
    i, f, g, o = lstm_gates(x, h, W, U, b)  # (B, d_h) each
    memory = f * shaped(c, "c", "B d_h", *f.shape) + i * g  # (B, d_h)
    return o * np.tanh(memory), memory


def lstm_states(
    X: object, W: object, U: object, b: object = None, h_0: object = None, c_0: object = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Run the cell over a batch of sequences and keep every state and gate.

    Parameters
    ----------
    X : shape (B, T, d_x). h_0, c_0 : shape (B, d_h); zero unless given. The others as in :func:`lstm_gates`.

    Returns H and C, shape (B, T + 1, d_h), whose entry 0 is the start, and the gates, shape (4, B, T, d_h).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.lstm import lstm_states
    >>> H, C, gates = lstm_states(np.zeros((1, 3, 1)), np.zeros((1, 4)), np.zeros((1, 4)), c_0=[[1.0]])
    >>> print(C[0, :, 0].tolist(), np.round(H[0, :, 0], 3).tolist(), gates.shape)
    [1.0, 0.5, 0.25, 0.125] [0.0, 0.231, 0.122, 0.062] (4, 1, 3, 1)
    """
    inputs = real_array(X, "X", "B T d_x")
    B, T, _ = inputs.shape
    d_h = len(real_array(U, "U", "d_h 4*d_h"))
    H, C, gates = np.zeros((B, T + 1, d_h)), np.zeros((B, T + 1, d_h)), np.zeros((4, B, T, d_h))
    if h_0 is not None:
        H[:, 0] = shaped(h_0, "h_0", "B d_h", B, d_h)
    if c_0 is not None:
        C[:, 0] = shaped(c_0, "c_0", "B d_h", B, d_h)
    for t in range(1, T + 1):
        i, f, g, o = gates[:, :, t - 1] = lstm_gates(inputs[:, t - 1], H[:, t - 1], W, U, b)
        C[:, t] = f * C[:, t - 1] + i * g  # (B, d_h)
        H[:, t] = o * np.tanh(C[:, t])  # (B, d_h)
    return H, C, gates
