"""The exam's network in the form in which it is trained, and a recipe for it."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import affine_grid, conv2d, grid_sample, relu
from torch.optim import AdamW

from workings.byhand.arguments import positive, whole
from workings.models.cnn_shapes import DigitNetwork

INK, SPREAD = 0.1, 0.3  # about the mean and the deviation of MNIST's pixels, between 0 and 1


class TrainedForm(nn.Module):
    r"""The exam's network as it is trained: each convolution with its average pooling is one convolution.

    Where ``normalize`` is set, each channel is normalised over the batch before its ReLU (Ioffe and Szegedy
    2015). After training that is a fixed scale and a fixed offset per channel, which :meth:`folded` puts into
    the convolution, with the centring of the pixels: what comes out is the exam's network and no more.

    Axes: ``B`` images. Shapes: (B, 1, 32, 32), (B, 8, 7, 7), (B, 16, 3, 3), (B, 10).

    Examples
    --------
    >>> import torch
    >>> from workings.models.digit_recipe import TrainedForm
    >>> form, images = TrainedForm(seed=1).eval(), torch.rand(2, 1, 32, 32)
    >>> exam = form.folded()
    >>> same = torch.allclose(form(images), exam(images), atol=1e-5)
    >>> print(same, sum(one.numel() for one in exam.parameters()))
    True 3722
    """

    def __init__(self, seed: int = 0, *, normalize: bool = True) -> None:
        """Take the weights of the exam's network as its seed draws them."""
        super().__init__()
        drawn = DigitNetwork(seed=seed).state_dict()
        with torch.random.fork_rng(devices=[]):  # layers draw weights that are replaced below
            self.first = nn.Conv2d(1, 8, 5, bias=not normalize)  # before a norm a bias would have no effect
            self.second = nn.Conv2d(8, 16, 4, bias=not normalize)
            self.head = nn.Linear(144, 10)
        for layer, name in ((self.first, "layers.0"), (self.second, "layers.3"), (self.head, "head.1")):
            kept = {part: drawn[f"{name}.{part}"] for part in layer.state_dict()}
            layer.load_state_dict(kept)
        self.first_norm = nn.BatchNorm2d(8, momentum=0.05) if normalize else None
        self.second_norm = nn.BatchNorm2d(16, momentum=0.05) if normalize else None

    def forward(self, images: Tensor) -> Tensor:
        """Map images (B, 1, 32, 32), pixels from 0 to 1, to logits (B, 10)."""
        maps = (images - INK) / SPREAD
        maps = conv2d(maps, merged(self.first.weight, 4), self.first.bias, 4)  # (B, 8, 7, 7)
        maps = relu(maps if self.first_norm is None else self.first_norm(maps))
        maps = conv2d(maps, merged(self.second.weight, 2), self.second.bias, 2, 1)  # (B, 16, 3, 3)
        maps = relu(maps if self.second_norm is None else self.second_norm(maps))
        logits: Tensor = self.head(maps.flatten(1))
        return logits

    @torch.no_grad()
    def folded(self) -> DigitNetwork:
        """Return the exam's network that does what this one does in evaluation mode."""
        weight, bias = _with_norm(self.first, self.first_norm)
        bias = bias - weight.sum(dim=(1, 2, 3)) * INK / SPREAD
        second = _with_norm(self.second, self.second_norm)
        found = DigitNetwork(device=weight.device, dtype=weight.dtype)
        values = (weight / SPREAD, bias, *second, self.head.weight, self.head.bias)
        for one, value in zip(found.parameters(), values, strict=True):
            one.copy_(value)
        return found


def _with_norm(layer: nn.Conv2d, norm: nn.BatchNorm2d | None) -> tuple[Tensor, Tensor]:
    """Give the weight and the bias of a convolution and the norm after it, taken together."""
    bias = layer.weight.new_zeros(layer.out_channels) if layer.bias is None else layer.bias  # (O,)
    if norm is None or norm.running_mean is None or norm.running_var is None:
        return layer.weight, bias
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()  # (O,)
    return layer.weight * scale[:, None, None, None], (bias - norm.running_mean) * scale + norm.bias


