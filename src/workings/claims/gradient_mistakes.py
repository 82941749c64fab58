"""What a check by differences catches, what slips through it, and where it cries wolf."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.backpropagation import network_backward, network_forward
from workings.byhand.gradient_check import central_differences, gradient_gap
from workings.claims.claim import Evidence, claim
from workings.claims.one_hidden_layer import as_function, random_network, torch_loss
from workings.claims.witness import at_least, at_most, close, equal


def mistakes() -> dict[str, tuple[str, np.ndarray]]:
    """Return gradients with common mistakes: which array, and what the mistake gives; right ones first."""
    arrays, y = random_network(d_x=4, d_h=4, d_y=4, seed=3)
    right = network_backward(y=y, **arrays)
    h, _, y_hat = network_forward(**arrays)
    by_h = right["h"]
    slope_of_output = 1 / (1 + np.exp(-h))
    twice = by_h * slope_of_output * (1 - slope_of_output)
    return {
        "right": ("W_1", right["W_1"]),
        "no slope h(1 − h)": ("W_1", arrays["x"].T @ by_h),
        "σ′ taken at h, not at z": ("W_1", arrays["x"].T @ twice),
        "W₂ not transposed": ("W_1", arrays["x"].T @ ((right["u"] @ arrays["W_2"]) * h * (1 - h))),
        "not divided by B": ("W_1", right["W_1"] * len(y)),
        "y − ŷ": ("W_2", h.T @ (y - y_hat) / len(y)),
        "bias not summed over the batch": ("b_1", right["z"][0]),
        "x, W₁ not transposed": ("x", right["z"] @ arrays["W_1"]),
    }


def check(mistaken: tuple[str, np.ndarray]) -> float:
    """Return the gap of a gradient to central differences, in the network of ``mistakes``."""
    arrays, y = random_network(d_x=4, d_h=4, d_y=4, seed=3)
    name, gradient = mistaken
    return gradient_gap(gradient, central_differences(as_function(arrays, y, name), arrays[name]))


@claim(
    r"The check tells right from wrong by six decades and more: the right gradients have a gap below "
    r"$10^{-8}$, and seven common mistakes one above a hundredth.",
    answers=("s1.1.c",),
)
def mistakes_are_caught() -> Evidence:
    """Check right and mistaken gradients against central differences and against autograd."""
    arrays, y = random_network(d_x=4, d_h=4, d_y=4, seed=3)
    t = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    found = dict(
        zip(t, torch.autograd.grad(torch_loss(t, torch.from_numpy(y)), list(t.values())), strict=True)
    )
    by_differences = {name: check(one) for name, one in mistakes().items()}
    by_torch = {name: gradient_gap(one[1], found[one[0]].numpy()) for name, one in mistakes().items()}
    wrong = [name for name in by_differences if name != "right"]
    return Evidence(
        [
            at_most("central differences, the right one", by_differences["right"], 1e-8),
            at_most("Torch autograd, the right one", by_torch["right"], 1e-14),
            at_least(
                "central differences, the smallest of the wrong", min(by_differences[n] for n in wrong), 0.01
            ),
            at_least("Torch autograd, the smallest of the wrong", min(by_torch[n] for n in wrong), 0.01),
        ],
        {"mistakes": len(wrong)},
    )


def course_gap(found: np.ndarray, expected: np.ndarray) -> float:
    """Return the measure of many course checkers: the largest |a - b| over max(1, |a|, |b|)."""
    larger = np.maximum(abs(found), abs(expected))
    return float((abs(found - expected) / np.maximum(1, larger)).max())


@claim(
    r"A common measure, $|a - b| / \max(1, |a|, |b|)$ below $10^{-5}$, is blind where gradients are small: "
    r"it accepts a gradient of $10^{-6}$ with the wrong sign. The ratio of norms does not."
)
def small_gradients_slip_through() -> Evidence:
    """Shrink the loss a hundred thousand times and offer both measures the negated gradient."""
    arrays, y = random_network(seed=4)
    t = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    tiny = torch.autograd.grad(1e-5 * torch_loss(t, torch.from_numpy(y)), t["W_1"])[0].numpy()
    differences = 1e-5 * central_differences(as_function(arrays, y, "W_1"), arrays["W_1"])
    return Evidence(
        [
            at_most("measure with 1, wrong sign, against autograd", course_gap(-tiny, tiny), 1e-5),
            at_most("measure with 1, wrong sign, against differences", course_gap(-tiny, differences), 1e-5),
            close("ratio of norms, wrong sign, against autograd", gradient_gap(-tiny, tiny), 1, 1e-12),
            close(
                "ratio of norms, wrong sign, against differences", gradient_gap(-tiny, differences), 1, 1e-6
            ),
        ],
        {"largest": float(abs(tiny).max())},
    )


@claim(
    r"Differences know nothing of kinks. For ReLU within $\varepsilon$ of 0 they give a mean of both slopes, "
    r"$\tfrac12$ at the kink itself, where Torch says 0: a failed check there need not be a mistake."
)
def kinks() -> Evidence:
    """Take differences of ReLU at and near zero, by hand and with Torch's function; compare the formula."""
    step = 1e-3
    places = np.array([0.0, 0.4, -0.4, 2.0]) * step

    def relu(x: np.ndarray) -> float:
        return float(np.maximum(x, 0).sum())

    def torch_relu(x: np.ndarray) -> float:
        return torch.relu(torch.from_numpy(x)).sum().item()

    expected = np.clip((places + step) / (2 * step), 0, 1)
    at_zero = torch.zeros(1, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.relu(at_zero).sum(), at_zero)
    return Evidence(
        [
            close(
                "NumPy, differences against the share of the step above 0",
                central_differences(relu, places, step),
                expected,
                1e-12,
            ),
            close("Torch's ReLU, the same", central_differences(torch_relu, places, step), expected, 1e-12),
            equal("Torch autograd at 0", slope.item(), 0.0),
        ],
        {"near": expected.tolist()},
    )
