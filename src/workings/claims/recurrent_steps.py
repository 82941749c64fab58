"""What an exploding gradient does to a step of training."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch

from workings.byhand.clipping import clip_by_norm
from workings.byhand.recurrent import rnn_backward, rnn_states
from workings.byhand.scalar_rnn import scalar_rnn, scalar_rnn_gradient
from workings.byhand.spectral import with_radius
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.recurrent import Recurrent

STEPS, BIAS, START, TARGET = 16, -3.0, 0.4, 0.2  # of the scalar network whose loss has a cliff


def cliff_loss(w: float) -> float:
    """Return the loss of h_t = sigmoid(w h_{t-1} - 3) after 16 steps from 0.4, with target 0.2."""
    h = scalar_rnn(np.ones(STEPS), w, BIAS, START, "sigmoid")[1]
    return float((h[-1] - TARGET) ** 2 / 2)


def cliff_gradient(w: float) -> float:
    """Return its derivative by w."""
    return scalar_rnn_gradient(np.ones(STEPS), TARGET, w, BIAS, START, "sigmoid")


def descend(clip: float | None, w: float = 7.0, rate: float = 0.5, steps: int = 80) -> list[float]:
    """Return the weight at each step of gradient descent toward the cliff, clipped or not."""
    path = [w]
    for _ in range(steps):
        gradient = np.array([cliff_gradient(w)])
        if clip:
            gradient = clip_by_norm([gradient], clip)[0][0]
        w -= rate * float(gradient[0])
        path.append(w)
    return path


def descend_torch(clip: float | None, w: float = 7.0, rate: float = 0.5, steps: int = 80) -> list[float]:
    """Return the same path by Torch: autograd, its own clipping and its own SGD."""
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([weight], lr=rate)
    path = [w]
    for _ in range(steps):
        h = torch.tensor(START, dtype=torch.float64)
        for _ in range(STEPS):
            h = torch.sigmoid(weight * h + BIAS)
        optimiser.zero_grad()
        ((h - TARGET) ** 2 / 2).backward()
        if clip:
            torch.nn.utils.clip_grad_norm_([weight], clip)
        optimiser.step()
        path.append(weight.item())
    return path


@claim(
    r"One step of gradient descent off a cliff undoes all before: on the loss of $h_t = \sigma(w h_{t-1} - "
    r"3)$ after 16 steps the weight goes from 7 down to 6.5 and is then thrown below $-40$, where the "
    r"gradient is nearly 0. Clipped to 0.2, no step is longer than 0.1, and the weight ends between 6.3 "
    r"and 6.5.",
    answers=("s3.1",),
)
def cliff() -> Evidence:
    """Descend by hand and by Torch's SGD, with and without clipping."""
    free, clipped = descend(None), descend(0.2)
    by_torch = descend_torch(0.2)
    lost = descend_torch(None)
    return Evidence(
        [
            at_most("by hand, unclipped end", free[-1], -40),
            at_most("Torch SGD, unclipped end", lost[-1], -40),
            at_most("by hand, longest clipped step", float(np.abs(np.diff(clipped)).max()), 0.1 + 1e-12),
            at_least("by hand, clipped end", clipped[-1], 6.3),
            at_most("by hand, clipped end is below", clipped[-1], 6.5),
            close("Torch SGD, the first forty clipped steps", by_torch[:40], clipped[:40], 1e-6),
        ],
        {
            "steps": STEPS,
            "free_end": free[-1],
            "clipped_end": clipped[-1],
            "largest_jump": float(np.abs(np.diff(free)).max()),
            "jump_step": int(np.abs(np.diff(free)).argmax()) + 1,
            "gradient_there": abs(cliff_gradient(free[-1])),
            "gradient_at_jump": float(np.abs(np.diff(free)).max() / 0.5),
            "loss_before": cliff_loss(free[int(np.abs(np.diff(free)).argmax())]),
            "loss_after": cliff_loss(free[-1]),
            "loss_clipped": min(map(cliff_loss, clipped)),
        },
    )


def train_exploding(steps: int = 40, rate: float = 0.05) -> tuple[list[float], list[float], list[float]]:
    """Train a tanh network of radius 2.5 by SGD in Torch; return norms of W_hh and its gradient, losses."""
    net = Recurrent(1, 16, radius=2.5, dtype=torch.float64)
    generator = torch.Generator().manual_seed(1)
    weights, gradients, losses = [], [], []
    for _ in range(steps):
        X = torch.randn(32, 50, 1, generator=generator, dtype=torch.float64)
        loss = (net(X)[:, -1].mean(dim=1) - X[:, -1, 0]).pow(2).mean()
        (graph,) = torch.autograd.grad(loss, net.W_hh)
        weights.append(float(net.W_hh.detach().norm()))
        gradients.append(float(graph.norm()))
        losses.append(loss.item())
        with torch.no_grad():
            net.W_hh.sub_(rate * graph)
    return weights, gradients, losses


