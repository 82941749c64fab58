"""Two convolutions in place of Flatten and Linear: which is the same function, and which is less."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, cross_entropy, max_pool2d

from workings.byhand.cnn_shapes import convolution_weights
from workings.byhand.convolution import convolution
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal, estimate
from workings.models.cnn_shapes import DigitNetwork


def with_same_weights() -> tuple[DigitNetwork, DigitNetwork]:
    """Return the network with its linear head, and with a 3 by 3 convolution that has the same numbers."""
    linear, conv = (DigitNetwork(head, seed=3, dtype=torch.float64) for head in ("linear", "convolution"))
    state = linear.state_dict()
    conv.load_state_dict(
        {name.replace("head.1", "head.0"): one for name, one in state.items() if "head" not in name}
        | {"head.0.weight": state["head.1.weight"].reshape(10, 16, 3, 3), "head.0.bias": state["head.1.bias"]}
    )
    return linear, conv


def some_images() -> Tensor:
    """Return eight images of noise."""
    return torch.rand(8, 1, 32, 32, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@claim(
    r"A $3 \times 3$ convolution with 10 filters and no padding is Flatten and Linear *exactly*: its 1,450 "
    r"weights are the linear layer's, reshaped to $10 \times 16 \times 3 \times 3$. Logits and gradients "
    r"are the same.",
    answers=("s4.3.1.4",),
)
def same_function() -> Evidence:
    """Copy the weights; compare logits and gradients in Torch, and logits by hand."""
    linear, conv = with_same_weights()
    images, labels = some_images(), torch.arange(8)
    for net in (linear, conv):
        cross_entropy(net(images), labels).backward()
    w, b = (one.detach().numpy() for one in conv.head[0].parameters())
    features = linear.layers(images).detach().numpy()  # (8, 16, 3, 3)
    by_hand = convolution(features, w, b)[:, :, 0, 0]  # (8, 10)
    gaps = [
        (one.grad.flatten() - other.grad.flatten()).abs().max().item()  # type: ignore[union-attr]
        for one, other in zip(linear.parameters(), conv.parameters(), strict=True)
    ]
    return Evidence(
        [
            close("Torch, logits", conv(images).detach().numpy(), linear(images).detach().numpy(), 1e-12),
            close("by hand, logits", by_hand, linear(images).detach().numpy(), 1e-12),
            close("autograd, gradients of all parameters", gaps, [0] * 6, 1e-12),
            equal("weights", convolution_weights(16, 10, 3), 144 * 10 + 10),
        ],
        {"weights": convolution_weights(16, 10, 3)},
    )


@claim(
    r"A $1 \times 1$ convolution and the mean over $3 \times 3$ has 170 weights and is a linear layer too, "
    r"with one weight per channel, the same at all nine places. It gives equal logits to any two features "
    r"that differ only in *where* they are.",
    answers=("s4.3.1.4",),
)
def pointwise_is_tied() -> Evidence:
    """Write it as a linear layer with repeated weights; shuffle the places of the features."""
    rng = np.random.default_rng(0)
    x, w, b = rng.normal(size=(5, 16, 3, 3)), rng.normal(size=(10, 16, 1, 1)), rng.normal(size=10)
    head = avg_pool2d(conv2d(*map(torch.from_numpy, (x, w, b))), 3)[:, :, 0, 0].numpy()  # type: ignore[call-overload]
    tied = np.repeat(w[:, :, 0, 0] / 9, 9, axis=1)  # (10, 144)
    places = rng.permutation(9)
    shuffled = x.reshape(5, 16, 9)[:, :, places].reshape(x.shape)
    after = convolution(shuffled, w, b).mean(axis=(2, 3))
    free = rng.normal(size=(10, 144))
    told_apart = float(np.abs((x - shuffled).reshape(5, 144) @ free.T).max())
    return Evidence(
        [
            close(
                "Torch against a linear layer with tied weights", head, x.reshape(5, 144) @ tied.T + b, 1e-12
            ),
            close("by hand, places shuffled", after, head, 1e-12),
            at_least("a free linear layer, places shuffled", told_apart, 1.0),
            equal("weights", convolution_weights(16, 10, 1), 170),
        ],
        {"weights": convolution_weights(16, 10, 1), "ratio": convolution_weights(16, 10, 3) / 170},
    )


def residual(weight: np.ndarray) -> float:
    """Return the share of a linear head's squared weights that no tied head has: what differs by place."""
    each = weight.reshape(-1, 16, 9)
    return float(((each - each.mean(axis=2, keepdims=True)) ** 2).sum() / (each**2).sum())


