"""Softmax with cross-entropy as one Torch operation whose backward pass is written by hand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from workings.byhand.arguments import positive


class SoftmaxCrossEntropy(nn.Module):
    r"""The mean cross-entropy of softmax scores with labels, with the gradient $(\hat y - y)/(B\,T)$ by hand.

    Axes: ``B`` texts, ``n`` classes. The scores are divided by a temperature $T$. The backward pass uses no
    derivative of Torch's: it hands back prediction minus label. ``torch.autograd.gradcheck`` accepts it,
    and it can be differentiated twice.

    Parameters
    ----------
    temperature : $T > 0$.

    Raises
    ------
    ValueError : scores and labels of different shapes, or not of two axes.

    Examples
    --------
    >>> import torch
    >>> from workings.models.softmax import SoftmaxCrossEntropy
    >>> theta = torch.tensor([[1.0, 2.0, 3.0]], requires_grad=True)
    >>> loss = SoftmaxCrossEntropy()(theta, torch.tensor([[0.0, 1.0, 0.0]]))
    >>> loss.backward()
    >>> print(round(loss.item(), 4), [round(one, 4) for one in theta.grad[0].tolist()])
    1.4076 [0.09, -0.7553, 0.6652]
    """

    def __init__(self, temperature: float = 1.0) -> None:
        """Keep the temperature."""
        super().__init__()
        self.temperature = positive(temperature, "temperature")

    def forward(self, theta: Tensor, y: Tensor) -> Tensor:
        """Map scores (B, n) and labels (B, n), rows that sum to one, to a mean loss, shape ()."""
        if theta.ndim != 2 or theta.shape != y.shape:
            raise ValueError(
                "scores and labels must both have shape (B, n), "
                f"got {tuple(theta.shape)} and {tuple(y.shape)}"
            )
        losses: Tensor = _FromLogits.apply(theta / self.temperature, y)  # type: ignore[no-untyped-call]
        return losses.mean()


class _FromLogits(torch.autograd.Function):
    """Cross-entropy of each row from its scores; backward is prediction minus label."""

    @staticmethod
    def forward(ctx: Any, theta: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(theta, y)
        return torch.logsumexp(theta, dim=-1) - (y * theta).sum(-1)  # (B)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None]:
        theta, y = ctx.saved_tensors
        return upstream[:, None] * (torch.softmax(theta, dim=-1) - y), None  # (B, n)
