r"""The GRU cell: one state, moved toward a candidate by a gate.

Axes: ``B`` sequences, ``d_x`` inputs, ``d_h`` units. Row vectors. The reset gate, the update gate and the
candidate stand side by side in the order of Torch, r, z, n: ``W`` (d_x, 3 d_h), ``U`` (d_h, 3 d_h), ``b``
(3 d_h). Here z is the share of the **new** (Chung et al. 2014); in Torch it is the share of the old (Cho et
al. 2014). Since $\sigma(-x) = 1 - \sigma(x)$, negating the columns of z turns one into the other: see
``models.lstm_gru``.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.recurrent import shaped
from workings.byhand.sigmoid import sigmoid


def gru_gates(
    x: object,
    h: object,
    W: object,
    U: object,
    b: object = None,
    b_hidden: object = None,
    reset: str = "after",
) -> np.ndarray:
    r"""Compute the reset gate, the update gate and the candidate state.

    $r = \sigma(x W_r + h U_r + b_r)$, $z = \sigma(x W_z + h U_z + b_z)$ and, by where the reset gate acts,

    - ``"after"`` the product: $\hat h = \tanh(x W_n + b_n + r \circ (h U_n + b'))$, as in Torch and as the
      exercise's formula reads;
    - ``"before"`` the product: $\hat h = \tanh(x W_n + b_n + (r \circ h)\, U_n)$, as in Cho et al. 2014.

    Parameters
    ----------
    x : shape (B, d_x). h : (B, d_h). W : (d_x, 3 d_h). U : (d_h, 3 d_h). b : (3 d_h,), or none.
    b_hidden : $b'$, the candidate's bias inside the gate, shape (d_h,); only with ``"after"``.

    Returns r, z and the candidate, shape (3, B, d_h).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.gru import gru_gates
    >>> U = np.hstack([np.diag([9.0, -9.0]), np.zeros((2, 2)), [[0.0, 1.0], [1.0, 0.0]]])  # n swaps the units
    >>> for reset in ("after", "before"):  # r keeps unit 1 and shuts unit 2
    ...     n = gru_gates([[0.0]], [[1.0, 1.0]], np.zeros((1, 6)), U, reset=reset)[2]
    ...     print(reset, n.round(2).tolist())
    after [[0.76, 0.0]]
    before [[0.0, 0.76]]
    """
    inputs, hidden = real_array(x, "x", "B d_x"), real_array(h, "h", "B d_h")
    d_h = hidden.shape[1]
    shaped(hidden, "h", "B d_h", len(inputs), d_h)
    inward = shaped(W, "W", "d_x 3*d_h", inputs.shape[1], 3 * d_h)
    recurrent = shaped(U, "U", "d_h 3*d_h", d_h, 3 * d_h)
    bias = 0.0 if b is None else shaped(b, "b", "3*d_h", 3 * d_h)
    inner = 0.0 if b_hidden is None else shaped(b_hidden, "b_hidden", "d_h", d_h)
    from_x = np.split(inputs @ inward + bias, 3, axis=1)  # (B, d_h) each
    U_r, U_z, U_n = np.split(recurrent, 3, axis=1)  # (d_h, d_h) each
    r = sigmoid(from_x[0] + hidden @ U_r)
    z = sigmoid(from_x[1] + hidden @ U_z)
    if reset == "after":
        candidate = np.tanh(from_x[2] + r * (hidden @ U_n + inner))
    elif reset == "before" and b_hidden is None:
        candidate = np.tanh(from_x[2] + (r * hidden) @ U_n)
    else:
        raise ValueError(f"reset must be 'after', or 'before' without b_hidden, got {reset!r}")
    return np.stack([r, z, candidate])


def gru_step(
    x: object,
    h: object,
    W: object,
    U: object,
    b: object = None,
    b_hidden: object = None,
    reset: str = "after",
) -> np.ndarray:
    r"""Take one step: move each unit toward the candidate by the share that the update gate says.

    $h_t = (1 - z) \circ h_{t-1} + z \circ \hat h$. Arguments as in :func:`gru_gates`.

    Returns h after the step, shape (B, d_h).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.gru import gru_step
    >>> print(gru_step([[1.0]], [[0.8]], np.zeros((1, 3)), np.zeros((1, 3))).tolist())  # half way to 0
    [[0.4]]

    Source: Chung et al. 2014 (the share of the new); Cho et al. 2014, equations 5 to 8.
    """
    _, z, candidate = gru_gates(x, h, W, U, b, b_hidden, reset)  # (B, d_h) each
    state: np.ndarray = (1 - z) * real_array(h, "h", "B d_h") + z * candidate
    return state
