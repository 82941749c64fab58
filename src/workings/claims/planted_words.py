"""Vectors trained on the generated text: what they recover, who is near whom, one analogy."""

from __future__ import annotations

from functools import cache
from itertools import permutations

import numpy as np
import torch

from workings.byhand.negative_sampling import noise_distribution
from workings.byhand.neighbours import analogy, nearest, unit_rows
from workings.byhand.pmi import pmi
from workings.byhand.word2vec import pair_counts, skip_gram_probabilities
from workings.claims.claim import Evidence, claim
from workings.claims.pmi import RANK, K, M, N, by_size, rmse
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.planted_words import PAIRS, PLACE_OF, WORDS, planted_text, true_joint
from workings.models.device import device
from workings.models.word2vec import SkipGram, train

LENGTH, STEPS, BATCH = 100_000, 600, 2048
ID = {word: number for number, word in enumerate(WORDS)}
QUESTIONS = [
    (PAIRS[one][g], PAIRS[one][1 - g], PAIRS[other][g], PAIRS[other][1 - g])
    for one, other in permutations(PAIRS, 2)
    for g in (0, 1)
]  # king is to queen as monk is to nun


def all_pairs(text: np.ndarray) -> torch.Tensor:
    """Return every (centre, context) pair of a text, distance by distance, shape (pairs, 2)."""
    ahead = [np.stack([text[:-j], text[j:]], axis=1) for j in range(1, M + 1)]
    both = np.concatenate([*ahead, *(one[:, ::-1] for one in ahead)])
    return torch.from_numpy(both)