def train_exploding_by_hand(steps: int = 40, rate: float = 0.05) -> tuple[list[float], list[float]]:
    """Do the same in NumPy with draws of its own."""
    rng = np.random.default_rng(1)
    W_hh, W_xh = with_radius(rng.normal(size=(16, 16)), 2.5), rng.normal(size=(1, 16))
    weights, gradients = [], []
    for _ in range(steps):
        X = rng.normal(size=(32, 50, 1))
        H = rnn_states(X, W_xh, W_hh)
        dH = np.zeros_like(H)
        dH[:, -1] = 2 * (H[:, -1].mean(axis=1) - X[:, -1, 0])[:, None] / (32 * 16)
        graph = rnn_backward(X, H, W_hh, dH)[1]
        weights.append(float(np.linalg.norm(W_hh)))
        gradients.append(float(np.linalg.norm(graph)))
        W_hh = W_hh - rate * graph
    return weights, gradients


@claim(
    r"An exploding gradient does not make a tanh network's weights grow on and on. At rate 0.5 the norm of "
    r"$W_{hh}$ jumps in two steps, the units saturate, the gradient falls to less than a tenth, and over "
    r"the next 37 steps the norm moves by less than 1 part in 100.",
    answers=("s3.1",),
)
def jump_and_stop() -> Evidence:
    """Train by plain SGD, by hand and in Torch, each on its own draws."""
    weights, gradients = train_exploding_by_hand(rate=0.5)
    torch_weights, torch_gradients, _ = train_exploding(rate=0.5)
    later = {"by hand": (weights, gradients), "Torch": (torch_weights, torch_gradients)}
    witnesses = []
    for name, (norms, sizes) in later.items():
        witnesses += [
            at_least(f"{name}, growth in two steps", norms[2] / norms[0], 2),
            at_most(f"{name}, movement in the next 37", abs(norms[-1] / norms[2] - 1), 0.01),
            at_most(f"{name}, gradient after over before", float(np.median(sizes[3:])) / sizes[0], 0.1),
        ]
    return Evidence(
        witnesses,
        {
            "weights": torch_weights[:4],
            "by_hand": weights[:4],
            "last": torch_weights[-1],
            "gradients": torch_gradients[:4],
            "gradient_after": float(np.median(torch_gradients[3:])),
        },
    )


@claim(
    r"Without a squashing activation the weight does not grow exponentially either, but faster: for $h_t = "
    r"w h_{t-1}$ over 19 steps from 1, target 0, $w_0 = 1.2$ and rate 0.001, two steps take $w$ to about "
    r"$-15$ and past $10^{41}$, and the third out of float64.",
    answers=("s3.1",),
)
def linear_blow_up() -> Evidence:
    """Follow the weight in exact fractions, in floats by hand, and by autograd."""
    exact, paths = Fraction(6, 5), [1.2]
    for _ in range(2):
        exact -= Fraction(1, 1000) * 19 * exact**37  # L = w^38 / 2
        gradient = scalar_rnn_gradient([0.0] * 19, 0.0, paths[-1], 1.0, 1.0, "linear")
        paths.append(paths[-1] - 0.001 * gradient)
    weight = torch.tensor(1.2, dtype=torch.float64, requires_grad=True)
    by_torch = [1.2]
    for _ in range(3):
        h = torch.ones((), dtype=torch.float64)
        for _ in range(19):
            h = weight * h
        (graph,) = torch.autograd.grad(h**2 / 2, weight)
        weight = (weight - 0.001 * graph).detach().requires_grad_()
        by_torch.append(weight.item())
    return Evidence(
        [
            close("exact fractions, w after two steps, relative", float(exact) / paths[2], 1, 1e-9),
            close("Torch, w after two steps, relative", by_torch[2] / paths[2], 1, 1e-9),
            close("by hand, w after one step", paths[1], -15, 1),
            at_least("by hand, w after two steps", paths[2], 1e41),
            equal("Torch, w after three steps is finite", bool(np.isfinite(by_torch[3])), False),
        ],
        {"path": paths},
    )


@claim(
    r"A large gradient does not raise the loss; a long step does. Where the cliff falls most steeply to the "
    r"right, a step of $10^{-4}$ against the gradient lowers the loss, by about step times gradient. A step "
    r"of 5 in the same direction multiplies it by more than 10.",
    answers=("s3.1",),
)
def short_steps_descend() -> Evidence:
    """Take both steps by hand and compare losses; take the gradient by autograd."""
    places = np.linspace(6.4, 6.6, 2001)
    w = float(places[int(np.argmin([cliff_gradient(place) for place in places]))])
    gradient = cliff_gradient(w)
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    h = torch.tensor(START, dtype=torch.float64)
    for _ in range(STEPS):
        h = torch.sigmoid(weight * h + BIAS)
    (graph,) = torch.autograd.grad((h - TARGET) ** 2 / 2, weight)
    with torch.no_grad():
        far = torch.tensor(START, dtype=torch.float64)
        for _ in range(STEPS):
            far = torch.sigmoid((w + 5) * far + BIAS)
    drop = cliff_loss(w) - cliff_loss(w + 1e-4)
    return Evidence(
        [
            close("Torch autograd, the gradient", graph.item(), gradient, 1e-9),
            at_most("by hand, the gradient", gradient, -0.5),
            close("by hand, the fall over step times gradient", drop / (1e-4 * abs(gradient)), 1, 0.05),
            at_least(
                "by hand, the loss after a step of 5 over before", cliff_loss(w + 5) / cliff_loss(w), 10
            ),
            close(
                "Torch, the loss after a step of 5", float((far - TARGET) ** 2 / 2), cliff_loss(w + 5), 1e-12
            ),
        ],
        {"w": w, "gradient": gradient, "drop": drop, "loss": cliff_loss(w), "far": cliff_loss(w + 5)},
    )
