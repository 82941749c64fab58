"""Negative sampling factorises shifted PMI: the optimum, the dimension, the size of the text."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import sympy
import torch

from workings.byhand.pmi import pmi, sgns_expected_gradients, sgns_expected_loss, sgns_optimum
from workings.byhand.word2vec import pair_counts
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal, estimate
from workings.data.planted_words import (
    EMITTED,
    GENDER_OF,
    GENDER_STAYS,
    PLACE_OF,
    PLACE_SHARE,
    PLACE_STAYS,
    WORDS,
    planted_text,
    true_joint,
    word_shares,
)
from workings.models.word2vec import SkipGram, fit_expected

K, M, N = 5, 2, len(WORDS)
RANK = 9


def fitted(joint: np.ndarray, d: int, steps: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Fit vectors of d components to the expected loss of a joint distribution; return U and V."""
    noise = joint.sum(axis=0) / joint.sum()
    net = SkipGram(N, d, dtype=torch.float64)
    fit_expected(net, torch.from_numpy(joint), K, torch.from_numpy(noise), steps)
    return net.U.detach().numpy(), net.V.detach().numpy()


def rmse(scores: np.ndarray, target: np.ndarray) -> float:
    """Return the root of the mean squared difference over all pairs of words."""
    return float(np.sqrt(((scores - target) ** 2).mean()))


