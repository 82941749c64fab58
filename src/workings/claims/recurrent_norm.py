"""Normalisation inside a recurrent network, over the batch or over the units: what it does to a gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most

EPSILON = 1e-5  # Torch's
DRAWS = 6


Activation = Callable[[torch.Tensor], torch.Tensor]


def gradient_ratio(
    over: str = "nothing",
    gamma: float = 1.0,
    steps: int = 100,
    seed: int = 0,
    activation: Activation = torch.relu,
) -> float:
    """Return how long the gradient on the first state is over that on the last, by Torch's autograd.

    At every step $h_{t-1} W_{hh}$ gets mean 0 and deviation gamma ``over`` the batch, the units or nothing.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    W, W_x, weight = draw(64, 64) / 8, draw(1, 64) / 10, draw(128, 64)
    h = start = draw(128, 64).abs().requires_grad_()
    for _ in range(steps):
        z = h @ W  # (B, d_h)
        scale = torch.full((64,), gamma, dtype=z.dtype)
        if over == "batch":
            z = torch.nn.functional.batch_norm(z, None, None, scale, training=True, eps=EPSILON)
        elif over == "units":
            z = torch.nn.functional.layer_norm(z, (64,), scale, eps=EPSILON)
        h = activation(z + draw(128, 1) @ W_x)
    (graph,) = torch.autograd.grad((h * weight).sum(), start)
    return float(graph.norm() / weight.norm())


def _ends(norms: list[float]) -> dict[str, float]:
    return {"least": min(norms), "largest": max(norms)}


def relu(z: np.ndarray) -> np.ndarray:
    """Return z where it is positive, else 0."""
    shut: np.ndarray = np.maximum(z, 0)
    return shut


def growth(
    over: str = "nothing",
    steps: int = 100,
    seed: int = 0,
    activation: Callable[[np.ndarray], np.ndarray] = relu,
) -> float:
    """Return how much a tiny push on the first states grows by the last, in NumPy, running forward only."""
    axis = {"batch": 0, "units": 1}.get(over)
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
            if axis is not None:
                z = (z - z.mean(axis, keepdims=True)) / np.sqrt(z.var(axis, keepdims=True) + EPSILON)
            after.append(activation(z + driven))
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
    graph, push = gradient_ratio("batch"), growth("batch", steps=50)
    return Evidence(
        [
            at_least("Torch autograd, normalised", graph, 1e5),
            at_most("Torch autograd, plain", gradient_ratio(), 1e-10),
            at_least("NumPy, a push after 50 steps, normalised", push, 1e2),
            at_most("NumPy, a push after 50 steps, plain", growth(steps=50), 1e-3),
        ],
        {
            "normalised": graph,
            "plain": gradient_ratio(),
            "normalised_small": gradient_ratio("batch", gamma=0.1),
            "push": push,
        },
    )


@claim(
    r"Layer normalisation in its place, over the units of each example to deviation 1, is milder and no "
    r"cure. Over 100 steps with ReLU the gradient stays below $10^4$ times its start in each of six draws "
    r"(less than a tenth in some, more than a hundred in others), where batch normalisation passes "
    r"$10^6$ in each. With tanh both make it grow, more than a thousandfold in some.",
    answers=("s3.1",),
)
def layer_norm() -> Evidence:
    """Measure gradients by autograd, six draws each; push by hand and run forward in NumPy."""
    kinds: dict[str, Activation] = {"relu": torch.relu, "tanh": torch.tanh}
    measured = {
        name: {
            shown: _ends([gradient_ratio(over, seed=seed, activation=activation) for seed in range(DRAWS)])
            for shown, over in (("layer", "units"), ("batch", "batch"))
        }
        for name, activation in kinds.items()
    }
    pushes = {over: [growth(over, seed=seed) for seed in range(DRAWS)] for over in ("units", "batch")}
    saturating = [growth("units", seed=seed, activation=np.tanh) for seed in range(DRAWS)]
    return Evidence(
        [
            at_most("Torch autograd, ReLU, layer, largest", measured["relu"]["layer"]["largest"], 1e4),
            at_least("Torch autograd, ReLU, layer, largest again", measured["relu"]["layer"]["largest"], 1e2),
            at_most("Torch autograd, ReLU, layer, least", measured["relu"]["layer"]["least"], 0.1),
            at_least("Torch autograd, ReLU, batch, least", measured["relu"]["batch"]["least"], 1e6),
            at_least("Torch autograd, tanh, layer, largest", measured["tanh"]["layer"]["largest"], 1e3),
            at_least("Torch autograd, tanh, layer, least", measured["tanh"]["layer"]["least"], 1),
            at_least("Torch autograd, tanh, batch, largest", measured["tanh"]["batch"]["largest"], 1e3),
            at_least("Torch autograd, tanh, batch, least", measured["tanh"]["batch"]["least"], 1),
            at_most("NumPy, a push, ReLU, layer, largest", max(pushes["units"]), 1e4),
            at_least("NumPy, a push, ReLU, batch, least", min(pushes["batch"]), 1e6),
            at_least("NumPy, a push, tanh, layer, least", min(saturating), 1),
            at_least("NumPy, a push, tanh, layer, largest", max(saturating), 1e3),
        ],
        measured,
    )
