"""The price of ReLU: a unit that is shut for every example gets no gradient, and what a leak mends."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.activations import gelu, gelu_slope, leaky_relu
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.deep_network import ACTIVATIONS

LEARNING = ("leaky", "tanh", "sigmoid")
SHAPES = ("relu", "leaky", "gelu", "tanh", "sigmoid")
STEPS, UNITS = 200, 256


def one_unit(activation: str, steps: int = 800, bias: float = -3.0) -> tuple[float, float]:
    """Train a unit from a bias that shuts it to give one half; return its first gradient and loss after."""
    x = torch.linspace(-1, 1, 21, dtype=torch.float64)
    w = torch.tensor([1.0, bias], dtype=torch.float64, requires_grad=True)
    first, loss = 0.0, torch.zeros(())
    for step in range(steps):
        out = ACTIVATIONS[activation](w[0] * x + w[1])
        loss = ((out - 0.5) ** 2).mean()
        (slope,) = torch.autograd.grad(loss, w)
        if step == 0:
            first = float(slope.norm())
        w = (w - 0.5 * slope).detach().requires_grad_()
    return first, loss.item()


def share_dead(activation: str, rate: float, seed: int = 0) -> float:
    """Return the share of hidden units whose slope is zero for every example, after training at a rate."""
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(256, 8, generator=generator, dtype=torch.float64)
    y = X[:, 0] * X[:, 1]
    W = torch.randn(8, UNITS, generator=generator, dtype=torch.float64) * (2 / 8) ** 0.5
    V = torch.randn(UNITS, generator=generator, dtype=torch.float64) * UNITS**-0.5
    weights = [
        W.requires_grad_(),
        torch.zeros(UNITS, dtype=torch.float64).requires_grad_(),
        V.requires_grad_(),
    ]
    for _ in range(STEPS):
        out = ACTIVATIONS[activation](X @ weights[0] + weights[1]) @ weights[2]
        slopes = torch.autograd.grad(((out - y) ** 2).mean(), weights)
        norm = float(sum((one**2).sum() for one in slopes)) ** 0.5
        size = rate * min(1.0, 5 / norm)  # clipped, so that no rate ends in nan
        weights = [
            (one - size * slope).detach().requires_grad_() for one, slope in zip(weights, slopes, strict=True)
        ]
    sums = (X @ weights[0] + weights[1]).detach().requires_grad_()
    (local,) = torch.autograd.grad(ACTIVATIONS[activation](sums).sum(), sums)
    return float((local == 0).all(dim=0).double().mean())


@claim(
    r"A ReLU unit whose sum is below zero for every example gets the gradient 0, exactly, and with fixed "
    r"inputs stays dead for ever. From the same start, with a bias of $-3$, sigmoid, tanh and leaky ReLU "
    r"get some, and learn. GELU gets some of the wrong sign: its slope is negative there, and the unit "
    r"sinks.",
    answers=("s4.2.2",),
)
def dead_unit() -> Evidence:
    """Train one unit five times in Torch; check the slopes there by hand."""
    found = {name: one_unit(name) for name in SHAPES}
    step = 1e-6
    sums = np.array([-4.0, -3.0, -2.0])
    relu = (np.maximum(sums + step, 0) - np.maximum(sums - step, 0)) / (2 * step)
    leaky = (leaky_relu(sums + step) - leaky_relu(sums - step)) / (2 * step)
    return Evidence(
        [
            equal("Torch, ReLU: first gradient, and its loss after 800 steps", found["relu"], (0.0, 0.25)),
            at_least("Torch, least first gradient of the others", min(found[n][0] for n in SHAPES[1:]), 1e-3),
            at_most("Torch, largest loss of sigmoid, tanh, leaky", max(found[n][1] for n in LEARNING), 0.01),
            at_least("Torch, loss of GELU", found["gelu"][1], 0.25),
            at_most("by hand, slopes of GELU", float(gelu_slope(sums).max()), -1e-4),
            close("by hand, differences of ReLU", relu, np.zeros(3), 0),
            close("by hand, differences of leaky ReLU", leaky, np.full(3, 0.01), 1e-9),
        ],
        {
            "first": {name: one[0] for name, one in found.items()},
            "loss": {name: one[1] for name, one in found.items()},
        },
    )


@claim(
    r"Units die when a step is too long. In a layer of 256 ReLU units none is dead after 200 steps at a "
    r"rate of $\tfrac1{100}$, and most are at a rate of 3. With a leak none can die.",
    answers=("s4.2.2",),
)
def long_steps_kill() -> Evidence:
    """Train layers in Torch and count units that are shut for every example."""
    relu = {str(rate): share_dead("relu", rate) for rate in (0.01, 3.0)}
    leaky = share_dead("leaky", 3.0)
    return Evidence(
        [
            equal("Torch, ReLU, short steps", relu["0.01"], 0.0),
            at_least("Torch, ReLU, long steps", relu["3.0"], 0.5),
            equal("Torch, leaky ReLU, long steps", leaky, 0.0),
        ],
        {"short": relu["0.01"], "long": relu["3.0"], "leaky": leaky},
    )


@claim(
    r"GELU is no cure for every dead unit: its slope at $-10$ is about $-8 \cdot 10^{-22}$. And it is not "
    r"between 0 and 1: it goes from $-0.129$ (at $-\sqrt2$) to $1.129$ (at $\sqrt2$).",
    answers=("s4.2.2",),
)
def gelu_slopes() -> Evidence:
    """Find the extremes in symbols, on a grid by hand and by autograd."""
    x = sympy.Symbol("x", real=True)
    f = x * (1 + sympy.erf(x / sympy.sqrt(2))) / 2
    turning = sympy.solve(sympy.simplify(sympy.diff(f, x, 2)), x)
    ends = [float(sympy.diff(f, x).subs(x, sign * sympy.sqrt(2))) for sign in (-1, 1)]
    grid = torch.linspace(-6, 6, 2401, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.nn.functional.gelu(grid).sum(), grid)
    far = float(gelu_slope([-10.0])[0])
    exact = float(sympy.diff(f, x).subs(x, -10).evalf(40))
    return Evidence(
        [
            equal("SymPy, the slope turns at", sorted(turning, key=float), [-sympy.sqrt(2), sympy.sqrt(2)]),
            close("Torch autograd, least and largest", [slope.min(), slope.max()], ends, 1e-5),
            close("by hand against 40 digits, slope at -10, relative", far / exact, 1, 1e-9),
            close("by hand, GELU far out", gelu([-10.0, 10.0]), [0, 10], 1e-20),
        ],
        {"least": ends[0], "largest": ends[1], "far": far},
    )