@cache
def trained(loss: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Train by ``softmax`` or by ``sampling``; return U, V and the loss of every step."""
    text = planted_text(LENGTH, np.random.default_rng(0))
    noise = None
    if loss == "sampling":
        noise = torch.from_numpy(noise_distribution(np.bincount(text, minlength=N), 1.0))
    net = SkipGram(N, RANK, device=device())
    losses = train(net, all_pairs(text), steps=STEPS, batch_size=BATCH, rate=0.03, noise=noise, K=K)
    U, V = (one.detach().double().cpu().numpy() for one in (net.U, net.V))
    return U, V, np.array(losses)


def answered(X: np.ndarray, hide: bool = True) -> int:
    """Return how many of the 60 analogies the vectors answer, with or without the three words hidden."""
    right = 0
    for a, b, c, answer in QUESTIONS:
        if hide:
            found = analogy(X, ID[a], ID[b], ID[c])[0]
        else:
            rows = unit_rows(X)
            found = nearest(rows, rows[ID[b]] - rows[ID[a]] + rows[ID[c]], 1)[0]
        right += WORDS[found] == answer
    return right


@claim(
    r"Trained on drawn negatives, 100 000 tokens and $d = 9$, the inner products follow the true "
    r"$\operatorname{PMI} - \log 5$: correlation above 0.98.",
    answers=("s0.1.4.ii",),
)
def sampling_recovers_pmi() -> Evidence:
    """Compare with the exact PMI and the counted one; fit another text of that length without draws."""
    U, V, losses = trained("sampling")
    counts = pair_counts(planted_text(LENGTH, np.random.default_rng(0)), M, N)
    scores, true, counted = U @ V.T, pmi(true_joint(M)) - np.log(K), pmi(counts) - np.log(K)
    seen = counts > 0
    correlation = float(np.corrcoef(scores.ravel(), true.ravel())[0, 1])
    without_draws = by_size(LENGTH)[f"correlation_{RANK}"]
    return Evidence(
        [
            at_least("Adam with draws, exact PMI, correlation", correlation, 0.98),
            at_least(
                "Adam with draws, counted PMI, correlation",
                np.corrcoef(scores[seen], counted[seen])[0, 1],
                0.97,
            ),
            at_most("Adam with draws, exact PMI, error over all pairs", rmse(scores, true), 0.25),
            at_least("L-BFGS without draws, another text, correlation", without_draws, 0.98),
        ],
        {
            "tokens": LENGTH,
            "steps": STEPS,
            "components": RANK,
            "negatives": K,
            "without_draws": without_draws,
            "correlation": correlation,
            "rmse": rmse(scores, true),
            "first": float(losses[:10].mean()),
            "last": float(losses[-50:].mean()),
        },
    )


@claim(
    r"The full softmax learns something else: $\log P(j \mid i)$ follows $\log p_{ij}/p_{i\cdot}$, which is "
    r"PMI plus the logarithm of how common the context word is. Its loss comes within one hundredth of the "
    r"conditional entropy.",
    answers=("s0.1.3", "s0.1.4.ii"),
)
def softmax_learns_conditionals() -> Evidence:
    """Compare the trained model's probabilities with the true conditionals, and its loss with the entropy."""
    U, V, losses = trained("softmax")
    joint = true_joint(M)
    conditional = joint / joint.sum(axis=1, keepdims=True)
    learnt = skip_gram_probabilities(U, V)
    entropy = float(-(joint * np.log(conditional)).sum())
    reached = float(-(joint * np.log(learnt)).sum())
    logits = torch.from_numpy(U) @ torch.from_numpy(V).T
    by_torch = -(torch.from_numpy(joint) * torch.log_softmax(logits, 1)).sum().item()
    correlation = np.corrcoef(np.log(learnt).ravel(), np.log(conditional).ravel())[0, 1]
    return Evidence(
        [
            at_least("by hand, correlation with log-conditionals", correlation, 0.98),
            at_most("by hand, loss above the entropy", reached - entropy, 0.01),
            close("Torch, the same loss", by_torch, reached, 1e-12),
            at_least("no loss is below the entropy", reached, entropy),
        ],
        {
            "correlation": float(correlation),
            "entropy": entropy,
            "loss": reached,
            "first": float(losses[0]),
            "last": float(losses[-50:].mean()),
        },
    )


@claim(
    r"Words that say the same place end up near each other: by cosine, the nearest neighbour of each of the "
    r"30 words with a place says the same place, for vectors trained by either loss.",
    answers=("s0.1.4.ii",),
)
def neighbours() -> Evidence:
    """Look up by hand and by Torch's cosine, for both losses."""
    placed = np.flatnonzero(PLACE_OF >= 0)
    found, by_torch = {}, {}
    for loss in ("sampling", "softmax"):
        X = trained(loss)[0]
        first = np.array([nearest(X, X[i], 1, exclude=i)[0] for i in placed])
        found[loss] = int((PLACE_OF[first] == PLACE_OF[placed]).sum())
        vectors = torch.from_numpy(X)
        cosines = torch.nn.functional.cosine_similarity(vectors[:, None], vectors[None], dim=2)
        second = cosines.fill_diagonal_(-2).argmax(1).numpy()[placed]
        by_torch[loss] = int((PLACE_OF[second] == PLACE_OF[placed]).sum())
    X = trained("sampling")[0]
    near = {
        word: ", ".join(WORDS[i] for i in nearest(X, X[ID[word]], 4, exclude=ID[word]))
        for word in ("king", "soup", "nun", "she", "the")
    }
    return Evidence(
        [
            equal("by hand, of 30", list(found.values()), [30, 30]),
            equal("Torch's cosine, of 30", list(by_torch.values()), [30, 30]),
        ],
        {"near": near, "placed": len(placed), "found": found["sampling"], "by_softmax": found["softmax"]},
    )


@claim(
    r"The vectors answer analogies: king is to queen as monk is to *nun*, and so for most of the 60 that the "
    r"six pairs allow. The reason is planted: with $m = 1$ the rows of PMI satisfy king − queen = monk − nun "
    r"exactly, in every column.",
    answers=("s0.1.4.ii",),
)
def analogies() -> Evidence:
    """Answer with trained vectors, with exact PMI rows, and check the planted sum."""
    X = trained("sampling")[0]
    rows = pmi(true_joint(1))
    gap = max(
        float(np.abs(rows[ID[a]] - rows[ID[b]] - rows[ID[c]] + rows[ID[d]]).max()) for a, b, c, d in QUESTIONS
    )
    vectors = torch.nn.functional.normalize(torch.from_numpy(X), dim=1)
    target = vectors[ID["queen"]] - vectors[ID["king"]] + vectors[ID["monk"]]
    order = [WORDS[int(i)] for i in (vectors @ target).argsort(descending=True)]
    by_torch = next(word for word in order if word not in ("king", "queen", "monk"))
    first = WORDS[analogy(X, ID["king"], ID["queen"], ID["monk"])[0]]
    hidden = answered(X)
    return Evidence(
        [
            equal("by hand, the one of the statement", first, "nun"),
            equal("Torch, the same", by_torch, "nun"),
            at_least("by hand, of 60", hidden, 50),
            equal("exact PMI rows, of 60", answered(rows), 60),
            close("NumPy, the planted sum, largest gap", gap, 0, 1e-12),
        ],
        {"right": hidden, "questions": len(QUESTIONS), "not_hidden": answered(X, hide=False)},
    )
