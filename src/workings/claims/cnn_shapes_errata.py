"""Errata of the published answers on convolutional networks (document 004, part 3, problem 1, and s4.1.4)."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from workings.byhand.pooling import max_pooling
from workings.claims.claim import Evidence, erratum
from workings.claims.conv_heads import pointwise_is_tied, residual
from workings.claims.digit_network import does_not_parse, fault, source
from workings.claims.output_sizes_exam import by_torch, floor_is_needed
from workings.claims.pooling import POOLS, WINDOW, one_pixel, pixel_leaves
from workings.claims.pooling_kinds import signed
from workings.claims.witness import at_most, close, equal


@erratum(
    r"The output of a convolution has $(N - F)/S + 1$ entries along each axis.",
    truth=r"$\lfloor (N - F)/S \rfloor + 1$. Where $S$ does not divide $N - F$ the expression is no whole "
    r"number, and the last entries of the input are not read. One of the exam's own wrong options needs the "
    r"floor: stride 3 both ways gives 42 rows, not $42\tfrac23$.",
    question="s4.1.4",
    corrected=floor_is_needed,
    certainty="arguable",
    reading="the stride divides, as it does in both directions of this question",
)
def size_without_floor() -> Evidence:
    """Compare the expression with Torch, 128 entries, a filter of 3, stride 3."""
    return Evidence(
        [close("Torch, rows against the expression", by_torch((3, 5), (3, 3))[0], (128 - 3) / 3 + 1, 0.1)]
    )


@erratum(
    r"Pooling layers provide invariance to the network, and so robustness to small variations of the input.",
    truth=r"Not even to every shift by one pixel. A pixel that crosses from one window into the next changes "
    r"the output wholly. What holds is equivariance to shifts by multiples of the stride, and a change that "
    r"is dampened, on smooth digits by less than a third. Pooling over the whole map is invariant, to shifts "
    r"that lose nothing at the edge. On "
    r"digits moved by 1 to 3 pixels the exam's network did no better by its pooling than by strides.",
    question="s4.3.1.1.a",
    corrected=pixel_leaves,
    certainty="arguable",
    reading="invariance means that small shifts change the output less than the input, and not at all if "
    "nothing crosses a window",
)
def pooling_is_invariant() -> Evidence:
    """Move one bright pixel by one and ask that the output stay, with max and with average pooling."""
    image = one_pixel(5, 7)
    moved = np.roll(image, 1, axis=3)
    gaps = [float(np.abs(pool(image, WINDOW) - pool(moved, WINDOW)).max()) for pool in POOLS.values()]
    return Evidence([close("by hand, max and average", gaps, [0, 0], 1e-9)])


@erratum(
    r"Max pooling selects the most prominent feature of each window.",
    truth=r"It selects the greatest *signed* entry. Of a window with $-5$ and else $0.1$ it keeps $0.1$. "
    r"In the exam's network ReLU comes after the pooling, so entries are of both signs, and in many "
    r"windows the largest in size is negative.",
    question="s4.3.1.1.b",
    corrected=signed,
    certainty="arguable",
    reading="“prominent” means greatest, or no entry is negative, as after a ReLU",
)
def most_prominent_feature() -> Evidence:
    """Pool a window with one large negative entry, and ask for its size, by hand and in Torch."""
    window = np.full((1, 1, 2, 2), 0.1)
    window[0, 0, 1, 0] = -5.0
    kept = [abs(float(max_pooling(window, 2).item())), F.max_pool2d(torch.from_numpy(window), 2).abs().item()]
    return Evidence(
        [
            close("by hand, size of what is kept", kept[0], 5, 0.1),
            close("Torch, size of what is kept", kept[1], 5, 0.1),
        ]
    )


@erratum(
    r"The printed code is mended by writing `nn.Linear(144, 10)` for `nn.Linear(120, 10)`.",
    truth=r"With that change the code still does not parse. Two commas are missing, after the first and the "
    r"second `AvgPool2d(...)`. The mismatch of two matrices that the question reports cannot have come from "
    r"this code.",
    question="s4.3.1.3",
    corrected=does_not_parse,
)
def linear_is_all() -> Evidence:
    """Change the linear layer alone and ask Python to read the code."""
    return Evidence([equal("Python reads the code", fault(source("", "", length=144)), "")])


@erratum(
    r"A $1 \times 1$ convolution followed by a $3 \times 3$ pooling replaces Flatten and Linear (the second "
    r"solution).",
    truth=r"It has the right shape and less power: 170 weights against 1,450, one per channel and class, "
    r"blind to where a feature is. Of a random linear head on features without correlation it misses eight "
    r"ninths of the variance. Only the first solution is the same function.",
    question="s4.3.1.4",
    corrected=pointwise_is_tied,
    certainty="arguable",
    reading="a replacement need only give ten numbers, and the network is trained anew",
)
def pointwise_replaces() -> Evidence:
    """Ask that the second head can copy a drawn linear head: what it misses of the weights."""
    missed = residual(np.random.default_rng(1).normal(size=(10, 144)))
    return Evidence([at_most("share of the weights that no such head has", missed, 0.01)])
