"""Max against average pooling: noise, gradients, signs, and the order with ReLU."""

from __future__ import annotations

from itertools import product

import numpy as np
import torch
from torch.nn import functional as F

from workings.byhand.pooling import (
    average_pooling,
    average_pooling_gradient,
    max_pooling,
    max_pooling_gradient,
)
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal, estimate
from workings.models.cnn_shapes import DigitNetwork


def moments_of_max(count: int) -> tuple[float, float]:
    """Return mean and variance of the greatest of so many standard normal numbers, by the trapezoid rule."""
    x = np.linspace(-9, 9, 20001)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * (x[1] - x[0]))])
    greatest = count * below ** (count - 1) * density
    mean = float(np.trapezoid(x * greatest, x))
    return mean, float(np.trapezoid(x**2 * greatest, x)) - mean**2


@claim(
    r"Of pure noise with deviation $\sigma$, average pooling over 16 entries keeps variance $\sigma^2/16$ "
    r"around 0. Max pooling keeps more than four times as much, and invents a signal: its mean is "
    r"$1.77\,\sigma$.",
    answers=("s4.3.1.1.b",),
)
def noise() -> Evidence:
    """Draw noise and pool it by hand; integrate the density of the maximum; pool in Torch."""
    x = np.random.default_rng(0).normal(size=(1, 1, 800, 800))
    greatest, mean = max_pooling(x, 4).ravel(), average_pooling(x, 4).ravel()
    expected, variance = moments_of_max(16)
    in_torch = F.avg_pool2d(torch.from_numpy(x), 4)
    return Evidence(
        [
            estimate("Monte Carlo, squared mean against 1/16", mean**2, 1 / 16),
            estimate("Monte Carlo, mean of the maximum against the integral", greatest, expected),
            estimate("Monte Carlo, variance of the maximum", (greatest - expected) ** 2, variance),
            close("Torch, variance of the mean", in_torch.var().item(), 1 / 16, 0.002),
            close("integral, mean of the maximum", expected, 1.77, 0.005),
            at_least("integral, variance of the maximum over that of the mean", variance * 16, 4),
        ],
        {"mean_of_max": expected, "variance_of_max": variance, "variance_of_mean": 1 / 16},
    )


@claim(
    r"Max pooling sends a window's gradient to one entry, at a tie to the first in reading order; average "
    r"pooling sends $1/k^2$ of it to each.",
    answers=("s4.3.1.1.b",),
)
def gradients() -> Evidence:
    """Autograd against the by-hand gradients, with ties; differences where there are none."""
    rng = np.random.default_rng(1)
    x = rng.integers(0, 3, size=(2, 3, 8, 8)).astype(float)
    up = rng.normal(size=(2, 3, 2, 2))
    gaps, counts = [], []
    for layer, by_hand in ((F.max_pool2d, max_pooling_gradient), (F.avg_pool2d, average_pooling_gradient)):
        x_t = torch.from_numpy(x).requires_grad_()
        (graph,) = torch.autograd.grad(layer(x_t, 4), x_t, torch.from_numpy(up))
        gaps.append(np.abs(by_hand(x, up, 4) - graph.numpy()).max())
        counts.append(int(graph[0, 0, :4, :4].count_nonzero()))
    smooth = rng.normal(size=(1, 1, 4, 4))
    differences = []
    for pool, by_hand in ((max_pooling, max_pooling_gradient), (average_pooling, average_pooling_gradient)):
        steps = 1e-6 * np.eye(16).reshape(16, 1, 4, 4)
        slopes = (pool(smooth + steps, 4) - pool(smooth - steps, 4))[:, 0, 0, 0] / 2e-6
        differences.append(np.abs(slopes - by_hand(smooth, np.ones((1, 1, 1, 1)), 4).ravel()).max())
    return Evidence(
        [
            close("Torch autograd, ties included", gaps, [0, 0], 1e-12),
            close("central differences, no ties", differences, [0, 0], 1e-8),
            equal("Torch autograd, entries of a window that get something", counts, [1, 16]),
        ],
        {"max": counts[0], "average": counts[1]},
    )


