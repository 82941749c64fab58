"""A recurrent network that attends to its own earlier states, as a Torch module."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from workings.models.recurrent import Recurrent


class AttentiveRecurrent(nn.Module):
    r"""Add to each new state a weighted mean of the earlier ones: $h_t = r_t + a_t$.

    $r_t$ is the recurrent step from $h_{t-1}$ alone, $a_t = \sum_{l<t} \alpha_{t,l} h_l$, and
    $\alpha_{t,l} = \operatorname{softmax}_l(r_t \cdot h_l)$. Axes: ``B`` sequences, ``T`` steps, ``d_x``
    inputs, ``d_h`` units.

    Parameters
    ----------
    d_x, d_h, activation, radius, seed, device, dtype : as in :class:`Recurrent`.

    Examples
    --------
    >>> import torch
    >>> from workings.models.attentive_rnn import AttentiveRecurrent
    >>> net = AttentiveRecurrent(d_x=2, d_h=3)
    >>> states, weights = net(torch.ones(4, 7, 2))
    >>> print(tuple(states.shape), weights[0, 1].tolist())
    (4, 7, 3) [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """

    def __init__(
        self,
        d_x: int,
        d_h: int,
        activation: str = "tanh",
        *,
        radius: float | None = None,
        seed: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw the weights of the recurrent step; attention adds none."""
        super().__init__()
        self.step = Recurrent(d_x, d_h, activation, radius=radius, seed=seed, device=device, dtype=dtype)

    def forward(self, X: Tensor) -> tuple[Tensor, Tensor]:
        """Map inputs (B, T, d_x) to the states (B, T, d_h) and the weights (B, T, T), zero where l >= t."""
        B, T = X.shape[:2]
        states: list[Tensor] = []  # (B, d_h) each
        rows = [X.new_zeros(B, T)]
        for t in range(T):
            r = self.step(X[:, t : t + 1], states[-1] if states else None)[:, 0]  # (B, d_h)
            if states:
                earlier = torch.stack(states, dim=1)  # (B, t, d_h)
                weights = torch.softmax(earlier @ r[:, :, None], dim=1)  # (B, t, 1)
                rows.append(nn.functional.pad(weights[:, :, 0], (0, T - t)))  # (B, T)
                r = r + (weights * earlier).sum(dim=1)
            states.append(r)
        return torch.stack(states, dim=1), torch.stack(rows, dim=1)
