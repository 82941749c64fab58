"""What a vanishing gradient takes away, and what it leaves: memory, near steps, the weights' gradient."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.recurrent import rnn_backward, rnn_states, slope
from workings.byhand.scalar_rnn import scalar_rnn
from workings.claims.claim import Evidence, claim
from workings.claims.recurrent import random_network
from workings.claims.witness import at_least, at_most, close

KEPT = 200  # steps that the latch keeps its bit


def latch(first: float) -> tuple[np.ndarray, float]:
    """Return the states of $h_t = tanh(2 h_{t-1} + x_t)$ after one input, and dh_T/dh_1 by hand."""
    h = scalar_rnn([first, *[0.0] * KEPT], w=2.0, a=1.0)[1]
    return h, float(np.prod(2 * slope(h[2:])))


@claim(
    r"A network can remember for ever while its gradient vanishes. $h_t = \tanh(2 h_{t-1} + x_t)$ keeps the "
    r"sign of its first input for 200 steps of silence, at $h = \pm h^*$ with $h^* = \tanh(2h^*)$; "
    r"$\partial h_{201}/\partial h_1$ is below $10^{-100}$.",
    answers=("s3.1",),
)
def latch_remembers() -> Evidence:
    """Run it by hand and in Torch; solve for the fixed point by bisection."""
    kept, gradients = [], []
    for first in (1.0, -1.0):
        h, by_hand = latch(first)
        kept.append(h[-1])
        gradients.append(by_hand)
    low, high = 0.5, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.tanh(2 * middle) > middle else (low, middle)
    start = torch.tensor(float(np.tanh(1.0)), dtype=torch.float64, requires_grad=True)
    h_torch = start
    for _ in range(KEPT):
        h_torch = torch.tanh(2 * h_torch)
    (graph,) = torch.autograd.grad(h_torch, start)
    return Evidence(
        [
            close("bisection, the fixed points", kept, [low, -low], 1e-12),
            close("Torch, the state", h_torch.item(), kept[0], 1e-12),
            at_most("by hand, the gradient", max(gradients), 1e-100),
            at_most("Torch autograd, the gradient", graph.item(), 1e-100),
        ],
        {
            "fixed_point": low,
            "gradient": gradients[0],
            "slope": float(2 * (1 - low**2)),
            "by_steps": {str(k): float(abs(latch(1.0)[0][k])) for k in (1, 2, 3, 10, 201)},
        },
    )


def by_distance(gradient_at: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what each step contributes to dL/dW_hh (T, d_h, d_h), for a loss on the last state."""
    inputs, _, W_hh, H = random_network("tanh", 0.9, seed=5, d_h=16, steps=gradient_at)
    dH = np.zeros_like(H)
    dH[:, -1] = np.random.default_rng(6).normal(size=16)
    _, total, _, G = rnn_backward(inputs, H, W_hh, dH)
    parts = np.einsum("ti,tj->tij", H[0, :-1], G[0, 1:] * slope(H[0, 1:]))  # (T, d_h, d_h)
    return parts, total, dH


@claim(
    r"The gradient of a shared weight does not vanish. $\partial L/\partial W_{hh} = \sum_t h_{t-1}^\top "
    r"\delta_t$ sums over all distances, and the near ones keep their size: with a state gradient that "
    r"falls below $10^{-5}$ within 60 steps, the ten nearest steps make up more than 0.9 of a gradient of "
    r"ordinary length.",
    answers=("s3.1",),
)
def shared_weight() -> Evidence:
    """Split the sum by hand; in Torch, give every step its own copy of the weight."""
    parts, total, dH = by_distance()
    inputs, W_xh, W_hh, _ = random_network("tanh", 0.9, seed=5, d_h=16, steps=60)
    copies = [torch.from_numpy(W_hh.copy()).requires_grad_() for _ in range(60)]
    h = start = torch.zeros(16, dtype=torch.float64, requires_grad=True)
    for copy, row in zip(copies, torch.from_numpy(inputs[0] @ W_xh), strict=True):
        h = torch.tanh(row + h @ copy)
    by_start, *by_copies = torch.autograd.grad(h @ torch.from_numpy(dH[0, -1]), [start, *copies])
    graph = np.array([one.numpy() for one in by_copies])
    state = float(by_start.norm()) / float(np.linalg.norm(dH))
    norms = np.linalg.norm(parts, axis=(1, 2))[::-1]  # distance 0 first
    near = float(np.linalg.norm(graph[-10:].sum(axis=0)) / np.linalg.norm(graph.sum(axis=0)))
    whole = float(np.linalg.norm(total))
    return Evidence(
        [
            close("Torch autograd, a copy for each step", graph, parts, 1e-12),
            close("by hand, the parts sum to the whole", parts.sum(axis=0), total, 1e-12),
            at_least("Torch, the ten nearest over the whole", near, 0.9),
            at_most("Torch, the state's gradient 60 steps back over that at the end", state, 1e-5),
            at_most("by hand, the part of the first steps over that of the last", norms[58] / norms[0], 1e-5),
            at_least("by hand, the whole", whole, 1.0),
        ],
        {
            "whole": whole,
            "near": near,
            "parts": {str(k): float(norms[k]) for k in (0, 1, 5, 10, 20, 50, 58)},
            "far": float(norms[58] / norms[0]),
            "state": state,
        },
    )


