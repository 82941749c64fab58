"""LSTM and GRU in Torch: their weights as the by-hand cells take them, and a network that must remember."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from workings.byhand.arguments import whole
from workings.data.store_and_recall import store_and_recall
from workings.models.device import device

Array = np.ndarray


def lstm_weights(cell: nn.LSTMCell) -> tuple[Array, Array, Array]:
    r"""Return a Torch LSTM cell's weights as the by-hand cell takes them, in float64.

    ========================= ======================= ==================
    Torch                     shape                   by hand
    ========================= ======================= ==================
    ``weight_ih``             (4 d_h, d_x)            ``W``, transposed
    ``weight_hh``             (4 d_h, d_h)            ``U``, transposed
    ``bias_ih``, ``bias_hh``  (4 d_h,) each           ``b``, their sum
    ========================= ======================= ==================

    The gates stand in the order i, f, g, o in both.

    Examples
    --------
    >>> import torch
    >>> from workings.models.lstm_gru import lstm_weights
    >>> print([array.shape for array in lstm_weights(torch.nn.LSTMCell(3, 2))])
    [(3, 8), (2, 8), (8,)]
    """
    W, U = (array.T for array in _arrays(cell.weight_ih, cell.weight_hh))
    b_ih, b_hh = _arrays(cell.bias_ih, cell.bias_hh)
    return W, U, b_ih + b_hh


def gru_weights(cell: nn.GRUCell) -> tuple[Array, Array, Array, Array]:
    r"""Return a Torch GRU cell's weights as the by-hand cell takes them, in float64.

    As for the LSTM, with two differences. Torch's update gate is the share of the old state, ours of the
    new: since $\sigma(-x) = 1 - \sigma(x)$, the columns of z change their sign. And the candidate keeps two
    biases, for one of them stands inside the reset gate.

    Returns W (d_x, 3 d_h), U (d_h, 3 d_h), b (3 d_h,) and b_hidden (d_h,), in the order r, z, n.

    Examples
    --------
    >>> import torch
    >>> from workings.models.lstm_gru import gru_weights
    >>> print([array.shape for array in gru_weights(torch.nn.GRUCell(3, 2))])
    [(3, 6), (2, 6), (6,), (2,)]
    """
    sign = np.repeat([1.0, -1.0, 1.0], cell.hidden_size)  # (3 d_h,)
    W, U = (array.T * sign for array in _arrays(cell.weight_ih, cell.weight_hh))
    b_ih, b_hh = _arrays(cell.bias_ih, cell.bias_hh)
    gates = np.repeat([1.0, 1.0, 0.0], cell.hidden_size)
    return W, U, sign * (b_ih + gates * b_hh), b_hh[2 * cell.hidden_size :]


def _arrays(*tensors: Tensor | None) -> list[Array]:
    if any(tensor is None for tensor in tensors):
        raise ValueError("the cell must have biases, got one that was built with bias=False")
    return [tensor.detach().double().cpu().numpy() for tensor in tensors if tensor is not None]


class Recaller(nn.Module):
    """Read a sequence with a recurrent network and answer with one number at its end: above zero means 1.

    Parameters
    ----------
    kind : ``rnn`` (tanh), ``lstm`` or ``gru``. d_x, d_h : inputs and units.
    keep_bias : of the gate that keeps the old state, at the start: an LSTM's forget gate, a GRU's update gate
        as Torch has it. Torch's own draw unless given.
    seed : of the weights, which are the same on every device.

    Examples
    --------
    >>> import torch
    >>> from workings.models.lstm_gru import Recaller
    >>> print(tuple(Recaller("lstm", d_h=4)(torch.zeros(5, 7, 3)).shape))
    (5,)
    """

    def __init__(
        self,
        kind: str,
        d_x: int = 3,
        d_h: int = 8,
        *,
        keep_bias: float | None = None,
        seed: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw the weights as Torch does, without touching the global generator."""
        super().__init__()
        kinds = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
        if kind not in kinds:
            raise ValueError(f"kind must be rnn, lstm or gru, got {kind!r}")
        if keep_bias is not None and kind == "rnn":
            raise ValueError(f"keep_bias is for a cell with gates, lstm or gru, got {kind!r}")
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.cells = kinds[kind](whole(d_x, "d_x"), whole(d_h, "d_h"), batch_first=True)
            self.read = nn.Linear(d_h, 1)
        if keep_bias is not None:  # the second block is f in an LSTM, z in a GRU
            with torch.no_grad():
                self.cells.bias_ih_l0[d_h : 2 * d_h] = keep_bias
                self.cells.bias_hh_l0[d_h : 2 * d_h] = 0
        self.to(device=device, dtype=dtype)

    def forward(self, X: Tensor) -> Tensor:
        """Map inputs (B, T, d_x) to answers (B,)."""
        if X.ndim != 3 or X.shape[2] != self.cells.input_size or 0 in X.shape:
            raise ValueError(f"X must have shape (B, T, {self.cells.input_size}), got {tuple(X.shape)}")
        states, _ = self.cells(X)  # (B, T, d_h)
        answers: Tensor = self.read(states[:, -1])[:, 0]
        return answers


def train_recaller(
    kind: str,
    seq_len: int,
    *,
    d_h: int = 8,
    keep_bias: float | None = None,
    seed: int = 0,
    steps: int = 240,
) -> tuple[Recaller, list[float]]:
    r"""Train a network to store and recall one bit, on fresh sequences at every step.

    Loss $\ln(1 + e^{-y s})$ for the answer $y = \pm 1$ and the output $s$; 64 sequences a step; Adam with
    learning rate 0.02; gradients clipped to norm 1; float64, in which a run repeats from machine to machine.

    Returns the trained network and the loss at each step.

    Examples
    --------
    >>> from workings.models.lstm_gru import train_recaller
    >>> _, losses = train_recaller("gru", seq_len=6, steps=3)
    >>> print(len(losses))
    3
    """
    rng = np.random.default_rng(seed)
    model = Recaller(kind, d_h=d_h, keep_bias=keep_bias, seed=seed, device=device(), dtype=torch.float64)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(whole(steps, "steps")):
        X, answers, _ = store_and_recall(64, seq_len, rng)
        signed = _tensor(answers) * model(_tensor(X))  # (64,)
        loss = torch.nn.functional.softplus(-signed).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
    return model, losses


def recall_accuracy(model: Recaller, seq_len: int, seed: int = 999, count: int = 1000) -> float:
    """Return the share of fresh sequences that a network answers rightly; a half is chance.

    Examples
    --------
    >>> from workings.models.lstm_gru import Recaller, recall_accuracy
    >>> print(0.3 < recall_accuracy(Recaller("rnn"), seq_len=9) < 0.7)  # untrained
    True
    """
    X, answers, _ = store_and_recall(count, seq_len, np.random.default_rng(seed))
    with torch.no_grad():
        signed = _tensor(answers) * model(_tensor(X).to(model.read.weight.dtype))
    return float((signed > 0).double().mean())


def _tensor(array: Array) -> Tensor:
    return torch.from_numpy(array).to(device())
