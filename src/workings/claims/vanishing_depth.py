"""Why gradients vanish through depth: flat ends, slopes below one, weights of the wrong size."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import sympy
import torch

from workings.byhand.deep_network import deep_gradients, deep_states, layer_weights
from workings.byhand.sigmoid import sigmoid
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal, estimate

DEPTH, WIDTH, NETWORKS = 50, 128, 3
GAINS = {"Xavier": 1.0, "He": math.sqrt(2)}
TORCH = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu}


@cache
def profile(activation: str, gain: float, skip: bool = False, scale: float = 1.0) -> np.ndarray:
    """Return the gradient's norm at each depth over that at the top, a median of networks, shape (L + 1,)."""
    ratios = []
    for seed in range(NETWORKS):
        rng = np.random.default_rng(100 + seed)
        W = layer_weights(DEPTH, WIDTH, gain, seed)
        X, top = rng.normal(size=(8, WIDTH)), rng.normal(size=(8, WIDTH))
        H = deep_states(X, W, activation, skip=skip, scale=scale)
        norms = np.linalg.norm(deep_gradients(H, W, top, activation, skip=skip, scale=scale), axis=(1, 2))
        ratios.append(norms / norms[-1])
    median: np.ndarray = np.median(ratios, axis=0)
    return median


def by_autograd(activation: str, gain: float, skip: bool = False, scale: float = 1.0) -> float:
    """Return the ratio of norms, bottom over top, of the first of those networks, by autograd."""
    rng = np.random.default_rng(100)
    X, top = rng.normal(size=(8, WIDTH)), torch.from_numpy(rng.normal(size=(8, WIDTH)))
    start = torch.from_numpy(X).requires_grad_()
    h = start
    for W in torch.from_numpy(layer_weights(DEPTH, WIDTH, gain, 0)):
        branch = scale * TORCH[activation](h @ W)
        h = h + branch if skip else branch
    (graph,) = torch.autograd.grad((h * top).sum(), start)
    return float(graph.norm() / top.norm())


def first_network(activation: str, gain: float, skip: bool = False, scale: float = 1.0) -> float:
    """Return the same ratio by hand."""
    rng = np.random.default_rng(100)
    W = layer_weights(DEPTH, WIDTH, gain, 0)
    X, top = rng.normal(size=(8, WIDTH)), rng.normal(size=(8, WIDTH))
    H = deep_states(X, W, activation, skip=skip, scale=scale)
    G = deep_gradients(H, W, top, activation, skip=skip, scale=scale)
    return float(np.linalg.norm(G[0]) / np.linalg.norm(top))


@claim(
    r"Far out the slopes go to zero exponentially: $\sigma'(x) \approx e^{-|x|}$ and $\tanh'(x) \approx 4 "
    r"e^{-2|x|}$. At $x = 10$ they are $4.5 \cdot 10^{-5}$ and $8.2 \cdot 10^{-9}$; ReLU's is 1, or 0.",
    answers=("s4.2.2",),
)
def flat_ends() -> Evidence:
    """Take limits in symbols; compare slopes at 10 with autograd."""
    x = sympy.Symbol("x", real=True)
    f = 1 / (1 + sympy.exp(-x))
    limits = [
        sympy.limit(sympy.diff(f, x) * sympy.exp(x), x, sympy.oo),
        sympy.limit(sympy.simplify(sympy.diff(f, x).rewrite(sympy.exp)) * sympy.exp(-x), x, -sympy.oo),
        sympy.limit((4 / (sympy.exp(x) + sympy.exp(-x)) ** 2) * sympy.exp(2 * x), x, sympy.oo),
    ]
    at = torch.full((3,), 10.0, dtype=torch.float64, requires_grad=True)
    total = torch.sigmoid(at[0]) + torch.tanh(at[1]) + torch.relu(at[2])
    (graph,) = torch.autograd.grad(total, at)
    by_hand = [float((sigmoid([10.0]) * sigmoid([-10.0]))[0]), 1 / math.cosh(10) ** 2, 1.0]
    return Evidence(
        [
            equal("SymPy, limits of slope over its exponential", limits, [1, 1, 4]),
            close("Torch autograd at 10, relative", graph.numpy() / by_hand, np.ones(3), 1e-6),
            close("the printed numbers", np.array(by_hand[:2]) / [4.54e-5, 8.24e-9], [1, 1], 1e-2),
        ],
        {"sigmoid": by_hand[0], "tanh": by_hand[1]},
    )


