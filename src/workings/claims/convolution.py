"""What the layer called convolution computes, what its transpose does, how many weights it has."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from workings.byhand.cnn_shapes import convolution_weights
from workings.byhand.convolution import convolution, transposed_convolution
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal


@claim(
    r"The by-hand convolution equals Torch's `conv2d` over 60 drawn settings of kernel, stride, padding, "
    r"dilation and groups.",
)
def equals_torch() -> Evidence:
    """Compare with Torch everywhere, and at stride 1 with a product of Fourier transforms."""
    rng = np.random.default_rng(0)
    worst, spectral = 0.0, 0.0
    for _ in range(60):
        groups = int(rng.integers(1, 3))
        k, s, d = (tuple(rng.integers(1, 4, size=2).tolist()) for _ in range(3))
        p = tuple(rng.integers(0, 3, size=2).tolist())
        x = rng.normal(size=(2, 4, *rng.integers(7, 12, size=2)))
        w, b = rng.normal(size=(6, 4 // groups, *k)), rng.normal(size=6)
        x_t, w_t, b_t = map(torch.from_numpy, (x, w, b))
        by_torch = F.conv2d(x_t, w_t, b_t, s, p, d, groups).numpy()
        worst = max(worst, float(np.abs(convolution(x, w, b, s, p, d, groups) - by_torch).max()))
        if groups == 1:
            product = np.conj(np.fft.fft2(w, x.shape[2:])) * np.fft.fft2(x)[:, None]  # (B, O, C, H, W)
            whole = np.fft.ifft2(product).real.sum(axis=2)[:, :, : x.shape[2] - k[0] + 1]
            gap = whole[..., : x.shape[3] - k[1] + 1] - convolution(x, w)
            spectral = max(spectral, float(np.abs(gap).max()))
    return Evidence(
        [
            close("Torch, 60 settings", worst, 0, 1e-12),
            close("Fourier transforms, stride 1", spectral, 0, 1e-12),
        ]
    )


@claim(
    r"The layer named convolution is a cross-correlation: it does not flip the kernel. Of $x = (1, 2, 3, "
    r"4)$ and $w = (1, 0, -1)$ it makes $(-2, -2)$, where a convolution in the sense of mathematics has "
    r"$(2, 2)$.",
)
def no_flip() -> Evidence:
    """Torch and the by-hand layer against NumPy's correlate and convolve."""
    x, w = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, -1.0])
    by_torch = F.conv1d(torch.from_numpy(x)[None, None], torch.from_numpy(w)[None, None])[0, 0].numpy()
    by_hand = convolution(x[None, None, None], w[None, None, None])[0, 0, 0]
    return Evidence(
        [
            close("Torch", by_torch, [-2, -2], 0),
            close("by hand", by_hand, [-2, -2], 0),
            close("NumPy's correlate", np.correlate(x, w, "valid"), [-2, -2], 0),
            close("NumPy's convolve", np.convolve(x, w, "valid"), [2, 2], 0),
            close("NumPy's convolve, kernel flipped", np.convolve(x, w[::-1], "valid"), [-2, -2], 0),
        ]
    )


@claim(
    r"A transposed convolution is the transpose: $\langle Cx, y \rangle = \langle x, C^\top y\rangle$. So "
    r"it is the backward pass of the convolution. It is not an inverse: it restores the shape, not the "
    r"values.",
)
def adjoint() -> Evidence:
    """Inner products by hand; Torch's layer; autograd's gradient of the convolution."""
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(2, 3, 9, 8)), rng.normal(size=(4, 3, 3, 2))
    x_t, w_t = torch.from_numpy(x).requires_grad_(), torch.from_numpy(w)
    out = F.conv2d(x_t, w_t, stride=2, padding=1)
    y = rng.normal(size=tuple(out.shape))
    back = transposed_convolution(y, w, stride=2, padding=1)  # (2, 3, 9, 8)
    (graph,) = torch.autograd.grad(out, x_t, torch.from_numpy(y))
    by_torch = F.conv_transpose2d(torch.from_numpy(y), w_t, stride=2, padding=1).numpy()
    there_and_back = transposed_convolution(convolution(x, w, stride=2, padding=1), w, stride=2, padding=1)
    scale = (there_and_back * x).sum() / (there_and_back**2).sum()
    lost = float(np.linalg.norm(x - scale * there_and_back) / np.linalg.norm(x))
    return Evidence(
        [
            close(
                "by hand, inner products", (convolution(x, w, None, 2, 1) * y).sum(), (x * back).sum(), 1e-11
            ),
            close("Torch's transposed layer", by_torch, back, 1e-12),
            close("autograd through conv2d", graph.numpy(), back, 1e-12),
            at_least("by hand, part of x that no multiple of the way there and back restores", lost, 0.3),
        ],
        {"lost": lost},
    )


