"""Output sizes: the formulas against Torch's layers over drawn settings, and against counting places."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from workings.byhand.cnn_shapes import convolution_size, pooling_size, same_padding, transposed_size
from workings.byhand.convolution import convolution
from workings.claims.claim import Evidence, claim
from workings.claims.witness import close, equal

SETTINGS = 400


def sides(layer: Callable[..., Tensor], *arguments: Any) -> tuple[int, ...] | None:
    """Return height and width of what a layer of Torch gives, or nothing where it raises."""
    try:
        return tuple(layer(*arguments).shape[2:])
    except RuntimeError:
        return None


def by_formula(formula: Callable[..., int], settings: Iterable[tuple[int, ...]]) -> tuple[int, ...] | None:
    """Return what a formula gives for rows and for columns, or nothing where it raises."""
    try:
        return tuple(formula(*setting) for setting in settings)
    except ValueError:
        return None


def places(size: int, kernel_size: int, stride: int, padding: int, dilation: int) -> int:
    """Count, one by one, the places where all taps of a kernel lie inside the padded input."""
    inside = set(range(-padding, size + padding))
    starts = range(-padding, size + padding, stride)
    return sum(all(start + dilation * tap in inside for tap in range(kernel_size)) for start in starts)


def draw(rng: np.random.Generator, **most: tuple[int, int]) -> dict[str, list[int]]:
    """Draw a setting for rows and one for columns, each number between its least and its most."""
    return {name: rng.integers(low, high + 1, size=2).tolist() for name, (low, high) in most.items()}


@claim(
    r"A convolution's output has $\lfloor (N + 2p - d(k-1) - 1)/s \rfloor + 1$ entries along each axis. "
    r"Over 400 drawn settings that is what Torch returns, and where the formula finds no room, Torch raises.",
    answers=("s4.1.4", "s4.3.1.3"),
)
def convolutions() -> Evidence:
    """Draw sizes, kernels, strides, paddings, dilations; run Torch; count the places one by one."""
    rng = np.random.default_rng(0)
    by_torch = by_counting = impossible = 0
    for _ in range(SETTINGS):
        t = draw(rng, n=(1, 20), k=(1, 6), s=(1, 4), p=(0, 3), d=(1, 3))
        both = list(zip(*t.values(), strict=True))
        ours = by_formula(convolution_size, both)
        x, w = torch.ones(1, 1, *t["n"]), torch.ones(1, 1, *t["k"])
        by_torch += ours != sides(F.conv2d, x, w, None, t["s"], t["p"], t["d"])
        counted = tuple(places(*setting) for setting in both)
        by_counting += ours != (counted if min(counted) > 0 else None)
        impossible += ours is None
    return Evidence(
        [
            equal("Torch, settings that differ", by_torch, 0),
            equal("counting places, settings that differ", by_counting, 0),
        ],
        {"settings": SETTINGS, "impossible": impossible},
    )


@claim(
    r"Pooling follows the same formula, and with `ceil_mode` $\lceil\cdot\rceil$ in place of "
    r"$\lfloor\cdot\rfloor$, less one where the last window would begin past the image and its left padding. "
    r"Torch agrees over 400 drawn settings, the ones where it raises included.",
    answers=("s4.3.1.3",),
)
def poolings() -> Evidence:
    """Max pooling with dilation and average pooling without, half of the settings with ceil_mode."""
    rng = np.random.default_rng(1)
    wrong_max = wrong_average = wrong_counted = impossible = overhanging = 0
    for number in range(SETTINGS):
        t = draw(rng, n=(4, 16), k=(1, 5), s=(1, 5), p=(0, 2), d=(1, 2))
        up, both = bool(number % 2), list(zip(*t.values(), strict=True))
        ours = by_formula(pooling_size, [(*setting, up) for setting in both])
        dense = by_formula(pooling_size, [(*setting[:4], 1, up) for setting in both])
        x, (k, s, p, d) = torch.ones(1, 1, *t["n"]), (t[name] for name in "kspd")
        wrong_max += ours != sides(F.max_pool2d, x, k, s, p, d, up)
        wrong_average += dense != sides(F.avg_pool2d, x, k, s, p, up)
        impossible += ours is None
        counted = tuple(places(*setting) for setting in both)
        wrong_counted += not up and ours is not None and ours != counted
        overhanging += up and ours is not None and ours != counted
    return Evidence(
        [
            equal("Torch, max pooling, settings that differ", wrong_max, 0),
            equal("Torch, average pooling, settings that differ", wrong_average, 0),
            equal("counting places, settings that differ", wrong_counted, 0),
        ],
        {"settings": SETTINGS, "impossible": impossible, "overhanging": overhanging},
    )


@claim(
    r"A transposed convolution's output has $(N-1)s - 2p + d(k-1) + o + 1$ entries along each axis (400 "
    r"drawn settings, Torch), and for $o < s$ a convolution with the same $k, s, p, d$ maps it back to $N$.",
)
def transposed() -> Evidence:
    """Draw settings, run Torch, and go back by counting places."""
    rng = np.random.default_rng(2)
    by_torch = not_back = impossible = 0
    for _ in range(SETTINGS):
        t = draw(rng, n=(1, 7), k=(1, 5), s=(1, 4), p=(0, 2), o=(0, 3), d=(1, 3))
        both = list(zip(*t.values(), strict=True))
        ours = by_formula(transposed_size, both)
        x, w = torch.ones(1, 1, *t["n"]), torch.ones(1, 1, *t["k"])
        by_torch += ours != sides(F.conv_transpose2d, x, w, None, t["s"], t["p"], t["o"], 1, t["d"])
        impossible += ours is None
        for a, (n, k, s, p, o, d) in enumerate(both):
            not_back += ours is not None and o < s and places(ours[a], k, s, p, d) != n
    return Evidence(
        [
            equal("Torch, settings that differ", by_torch, 0),
            equal("counting places, axes that do not come back", not_back, 0),
        ],
        {"settings": SETTINGS, "impossible": impossible},
    )


@claim(
    r"`padding='same'` keeps the size at stride 1 with $d(k-1)$ zeros in all. If that number is odd, Torch "
    r"puts one more at the right and at the bottom. With any other stride it raises.",
)
def same() -> Evidence:
    """Pad by hand on both sides and compare values with Torch's, for 24 kernels; then ask for stride 2."""
    image = np.random.default_rng(3).normal(size=(1, 1, 17, 17))
    worst, sizes, odd = 0.0, set(), 0
    for k in range(1, 7):
        for d in range(1, 5):
            w = np.random.default_rng(k).normal(size=(1, 1, k, k))
            left, right = same_padding(k, d)
            by_hand = convolution(
                np.pad(image, ((0, 0), (0, 0), (left, right), (left, right))), w, dilation=d
            )
            with warnings.catch_warnings():  # Torch warns that an odd total needs a copy
                warnings.simplefilter("ignore")
                by_torch = F.conv2d(torch.from_numpy(image), torch.from_numpy(w), padding="same", dilation=d)
            worst = max(worst, float(np.abs(by_hand - by_torch.numpy()).max()))
            sizes |= set(by_torch.shape[2:])
            odd += left != right
    refused = False
    try:
        F.conv2d(torch.ones(1, 1, 9, 9), torch.ones(1, 1, 3, 3), stride=2, padding="same")
    except RuntimeError:
        refused = True
    return Evidence(
        [
            close("by hand on padded images against Torch, 24 kernels", worst, 0, 1e-12),
            equal("Torch, sizes that come out of 17", sizes, {17}),
            equal("Torch raises at stride 2", refused, True),
        ],
        {"odd": odd, "kernels": 24},
    )


@claim(
    r"A kernel with dilation $d$ is a longer kernel with $d - 1$ zeros between its taps: it reaches over "
    r"$d(k-1) + 1$ entries with the weights of $k$.",
)
def holes() -> Evidence:
    """Fill the zeros in and compare, by hand and in Torch."""
    rng = np.random.default_rng(4)
    image = rng.normal(size=(2, 3, 13, 13))
    by_hand, by_torch = [], []
    for k, d in ((2, 2), (3, 2), (3, 3), (2, 5)):
        w = rng.normal(size=(4, 3, k, k))
        long = np.zeros((4, 3, d * (k - 1) + 1, d * (k - 1) + 1))
        long[:, :, ::d, ::d] = w
        x_t, w_t, long_t = map(torch.from_numpy, (image, w, long))
        by_hand.append(np.abs(convolution(image, w, dilation=d) - convolution(image, long)).max())
        by_torch.append((F.conv2d(x_t, w_t, dilation=d) - F.conv2d(x_t, long_t)).abs().max().item())
    return Evidence(
        [
            close("by hand, dilated against filled with zeros", by_hand, np.zeros(4), 1e-12),
            close("Torch, the same", by_torch, np.zeros(4), 1e-12),
        ]
    )
