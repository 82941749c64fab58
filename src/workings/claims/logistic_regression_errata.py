"""Errata of the published answers to s3.2.a (document 003), s4.1.2 and s4.1.3 (document 004)."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.infinity_norm import squared_infinity_norm
from workings.byhand.sigmoid import sigmoid
from workings.claims.claim import Evidence, erratum
from workings.claims.infinity_norm import (
    every_tied_index,
    no_derivative_at_ties,
    one_corner_does_not_descend,
    sgd_step,
    subgradients,
    sum_is_no_subgradient,
    supports,
)
from workings.claims.logistic_sigmoid import digits_lost, stable_forms
from workings.claims.separable import W_STAR, X, Y, floats_stop
from workings.claims.witness import at_least, at_most, close, equal


@erratum(
    r"$\sigma(-x) = 1 - \sigma(x)$ holds, and is useful because it simplifies computations in GRUs and "
    r"backpropagation.",
    truth=r"As an identity of real numbers it does. As a computation, the right side has lost every digit at "
    r"$x = 40$: it is 0, where $\sigma(-40)$ is above 0 and its logarithm is $-40$. Use the left side.",
    question="s3.2.a",
    corrected=digits_lost,
    certainty="arguable",
    reading="the numbers are real numbers, or $x$ is so small that the lost digits do not matter",
)
def one_minus_simplifies() -> Evidence:
    """Ask for one right digit of one minus the sigmoid at 40, by hand and in Torch."""
    truth = float(torch.sigmoid(torch.tensor(-40.0, dtype=torch.float64)))
    ours = float(1 - sigmoid([40.0])[0])
    theirs = float(1 - torch.sigmoid(torch.tensor(40.0, dtype=torch.float64)))
    return Evidence(
        [
            at_most("by hand, relative error at 40", abs(ours / truth - 1), 0.1),
            at_most("Torch, relative error at 40", abs(theirs / truth - 1), 0.1),
        ]
    )


@erratum(
    r"$1 - \sigma(x) = e^{-x}/(1 + e^{-x}) = 1/(1 + e^x)$ for every $x$, as the steps of the proof have it.",
    truth=r"On paper. Run line by line at $x = -800$, the middle form is $\infty/\infty$, `nan`, and the "
    r"others are 1. A form with $e^{-|x|}$ is safe on both sides.",
    question="s3.2.a",
    corrected=stable_forms,
    certainty="arguable",
    reading="the numbers are real numbers",
)
def each_line_of_the_proof() -> Evidence:
    """Evaluate the three forms as written."""
    x = np.float64(-800)
    with np.errstate(over="ignore", invalid="ignore"):
        forms = [
            float(1 - 1 / (1 + np.exp(-x))),
            float(np.exp(-x) / (1 + np.exp(-x))),
            float(1 / (1 + np.exp(x))),
        ]
    return Evidence([equal("NumPy, three forms at -800", [str(form) for form in forms], ["1.0"] * 3)])


@erratum(
    r"$\log(1 + e^u) > 0$ for every real $u$, so the loss is never 0 and has no global minimum.",
    truth=r"Not in float64: $\log(1 + e^{-38})$ is exactly 0. On separable data the loss as printed "
    r"*reaches* 0 at a finite $w$, and every $w$ beyond is a minimum, where training stops.",
    question="s4.1.2",
    corrected=floats_stop,
    certainty="arguable",
    reading="the numbers are real numbers, as the question means them",
)
def above_zero_for_any_u() -> Evidence:
    """Evaluate the logarithm and the loss as printed, in NumPy and in Torch."""
    signed = Y * (X @ W_STAR)
    return Evidence(
        [
            at_least("NumPy, log(1 + exp(-38)) over 1e-300", float(np.log(1 + np.exp(-38.0))) / 1e-300, 1),
            at_least(
                "NumPy, the loss at 38 over 1e-300", float(np.log(1 + np.exp(-38 * signed)).sum()) / 1e-300, 1
            ),
            at_least(
                "Torch, log(1 + exp(-38)) over 1e-300",
                torch.log(1 + torch.exp(torch.tensor(-38.0, dtype=torch.float64))).item() / 1e-300,
                1,
            ),
        ]
    )


@erratum(
    r"$L(\alpha w_*)$ is a strictly decreasing function of $\alpha$.",
    truth=r"On paper, for every real $\alpha$. In float64 the loss as printed stays where it is from "
    r"$\alpha = 37$ on, and the stable form from 746 on.",
    question="s4.1.2",
    corrected=floats_stop,
    certainty="arguable",
    reading="the numbers are real numbers",
)
def strictly_decreasing() -> Evidence:
    """Look for a fall from 38 to 400, and from 746 to 900."""
    signed = Y * (X @ W_STAR)
    plain = [float(np.log(1 + np.exp(-alpha * signed)).sum()) for alpha in (38.0, 400.0)]
    stable = [float(np.log1p(np.exp(-alpha * signed)).sum()) for alpha in (746.0, 900.0)]
    return Evidence(
        [
            equal("NumPy, the plain form falls", plain[1] < plain[0], True),
            equal("NumPy, the stable form falls", stable[1] < stable[0], True),
        ]
    )


def printed_cases(w: np.ndarray) -> float:
    """Follow the printed cases for the value: the square of an entry that is not below any other."""
    return float(w[w.argmax()] ** 2)


@erratum(
    r"$\lVert w \rVert_\infty^2$ is $w_1^2$ where $w_1 \ge w_j$ for all $j \ne 1$, and so on to $w_D^2$ "
    r"where $w_D \ge w_j$.",
    truth=r"The bars are missing: it is $w_i^2$ where $|w_i| \ge |w_j|$ for all $j$. For $w = (1, -3)$ the "
    r"printed cases give 1, and the squared norm is 9.",
    question="s4.1.3",
    corrected=subgradients,
)
def value_without_bars() -> Evidence:
    """Evaluate the printed cases at (1, -3)."""
    w = np.array([1.0, -3.0])
    theirs = torch.linalg.vector_norm(torch.from_numpy(w), ord=float("inf")).item() ** 2
    return Evidence(
        [
            close("by hand", printed_cases(w), squared_infinity_norm(w), 1e-9),
            close("Torch", printed_cases(w), theirs, 1e-9),
        ]
    )


@erratum(
    r"$\partial \lVert w \rVert_\infty^2 / \partial w_i$ is $2w_i$ where $w_i \ge w_j$ for all $j \ne i$, "
    r"else 0.",
    truth=r"It is $2w_i$ where $|w_i|$ is the one largest *size*. For $w = (1, -3)$ the printed rule gives "
    r"$(2, 0)$; the gradient is $(0, -6)$, and the printed one is not even a subgradient.",
    question="s4.1.3",
    corrected=sgd_step,
)
def slope_without_bars() -> Evidence:
    """Differentiate at (1, -3) with autograd, and test the definition of a subgradient."""
    at = torch.tensor([1.0, -3.0], dtype=torch.float64, requires_grad=True)
    (graph,) = torch.autograd.grad(torch.linalg.vector_norm(at, ord=float("inf")) ** 2, at)
    rule = every_tied_index([1.0, -3.0])
    return Evidence(
        [
            close("Torch autograd", rule, graph.numpy(), 1e-9),
            equal("fractions, it supports the norm", supports(rule, [1, -3]), True),
        ]
    )


@erratum(
    r"The derivative's cases hold at ties too: $2w_i$ for every $i$ with $w_i \ge w_j$ for all $j \ne i$.",
    truth=r"At $w = (1, 1)$ that is $(2, 2)$, which is no subgradient: its line passes $(2, 2)$ at height "
    r"5, above the norm's 4. At a tie take one index, or a mean over the tied ones, never all of them.",
    question="s4.1.3",
    corrected=sum_is_no_subgradient,
)
def all_tied_indices() -> Evidence:
    """Test the definition at (1, 1) and at (2, 2, 1); measure the slope outward in Torch."""
    rule = every_tied_index([1.0, 1.0])
    outward = torch.autograd.functional.jvp(
        lambda v: torch.linalg.vector_norm(v, ord=float("inf")) ** 2,
        torch.ones(2, dtype=torch.float64),
        torch.ones(2, dtype=torch.float64),
    )[1].item()
    return Evidence(
        [
            equal("fractions, (1, 1)", supports(rule, [1, 1]), True),
            equal("fractions, (2, 2, 1)", supports(every_tied_index([2.0, 2, 1]), [2, 2, 1]), True),
            close("Torch, the slope along (1, 1)", float(rule.sum()), outward, 1e-9),
        ]
    )


@erratum(
    r"$\lVert w \rVert_\infty^2$ has the partial derivatives that the answer states, at every $w$.",
    truth=r"At a tie (not at 0) it has none by the tied weights: at $(1, 1)$ the slope in $w_1$ is 2 to the "
    r"right and 0 to the left. What the rule uses there is a *sub*gradient, a word that the answer lacks.",
    question="s4.1.3",
    corrected=no_derivative_at_ties,
)
def derivative_everywhere() -> Evidence:
    """Compare the slopes on both sides of the tie, by hand and in Torch."""
    step = 1e-6
    sides = [
        (squared_infinity_norm([1 + step, 1]) - 1) / step,
        (1 - squared_infinity_norm([1 - step, 1])) / step,
    ]
    torch_sides = []
    for first in (1 + step, 1 - step):
        at = torch.tensor([first, 1.0], dtype=torch.float64, requires_grad=True)
        (graph,) = torch.autograd.grad(torch.linalg.vector_norm(at, ord=float("inf")) ** 2, at)
        torch_sides.append(float(graph[0]))
    return Evidence(
        [
            close("by hand, right against left", sides[0], sides[1], 1e-3),
            close("Torch autograd, just right against just left", torch_sides[0], torch_sides[1], 1e-3),
        ]
    )


@erratum(
    r"$\operatorname{argmax}(|w_1|, \dots, |w_D|)$ is *the* index of the largest entry, and so the rule says "
    r"what to do at every $w$.",
    truth=r"At a tie there are several such indices, and they lead to different weights. Any one gives a "
    r"subgradient, but a small step along it does not lower the penalty.",
    question="s4.1.3",
    corrected=one_corner_does_not_descend,
    certainty="arguable",
    reading="ties are broken somehow, or never happen, as with random real weights",
)
def the_index() -> Evidence:
    """Step from a tie with the first and with the last largest index, by hand and in Torch."""
    w = np.array([1.0, 1.0])
    first, last = (w - 0.1 * 2 * w * np.eye(2)[i] for i in (w.argmax(), 1 - w[::-1].argmax()))
    at = torch.ones(2, dtype=torch.float64, requires_grad=True)
    (one_index,) = torch.autograd.grad((at**2).max(0).values, at)
    (their_mean,) = torch.autograd.grad(torch.linalg.vector_norm(at, ord=float("inf")) ** 2, at)
    return Evidence(
        [
            close("by hand, first against last index", first, last, 1e-9),
            close("Torch, largest square against norm", one_index.numpy(), their_mean.numpy(), 1e-9),
        ]
    )
