"""Negatives that a block shares: the same gradient on average, and more noise in it."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from workings.byhand.negative_sampling import negative_sampling_gradients, noise_distribution
from workings.byhand.pmi import sgns_expected_gradients
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, estimate
from workings.models.block_word2vec import Blocks, Settings, block_loss, draw_epoch, noise_table, step

COUNTS = np.array([8, 5, 4, 3, 2, 2])
SETTINGS = Settings(d=3, window=2, negatives=5, block=8, shared=8, blocks=1)
N, DRAWS = len(COUNTS), 1000
K, S = SETTINGS.negatives, SETTINGS.shared


@cache
def one_block() -> tuple[torch.Tensor, torch.Tensor, Blocks]:
    """Return tables U and V and a block of eight centres."""
    generator = torch.Generator().manual_seed(0)
    U, V = torch.randn(2, N, SETTINGS.d, generator=generator, dtype=torch.float64)
    tokens = torch.tensor([0, 3, 1, 0, 2, 4, 1, 5])
    table = noise_table(torch.from_numpy(COUNTS), SETTINGS.power)
    read = draw_epoch(tokens, torch.zeros_like(tokens), torch.ones(N), table, SETTINGS, 0).blocks(0, 1)
    return U, V, Blocks(read.centres, read.rows, read.inside.double(), read.weights.double())


def pairs() -> list[tuple[int, int]]:
    """List the block's pairs of words."""
    _, _, blocks = one_block()
    return [
        (int(blocks.centres[0, c]), int(blocks.rows[0, column]))
        for _, c, column in blocks.inside.nonzero().tolist()
    ]


def with_shared(draws: int) -> np.ndarray:
    """Draw the block's negatives anew, again and again; return the gradients of V by :func:`step`."""
    U, V, blocks = one_block()
    rng = np.random.default_rng(1)
    found = []
    for _ in range(draws):
        drawn = torch.from_numpy(rng.choice(N, size=(1, S), p=noise_distribution(COUNTS)))
        rows = torch.cat([blocks.rows[:, :-S], drawn], dim=1)
        moved = [U.clone(), V.clone()]
        step(moved[0], moved[1], Blocks(blocks.centres, rows, blocks.inside, blocks.weights), 1.0)
        found.append((V - moved[1]).numpy())
    return np.array(found)


def with_own(draws: int) -> np.ndarray:
    """Draw five negatives for every pair; return the summed gradients of V."""
    U, V, _ = (one.numpy() if isinstance(one, torch.Tensor) else one for one in one_block())
    rng, noise = np.random.default_rng(2), noise_distribution(COUNTS)
    found = []
    for _ in range(draws):
        each = [
            negative_sampling_gradients(U, V, i, j, rng.choice(N, size=K, p=noise))[1] for i, j in pairs()
        ]
        found.append(np.sum(each, axis=0))
    return np.array(found)


@claim(
    r"With the $S$ negatives of a block weighed with $K/S$ the expected gradient is that of $K$ own "
    r"negatives for every pair; but it varies more, for all centres of a block meet the same few words."
)
def same_on_average() -> Evidence:
    """Compare with the exact expectation; measure the spread of both."""
    U, V, _ = one_block()
    table = np.zeros((N, N))
    for i, j in pairs():
        table[i, j] += 1
    noise = noise_distribution(COUNTS)
    exact = sgns_expected_gradients(U.numpy(), V.numpy(), table, K, noise)[1] * table.sum()
    shared, own = with_shared(DRAWS), with_own(DRAWS // 10)
    direction = np.random.default_rng(3).normal(size=exact.shape)
    spread = shared.std(axis=0).mean() / own.std(axis=0).mean()
    return Evidence(
        [
            estimate(
                "drawn for the block", (shared * direction).sum(axis=(1, 2)), float((exact * direction).sum())
            ),
            estimate(
                "drawn for every pair", (own * direction).sum(axis=(1, 2)), float((exact * direction).sum())
            ),
            at_least("spread of the shared ones over that of the own", float(spread), 1.2),
        ],
        {"spread": float(spread), "draws": DRAWS, "pairs": len(pairs())},
    )


@claim(r"A step by three batched matrix products moves both tables by minus the rate times the gradient.")
def step_is_descent() -> Evidence:
    """Compare with autograd, and with finite differences of the loss."""
    U, V, blocks = one_block()
    moved = [U.clone(), V.clone()]
    step(moved[0], moved[1], blocks, 0.5)
    change = torch.stack([moved[0] - U, moved[1] - V])
    leaves = [one.clone().requires_grad_() for one in (U, V)]
    gradients = torch.stack(torch.autograd.grad(block_loss(leaves[0], leaves[1], blocks), leaves))
    h, differences = 1e-5, torch.zeros_like(change)
    for place in np.ndindex(*change.shape):
        ends = []
        for sign in (1, -1):
            both = torch.stack([U, V])
            both[place] += sign * h
            ends.append(float(block_loss(both[0], both[1], blocks)))
        differences[place] = (ends[0] - ends[1]) / (2 * h)
    return Evidence(
        [
            close("autograd", change, -0.5 * gradients, 1e-12),
            close("finite differences", change, -0.5 * differences, 1e-7),
        ],
        {"rows": int(blocks.rows.shape[1])},
    )
