"""What an averaging network cannot do, turn a word round, and what five of its errors cannot show."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import torch

from workings.byhand.deep_averaging import deep_score
from workings.claims.claim import Evidence, claim
from workings.claims.deep_averaging import HIDDEN, by_hand, network, weights, words_of
from workings.claims.witness import at_least, at_most, close, equal, estimate
from workings.models.deep_averaging import DeepAveragingNetwork, fit_reviews, scores_of
from workings.models.device import device


@claim(
    r"A linear averaging network cannot turn a word round: *not* counts the same whatever follows it, so "
    r"*not wonderful* lies above *not dull* by the same margin with which *wonderful* lies above *dull*. "
    r"The networks with a hidden layer that were trained here keep that order too.",
    answers=("s1.4.e",),
)
def no_negation() -> Evidence:
    """Score wonderful, dull and their negations, three networks of each kind, texts of one length."""
    names = (
        "the film is so wonderful",
        "the film is not wonderful",
        "the film is so dull",
        "the film is not dull",
    )
    found = {
        hidden: np.array(
            [[by_hand(network(hidden, seed), words_of(name)) for name in names] for seed in range(3)]
        )
        for hidden in (0, HIDDEN)
    }
    linear, deep = found[0], found[HIDDEN]
    table, w = weights(network(0))
    wonderful, dull = (float(table[words_of(one)[0]] @ w) for one in ("wonderful", "dull"))
    short = ("wonderful", "not_wonderful", "dull", "not_dull")
    return Evidence(
        [
            close(
                "linear, margin after not, from two words alone",
                linear[0, 1] - linear[0, 3],
                (wonderful - dull) / 5,
                1e-6,
            ),
            close(
                "linear, margin without not less margin with it",
                linear[:, 0] - linear[:, 2] - linear[:, 1] + linear[:, 3],
                [0.0] * 3,
                1e-6,
            ),
            at_least(
                "deep, three seeds: not wonderful less not dull", float((deep[:, 1] - deep[:, 3]).min()), 0
            ),
            at_most(
                "not dull, largest score of six networks", float(max(linear[:, 3].max(), deep[:, 3].max())), 0
            ),
        ],
        {
            "linear": dict(zip(short, linear.mean(axis=0).tolist(), strict=True)),
            "deep": dict(zip(short, deep.mean(axis=0).tolist(), strict=True)),
        },
    )


@claim(
    r"A hidden layer *can* turn a word round: with some weights *good* and *bad* change sides when *not* is "
    r"there (an exclusive or). But no averaging network knows *which* word is negated: *good, not bad* and "
    r"*bad, not good* have one score, whatever the weights.",
    answers=("s1.4.e",),
)
def negation_with_a_hidden_layer() -> Evidence:
    """Write such weights down, let Torch find some, and swap the negated word."""
    table = np.array([[0.0, 1.0], [0.0, -1.0], [1.0, 0.0]])  # good, bad, not
    texts, wanted = [[0], [2, 0], [1], [2, 1]], [1.0, -1.0, -1.0, 1.0]
    W_1 = np.array([[-2.0, -2.0, 1.0, 1.0], [1.0, -1.0, 1.0, -1.0]])
    w_2 = np.array([2.0, -2.0, -1.0, 1.0])
    written = [deep_score(table, text, W_1, np.zeros(4), w_2, 0.0) for text in texts]
    found = {}
    for hidden in (0, 16):
        model = DeepAveragingNetwork(3, 8, hidden, torch.Generator().manual_seed(0)).to(device())
        arrays, labels = [np.array(text) for text in texts], [one > 0 for one in wanted]
        fit_reviews(model, arrays, labels, 300, 4, 0.02, 0.0, 0.0)
        found[hidden] = int(sum((scores_of(model, arrays) > 0) == labels))
    swapped = [
        by_hand(network(HIDDEN, seed), words_of(first)) - by_hand(network(HIDDEN, seed), words_of(second))
        for seed in range(3)
        for first, second in (("good , not bad", "bad , not good"), ("funny , not dull", "dull , not funny"))
    ]
    return Evidence(
        [
            close("weights written down: good, not good, bad, not bad", written, wanted, 1e-12),
            equal("trained by Torch with a hidden layer: right of four", found[16], 4),
            at_most("the same without one", found[0], 3),
            close("the negated word swapped, three trained networks", swapped, [0.0] * 6, 1e-12),
        ],
        {"linear": found[0]},
    )


@claim(
    r"Five errors say little about causes. If three of four *right* decisions have a property as well, all "
    r"five errors have it with probability $(\tfrac34)^5$, about one in four, and no cause was found. A "
    r"cause needs a comparison with right decisions, or a change that turns the decision.",
    answers=("s1.4.e",),
)
def five_say_little() -> Evidence:
    """Count all outcomes of five draws, and draw."""
    share = Fraction(3, 4)
    listed = sum(
        (
            math.prod(share if one else 1 - share for one in outcome)
            for outcome in product((True, False), repeat=5)
            if all(outcome)
        ),
        Fraction(0),
    )
    drawn = (np.random.default_rng(0).random((20_000, 5)) < 0.75).all(axis=1)
    return Evidence(
        [
            equal("all outcomes listed", listed, share**5),
            estimate("drawn at random", drawn.astype(float), float(share**5)),
        ],
        {"probability": float(share**5)},
    )
