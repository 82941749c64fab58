"""Errata of the published answers to s4.1.2 and s4.1.3 (document 004)."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.infinity_norm import squared_infinity_norm
from workings.claims.claim import Evidence, erratum
from workings.claims.infinity_norm import (
    every_tied_index,
    no_derivative_at_ties,
    sgd_step,
    sum_is_no_subgradient,
    supports,
)
from workings.claims.separable import W_STAR, X, Y, floats_stop
from workings.claims.witness import at_least, close, equal


@erratum(
    r"$\log(1 + e^u) > 0$ for every real $u$, and $L(\alpha w_*)$ falls strictly as $\alpha$ grows; so the "
    r"loss has no global minimum.",
    truth=r"True on paper, not in floats: in float64 $\log(1 + e^{-38})$ is exactly 0. On separable data "
    r"the loss as printed *reaches* 0 at a finite $w$, falls no further, and every $w$ beyond is a "
    r"minimum, where training stops. A stable form only puts this off.",
    question="s4.1.2",
    corrected=floats_stop,
    certainty="arguable",
    reading="the numbers are real numbers, as the question means them",
)
def above_zero_for_any_u() -> Evidence:
    """Evaluate the logarithm and the loss as printed, in NumPy and in Torch; look for a fall beyond."""
    signed = Y * (X @ W_STAR)
    plain = [float(np.log(1 + np.exp(-alpha * signed)).sum()) for alpha in (38.0, 400.0)]
    stable = [float(np.log1p(np.exp(-alpha * signed)).sum()) for alpha in (746.0, 900.0)]
    return Evidence(
        [
            at_least("NumPy, log(1 + exp(-38)) over 1e-300", float(np.log(1 + np.exp(-38.0))) / 1e-300, 1),
            at_least("NumPy, the loss at 38 over 1e-300", plain[0] / 1e-300, 1),
            at_least(
                "Torch, log(1 + exp(-38)) over 1e-300",
                torch.log(1 + torch.exp(torch.tensor(-38.0, dtype=torch.float64))).item() / 1e-300,
                1,
            ),
            equal("NumPy, the plain form falls from 38 to 400", plain[1] < plain[0], True),
            equal("NumPy, the stable form falls from 746 to 900", stable[1] < stable[0], True),
        ]
    )


def printed_cases(w: np.ndarray) -> float:
    """Follow the printed cases for the value: the square of an entry that is not below any other."""
    return float(w[w.argmax()] ** 2)


@erratum(
    r"$\lVert w \rVert_\infty^2$ is $w_i^2$ where $w_i \ge w_j$ for all $j \ne i$; its derivative by $w_i$ "
    r"is $2w_i$ there, else 0.",
    truth=r"The bars are missing: it is $w_i^2$ where $|w_i| \ge |w_j|$ for all $j$. For $w = (1, -3)$ the "
    r"printed cases give the value 1 and the slope $(2, 0)$; the squared norm is 9, its gradient $(0, -6)$, "
    r"and the printed slope is not even a subgradient. The line after has the bars again.",
    question="s4.1.3",
    corrected=sgd_step,
)
def slope_without_bars() -> Evidence:
    """Evaluate the cases at (1, -3), differentiate there, and test the definition of a subgradient."""
    w = np.array([1.0, -3.0])
    at = torch.from_numpy(w).requires_grad_()
    norm = torch.linalg.vector_norm(at, ord=float("inf")) ** 2
    (graph,) = torch.autograd.grad(norm, at)
    rule = every_tied_index(w)
    return Evidence(
        [
            close("by hand, the value", printed_cases(w), squared_infinity_norm(w), 1e-9),
            close("Torch, the value", printed_cases(w), norm.item(), 1e-9),
            close("Torch autograd, the slope", rule, graph.numpy(), 1e-9),
            equal("fractions, it supports the norm", supports(rule, w), True),
        ]
    )


@erratum(
    r"The derivative's cases hold at ties too: $2w_i$ for every $i$ with $w_i \ge w_j$ for all $j \ne i$.",
    truth=r"At $w = (1, 1)$ that is $(2, 2)$, which is no subgradient: its line passes $(2, 2)$ at height "
    r"5, above the norm's 4. At a tie take one index, or a weighted mean over the tied ones, never all of "
    r"them.",
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
    certainty="arguable",
    reading=r"almost everywhere: ties are left out, as with random real weights they never happen",
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
