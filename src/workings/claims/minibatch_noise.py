"""How noisy a minibatch's gradient is: unbiased, with a variance that falls as 1/B."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import torch

from workings.byhand.minibatch import minibatch_variance
from workings.byhand.power_law import power_law
from workings.byhand.sigmoid import sigmoid
from workings.claims.claim import Evidence, claim
from workings.claims.logistic_real import breast_cancer
from workings.claims.witness import close, equal, estimate

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
DRAWS = 2_000


def real_gradients() -> np.ndarray:
    """Return one gradient of the logistic loss at w = 0 for each of 569 tumours, shape (N, D)."""
    Z, t, _ = breast_cancer()
    X = np.hstack([np.ones((len(Z), 1)), Z])
    each: np.ndarray = (sigmoid(np.zeros(len(X))) - t)[:, None] * X
    return each


def strays(B: int, *, replacement: bool = True, draws: int = DRAWS, seed: int = 0) -> np.ndarray:
    """Return squared distances of drawn minibatches' gradients from the full one, shape (draws,)."""
    G = real_gradients()
    rng = np.random.default_rng(seed + B)
    if replacement:
        picks = rng.integers(0, len(G), (draws, B))
    else:
        picks = np.argsort(rng.random((draws, len(G))), axis=1)[:, :B]
    full = G.mean(axis=0)
    return np.array([((G[pick].mean(axis=0) - full) ** 2).sum() for pick in picks])


@claim(
    r"A minibatch's gradient is the full gradient on average, whatever $B$, with replacement or without: "
    r"less exact, not wrong.",
    answers=("s4.2.1",),
)
def unbiased() -> Evidence:
    """Average over every batch there is, in fractions; draw batches of the real data with Torch."""
    G = [Fraction(g) for g in (3, -1, 4, 1, -5)]
    mean = sum(G) / 5
    kinds = [list(kind) for B in (1, 2, 3, 5) for kind in (product(G, repeat=B), combinations(G, B))]
    exact = [sum(sum(batch) / len(batch) for batch in batches) / len(batches) for batches in kinds]
    real = torch.from_numpy(real_gradients())
    along = real.mean(dim=0) / real.mean(dim=0).norm()
    picks = torch.randint(0, len(real), (4_000, 4), generator=torch.Generator().manual_seed(0))
    measured = (real[picks].mean(dim=1) @ along).numpy()
    return Evidence(
        [
            equal("fractions, every batch of 1, 2, 3 and 5 of 5", exact, [mean] * 8),
            estimate(
                "Torch, 4 000 batches of 4, along the gradient", measured, float(real.mean(dim=0).norm())
            ),
        ]
    )


@claim(
    r"Its variance falls as $1/B$: $\operatorname{E}\lVert \hat g - \bar g \rVert^2 = \tfrac1B \cdot "
    r"\tfrac1N \sum_i \lVert g_i - \bar g \rVert^2$ with replacement. So the noise falls as $1/\sqrt B$: "
    r"ten times less costs a hundred times the examples.",
    answers=("s4.2.1",),
)
def variance() -> Evidence:
    """Draw batches of real data, fit the power, and compare with every batch of a small set in fractions."""
    G = real_gradients()
    samples = {B: strays(B) for B in SIZES}
    means = [float(samples[B].mean()) for B in SIZES]
    exponent, error = power_law(SIZES, means)
    small = [Fraction(g) for g in (3, -1, 4, 1, -5)]
    centre = sum(small) / 5
    every = [sum((sum(b) / B - centre) ** 2 for b in product(small, repeat=B)) / 5**B for B in (1, 2, 3, 4)]
    spread = sum((g - centre) ** 2 for g in small) / 5
    return Evidence(
        [
            estimate("drawn, B = 1", samples[1], minibatch_variance(G, 1)),
            estimate("drawn, B = 16", samples[16], minibatch_variance(G, 16)),
            estimate("drawn, B = 256", samples[256], minibatch_variance(G, 256)),
            close("drawn, fitted power", exponent, -1, 0.02),
            equal("fractions, every batch of 1 to 4 of 5", every, [spread / B for B in (1, 2, 3, 4)]),
        ],
        {
            "exponent": exponent,
            "error": error,
            "measured": {str(B): mean for B, mean in zip(SIZES, means, strict=True)},
            "full": float((G.mean(axis=0) ** 2).sum()),
            "draws": DRAWS,
        },
    )


@claim(
    r"Without replacement there is a factor $\tfrac{N - B}{N - 1}$ more, and no noise at all at $B = N$. "
    r"For $B \ll N$ it makes no difference; at half the data it halves the variance.",
    answers=("s4.2.1",),
)
def without_replacement() -> Evidence:
    """Average over every subset in fractions; draw half of the real data."""
    small = [Fraction(g) for g in (3, -1, 4, 1, -5, 2)]
    centre = sum(small) / 6
    spread = sum((g - centre) ** 2 for g in small) / 6
    every = []
    for B in range(1, 7):
        batches = list(combinations(small, B))
        every.append(sum((sum(batch) / B - centre) ** 2 for batch in batches) / len(batches))
    G = real_gradients()
    half = strays(284, replacement=False, draws=1_000)
    ratio = float(half.mean()) / minibatch_variance(G, 284)
    return Evidence(
        [
            equal(
                "fractions, every subset of 6",
                every,
                [spread / B * Fraction(6 - B, 5) for B in range(1, 7)],
            ),
            estimate("drawn, half of 569", half, minibatch_variance(G, 284, replacement=False)),
        ],
        {"half": ratio},
    )
