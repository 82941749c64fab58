"""What an averaging network cannot do, turn a word round, and what five of its errors cannot show."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np

from workings.claims.claim import Evidence, claim
from workings.claims.deep_averaging import HIDDEN, by_hand, network, weights, words_of
from workings.claims.witness import at_least, at_most, close, equal, estimate


@claim(
    r"An averaging network cannot turn a word round. In a linear one *not* counts the same whatever "
    r"follows it, so two texts that differ in one word keep their order: *not wonderful* lies above *not "
    r"dull* by the same margin with which *wonderful* lies above *dull*. Trained networks with a hidden "
    r"layer keep it too.",
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