@claim(
    r"How much weaker? On features without correlation the best head of the second kind misses, on "
    r"average, $\tfrac89$ of the variance of a linear head with random weights. Only what is equal at the "
    r"nine places can be copied.",
    answers=("s4.3.1.4",),
)
def pointwise_misses() -> Evidence:
    """Least squares on drawn features, the projection of the weights, and the mean over drawn heads."""
    rng = np.random.default_rng(1)
    weight = rng.normal(size=(10, 144))
    x = rng.normal(size=(6000, 16, 9))
    wanted = x.reshape(-1, 144) @ weight.T  # (6000, 10)
    means = x.mean(axis=2)  # (6000, 16): all that the second head can see
    best = np.linalg.lstsq(means, wanted, rcond=None)[0]
    left = float(((wanted - means @ best) ** 2).sum() / (wanted**2).sum())
    drawn = [residual(rng.normal(size=(10, 144))) for _ in range(200)]
    full = np.linalg.lstsq(x.reshape(-1, 144), wanted, rcond=None)[0]
    whole = float(((wanted - x.reshape(-1, 144) @ full) ** 2).sum() / (wanted**2).sum())
    return Evidence(
        [
            close("least squares against the projection of the weights", left, residual(weight), 0.01),
            estimate("Monte Carlo, drawn heads against 8/9", drawn, 8 / 9),
            close("least squares with all 144 features misses nothing", whole, 0, 1e-12),
        ],
        {"least_squares": left, "projection": residual(weight), "expected": 8 / 9},
    )


@claim(
    r"The mean and the $1 \times 1$ convolution can change places, for both are linear: the second head is "
    r"a linear layer on 16 channel means. With *max* pooling in the end the order matters.",
    answers=("s4.3.1.4",),
)
def mean_first() -> Evidence:
    """Both orders in Torch and by hand, with the mean and with the maximum."""
    rng = np.random.default_rng(2)
    x, w, b = rng.normal(size=(5, 16, 3, 3)), rng.normal(size=(10, 16, 1, 1)), rng.normal(size=10)
    x_t, w_t, b_t = map(torch.from_numpy, (x, w, b))
    by_hand = x.mean(axis=(2, 3)) @ w[:, :, 0, 0].T + b
    last = avg_pool2d(conv2d(x_t, w_t, b_t), 3).flatten(1)
    first = conv2d(avg_pool2d(x_t, 3), w_t, b_t).flatten(1)
    gap = (max_pool2d(conv2d(x_t, w_t, b_t), 3) - conv2d(max_pool2d(x_t, 3), w_t, b_t)).abs().max().item()
    return Evidence(
        [
            close("Torch, mean last", last.numpy(), by_hand, 1e-12),
            close("Torch, mean first", first.numpy(), by_hand, 1e-12),
            at_least("Torch, maximum last against first", gap, 1.0),
        ],
        {"gap_max": gap},
    )


@claim(
    r"What a convolutional head returns has shape $(B, 10, 1, 1)$, not $(B, 10)$. Softmax over axis 1 "
    r"gives the same probabilities; `cross_entropy` with labels of shape $(B,)$ raises until the two axes "
    r"are dropped. With padding 1 the shape would be $(B, 10, 3, 3)$.",
    answers=("s4.3.1.4",),
)
def two_axes_more() -> Evidence:
    """Shapes, probabilities and errors of the head in Torch; the probabilities by hand."""
    linear, conv = with_same_weights()
    features = conv.layers(some_images())
    raw = conv.head[0](features)
    with torch.random.fork_rng(devices=[]):
        wide = nn.Conv2d(16, 10, 3, padding=1, dtype=torch.float64)(features)
    logits = linear(some_images()).detach().numpy()
    by_hand = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    try:
        cross_entropy(raw, torch.arange(8))
        raised = ""
    except (RuntimeError, ValueError) as error:
        raised = str(error)
    return Evidence(
        [
            equal("Torch, shapes", [tuple(raw.shape), tuple(wide.shape)], [(8, 10, 1, 1), (8, 10, 3, 3)]),
            close("by hand, probabilities", raw.softmax(1)[:, :, 0, 0].detach().numpy(), by_hand, 1e-12),
            equal("Torch raises on labels of shape (8,)", bool(raised), True),
            equal("and not once flattened", cross_entropy(raw.flatten(1), torch.arange(8)).ndim, 0),
        ],
        {"raised": raised},
    )
