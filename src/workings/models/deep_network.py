"""A deep network of square layers in Torch: activation, initialisation, skip connections, normalisation."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from workings.byhand.arguments import positive, whole


class DeepNetwork(nn.Module):
    r"""Stack layers of one width, with or without skip connections.

    $h_l = s\,h_{l-1} + \alpha\,\varphi(\operatorname{norm}(h_{l-1}) W_l + b_l)$.

    Axes: ``B`` examples, ``d`` units. The first layer maps ``d_in`` to ``d``, the last ``d`` to ``d_out``.

    Parameters
    ----------
    activation : ``relu``, ``leaky``, ``gelu``, ``tanh`` or ``sigmoid``.
    gain : of the weights, whose variance is $\text{gain}^2/d$. skip : with the identity path ($s = 1$).
    scale : $\alpha$, of the branch. norm : layer normalisation at the start of each branch.

    Examples
    --------
    >>> import torch
    >>> from workings.models.deep_network import DeepNetwork
    >>> net = DeepNetwork(4, 3, depth=50, d=8, skip=True, scale=0.1)
    >>> print(tuple(net(torch.ones(2, 4)).shape))
    (2, 3)

    Source: He et al. 2016; He et al. 2016b for a norm in the branch.
    """

    def __init__(
        self,
        d_in: int,
        d_out: int,
        *,
        depth: int,
        d: int,
        activation: str = "relu",
        gain: float = 2**0.5,
        skip: bool = False,
        scale: float = 1.0,
        norm: bool = False,
        seed: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw the weights from a generator of their own."""
        super().__init__()
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
        generator = torch.Generator().manual_seed(seed)

        def drawn(rows: int, columns: int, size: float) -> nn.Parameter:
            weights = torch.randn(rows, columns, generator=generator, dtype=torch.float64)
            return nn.Parameter(weights * size / rows**0.5)

        self.activation, self.skip, self.scale, self.norm = activation, skip, positive(scale, "scale"), norm
        width = whole(d, "d")
        self.first = drawn(whole(d_in, "d_in"), width, 1.0)
        self.layers = nn.ParameterList(drawn(width, width, gain) for _ in range(whole(depth, "depth")))
        self.biases = nn.Parameter(torch.zeros(depth, width, dtype=torch.float64))
        self.last = drawn(width, whole(d_out, "d_out"), 1.0)
        self.to(device=device, dtype=dtype or torch.get_default_dtype())

    def states(self, X: Tensor) -> list[Tensor]:
        """Return the state before the first layer and after each, (B, d) each."""
        if X.ndim != 2 or X.shape[1] != len(self.first):
            raise ValueError(f"X must have shape (B, {len(self.first)}), got {tuple(X.shape)}")
        phi = ACTIVATIONS[self.activation]
        states = [X @ self.first]
        for W, b in zip(self.layers, self.biases, strict=True):
            h = nn.functional.layer_norm(states[-1], b.shape) if self.norm else states[-1]
            branch = self.scale * phi(h @ W + b)
            states.append(states[-1] + branch if self.skip else branch)
        return states

    def forward(self, X: Tensor) -> Tensor:
        """Map inputs (B, d_in) to outputs (B, d_out)."""
        return self.states(X)[-1] @ self.last


ACTIVATIONS = {
    "relu": torch.relu,
    "leaky": nn.functional.leaky_relu,
    "gelu": nn.functional.gelu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}
