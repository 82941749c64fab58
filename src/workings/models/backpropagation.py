"""The network with one sigmoid hidden layer as a Torch module, on any device and dtype."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from workings.byhand.arguments import whole


class OneHiddenLayer(nn.Module):
    r"""Map inputs to the scores of classes: $u = \sigma(xW_1 + b_1)\,W_2 + b_2$.

    Axes: ``B`` inputs, ``D_x`` features, ``D_h`` hidden units, ``D_y`` classes. The softmax is left to the
    loss, ``nn.functional.cross_entropy``, which takes scores. ``nn.Linear`` keeps each weight transposed,
    shape (out, in); ``load`` takes matrices as they stand in the formula.

    Parameters
    ----------
    seed : of the weights, which are the same on every device.

    Examples
    --------
    >>> import torch
    >>> from workings.models.backpropagation import OneHiddenLayer
    >>> net = OneHiddenLayer(d_x=2, d_h=3, d_y=4)
    >>> print(tuple(net(torch.ones(5, 2)).shape), tuple(net.first.weight.shape))
    (5, 4) (3, 2)
    """

    def __init__(
        self,
        d_x: int,
        d_h: int,
        d_y: int,
        *,
        seed: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw the weights from a generator of their own."""
        super().__init__()
        whole(d_x, "d_x"), whole(d_h, "d_h"), whole(d_y, "d_y")
        generator = torch.Generator().manual_seed(seed)
        self.first = nn.utils.skip_init(nn.Linear, d_x, d_h)
        self.second = nn.utils.skip_init(nn.Linear, d_h, d_y)
        with torch.no_grad():
            for layer in (self.first, self.second):
                size = (layer.out_features, layer.in_features)
                layer.weight.copy_(torch.randn(size, generator=generator) * layer.in_features**-0.5)
                layer.bias.zero_()
        self.to(device=device, dtype=dtype or torch.get_default_dtype())

    def load(self, W_1: Tensor, b_1: Tensor, W_2: Tensor, b_2: Tensor) -> OneHiddenLayer:
        """Copy parameters of the formula's shapes: (D_x, D_h), (D_h), (D_h, D_y), (D_y)."""
        with torch.no_grad():
            for own, given in zip(self.parameters(), (W_1.T, b_1, W_2.T, b_2), strict=True):
                if own.shape != given.shape:
                    raise ValueError(
                        f"a parameter must have shape {tuple(own.shape)}, got {tuple(given.shape)}"
                    )
                own.copy_(given)
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Map inputs (B, D_x) to scores (B, D_y)."""
        if x.ndim != 2 or x.shape[1] != self.first.in_features:
            raise ValueError(f"x must have shape (B, {self.first.in_features}), got {tuple(x.shape)}")
        scores: Tensor = self.second(torch.sigmoid(self.first(x)))
        return scores
