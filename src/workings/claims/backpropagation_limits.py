"""What the backward pass cannot do: pass a saturated unit, tell equal units apart, replace the rest."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.backpropagation import network_backward, network_forward
from workings.byhand.bisection import edge
from workings.byhand.sigmoid import sigmoid
from workings.claims.claim import Evidence, claim
from workings.claims.one_hidden_layer import (
    NAMES,
    Arrays,
    by_autograd,
    random_network,
    torch_loss,
)
from workings.claims.witness import at_least, at_most, close, equal


def without_slope(arrays: Arrays) -> Arrays:
    """Return the network with a first layer of zeros, so that nothing comes back to the input."""
    return arrays | {"W_1": np.zeros_like(arrays["W_1"])}


@claim(
    r"The gradient by the input does not contain the others: with $W_1 = 0$ it is 0, while the gradients by "
    r"$W_1, b_1, W_2, b_2$, which training needs, are not.",
    answers=("s1.1.b",),
)
def input_gradient_is_not_all() -> Evidence:
    """Compute all five gradients at W_1 = 0, by hand and by autograd."""
    arrays, y = random_network()
    arrays = without_slope(arrays)
    by_hand, by_torch = network_backward(y=y, **arrays), by_autograd(arrays, y)
    least = {name: float(abs(by_hand[name]).max()) for name in NAMES[1:]}
    return Evidence(
        [
            close("by hand, gradient by x", by_hand["x"], np.zeros_like(by_hand["x"]), 0),
            close("Torch autograd, gradient by x", by_torch["x"], np.zeros_like(by_hand["x"]), 0),
            at_least("by hand, the smallest of the other four", min(least.values()), 1e-2),
            at_least(
                "Torch, the smallest of the other four",
                min(float(abs(by_torch[n]).max()) for n in NAMES[1:]),
                1e-2,
            ),
        ],
        {"largest_component": least, "parameters": sum(arrays[name].size for name in NAMES[1:])},
    )


@claim(
    r"One input's gradient is never long: $\lVert \partial J / \partial x \rVert \le \sqrt2 \cdot \lVert W_2 "
    r"\rVert \cdot \tfrac14 \cdot \lVert W_1 \rVert$ (spectral norms). Each sigmoid layer takes three "
    r"quarters or more, unless its weights make up for it.",
    answers=("s1.1.b",),
)
def input_gradient_bounded() -> Evidence:
    """Compare the two sides for 500 random networks, by hand and by autograd; find the greatest slope."""
    shares, torch_shares = [], []
    for seed in range(500):
        arrays, y = random_network(1, seed=seed)
        bound = np.sqrt(2) * np.linalg.norm(arrays["W_2"], 2) * np.linalg.norm(arrays["W_1"], 2) / 4
        shares.append(float(np.linalg.norm(network_backward(y=y, **arrays)["x"]) / bound))
        if seed < 50:
            torch_shares.append(float(np.linalg.norm(by_autograd(arrays, y)["x"]) / bound))
    z = sympy.Symbol("z", real=True)
    share = 1 / (1 + sympy.exp(-z))
    steepest = sympy.solve(sympy.diff(share * (1 - share), z), z)
    return Evidence(
        [
            at_most("by hand, 500 networks, greatest share of the bound", max(shares), 1),
            at_most("Torch autograd, 50 networks, the same", max(torch_shares), 1),
            equal(
                "SymPy, the steepest place and its slope",
                (steepest, (share * (1 - share)).subs(z, 0)),
                ([0], sympy.Rational(1, 4)),
            ),
        ],
        {"greatest": max(shares), "median": float(np.median(shares))},
    )


def last_slope(dtype: type, sign: int) -> float:
    """Return how far out a unit lies when h (1 - h) is last above zero, to one side."""

    def slope(z: float) -> bool:
        h = sigmoid(np.array([sign * z], dtype))
        return bool((h * (1 - h))[0] > 0)

    return edge(slope, 0.0, 1000.0, lambda z: float(dtype(z)))[0]


@claim(
    r"In floating point a unit that is fully on passes *nothing*: $h$ rounds to 1 from $z \approx 16.6$ in "
    r"float32 and 36.7 in float64, and $h(1 - h)$ is exactly 0. On paper it is $e^{-z}$ there. To the other "
    r"side it stays above 0 as far as numbers reach."
)
def saturated_units() -> Evidence:
    """Find the edges by bisection by hand; look at both sides in Torch; compute the slope in 40 digits."""
    on = {name: last_slope(dtype, 1) for name, dtype in (("float32", np.float32), ("float64", np.float64))}
    off = {name: last_slope(dtype, -1) for name, dtype in (("float32", np.float32), ("float64", np.float64))}
    z = torch.tensor([40.0, -40.0], dtype=torch.float64, requires_grad=True)
    (by_torch,) = torch.autograd.grad(torch.sigmoid(z).sum(), z)
    paper = float((1 / (2 + sympy.exp(40) + sympy.exp(-40))).evalf(40))
    return Evidence(
        [
            close("by hand, float32, against 24 log 2", on["float32"], 24 * np.log(2), 0.1),
            close("by hand, float64, against 53 log 2", on["float64"], 53 * np.log(2), 0.1),
            equal("Torch, float64, slope at 40", by_torch[0].item(), 0.0),
            close("Torch, float64, slope at −40 over that on paper", by_torch[1].item() / paper, 1, 1e-12),
            at_least("by hand, float32, how far below zero", off["float32"], 80),
        ],
        {"on": on, "off": off, "paper": paper},
    )


@claim(
    r"The slope can be had without loss as $\sigma(z)\,\sigma(-z)$, from $z$ instead of $h$. At $z = 40$ "
    r"it is right to the last digits, where $h(1 - h)$ is 0."
)
def slope_from_both_sides() -> Evidence:
    """Compare with 40 digits over a range of z, by hand and in Torch."""
    z = np.array([-300.0, -40.0, -1.0, 0.0, 1.0, 40.0, 300.0])
    paper = np.array([float((1 / (2 + sympy.exp(int(one)) + sympy.exp(-int(one)))).evalf(40)) for one in z])
    t = torch.from_numpy(z)
    by_torch = (torch.sigmoid(t) * torch.sigmoid(-t)).numpy()
    h = sigmoid(z)
    return Evidence(
        [
            close("by hand, over the slope on paper", sigmoid(z) * sigmoid(-z) / paper, np.ones(7), 1e-14),
            close("Torch, over the slope on paper", by_torch / paper, np.ones(7), 1e-12),
            equal("by hand, h (1 − h) at 40 and 300", (h * (1 - h))[-2:].tolist(), [0.0, 0.0]),
        ]
    )


@claim(
    r"Hidden units that start equal stay equal: their columns of $W_1$ and rows of $W_2$ get the same "
    r"gradients, so a network started with constants has one hidden unit for good. From zeros $W_1$ does not "
    r"even move at the first step."
)
def equal_units_stay_equal() -> Evidence:
    """Train from constants for 60 steps, by hand and by autograd, and compare the units."""
    arrays, y = random_network(12, seed=1)
    start = arrays | {
        "W_1": np.full((4, 3), 0.3),
        "W_2": np.full((3, 5), -0.2),
        "b_1": np.zeros(3),
        "b_2": np.zeros(5),
    }
    net = dict(start)
    for _ in range(60):
        gradients = network_backward(y=y, **net)
        net |= {name: net[name] - 0.5 * gradients[name] for name in NAMES[1:]}
    t = {name: torch.tensor(one, requires_grad=True) for name, one in start.items()}
    for _ in range(60):
        found = torch.autograd.grad(torch_loss(t, torch.from_numpy(y)), [t[name] for name in NAMES[1:]])
        t |= {n: (t[n] - 0.5 * g).detach().requires_grad_() for n, g in zip(NAMES[1:], found, strict=True)}
    zeros = {name: np.zeros_like(one) for name, one in arrays.items()} | {"x": arrays["x"]}
    first = network_backward(y=y, **zeros)
    return Evidence(
        [
            at_most("by hand, columns of W_1 apart", float(np.ptp(net["W_1"], axis=1).max()), 1e-12),
            at_most("Torch autograd, the same", (t["W_1"].amax(1) - t["W_1"].amin(1)).max().item(), 1e-12),
            at_least("by hand, how far the weights went", float(abs(net["W_1"] - start["W_1"]).max()), 0.1),
            equal("by hand, from zeros, W_1 moves", bool(first["W_1"].any()), False),
            equal("by hand, from zeros, W_2 moves", bool(first["W_2"].any()), True),
        ]
    )


@claim(
    r"Moving the input against $\partial J/\partial x$ lowers the loss with the network held fixed: that is "
    r"what the gradient by $x$ is for, as when $x$ is a word vector that is learnt.",
    answers=("s1.1.b",),
)
def moving_the_input() -> Evidence:
    """Take fifty steps on x alone by hand and by autograd, and compare the losses."""
    arrays, y = random_network(1, seed=2)
    x, losses = arrays["x"], []
    t = {name: torch.from_numpy(one) for name, one in arrays.items()}
    moving, label = torch.tensor(arrays["x"], requires_grad=True), torch.from_numpy(y)
    for _ in range(50):
        y_hat = network_forward(**(arrays | {"x": x}))[2]
        losses.append(float(-np.log((y * y_hat).sum())))
        x = x - 0.5 * network_backward(y=y, **(arrays | {"x": x}))["x"]
        loss = torch_loss({**t, "x": moving}, label)
        moving = (moving - 0.5 * torch.autograd.grad(loss, moving)[0]).detach().requires_grad_()
    return Evidence(
        [
            close("Torch autograd, the input after 50 steps", moving.detach().numpy(), x, 1e-12),
            at_most("by hand, loss at the end over loss at the start", losses[-1] / losses[0], 0.8),
            equal("by hand, the loss falls at every step", bool((np.diff(losses) < 0).all()), True),
        ],
        {"before": losses[0], "after": losses[-1]},
    )
