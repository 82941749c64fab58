"""What subtracting the maximum saves, what it does not, and why it has to be the maximum."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.naive_softmax import naive_softmax
from workings.byhand.softmax import softmax
from workings.claims.claim import Evidence, claim
from workings.claims.softmax_floats import FORMATS
from workings.claims.witness import at_most, close, equal


@claim(
    r"With the maximum subtracted no finite scores break softmax: the largest power is 1, the sum lies "
    r"between 1 and $n$, and the weights are right to rounding."
)
def stable_form() -> Evidence:
    """Compare with 40 digits on scores of every size; try the largest numbers in Torch's four formats."""
    rng = np.random.default_rng(3)
    rows = [rng.normal(size=4) * 10.0**size for size in range(-3, 4)]
    gaps = []
    for row in rows:
        powers = [sympy.exp(sympy.Rational(float(x))).evalf(40) for x in row]
        exact = [float(one / sum(powers)) for one in powers]
        gaps.append(float(abs(softmax(row) - exact).max()))
    largest = {
        name: torch.softmax(torch.tensor([1, -1, 1, 0], dtype=dtype) * torch.finfo(dtype).max, 0)
        for name, dtype in FORMATS.items()
    }
    extreme = np.finfo(np.float64).max
    return Evidence(
        [
            at_most("by hand against SymPy in 40 digits, scores of size 0.001 to 1000", max(gaps), 1e-15),
            equal(
                "by hand, the largest float64",
                softmax([extreme, -extreme, extreme, 0]).tolist(),
                [0.5, 0, 0.5, 0],
            ),
            equal(
                "Torch, the largest number of each format",
                [p.tolist() for p in largest.values()],
                [[0.5, 0, 0.5, 0]] * len(FORMATS),
            ),
        ]
    )


@claim(
    r"Any shift is right on paper; only one near the maximum is safe. With the *mean* subtracted, one score "
    r"of 1000 among three zeros still overflows in float64."
)
def shift_by_the_mean() -> Evidence:
    """Shift by the mean and by the maximum, in NumPy and in Torch."""
    x = np.array([1000.0, 0.0, 0.0, 0.0])
    by_mean, by_peak = naive_softmax(x - x.mean()), naive_softmax(x - x.max())
    scores = torch.from_numpy(x)
    powers = torch.exp(scores - scores.mean())
    return Evidence(
        [
            equal("NumPy, minus the mean", bool(np.isnan(by_mean[0])), True),
            equal("Torch, minus the mean", bool((powers / powers.sum())[0].isnan()), True),
            equal("NumPy, minus the maximum", by_peak.tolist(), [1.0, 0.0, 0.0, 0.0]),
        ],
        {"mean": float(x.mean()), "above_the_mean": float(x.max() - x.mean())},
    )


@claim(
    r"Softmax cannot give back digits that the scores have lost: $(1, 2) + 2^{25}$ is a tie in float32, "
    r"and gets the weights $(\tfrac12, \tfrac12)$."
)
def lost_digits() -> Evidence:
    """Add the shift in float32 and in float64, by hand and in Torch."""
    shift = 2**25
    scores = np.array([1, 2], np.float32)
    by_torch = torch.softmax(torch.tensor([1.0, 2.0]) + shift, 0)
    return Evidence(
        [
            equal("by hand, float32", softmax(scores + np.float32(shift)).tolist(), [0.5, 0.5]),
            equal("Torch, float32", by_torch.tolist(), [0.5, 0.5]),
            close("by hand, float64", softmax(np.array([1.0, 2.0]) + shift), softmax([1.0, 2.0]), 1e-15),
        ],
        {"right": softmax([1.0, 2.0]).tolist()},
    )