@claim(
    r"The sigmoid needs no saturation to vanish: its *largest* slope is $\tfrac14$. A chain of ten units, "
    r"all at their steepest and with weight 1, passes back $4^{-10} \approx 10^{-6}$; fifty pass $4^{-50} "
    r"\approx 8 \cdot 10^{-31}$. tanh has slope 1 at zero and passes all.",
    answers=("s4.2.2",),
)
def at_its_steepest() -> Evidence:
    """Multiply slopes exactly; run chains with biases that keep each unit at zero, by autograd."""
    x = sympy.Symbol("x", real=True)
    steepest = [
        sympy.maximum(sympy.diff(f, x), x, sympy.S.Reals) for f in (1 / (1 + sympy.exp(-x)), sympy.tanh(x))
    ]
    passed = {}
    for name, phi, rest in (("sigmoid", torch.sigmoid, 0.5), ("tanh", torch.tanh, 0.0)):
        for depth in (10, 50):
            start = torch.tensor(rest, dtype=torch.float64, requires_grad=True)
            h = start
            for _ in range(depth):
                h = phi(h - rest)  # the bias brings the sum back to zero, the steepest place
            passed[f"{name}_{depth}"] = torch.autograd.grad(h, start)[0].item()
    return Evidence(
        [
            equal("SymPy, the largest slopes", steepest, [sympy.Rational(1, 4), 1]),
            close("Torch autograd, 10 sigmoids, relative", passed["sigmoid_10"] * 4.0**10, 1, 1e-12),
            close("Torch autograd, 50 sigmoids, relative", passed["sigmoid_50"] * 4.0**50, 1, 1e-12),
            close("Torch autograd, 50 tanh", passed["tanh_50"], 1, 1e-12),
        ],
        passed,
    )


@claim(
    r"Through 50 random layers it is the initialisation that decides. With Xavier's rule ReLU loses "
    r"$\sqrt2$ per layer, in all about $2^{-25} = 3 \cdot 10^{-8}$, *more than tanh*, which keeps about a "
    r"tenth; with He's it keeps its gradient. The sigmoid loses more than $10^{24}$ with either.",
    answers=("s4.2.2",),
)
def initialisation() -> Evidence:
    """Measure by hand and by autograd, and compare ReLU with what its halved variance predicts."""
    kept = {
        f"{name}_{rule}": float(profile(name, gain)[0])
        for name in ("sigmoid", "tanh", "relu")
        for rule, gain in GAINS.items()
    }
    cases = (("relu", 1.0), ("relu", math.sqrt(2)), ("tanh", 1.0), ("sigmoid", 1.0))
    gaps = [by_autograd(*case) / first_network(*case) - 1 for case in cases]
    return Evidence(
        [
            close("Torch autograd against by hand, relative", gaps, [0.0] * 4, 1e-9),
            close("by hand, ReLU, Xavier: log2 of what is left", math.log2(kept["relu_Xavier"]), -25, 3),
            close("by hand, ReLU, He: log2 of what is left", math.log2(kept["relu_He"]), 0, 3),
            at_least(
                "by hand, tanh over ReLU, both by Xavier's rule",
                kept["tanh_Xavier"] / kept["relu_Xavier"],
                1e4,
            ),
            at_most(
                "by hand, sigmoid, the better of both rules",
                max(kept["sigmoid_Xavier"], kept["sigmoid_He"]),
                1e-24,
            ),
        ],
        kept,
    )


@claim(
    r"Half the variance, exactly: for $z$ symmetric about 0, a gradient that passes a ReLU and weights of "
    r"variance $\text{gain}^2/d$ keeps $\text{gain}^2/2$ of its squared norm on average. Hence He's gain, "
    r"$\sqrt2$.",
    answers=("s4.2.2",),
)
def half_the_variance() -> Evidence:
    """Average over every pattern of open units in symbols, and over drawn layers by autograd."""
    units = sympy.symbols("g1:5", real=True)
    patterns = [[(n >> k) & 1 for k in range(4)] for n in range(16)]
    mean = sum(sum(o * g**2 for o, g in zip(p, units, strict=True)) for p in patterns) / sympy.Integer(16)
    generator = torch.Generator().manual_seed(0)
    g = torch.randn(64, generator=generator, dtype=torch.float64)
    ratios = []
    for _ in range(400):
        W = torch.randn(64, 64, generator=generator, dtype=torch.float64) * (2 / 64) ** 0.5
        h = torch.randn(64, generator=generator, dtype=torch.float64).requires_grad_()
        (back,) = torch.autograd.grad((torch.relu(h @ W) * g).sum(), h)
        ratios.append(float((back.norm() / g.norm()) ** 2))
    return Evidence(
        [
            equal("SymPy, mean over all patterns", sympy.expand(mean - sum(g**2 for g in units) / 2), 0),
            estimate("Torch autograd, 400 layers by He's rule", ratios, 1.0),
        ]
    )
