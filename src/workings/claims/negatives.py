"""Where negatives come from: outside the window, or from unigram counts to the power 3/4."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy
import torch
from torch.nn import functional

from workings.byhand.negative_sampling import draw_negatives, noise_distribution
from workings.byhand.pmi import pmi, sgns_expected_loss, sgns_optimum
from workings.byhand.word2vec import window
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal, estimate
from workings.data.planted_words import WORDS, true_joint, word_shares
from workings.data.skip_gram_example import TEXT, M
from workings.data.skip_gram_example import WORDS as LETTERS
from workings.models.word2vec import SkipGram, fit_expected


def candidates() -> list[list[str]]:
    """Return, for each token of the worked text, the words that are not in its window."""
    return [
        [word for word in LETTERS if word not in {TEXT[s] for s in window(t, len(TEXT), M)}]
        for t in range(len(TEXT))
    ]


@claim(
    r"Negatives drawn without replacement and outside the window must exist. At the third token of a e c b "
    r"d c only one word is left, c itself, so there $K$ can be 1 at most; its score is $\lVert "
    r"u_{\text{c}} \rVert^2 = 3$, and its share of the loss $-\log\sigma(-3)$.",
    answers=("s0.1.4.i", "s0.1.4.ii"),
)
def outside_the_window() -> Evidence:
    """List what is left at each token; draw; and ask for one word too many."""
    left = candidates()
    rng = np.random.default_rng(0)
    inside = [LETTERS.index(word) for word in "aebd"]
    drawn = draw_negatives(np.full(5, 0.2), 1, rng, forbidden=inside, replace=False)
    try:
        draw_negatives(np.full(5, 0.2), 2, rng, forbidden=inside, replace=False)
        refused = "nothing"
    except ValueError as error:
        refused = str(error)
    padded = f"  {''.join(TEXT)}  "
    by_text = [sorted(set(LETTERS) - set(padded[t : t + 2] + padded[t + 3 : t + 5])) for t in range(6)]
    share = functional.softplus(torch.tensor(3.0, dtype=torch.float64)).item()
    return Evidence(
        [
            equal("by hand, left at each token", left, by_text),
            equal("strings, left at the third", by_text[2], ["c"]),
            equal("NumPy, one draw", drawn.tolist(), [2]),
            equal(
                "by hand, two refused",
                refused,
                "cannot draw 2 negatives: the noise and what is forbidden leave 1 words",
            ),
            close("Torch, the share of the loss", share, float(sympy.log(1 + sympy.exp(3))), 1e-12),
        ],
        {"left": [", ".join(one) for one in left], "share": share},
    )


@claim(
    r"A rule that never draws a word of the window changes what is learnt. In the text a b a b … with $m = "
    r"1$ it never draws b against a, so the loss falls as the score rises and has no minimum. With noise "
    r"from the word counts and $K = 1$ the best score is finite, $\log 2$.",
    answers=("s0.1.4.ii",),
)
def no_minimum() -> Evidence:
    """Differentiate in SymPy; descend in Torch for longer and longer; solve the other by hand."""
    s = sympy.Symbol("s", real=True)
    slope = sympy.diff(-sympy.log(1 / (1 + sympy.exp(-s))), s)
    score, seen = torch.zeros(1, dtype=torch.float64, requires_grad=True), {}
    for step in range(1, 10_001):
        with torch.no_grad():
            score += torch.sigmoid(-score)  # a step of length 1 down the slope of -log sigma
        if step in (100, 1000, 10_000):
            seen[str(step)] = score.item()
    joint, noise = np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([0.5, 0.5])
    best = sgns_optimum(joint, 1, noise)[0, 1]
    grid = np.linspace(0, 2, 2001)
    losses = [
        sgns_expected_loss([[0, 1.0], [1.0, 0]], [[one, -9], [-9, one]], joint, 1, noise) for one in grid
    ]
    return Evidence(
        [
            equal(
                "SymPy, the slope is below 0 everywhere", sympy.simplify(slope + 1 / (1 + sympy.exp(s))), 0
            ),
            at_least("Torch, gain from step 100 to 1000", seen["1000"] - seen["100"], 2),
            at_least("Torch, gain from step 1000 to 10 000", seen["10000"] - seen["1000"], 2),
            close("by hand, the best score with noise", best, float(np.log(2)), 1e-12),
            close("a grid of scores with noise", abs(grid[int(np.argmin(losses))] - np.log(2)), 0, 2e-3),
        ],
        {"at": seen, "best": float(best)},
    )


@claim(
    r"The power $\tfrac34$ lifts rare words: two words with counts 16 to 1 are drawn 8 to 1. Of the "
    r"generated text's words, those below a threshold are drawn more often than they occur, those above it "
    r"less.",
    answers=("s0.1.4.ii",),
)
def three_quarters() -> Evidence:
    """Take exact roots, compare with Torch, and draw."""
    shares = word_shares()
    noise = noise_distribution(shares)
    by_torch = functional.normalize(torch.from_numpy(shares) ** 0.75, p=1, dim=0).numpy()
    threshold = float((shares**0.75).sum() ** -4)
    rare, common = int(np.argmin(shares)), int(np.argmax(shares))
    rng = np.random.default_rng(0)
    drawn = draw_negatives(noise, 200_000, rng) == rare
    two = noise_distribution([16, 1])
    return Evidence(
        [
            close("fractions, 16 to 1", two, [float(Fraction(8, 9)), float(Fraction(1, 9))], 1e-15),
            close("Torch", by_torch, noise, 1e-15),
            equal("who gains", (noise > shares).tolist(), (shares < threshold).tolist()),
            estimate("draws of the rarest word", drawn.astype(float), float(noise[rare])),
        ],
        {
            "rare": WORDS[rare],
            "common": WORDS[common],
            "rare_share": float(shares[rare]),
            "rare_noise": float(noise[rare]),
            "common_share": float(shares[common]),
            "common_noise": float(noise[common]),
            "gaining": int((noise > shares).sum()),
        },
    )


@claim(
    r"With the power $\tfrac34$ the best scores are $\operatorname{PMI} - \log k + \log(p_j / q_j)$: a "
    r"column for a rare word is lower than with plain counts, one for a common word higher. The shift "
    r"depends on the context word alone.",
    answers=("s0.1.4.ii",),
)
def three_quarters_shifts_columns() -> Evidence:
    """Fit both in Torch with as many components as words, and compare with the formula."""
    joint, shares = true_joint(2), word_shares()
    fitted = {}
    for power in (1.0, 0.75):
        net = SkipGram(len(WORDS), len(WORDS), dtype=torch.float64)
        fit_expected(net, torch.from_numpy(joint), 5, torch.from_numpy(noise_distribution(shares, power)))
        fitted[power] = (net.U @ net.V.T).detach().numpy()
    moved = fitted[0.75] - fitted[1.0]  # (n, n)
    shift = np.log(shares / noise_distribution(shares))  # (n,)
    best = sgns_optimum(joint, 5, noise_distribution(shares))
    rare = int(np.argmin(shares))
    return Evidence(
        [
            close("Torch, each column moves by its shift", moved, np.tile(shift, (len(shares), 1)), 0.05),
            close(
                "by hand, the formula", best - pmi(joint) + np.log(5), np.tile(shift, (len(shares), 1)), 1e-12
            ),
            at_most("by hand, the rarest word's column falls", shift[rare], 0),
        ],
        {"rarest": float(shift[rare]), "commonest": float(shift.max())},
    )