def truncated(target: np.ndarray, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Return two factors of the best approximation of rank d, by singular values."""
    left, values, right = np.linalg.svd(target)
    return left[:, :d] * values[:d], right[:d].T


@cache
def by_dimension(m: int, d: int) -> dict[str, float]:
    """Measure SGNS and a truncated SVD of d components against the true shifted PMI."""
    joint = true_joint(m)
    target, noise = pmi(joint) - np.log(K), joint.sum(axis=0)
    (U, V), (left, right) = fitted(joint, d), truncated(target, d)
    return {
        "sgns": rmse(U @ V.T, target),
        "svd": rmse(left @ right.T, target),
        "correlation": float(np.corrcoef((U @ V.T).ravel(), target.ravel())[0, 1]),
        "sgns_loss": sgns_expected_loss(U, V, joint, K, noise),
        "svd_loss": sgns_expected_loss(left, right, joint, K, noise),
    }


@cache
def by_size(length: int, seed: int = 1) -> dict[str, Any]:
    """Draw a text and measure counted PMI, and vectors fitted to its counts, against the true PMI."""
    counts = pair_counts(planted_text(length, np.random.default_rng(seed)), M, N).astype(float)
    target, seen = pmi(true_joint(M)) - np.log(K), counts > 0
    counted = pmi(counts) - np.log(K)
    measured: dict[str, Any] = {
        "unseen": float(1 - seen.mean()),
        "counted": rmse(counted[seen], target[seen]),
    }
    for d in (2, RANK, N):
        U, V = fitted(counts, d, 300)
        scores = U @ V.T
        measured[f"d_{d}"] = rmse(scores[seen], target[seen])
        measured[f"correlation_{d}"] = float(np.corrcoef(scores[seen], target[seen])[0, 1])
        measured[f"to_counted_{d}"] = rmse(scores[seen], counted[seen])
    return measured


@claim(
    r"If every score could be chosen freely, negative sampling would choose $\log \frac{p_{ij}}{k\, "
    r"p_{i\cdot}\, q_j}$, and with $q_j = p_{\cdot j}$ that is $\operatorname{PMI}_{ij} - \log k$. It is the "
    r"only minimum.",
    answers=("s0.1.4.ii",),
)
def optimum() -> Evidence:
    """Solve in SymPy; set the by-hand gradient to zero; let Torch find it."""
    s = sympy.Symbol("s", real=True)
    p, chance = sympy.symbols("p chance", positive=True)
    loss = p * sympy.log(1 + sympy.exp(-s)) + chance * sympy.log(1 + sympy.exp(s))
    at = sympy.log(p / chance)
    slope = sympy.simplify(sympy.diff(loss, s).subs(s, at))
    curvature = sympy.diff(loss, s, 2) - (p + chance) * sympy.exp(s) / (1 + sympy.exp(s)) ** 2
    joint = true_joint(M)
    best = sgns_optimum(joint, K, joint.sum(axis=0))
    gradient = sgns_expected_gradients(best, np.eye(N), joint, K, joint.sum(axis=0))
    U, V = fitted(joint, N)
    shifted = np.log(joint) - np.log(np.outer(word_shares(), word_shares())) - np.log(K)
    return Evidence(
        [
            equal("SymPy, the slope at the optimum", slope, 0),
            equal("SymPy, convex in each score", sympy.simplify(curvature), 0),
            close("by hand, the gradient at PMI - log k", np.abs(gradient).max(), 0, 1e-15),
            close("NumPy, PMI from the definition", shifted, best, 1e-12),
            close("Torch, fitted with d = n, largest error", U @ V.T, best, 0.05),
        ],
        {"rmse": rmse(U @ V.T, best), "shift": float(np.log(K)), "words": N},
    )


@claim(
    r"The generated text's pair probabilities, and so its PMI, are known exactly.",
    answers=("s0.1.4.ii",),
)
def known_joint() -> Evidence:
    """Multiply out the hidden Markov chain's matrices, and count pairs in blocks of a long text."""
    step = [
        stays * np.eye(size) + (1 - stays) * np.tile(share, (size, 1))
        for stays, size, share in ((PLACE_STAYS, 6, PLACE_SHARE), (GENDER_STAYS, 2, [0.5, 0.5]))
    ]
    chain = np.kron(*step)  # (12, 12)
    start = np.kron(PLACE_SHARE, [0.5, 0.5])  # (12,)
    place, gender = np.divmod(np.arange(12), 2)
    says = np.isin(PLACE_OF, -1) | (place[:, None] == PLACE_OF)
    says &= np.isin(GENDER_OF, -1) | (gender[:, None] == GENDER_OF)
    emitted = EMITTED * says  # (12, n)
    markov = np.zeros((N, N))
    for distance in range(1, M + 1):
        markov += emitted.T @ np.diag(start) @ np.linalg.matrix_power(chain, distance) @ emitted / M
    joint = true_joint(M)
    rng = np.random.default_rng(7)
    blocks = [pair_counts(planted_text(20_000, rng), M, N) for _ in range(40)]
    shares = np.array([one / one.sum() for one in blocks])  # (40, n, n)
    witnesses = [close("NumPy, the hidden Markov chain", markov, joint, 1e-16)]
    for one, other in (("king", "crown"), ("king", "queen"), ("he", "she"), ("crown", "soup")):
        i, j = WORDS.index(one), WORDS.index(other)
        witnesses.append(estimate(f"texts, {one} and {other}", shares[:, i, j], joint[i, j]))
    true = pmi(joint)
    near = {
        f"{one}_{other}": float(true[WORDS.index(one), WORDS.index(other)])
        for one, other in (
            ("king", "crown"),
            ("king", "queen"),
            ("king", "soup"),
            ("he", "she"),
            ("the", "king"),
        )
    }
    return Evidence(witnesses, {"pmi": near, "least": float(true.min()), "most": float(true.max())})


@claim(
    r"As many components as the shifted PMI has rank are enough. For $m = 1$ the rank is 9: with $d = 9$ the "
    r"inner products are the true $\operatorname{PMI} - \log 5$ to $10^{-3}$, with $d = 8$ they are not, and "
    r"no vectors of 8 components are.",
    answers=("s0.1.4.ii",),
)
def dimension() -> Evidence:
    """Take the rank in NumPy, fit in Torch at 8 and 9, bound the error at 8 by a singular value."""
    target = pmi(true_joint(1)) - np.log(K)
    values = np.linalg.svd(target)[1]
    eight, nine = by_dimension(1, 8), by_dimension(1, 9)
    bound = float(values[8] / N)  # Eckart and Young: no rank 8 is nearer, in this mean over n x n
    return Evidence(
        [
            equal("NumPy, the rank", int(np.linalg.matrix_rank(target, tol=1e-9)), RANK),
            at_most("Torch, error at d = 9", nine["sgns"], 1e-3),
            at_least("Torch, error at d = 8", eight["sgns"], 0.05),
            at_least("NumPy, the least error of any rank 8", bound, 0.05),
            close("NumPy, that bound by truncation", eight["svd"], bound, 1e-12),
        ],
        {"eight": eight["sgns"], "nine": nine["sgns"], "bound": bound},
    )


@claim(
    r"With fewer components SGNS does not give the best approximation of PMI by squares; a truncated SVD "
    r"does. SGNS has the lower loss instead, for it weighs each pair by how often it is drawn. Each is "
    r"best by its own measure, at every $d$ tried.",
    answers=("s0.1.4.ii",),
)
def two_measures() -> Evidence:
    """Compare errors and losses at d = 2, 4, 6, 8, with m = 2."""
    rows = [by_dimension(M, d) for d in (2, 4, 6, 8)]
    target = pmi(true_joint(M)) - np.log(K)
    values = np.linalg.svd(target)[1]
    bounds = [float(np.sqrt((values[d:] ** 2).sum()) / N) for d in (2, 4, 6, 8)]
    return Evidence(
        [
            at_least("errors, SGNS less SVD, least", min(one["sgns"] - one["svd"] for one in rows), 1e-3),
            at_least(
                "losses, SVD less SGNS, least", min(one["svd_loss"] - one["sgns_loss"] for one in rows), 1e-5
            ),
            close("singular values, the SVD's error", [one["svd"] for one in rows], bounds, 1e-12),
        ],
    )


@claim(
    r"More text brings the inner products nearer to the true PMI, as long as $d$ suffices. At $d = n$ they "
    r"follow the *counted* PMI, noise and all; at $d = 9$ they are nearer to the truth than the counts are; "
    r"at $d = 2$ no amount of text helps.",
    answers=("s0.1.4.ii",),
)
def size_of_text() -> Evidence:
    """Fit texts of two lengths at three dimensions."""
    sizes = small, large = by_size(10_000), by_size(1_000_000)
    target = pmi(true_joint(M)) - np.log(K)
    values = np.linalg.svd(target)[1]
    return Evidence(
        [
            at_most("d = 9, a million tokens over 10 000", large[f"d_{RANK}"] / small[f"d_{RANK}"], 0.25),
            at_most(
                "d = n, distance to the counted PMI",
                max(one[f"to_counted_{N}"] for one in sizes),
                0.04,
            ),
            at_most(
                "d = 9 over counted, largest", max(one[f"d_{RANK}"] / one["counted"] for one in sizes), 0.8
            ),
            at_least("d = 2, least error", min(one["d_2"] for one in sizes), 0.9),
            at_least(
                "singular values, least of any rank 2, all pairs",
                float(np.sqrt((values[2:] ** 2).sum()) / N),
                0.8,
            ),
        ],
    )
