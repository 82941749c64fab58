"""The exam's network for 32 by 32 images, with the head and the pooling to choose, and its training."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from workings.byhand.arguments import positive, whole

HEADS = ("linear", "convolution", "pointwise")
POOLINGS = ("average", "max", "stride")


class DigitNetwork(nn.Module):
    r"""Two convolutions, two poolings, ReLU after each pooling, and a head with ten logits.

    Axes: ``B`` images. Shapes: (B, 1, 32, 32), (B, 8, 28, 28), (B, 8, 7, 7), (B, 16, 6, 6), (B, 16, 3, 3),
    (B, 10).

    Parameters
    ----------
    head : ``linear`` flattens and multiplies; ``convolution`` is a 3 by 3 convolution, the same function;
        ``pointwise`` is a 1 by 1 convolution and the mean over the nine places, which is less.
    pooling : ``average``, ``max``, or ``stride``: no pooling, only every fourth (second) entry is kept.
    seed : of the weights, which are the same on every device.

    Examples
    --------
    >>> import torch
    >>> from workings.models.cnn_shapes import DigitNetwork
    >>> net = DigitNetwork()
    >>> print(tuple(net(torch.ones(2, 1, 32, 32)).shape), sum(one.numel() for one in net.parameters()))
    (2, 10) 3722
    """

    def __init__(
        self,
        head: str = "linear",
        pooling: str = "average",
        *,
        seed: int = 0,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Draw the weights uniformly, up to one over the square root of what goes into an output."""
        super().__init__()
        if head not in HEADS or pooling not in POOLINGS:
            raise ValueError(f"head is one of {HEADS} and pooling of {POOLINGS}, got {head!r}, {pooling!r}")
        with torch.random.fork_rng(devices=[]):  # layers draw weights that are replaced below
            self.layers = nn.Sequential(
                nn.Conv2d(1, 8, kernel_size=5),  # (B, 8, 28, 28)
                _pool(pooling, 4),  # (B, 8, 7, 7)
                nn.ReLU(),
                nn.Conv2d(8, 16, kernel_size=4, padding=1),  # (B, 16, 6, 6)
                _pool(pooling, 2),  # (B, 16, 3, 3)
                nn.ReLU(),
            )
            if head == "linear":
                self.head = nn.Sequential(nn.Flatten(), nn.Linear(144, 10))  # (B, 10)
            elif head == "convolution":
                self.head = nn.Sequential(nn.Conv2d(16, 10, kernel_size=3), nn.Flatten())
            else:
                self.head = nn.Sequential(nn.Conv2d(16, 10, kernel_size=1), nn.AvgPool2d(3), nn.Flatten())
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for layer in self.modules():
                if isinstance(layer, nn.Conv2d | nn.Linear):
                    bound = layer.weight[0].numel() ** -0.5
                    for one in layer.parameters():
                        one.copy_((2 * torch.rand(one.shape, generator=generator) - 1) * bound)
        self.to(device=device, dtype=dtype or torch.get_default_dtype())

    def forward(self, images: Tensor) -> Tensor:
        """Map images (B, 1, 32, 32) to logits (B, 10)."""
        if images.ndim != 4 or images.shape[1:] != (1, 32, 32):
            raise ValueError(f"images must have shape (B, 1, 32, 32), got {tuple(images.shape)}")
        logits: Tensor = self.head(self.layers(images))
        return logits


def _pool(kind: str, size: int) -> nn.Module:
    if kind == "average":
        return nn.AvgPool2d(size)
    return nn.MaxPool2d(size) if kind == "max" else nn.MaxPool2d(1, stride=size)


def train(
    net: DigitNetwork, images: Tensor, labels: Tensor, epochs: int, *, rate: float = 0.01, seed: int = 0
) -> list[float]:
    """Train by Adam on batches of 64; return the mean loss of each epoch.

    The order of the images is drawn from a generator of its own.

    Examples
    --------
    >>> import torch
    >>> from workings.models.cnn_shapes import DigitNetwork, train
    >>> images, labels = torch.eye(32).reshape(1, 1, 32, 32).repeat(8, 1, 1, 1), torch.full((8,), 3)
    >>> losses = train(DigitNetwork(), images, labels, epochs=3)
    >>> print(losses[0] > losses[-1])
    True
    """
    positive(rate, "rate")
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    generator = torch.Generator().manual_seed(seed)
    losses = []
    for _ in range(whole(epochs, "epochs")):
        total = 0.0
        for batch in torch.randperm(len(images), generator=generator).split(64):
            loss = cross_entropy(net(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(images))
    return losses


def accuracy(net: nn.Module, images: Tensor, labels: Tensor) -> float:
    """Return the share of images whose greatest logit is that of their label.

    Examples
    --------
    >>> import torch
    >>> from workings.models.cnn_shapes import DigitNetwork, accuracy
    >>> net = DigitNetwork()
    >>> images = torch.ones(3, 1, 32, 32)
    >>> print(accuracy(net, images, net(images).argmax(dim=1)))
    1.0
    """
    with torch.no_grad():
        return float((net(images).argmax(dim=1) == labels).double().mean())


def shifted(images: Tensor, right: int, down: int = 0) -> Tensor:
    """Move images (B, C, H, W) to the right and down (negative: left and up); zeros come in at the edge.

    Examples
    --------
    >>> import torch
    >>> from workings.models.cnn_shapes import shifted
    >>> print(shifted(torch.arange(3.0).reshape(1, 1, 1, 3), 1).tolist())
    [[[[0.0, 0.0, 1.0]]]]
    """
    height, width = images.shape[2:]
    moved = torch.zeros_like(images)
    to_y, to_x = slice(max(down, 0), height + min(down, 0)), slice(max(right, 0), width + min(right, 0))
    from_y, from_x = slice(max(-down, 0), height - max(down, 0)), slice(max(-right, 0), width - max(right, 0))
    moved[:, :, to_y, to_x] = images[:, :, from_y, from_x]
    return moved
