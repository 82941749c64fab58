"""Batch normalisation inside a recurrent network: what it does to the gradient."""

from __future__ import annotations

import numpy as np
import torch

from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most

EPSILON = 1e-5  # Torch's


def gradient_ratio(normalise: bool, gamma: float = 1.0, steps: int = 100, seed: int = 0) -> float:
    """Return how long the gradient on the first state is over that on the last, a ReLU network in Torch.

    With ``normalise``, $h_{t-1} W_{hh}$ gets mean 0 and deviation gamma over the batch at every step.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    W, W_x, weight = draw(64, 64) / 8, draw(1, 64) / 10, draw(128, 64)
    h = start = draw(128, 64).abs().requires_grad_()
    for _ in range(steps):
        z = h @ W  # (B, d_h)
        if normalise:
            z = torch.nn.functional.batch_norm(
                z, None, None, torch.full((64,), gamma, dtype=z.dtype), training=True, eps=EPSILON
            )
        h = torch.relu(z + draw(128, 1) @ W_x)
    (graph,) = torch.autograd.grad((h * weight).sum(), start)
    return float(graph.norm() / weight.norm())


def growth(normalise: bool, gamma: float = 1.0, steps: int = 100, seed: int = 0) -> float:
    """Return how much a tiny push on the first states grows by the last, in NumPy, running forward only."""
    rng = np.random.default_rng(seed)
    W, W_x = rng.normal(size=(64, 64)) / 8, rng.normal(size=(1, 64)) / 10
    h = np.abs(rng.normal(size=(128, 64)))
    push = rng.normal(size=h.shape)
    pushed = h + 1e-9 * push / np.linalg.norm(push)
    for _ in range(steps):
        driven = rng.normal(size=(128, 1)) @ W_x
        after = []
        for state in (h, pushed):
            z = state @ W
            if normalise:
                z = gamma * (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + EPSILON)
            after.append(np.maximum(z + driven, 0))
        h, pushed = after
    return float(np.linalg.norm(pushed - h) / 1e-9)


@claim(
    r"Batch normalisation can cause what it is said to prevent. In a ReLU network of 64 units it turns a "
    r"gradient that vanishes over 100 steps (below $10^{-10}$) into one that explodes (above $10^{5}$), if "
    r"it normalises $h_{t-1} W_{hh}$ to deviation 1.",
    answers=("s3.1",),
)
def batch_norm() -> Evidence:
    """Measure the gradient by autograd, and the growth of a push by running forward in NumPy."""
    graph, push = gradient_ratio(True), growth(True, steps=50)
    return Evidence(
        [
            at_least("Torch autograd, normalised", graph, 1e5),
            at_most("Torch autograd, plain", gradient_ratio(False), 1e-10),
            at_least("NumPy, a push after 50 steps, normalised", push, 1e2),
            at_most("NumPy, a push after 50 steps, plain", growth(False, steps=50), 1e-3),
        ],
        {
            "normalised": graph,
            "plain": gradient_ratio(False),
            "normalised_small": gradient_ratio(True, gamma=0.1),
            "push": push,
        },
    )
