"""Tables and figures of convolutional networks: sizes, layers, fields, shifts and heads."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from workings.byhand.cnn_shapes import convolution_size, pooling_size, same_padding, transposed_size
from workings.byhand.receptive_field import receptive_fields
from workings.claims.digit_network import by_hand_layers
from workings.claims.digit_shifts import SEEDS, SHIFTS, by_shift, tensors, trained
from workings.claims.pooling import POOLS, WINDOW, change, smooth_images
from workings.claims.receptive_field import EXAM
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.cnn_shapes import accuracy

HEAD_SEEDS = 2


@exhibit
def sizes() -> Table:
    """One row per kind of layer: the rule with numbers in it, and the size."""
    left, right = same_padding(4)
    rows: list[list[Cell]] = [
        ["convolution, 5", 32, "$32 - 5 + 1$", convolution_size(32, 5)],
        ["3, stride 2", 32, "$\\lfloor (32 - 3)/2 \\rfloor + 1$", convolution_size(32, 3, 2)],
        ["4, padding 1", 7, "$7 + 2 - 4 + 1$", convolution_size(7, 4, padding=1)],
        ["3, dilation 2", 32, "$32 - 2 \\cdot 2 - 1 + 1$", convolution_size(32, 3, dilation=2)],
        ["4, `same`", 32, f"$32 + {left} + {right} - 4 + 1$", 32 + left + right - 4 + 1],
        ["pooling, 2", 7, "$\\lfloor (7 - 2)/2 \\rfloor + 1$", pooling_size(7, 2)],
        ["2, `ceil_mode`", 7, "$\\lceil (7 - 2)/2 \\rceil + 1$", pooling_size(7, 2, ceil_mode=True)],
        ["transposed, 4, stride 2, padding 1", 16, "$15 \\cdot 2 - 2 + 3 + 1$", transposed_size(16, 4, 2, 1)],
    ]
    return Table(["kernel", "in", "rule", "out"], rows, ["", "", "", ""])


@exhibit
def layers() -> Table:
    """The exam's network: shape, weights and multiplications of every layer."""
    rows: list[list[Cell]] = [
        [name, "×".join(map(str, shape)), weights, products]
        for name, shape, weights, products in by_hand_layers()
    ]
    totals = [sum(row[2] for row in by_hand_layers()), sum(row[3] for row in by_hand_layers())]
    rows.append(["sum", "", *totals])
    return Table(
        ["layer", "output", "weights", "products"],
        rows,
        ["", "", ",", ","],
        values={"weights": totals[0], "products": totals[1]},
    )


@exhibit
def fields() -> Figure:
    """The pixels that one entry in the middle sees, layer by layer."""
    figure, axes = canvas(height=2.2)
    names = ["Conv-1", "AvgPool-1", "Conv-2", "AvgPool-2"]
    places = [14, 3, 3, 1]
    for row, (name, place, (field, jump, start)) in enumerate(
        zip(names, places, receptive_fields(EXAM), strict=True)
    ):
        low, high = max(start + place * jump, 0), min(start + place * jump + field, 32)
        axes.barh(row, high - low, left=low, height=0.55, color=SERIES[0])
        axes.text(high + 0.4, row, f"{name}: {field}", va="center", color=INK)
    axes.barh(4, 32, left=0, height=0.55, color=SERIES[1])
    axes.text(32.4, 4, "logit: 32", va="center", color=INK)
    axes.set_xlim(0, 45)
    axes.set_xticks([0, 8, 16, 24, 32])
    axes.set_yticks([])
    axes.invert_yaxis()
    axes.set_xlabel("column of the image")
    return Figure(
        figure,
        "Five bars under each other, the columns of the image that one entry sees: 5 after Conv-1, 8 after "
        "AvgPool-1, 20 after Conv-2, 24 after AvgPool-2, and all 32 for a logit.",
    )


