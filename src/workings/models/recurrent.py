"""A recurrent network as a Torch module, on any device and dtype."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from workings.byhand.arguments import positive, whole


class Recurrent(nn.Module):
    r"""Update one state by the same weights at every step: $h_t = \varphi(x_t W_{xh} + h_{t-1} W_{hh} + b)$.

    Axes: ``B`` sequences, ``T`` steps, ``d_x`` inputs, ``d_h`` units. The weights lie as in the formula, not
    transposed as in ``nn.RNN``. All inputs are projected in one product before the loop; the loop cannot be
    avoided.

    Parameters
    ----------
    activation : ``tanh``, ``sigmoid``, ``relu`` or ``linear``.
    radius : scale W_hh to this spectral radius; else it is drawn with variance $1/d_h$.
    seed : of the weights, which are the same on every device.

    Examples
    --------
    >>> import torch
    >>> from workings.models.recurrent import Recurrent
    >>> net = Recurrent(d_x=2, d_h=3, radius=0.5)
    >>> radius = torch.linalg.eigvals(net.W_hh).abs().max().item()
    >>> print(tuple(net(torch.ones(4, 7, 2)).shape), round(radius, 3))
    (4, 7, 3) 0.5

    Source: Elman 1990.
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
        """Draw the weights from a generator of their own."""
        super().__init__()
        if activation not in _ACTIVATIONS:
            raise ValueError(f"activation must be tanh, sigmoid, relu or linear, got {activation!r}")
        generator = torch.Generator().manual_seed(seed)
        inward = torch.randn(whole(d_x, "d_x"), whole(d_h, "d_h"), generator=generator, dtype=torch.float64)
        recurrent = torch.randn(d_h, d_h, generator=generator, dtype=torch.float64) * d_h**-0.5
        if radius is not None:
            recurrent *= positive(radius, "radius") / torch.linalg.eigvals(recurrent).abs().max()
        self.activation = activation
        self.W_xh, self.W_hh = nn.Parameter(inward), nn.Parameter(recurrent)
        self.b = nn.Parameter(torch.zeros(d_h, dtype=torch.float64))
        self.to(device=device, dtype=dtype or torch.get_default_dtype())

    def forward(self, X: Tensor, h_0: Tensor | None = None) -> Tensor:
        """Map inputs (B, T, d_x) to the states (B, T, d_h); ``h_0``, shape (B, d_h), is zero unless given."""
        d_x, d_h = self.W_xh.shape
        if X.ndim != 3 or X.shape[2] != d_x or 0 in X.shape:
            raise ValueError(f"X must have shape (B, T, {d_x}), got {tuple(X.shape)}")
        if h_0 is not None and h_0.shape != (len(X), d_h):
            raise ValueError(f"h_0 must have shape ({len(X)}, {d_h}), got {tuple(h_0.shape)}")
        phi = _ACTIVATIONS[self.activation]
        h = X.new_zeros(len(X), d_h) if h_0 is None else h_0
        states = []
        for from_x in (X @ self.W_xh + self.b).unbind(1):  # (B, d_h) each
            h = phi(from_x + h @ self.W_hh)
            states.append(h)
        return torch.stack(states, dim=1)  # (B, T, d_h)


_ACTIVATIONS = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": torch.clone}