@claim(
    r"Max pooling keeps the *greatest* entry, not the one of greatest size: of a window with $-5$ and else "
    r"$0.1$ it keeps $0.1$. Where ReLU comes after the pooling, as in the exam's network, entries are of "
    r"both signs.",
    answers=("s4.3.1.1.b",),
)
def signed() -> Evidence:
    """The window by hand and in Torch; then the share of windows in the network that lose their largest."""
    window = np.full((1, 1, 2, 2), 0.1)
    window[0, 0, 1, 0] = -5.0
    net = DigitNetwork(dtype=torch.float64)
    images = torch.rand(8, 1, 32, 32, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    maps = net.layers[0](images).detach()
    cut = F.unfold(maps.reshape(-1, 1, 28, 28), 4, stride=4)  # (64, 16, 49)
    lost = float((cut.abs().amax(dim=1) > cut.amax(dim=1)).double().mean())
    return Evidence(
        [
            close("by hand", max_pooling(window, 2).item(), 0.1, 0),
            close("Torch", F.max_pool2d(torch.from_numpy(window), 2).item(), 0.1, 0),
            at_least("Torch, windows after Conv-1 whose largest entry is negative", lost, 0.2),
        ],
        {"lost": lost},
    )


@claim(
    r"ReLU and max pooling commute: a rising function lets the greatest entry stay the greatest. So do tanh "
    r"and sigmoid with max pooling.",
    answers=("s4.3.1.1.b",),
)
def relu_and_max() -> Evidence:
    """All windows of 2 by 2 with entries -1, 0, 1, by hand; noise in Torch, values and gradients."""
    every = np.array(list(product([-1.0, 0.0, 1.0], repeat=4))).reshape(81, 1, 2, 2)
    by_hand = np.abs(np.maximum(max_pooling(every, 2), 0) - max_pooling(np.maximum(every, 0), 2)).max()
    x = torch.randn(4, 3, 12, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    gaps = []
    for phi in (torch.relu, torch.tanh, torch.sigmoid):
        x.requires_grad_()
        values = [phi(F.max_pool2d(x, 3)), F.max_pool2d(phi(x), 3)]
        slopes = [torch.autograd.grad(one.sum(), x)[0] for one in values]
        gaps += [(values[0] - values[1]).abs().max().item(), (slopes[0] - slopes[1]).abs().max().item()]
    return Evidence(
        [
            equal("by hand, all 81 windows", float(by_hand), 0.0),
            close("Torch, noise: ReLU, tanh, sigmoid, values and gradients", gaps, [0] * 6, 1e-15),
        ]
    )


@claim(
    r"ReLU and average pooling do not commute: ReLU is convex, so ReLU of the mean is at most the mean of "
    r"ReLU. Of a window with $-1$ and $1$ the first is $0$ and the second $\tfrac12$. They agree only where "
    r"a window has one sign.",
    answers=("s4.3.1.1.b",),
)
def relu_and_average() -> Evidence:
    """All windows of 2 by 2 with entries -1, 0, 1; noise in Torch; the exam's network in both orders."""
    every = np.array(list(product([-1.0, 0.0, 1.0], repeat=4))).reshape(81, 1, 2, 2)
    gap = (average_pooling(np.maximum(every, 0), 2) - np.maximum(average_pooling(every, 2), 0)).ravel()
    mixed = (every.min(axis=(1, 2, 3)) < 0) & (every.max(axis=(1, 2, 3)) > 0)
    pair = torch.tensor([[[[-1.0, 1.0]]]])
    two = [torch.relu(F.avg_pool2d(pair, (1, 2))).item(), F.avg_pool2d(torch.relu(pair), (1, 2)).item()]
    x = torch.randn(4, 3, 12, 12, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    drawn = F.avg_pool2d(torch.relu(x), 3) - torch.relu(F.avg_pool2d(x, 3))
    net = DigitNetwork(dtype=torch.float64)
    images = torch.rand(8, 1, 32, 32, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    turned = torch.nn.Sequential(*(net.layers[place] for place in (0, 2, 1, 3, 5, 4)), net.head)
    moved = (turned(images) - net(images)).abs().max().item()
    return Evidence(
        [
            equal("Torch, the window with -1 and 1", two, [0.0, 0.5]),
            equal("by hand, windows that differ are those of both signs", (gap > 0).tolist(), mixed.tolist()),
            at_least("by hand, least of mean of ReLU less ReLU of mean", float(gap.min()), 0),
            at_least("Torch, the same over noise", drawn.min().item(), -1e-15),
            at_least("Torch, logits of the network with ReLU first", moved, 0.001),
        ],
        {"differ": int((gap > 0).sum()), "of": 81, "logits": moved},
    )


@claim(
    r"Pooling makes what follows cheaper. Without the two poolings the head of the exam's network would "
    r"have 116,650 weights in place of 1,450, and Conv-2 twenty times the multiplications.",
    answers=("s4.3.1.1.a",),
)
def cheaper() -> Evidence:
    """Count by hand, and in Torch by building the network without poolings."""
    side = 28 + 2 - 4 + 1
    by_hand = (16 * side**2 + 1) * 10
    with torch.random.fork_rng(devices=[]):
        first, second = torch.nn.Conv2d(1, 8, 5), torch.nn.Conv2d(8, 16, 4, padding=1)
        maps = second(first(torch.zeros(1, 1, 32, 32)))
        head = torch.nn.Linear(maps[0].numel(), 10)
    more = maps.shape[2] ** 2 / 6**2
    return Evidence(
        [
            equal("by hand, weights of the head", by_hand, 116650),
            equal("Torch, weights of the head", sum(one.numel() for one in head.parameters()), 116650),
            at_least("Torch, places of Conv-2 without pooling over with", more, 20),
            at_most("by hand, the same", side**2 / 36, 20.5),
        ],
        {"head": by_hand, "places": side**2, "ratio": more},
    )
