"""Receptive fields: the recurrence against the entries that a gradient reaches."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from workings.byhand.receptive_field import receptive_fields
from workings.claims.claim import Evidence, claim
from workings.claims.witness import equal

Layer = tuple[int, int, int, int]
EXAM: tuple[Layer, ...] = ((5, 1, 0, 1), (4, 4, 0, 1), (4, 1, 1, 1), (2, 2, 0, 1))


def reached(layers: tuple[Layer, ...], size: int, place: int) -> list[int]:
    """Return the inputs that one output depends on: the support of its gradient, all kernels being ones."""
    x = torch.ones(1, 1, size, dtype=torch.float64, requires_grad=True)
    y = x
    for k, s, p, d in layers:
        y = F.conv1d(y, torch.ones(1, 1, k, dtype=torch.float64), stride=s, padding=p, dilation=d)
    (graph,) = torch.autograd.grad(y[0, 0, place], x)
    return [int(one) for one in graph[0, 0].nonzero()[:, 0]]


def traced(layers: tuple[Layer, ...], size: int, place: int) -> set[int]:
    """Return the same by walking back from the output, tap by tap, through the sizes of all layers."""
    sizes = [size]
    for k, s, p, d in layers[:-1]:
        sizes.append((sizes[-1] + 2 * p - d * (k - 1) - 1) // s + 1)
    seen = {place}
    for (k, s, p, d), before in zip(reversed(layers), reversed(sizes), strict=True):
        seen = {one * s - p + d * tap for one in seen for tap in range(k)} & set(range(before))
    return seen


@claim(
    r"$r_l = r_{l-1} + d_l(k_l - 1) j_{l-1}$ and $j_l = j_{l-1}s_l$: over 150 drawn stacks of up to four "
    r"layers the first and the last input that an output depends on lie where the recurrence says.",
)
def recurrence() -> Evidence:
    """Compare its ends with the support of the gradient in Torch, and with walking back tap by tap."""
    rng = np.random.default_rng(0)
    by_gradient = by_walk = 0
    size = 400
    for _ in range(150):
        stack = []
        for _ in range(int(rng.integers(1, 5))):
            k, s, d = (int(one) for one in rng.integers(1, [6, 4, 4]))
            stack.append((k, s, int(rng.integers(0, 3)), d))
        layers = tuple(stack)
        field, jump, start = receptive_fields(layers)[-1]
        place = (size // 2 - start - field // 2) // jump  # far from both ends
        ends = (start + place * jump, start + place * jump + field - 1)
        gradient, walk = reached(layers, size, place), traced(layers, size, place)
        by_gradient += (gradient[0], gradient[-1]) != ends
        by_walk += (min(walk), max(walk)) != ends
    return Evidence(
        [
            equal("autograd, stacks that differ", by_gradient, 0),
            equal("walking back, stacks that differ", by_walk, 0),
        ],
        {"stacks": 150},
    )


@claim(
    r"In the exam's network an entry sees 5, 8, 20 and 24 pixels across after Conv-1, AvgPool-1, Conv-2 and "
    r"AvgPool-2, and a logit sees all 32. Without the poolings Conv-2 would see 8. Strides without pooling "
    r"widen it too, to 17.",
    answers=("s4.3.1.1.a",),
)
def exam_fields() -> Evidence:
    """The recurrence against the gradient, layer by layer, with and without pooling."""
    by_hand = [field for field, _, _ in receptive_fields(EXAM)]
    measured = [
        len(reached(EXAM[:depth], 400, 200 // (1, 4, 4, 8)[depth - 1])) for depth in range(1, len(EXAM) + 1)
    ]
    bare = (EXAM[0], EXAM[2])
    strided = (EXAM[0], (1, 4, 0, 1), EXAM[2])
    whole = sorted(set().union(*(reached(EXAM, 32, place) for place in range(3))))
    kinds = [receptive_fields(layers)[-1][0] for layers in (bare, strided)]
    support = reached(strided, 400, 40)
    return Evidence(
        [
            equal("by hand", by_hand, [5, 8, 20, 24]),
            equal("autograd, entries with a gradient", measured, [5, 8, 20, 24]),
            equal("autograd, what the three places of AvgPool-2 see together", whole, list(range(32))),
            equal("by hand, no pooling, and strides alone", kinds, [8, 17]),
            equal(
                "autograd, no pooling, and strides alone, first to last",
                [len(reached(bare, 400, 200)), support[-1] - support[0] + 1],
                [8, 17],
            ),
        ],
        {"fields": by_hand, "without": kinds[0], "strided": kinds[1]},
    )
