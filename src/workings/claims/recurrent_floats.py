"""Where floating point ends a vanishing gradient and an exploding one."""

from __future__ import annotations

import numpy as np
import torch

from workings.byhand.recurrent import activate, slope
from workings.claims.claim import Evidence, claim
from workings.claims.witness import equal


@claim(
    r"Floating point ends both. Four-to-one shrinking per step (sigmoid at its steepest, $w = 1$) is "
    r"exactly 0 in float32 after 75 steps and in float64 after 538; doubling ($w = 2$, linear) is infinite "
    r"after 128 and 1024.",
    answers=("s3.1",),
)
def floating_point() -> Evidence:
    """Count steps by hand in each precision, and check both sides of each edge by autograd."""
    counted = []
    for activation, w in (("sigmoid", 1.0), ("linear", 2.0)):
        for dtype in ("float32", "float64"):
            factor = w * slope(activate(np.zeros(1, dtype), activation), activation)  # (1,), one step
            product, steps = np.ones(1, dtype), 0
            while 0 < product[0] < np.inf:
                with np.errstate(over="ignore"):
                    product, steps = (product * factor).astype(dtype), steps + 1
            counted.append(steps)
    edges = []
    for kind, precision, steps in (
        ("sigmoid", torch.float32, 75),
        ("sigmoid", torch.float64, 538),
        ("linear", torch.float32, 128),
        ("linear", torch.float64, 1024),
    ):
        for count in (steps - 1, steps):
            start = torch.tensor(0.5 if kind == "sigmoid" else 0.0, dtype=precision, requires_grad=True)
            h = start
            for _ in range(count):
                h = torch.sigmoid(h - 0.5) if kind == "sigmoid" else 2 * h
            (gradient,) = torch.autograd.grad(h, start)
            edges.append(bool(gradient > 0) if kind == "sigmoid" else bool(gradient.isfinite()))
    return Evidence(
        [
            equal("by hand, counted", counted, [75, 538, 128, 1024]),
            equal("Torch autograd, before and at each edge", edges, [True, False] * 4),
        ],
        {"steps": counted},
    )