@claim(
    r"What vanishes is the share of a far input. For a loss on the last state, $\partial L/\partial x_t$ 59 "
    r"steps back is below $10^{-6}$ of that at the last step. To learn to use that input, this share is all "
    r"there is.",
    answers=("s3.1",),
)
def far_input() -> Evidence:
    """Compare dL/dx at distance 59 with the nearest, by hand and by autograd."""
    inputs, W_xh, W_hh, H = random_network("tanh", 0.9, seed=5, d_h=16, steps=60)
    dH = np.zeros_like(H)
    dH[:, -1] = np.random.default_rng(6).normal(size=16)
    G = rnn_backward(inputs, H, W_hh, dH)[3]
    by_x = ((G[0, 1:] * slope(H[0, 1:])) @ W_xh.T)[:, 0]  # (T,)
    x = torch.from_numpy(inputs[0].copy()).requires_grad_()
    h = torch.zeros(16, dtype=torch.float64)
    for row in x @ torch.from_numpy(W_xh):
        h = torch.tanh(row + h @ torch.from_numpy(W_hh))
    (graph,) = torch.autograd.grad(h @ torch.from_numpy(dH[0, -1]), x)
    return Evidence(
        [
            close("Torch autograd, dL/dx at every step", graph.numpy()[:, 0], by_x, 1e-12),
            at_most("by hand, far over near", float(abs(by_x[0]) / abs(by_x[-1])), 1e-6),
        ],
        {"far_over_near": float(abs(by_x[0]) / abs(by_x[-1]))},
    )


def initial_weights(kind: str, d_h: int, rng: np.random.Generator) -> np.ndarray:
    """Draw W_hh by Xavier's rule, by He's, orthogonal, or the identity."""
    W = np.eye(d_h) if kind == "identity" else rng.normal(size=(d_h, d_h))
    if kind in ("Xavier", "He"):
        W *= np.sqrt((1 if kind == "Xavier" else 2) / d_h)
    elif kind == "orthogonal":
        W = np.linalg.qr(W)[0]
    return W


def surviving(kind: str, activation: str, steps: int = 200, d_h: int = 64, seeds: int = 3) -> float:
    """Return how long a random gradient is after so many steps back, over its start; median of seeds."""
    ratios = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        W_hh, W_xh = initial_weights(kind, d_h, rng), rng.normal(size=(1, d_h))
        inputs = rng.normal(size=(1, steps, 1))
        H = rnn_states(inputs, W_xh, W_hh, activation=activation)
        dH = np.zeros_like(H)
        dH[:, -1] = rng.normal(size=d_h)
        G = rnn_backward(inputs, H, W_hh, dH, activation)[3]
        ratios.append(float(np.linalg.norm(G[0, 0]) / np.linalg.norm(G[0, -1])))
    return float(np.median(ratios))


def surviving_torch(kind: str, activation: str, steps: int = 200, d_h: int = 64, seeds: int = 3) -> float:
    """Return the same by Torch's own initialisers and autograd."""
    ratios = []
    for seed in range(seeds):
        generator = torch.Generator().manual_seed(seed)
        W = torch.empty(d_h, d_h, dtype=torch.float64)
        if kind == "Xavier":
            torch.nn.init.xavier_normal_(W, generator=generator)
        elif kind == "He":
            torch.nn.init.kaiming_normal_(W, generator=generator)
        else:
            torch.nn.init.orthogonal_(W, generator=generator)
        phi = {"tanh": torch.tanh, "relu": torch.relu, "linear": torch.clone}[activation]
        W_x = torch.randn(1, d_h, generator=generator, dtype=torch.float64)
        h = start = torch.zeros(1, d_h, dtype=torch.float64, requires_grad=True)
        for _ in range(steps):
            h = phi(torch.randn(1, 1, generator=generator, dtype=torch.float64) @ W_x + h @ W)
        weight = torch.randn(1, d_h, generator=generator, dtype=torch.float64)
        (graph,) = torch.autograd.grad((h * weight).sum(), start)
        ratios.append(float(graph.norm() / weight.norm()))
    return float(np.median(ratios))


@claim(
    r"Drawing $W_{hh}$ by Xavier's or He's rule does not keep a gradient alive over 200 steps: with tanh "
    r"both lose it (below $10^{-6}$), without an activation He's makes it explode (above $10^{20}$). An "
    r"orthogonal $W_{hh}$ without an activation keeps its length exactly.",
    answers=("s3.1",),
)
def initialisation() -> Evidence:
    """Measure by hand with NumPy's draws, and in Torch with its own initialisers."""
    measured = {
        f"{kind}_{activation}": surviving(kind, activation)
        for kind in ("Xavier", "He", "orthogonal", "identity")
        for activation in ("tanh", "relu", "linear")
    }
    return Evidence(
        [
            at_most("by hand, Xavier, tanh", measured["Xavier_tanh"], 1e-6),
            at_most("Torch, Xavier, tanh", surviving_torch("Xavier", "tanh"), 1e-6),
            at_most("by hand, He, tanh", measured["He_tanh"], 1e-6),
            at_most("Torch, He, tanh", surviving_torch("He", "tanh"), 1e-6),
            at_least("by hand, He, linear", measured["He_linear"], 1e20),
            at_least("Torch, He, linear", surviving_torch("He", "linear"), 1e20),
            close("by hand, orthogonal, linear", measured["orthogonal_linear"], 1, 1e-12),
            close("Torch, orthogonal, linear", surviving_torch("orthogonal", "linear"), 1, 1e-12),
        ],
        measured,
    )