@exhibit
def shifts() -> Figure:
    """How far images and their pooled forms move when the digit moves."""
    images = smooth_images()
    pixels = list(range(9))
    curves: dict[str, list[float]] = {"image": [change(lambda x: x, images, shift) for shift in pixels]}
    for name, pool in POOLS.items():
        curves[name] = [change(lambda x, pool=pool: pool(x, WINDOW), images, one) for one in pixels]  # type: ignore[misc]
    figure, axes = canvas()
    styles = {"image": ("-", "not pooled"), "average": ("--", "average"), "max": (":", "max")}
    for place, (name, (style, label)) in enumerate(styles.items()):
        axes.plot(pixels, curves[name], style, color=SERIES[place], label=label)
    axes.set_xlabel("pixels to the right")
    axes.set_ylabel("change, relative")
    axes.set_ylim(0, 1.1)
    axes.legend(loc="upper left", labelcolor=INK, frameon=False)
    return Figure(
        figure,
        "Three rising curves of relative change against a shift of 0 to 8 pixels. The curve of the images "
        "is highest, average pooling a little below, max pooling a little below that; none stays near zero.",
        {name: {str(shift): curve[shift] for shift in pixels} for name, curve in curves.items()},
    )


@exhibit
def accuracy_by_shift() -> Figure:
    """Accuracy of the trained network on moved digits, for three kinds of pooling."""
    figure, axes = canvas()
    values: dict[str, Any] = {"seeds": SEEDS}
    styles = {
        "average": ("-", "average pooling"),
        "max": ("--", "max pooling"),
        "stride": (":", "no pooling"),
    }
    for place, (kind, (style, label)) in enumerate(styles.items()):
        mean = np.mean([by_shift(kind, seed) for seed in range(SEEDS)], axis=0)
        axes.plot(SHIFTS, mean, style, color=SERIES[place], label=label)
        values[kind] = {str(shift): float(one) for shift, one in zip(SHIFTS, mean, strict=True) if shift >= 0}
    axes.axhline(0.1, color=INK, linewidth=0.5)
    axes.set_xlabel("pixels to the right")
    axes.set_ylabel("accuracy")
    axes.set_ylim(0, 1)
    axes.legend(loc="lower center", labelcolor=INK, frameon=False)
    return Figure(
        figure,
        "Accuracy against a shift from 8 pixels left to 8 right, for average, max and no pooling: three "
        "hills that nearly coincide, close to 1 in the middle and below 0.3 at both ends.",
        values,
    )


def unexplained(seed: int) -> float:
    """Return the share of the trained linear head's logits that no head on channel means can give."""
    images, _, _, _ = tensors()
    net = trained("linear", "average", seed)
    with torch.no_grad():
        features, logits = net.layers(images), net(images).double().cpu().numpy()
    means = features.mean(dim=(2, 3)).double().cpu().numpy()  # (N, 16)
    means = np.column_stack([means, np.ones(len(means))])
    best = np.linalg.lstsq(means, logits, rcond=None)[0]
    centred = logits - logits.mean(axis=0)
    return float(((logits - means @ best) ** 2).sum() / (centred**2).sum())


@exhibit
def heads() -> Table:
    """Both convolutional heads, trained on digits, beside what the second one misses of the first."""
    _, _, images, labels = tensors()
    found = {
        head: [accuracy(trained(head, "average", seed), images, labels) for seed in range(HEAD_SEEDS)]
        for head in ("linear", "pointwise")
    }
    missed = [unexplained(seed) for seed in range(HEAD_SEEDS)]
    means = {head: float(np.mean(one)) for head, one in found.items()}
    rows: list[list[Cell]] = [
        ["3×3, as Linear", 1450, 0.0, means["linear"]],
        ["1×1 and mean", 170, float(np.mean(missed)), means["pointwise"]],
    ]
    return Table(
        ["head", "weights", "missed", "accuracy"],
        rows,
        ["", ",", ".2f", ".3f"],
        values={
            **means,
            "missed": float(np.mean(missed)),
            "seeds": HEAD_SEEDS,
            "worst": min(found["pointwise"]),
        },
    )
