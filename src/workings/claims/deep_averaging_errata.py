"""What is wrong in the published error analysis of document 001, problem 4 (e): each story as told."""

from __future__ import annotations

import numpy as np

from workings.byhand.deep_averaging import word_contributions
from workings.claims import deep_averaging as chapter
from workings.claims import deep_averaging_limits
from workings.claims.claim import Evidence, erratum
from workings.claims.deep_averaging import by_hand, network, weights, words_of
from workings.claims.witness import at_least, close
from workings.models.deep_averaging import scores_of


@erratum(
    r"Text 1: the model may have weighted the initial positive phrases more heavily than the negative ones "
    r"after them.",
    truth=r"It has no initial phrases. An averaging network gives every order of the same words the same "
    r"score: put the negative half first and nothing moves. What can differ is which *words* are there, "
    r"and how often.",
    question="s1.4.e",
    corrected=chapter.order_is_not_seen,
    certainty="arguable",
    reading=r"“initial” only tells which phrases are meant, and is no reason",
)
def initial_phrases_weigh_more() -> Evidence:
    """Put the second half of two reviews first, by hand and in Torch, and look for a difference."""
    moved = []
    for first, second in (
        ("the trailer is great", "the film is dull and boring"),
        ("wonderful actors , lovely pictures", "a stupid script and an awful end"),
    ):
        before, after = words_of(f"{first} {second}"), words_of(f"{second} {first}")
        scores = scores_of(network(), [before, after])
        moved += [
            float(abs(scores[0] - scores[1])),
            abs(by_hand(network(), before) - by_hand(network(), after)),
        ]
    return Evidence(
        [
            at_least("what the order is worth, largest of two reviews, Torch", max(moved[::2]), 0.01),
            at_least("what the order is worth, by hand", max(moved[1::2]), 0.01),
        ],
        {"largest": max(moved)},
    )


@erratum(
    r"Text 4: praise such as “not half bad” balances the clichés that are named, and this balance confused "
    r"the model.",
    truth=r"To the networks trained here “not half bad” is no praise: its three words together pull down, "
    r"and a review that holds little else is called negative. Put one positive word in its place and the "
    r"decision turns. Balance may play a part (errors are more mixed than right decisions), but by the "
    r"network's scores this phrase lies on its negative side.",
    question="s1.4.e",
    corrected=deep_averaging_limits.no_negation,
    certainty="arguable",
    reading=r"the balance lies in the other phrases of that text",
)
def not_half_bad_is_praise() -> Evidence:
    """Ask what the words of the phrase add, over three networks, and what replacing it does."""
    added, turned = [], []
    for seed in range(3):
        table, w = weights(network(0, seed))
        shares = word_contributions(table, words_of("not half bad , in fact good fun"), w)
        added.append(float(shares[:3].sum()))
        turned.append(
            [
                by_hand(network(16, seed), words_of(text))
                for text in ("not half bad , a moving story", "wonderful , a moving story")
            ]
        )
    return Evidence(
        [
            at_least("largest sum that the phrase adds, three linear networks", max(added), 0),
            at_least(
                "largest score with the phrase, three deep networks", float(np.max(np.array(turned)[:, 0])), 0
            ),
            close(
                "score with the phrase, as with wonderful",
                np.array(turned)[:, 0],
                np.array(turned)[:, 1],
                1.0,
            ),
        ],
        {
            "added": float(np.mean(added)),
            "with_phrase": float(np.mean(np.array(turned)[:, 0])),
            "with_wonderful": float(np.mean(np.array(turned)[:, 1])),
        },
    )