@claim(
    r"A convolution has $C_{out}(k_h k_w C_{in}/g + 1)$ weights, whatever the size of the image; pooling "
    r"and ReLU have none. For the exam's layers: 208, 0, 2,064, 0.",
    answers=("s4.3.1.2",),
)
def weights() -> Evidence:
    """The formula, Torch's parameters, and the entries that a gradient reaches."""
    layers = [nn.Conv2d(1, 8, 5), nn.AvgPool2d(4), nn.Conv2d(8, 16, 4, padding=1), nn.AvgPool2d(2)]
    by_hand = [convolution_weights(1, 8, 5), 0, convolution_weights(8, 16, 4), 0]
    by_torch = [sum(one.numel() for one in layer.parameters()) for layer in layers]
    reached = []
    for layer, channels in zip(layers, (1, 8, 8, 16), strict=True):
        image = torch.rand(1, channels, 9, 9, generator=torch.Generator().manual_seed(0))
        mine = list(layer.parameters())
        graph = torch.autograd.grad(layer(image).sum(), mine) if mine else []
        reached.append(sum(int(one.count_nonzero()) for one in graph))
    grouped = nn.Conv2d(8, 16, (3, 2), groups=4, bias=False)
    return Evidence(
        [
            equal("Torch, parameters", by_torch, by_hand),
            equal("autograd, entries with a gradient", reached, [208, 0, 2064, 0]),
            equal(
                "Torch, four groups, no bias",
                grouped.weight.numel(),
                convolution_weights(8, 16, (3, 2), 4, False),
            ),
        ],
        {"conv_1": by_hand[0], "conv_2": by_hand[2], "both": by_hand[0] + by_hand[2]},
    )


def smeared(w: np.ndarray, size: int) -> np.ndarray:
    """Return the kernels of one convolution that is a convolution by w and then a mean over size by size."""
    tall = np.zeros((*w.shape[:2], w.shape[2] + size - 1, w.shape[3] + size - 1))
    for u in range(size):
        for v in range(size):
            tall[:, :, u : u + w.shape[2], v : v + w.shape[3]] += w / size**2
    return tall


@claim(
    r"With nothing between them, a convolution and an average pooling are *one* convolution: Conv-1 and "
    r"AvgPool-1 together are a kernel of $8 \times 8$ with stride 4, Conv-2 and AvgPool-2 one of $5 \times "
    r"5$ with stride 2. Max pooling cannot be merged so.",
    answers=("s4.3.1.1.b",),
)
def one_convolution() -> Evidence:
    """Smear the kernels and compare: both pairs in Torch, both by hand. Max pooling does not even add up."""
    rng = np.random.default_rng(2)
    gaps_torch, gaps_hand = [], []
    for channels, out, k, p, pool, n in ((1, 8, 5, 0, 4, 32), (8, 16, 4, 1, 2, 7)):
        x, w, b = (
            rng.normal(size=(2, channels, n, n)),
            rng.normal(size=(out, channels, k, k)),
            rng.normal(size=out),
        )
        x_t, w_t, b_t = map(torch.from_numpy, (x, w, b))
        one = convolution(x, smeared(w, pool), b, stride=pool, padding=p)
        gaps_torch.append(np.abs(F.avg_pool2d(F.conv2d(x_t, w_t, b_t, padding=p), pool).numpy() - one).max())
        by_torch = F.conv2d(x_t, torch.from_numpy(smeared(w, pool)), b_t, stride=pool, padding=p).numpy()
        gaps_hand.append(np.abs(by_torch - one).max())
    x_t, w_t = (
        torch.from_numpy(rng.normal(size=(2, 1, 32, 32))),
        torch.from_numpy(rng.normal(size=(8, 1, 5, 5))),
    )
    halves = [F.max_pool2d(F.conv2d(one, w_t), 4) for one in (x_t[:1], x_t[1:], x_t[:1] + x_t[1:])]
    excess = float((halves[2] - halves[0] - halves[1]).abs().mean())
    return Evidence(
        [
            close("Torch's two layers against one by hand", gaps_torch, [0, 0], 1e-12),
            close("Torch's one layer against one by hand", gaps_hand, [0, 0], 1e-12),
            at_least("Torch, how far max pooling is from adding up", excess, 1.0),
        ],
        {"weights_merged": 8 * 65, "weights": 208},
    )
