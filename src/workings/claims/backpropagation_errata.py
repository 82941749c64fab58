"""Errata of the published answer to s1.1.b (document 001): the gradient by the input."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.backpropagation import network_backward
from workings.byhand.sigmoid import sigmoid
from workings.claims.backpropagation_limits import (
    input_gradient_is_not_all,
    slope_from_both_sides,
    without_slope,
)
from workings.claims.claim import Evidence, erratum
from workings.claims.one_hidden_layer import by_autograd, random_network
from workings.claims.witness import close


@erratum(
    r"The expression for $\partial J / \partial x$ is the full backpropagation through output layer, hidden "
    r"layer and input layer.",
    truth=r"It is one of the five gradients. Backpropagation through this network also gives those by $W_1, "
    r"b_1, W_2$ and $b_2$, which training needs and which the expression does not contain: it can be 0 while "
    r"they are not. And there is no input layer to go through: the input is where the chain ends.",
    question="s1.1.b",
    corrected=input_gradient_is_not_all,
    certainty="arguable",
    reading=r"*full* means the whole chain from the loss back to $x$, which is what the question asked for",
)
def full_backpropagation() -> Evidence:
    """Set the expression to zero (W_1 = 0): is there nothing else to propagate?"""
    arrays, y = random_network()
    arrays = without_slope(arrays)
    by_hand, by_torch = network_backward(y=y, **arrays), by_autograd(arrays, y)
    return Evidence(
        [
            close("by hand, gradient by W_1 where that by x is 0", by_hand["W_1"], np.zeros((4, 3)), 1e-3),
            close("Torch autograd, gradient by W_2 there", by_torch["W_2"], np.zeros((3, 5)), 1e-3),
        ],
        {"by_x": float(abs(by_hand["x"]).max()), "by_W_1": float(abs(by_hand["W_1"]).max())},
    )


@erratum(
    r"The slope of the sigmoid is $\sigma'(z) = h \circ (1 - h)$, computed from the output $h$.",
    truth=r"On paper. In floating point $h$ rounds to 1 from $z \approx 16.7$ in float32 and 36.8 in "
    r"float64, and the product is exactly 0 where the slope is $e^{-z}$: such a unit passes nothing back. "
    r"$\sigma(z)\,\sigma(-z)$, from $z$, keeps all digits.",
    question="s1.1.b",
    corrected=slope_from_both_sides,
    certainty="arguable",
    reading=r"an identity of real numbers; Torch computes it in the same way and lives with it",
)
def slope_from_the_output() -> Evidence:
    """Divide h (1 - h) at z = 40 by the slope on paper, by hand and in Torch."""
    z = 40.0
    paper = np.exp(-z) / (1 + np.exp(-z)) ** 2
    h = sigmoid([z])[0]
    t = torch.sigmoid(torch.tensor(z, dtype=torch.float64))
    return Evidence(
        [
            close("by hand, over the slope on paper", h * (1 - h) / paper, 1, 1e-6),
            close("Torch, the same", (t * (1 - t)).item() / paper, 1, 1e-6),
        ],
        {"paper": float(paper)},
    )