def merged(weight: Tensor, size: int) -> Tensor:
    r"""Return the one kernel of a convolution and the average pooling after it; its stride is ``size``.

    Each tap of (O, C, k, k) is spread evenly over the window: (O, C, k + size - 1, k + size - 1).

    Examples
    --------
    >>> import torch
    >>> from workings.models.digit_recipe import merged
    >>> print(merged(torch.ones(1, 1, 1, 1), 2)[0, 0].tolist())
    [[0.25, 0.25], [0.25, 0.25]]
    """
    window = weight.new_full((1, 1, size, size), 1 / size**2)
    each = conv2d(weight.flatten(0, 1)[:, None], window, padding=size - 1)  # (O C, 1, k + size - 1, ...)
    return each.view(*weight.shape[:2], *each.shape[2:])


def jiggled(images: Tensor, seed: int, strength: float = 1.0) -> Tensor:
    """Turn, stretch, slant and shift each image (B, 1, H, W) a little, by its own draw.

    At strength 1 by up to 0.15 radian, a tenth in length and width, a tenth of slant, 1.5 pixels of 32. Zeros
    come in at the edge.

    Examples
    --------
    >>> import torch
    >>> from workings.models.digit_recipe import jiggled
    >>> images = torch.rand(2, 1, 32, 32)
    >>> print(torch.allclose(jiggled(images, seed=0, strength=1e-7), images, atol=1e-4))
    True
    """
    if not strength:
        return images
    positive(strength, "strength")
    generator = torch.Generator().manual_seed(seed)
    draws = (2 * torch.rand(len(images), 6, generator=generator) - 1).to(images)  # (B, 6)
    angle, slant = 0.15 * strength * draws[:, 0], 0.1 * strength * draws[:, 1]
    along, down = (1 + 0.1 * strength * draws[:, 2:4]).unbind(1)
    shift = 1.5 / 16 * strength * draws[:, 4:]  # (B, 2), in halves of the image
    rows = [along * angle.cos(), slant - angle.sin(), angle.sin(), down * angle.cos()]
    maps = torch.cat([torch.stack(rows, dim=1).view(-1, 2, 2), shift[:, :, None]], dim=2)  # (B, 2, 3)
    places = affine_grid(maps, list(images.shape), align_corners=False)  # (B, H, W, 2)
    return grid_sample(images, places, align_corners=False)


def recipe(
    form: TrainedForm, steps: int, rate: float = 0.02, warm: float = 0.2
) -> tuple[AdamW, Callable[[int], float]]:
    """AdamW and one cycle: the rate rises for a share ``warm`` of the steps, then falls as a cosine to zero.

    Examples
    --------
    >>> from workings.models.digit_recipe import TrainedForm, recipe
    >>> _, factor = recipe(TrainedForm(), steps=100)
    >>> print([round(factor(step), 3) for step in (0, 19, 59, 99)])
    [0.05, 1.0, 0.5, 0.0]
    """
    rising = max(1, round(warm * whole(steps, "steps")))

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / rising
        return 0.5 * (1 + math.cos(math.pi * (step + 1 - rising) / (steps - rising)))

    trained = [one for one in form.parameters() if one.requires_grad]
    return AdamW(trained, lr=positive(rate, "rate"), betas=(0.9, 0.99), weight_decay=0.0, fused=True), factor


def epoch_order(count: int, epoch: int, seed: int) -> Tensor:
    """Return the order in which an epoch reads the images: the same whenever it is asked for.

    Examples
    --------
    >>> from workings.models.digit_recipe import epoch_order
    >>> print(sorted(epoch_order(4, epoch=2, seed=0).tolist()))
    [0, 1, 2, 3]
    """
    return torch.randperm(count, generator=torch.Generator().manual_seed(1000 * seed + epoch))
