"""Does pooling make the trained network robust to shifts? Trained with average, max and no pooling."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most
from workings.data.digits import digits, enlarge
from workings.models.cnn_shapes import POOLINGS, DigitNetwork, accuracy, shifted, train
from workings.models.device import device

EPOCHS, SEEDS = 6, 2
SHIFTS = (-8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8)


def tensors() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return digits of 32 by 32, each pixel repeated 4 by 4: images and labels to train and to test."""
    found = digits()
    images = [
        torch.from_numpy(enlarge(one)).float()[:, None].to(device())
        for one in (found.train_images, found.test_images)
    ]
    labels = [torch.from_numpy(one).to(device()) for one in (found.train_labels, found.test_labels)]
    return images[0], labels[0], images[1], labels[1]


@cache
def trained(head: str, pooling: str, seed: int) -> DigitNetwork:
    """Return the network, trained for ``EPOCHS`` on 1,437 digits."""
    images, labels, _, _ = tensors()
    net = DigitNetwork(head, pooling, seed=seed, device=device())
    train(net, images, labels, EPOCHS, seed=seed)
    return net


def by_shift(pooling: str, seed: int) -> list[float]:
    """Return the accuracy on the test, moved right by each of ``SHIFTS``."""
    net = trained("linear", pooling, seed)
    _, _, images, labels = tensors()
    return [accuracy(net, shifted(images, shift), labels) for shift in SHIFTS]


def near(accuracies: list[float]) -> float:
    """Return the mean accuracy over shifts by 1 to 3 pixels either way."""
    return sum(one for shift, one in zip(SHIFTS, accuracies, strict=True) if 1 <= abs(shift) <= 3) / 6


@claim(
    r"On these digits the exam's average pooling is no help against shifts. Moved by 1 to 3 pixels, a "
    r"network that keeps every fourth and every second entry in place of pooling is at least as accurate, "
    r"to 0.05. All three lose more than 0.05 there, and more than 0.5 at 8 pixels; max pooling stays ahead "
    r"of average.",
    answers=("s4.3.1.1.a", "s4.3.1.1.b"),
)
def average_is_not_robust() -> Evidence:
    """Train all three with two seeds; measure on moved digits of the test."""
    rows = {kind: [by_shift(kind, seed) for seed in range(SEEDS)] for kind in POOLINGS}
    close_by = {kind: [near(row) for row in found] for kind, found in rows.items()}
    mean = {kind: sum(found) / SEEDS for kind, found in close_by.items()}
    still = {kind: sum(row[SHIFTS.index(0)] for row in found) / SEEDS for kind, found in rows.items()}
    far = {kind: sum((row[0] + row[-1]) / 2 for row in found) / SEEDS for kind, found in rows.items()}
    return Evidence(
        [
            at_most(
                "Torch, seed 0, average less no pooling", close_by["average"][0] - close_by["stride"][0], 0.05
            ),
            at_most(
                "Torch, seed 1, average less no pooling", close_by["average"][1] - close_by["stride"][1], 0.05
            ),
            at_least(
                "Torch, all three, least loss at 1 to 3 pixels",
                min(still[one] - mean[one] for one in still),
                0.05,
            ),
            at_least(
                "Torch, all three, least loss at 8 pixels", min(still[one] - far[one] for one in still), 0.5
            ),
            at_least(
                "Torch, max less average pooling, at 1 to 3 pixels", mean["max"] - mean["average"], 0.01
            ),
        ],
        {"near": mean, "still": still, "far": far, "seeds": SEEDS, "passes": EPOCHS},
    )
