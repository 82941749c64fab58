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
    r"Text 2: a phrase such as “a perfect example” was taken as positive.",
    truth=r"The network sees no phrase. Its words count one by one, in this phrase as anywhere else in the "
    r"text; *perfect* alone may be what counts, and deleting that word is the test.",
    question="s1.4.e",
    corrected=chapter.additions_and_deletions,
    certainty="arguable",
    reading=r"“phrase” stands for the words in it",
)
def phrase_is_misread() -> Evidence:
    """Compare the phrase as it stands with its words scattered over the text."""
    together = words_of("a perfect example of how to ruin a great story")
    apart = words_of("a story of perfect ruin how to example a great")
    table, w = weights(network(0))
    place = {word: at for at, word in enumerate(["a", "perfect"])}
    shares = word_contributions(table, together, w)
    other = word_contributions(table, apart, w)
    gap = shares[place["perfect"]] - other[3]
    scores = scores_of(network(), [together, apart])
    return Evidence(
        [
            at_least("what standing together is worth, score", float(abs(scores[0] - scores[1])), 0.01),
            at_least("what it is worth to the word perfect, linear", float(abs(gap)), 0.001),
        ],
        {"perfect": float(shares[place["perfect"]])},
    )


@erratum(
    r"Text 0: “recommend it” is among the positive phrases and “wouldn't recommend it” among the negative "
    r"ones.",
    truth=r"To a reader. To the network *recommend* and *it* add the same in both places: the negator adds "
    r"its own amount and changes nothing about its neighbours. So this pair is no balance of a positive "
    r"and a negative phrase.",
    question="s1.4.e",
    corrected=deep_averaging_limits.no_negation,
    certainty="arguable",
    reading=r"a description of the text, not of the model, which is what was asked about",
)
def recommend_counts_both_ways() -> Evidence:
    """Compare what the words add in a recommendation and in its opposite, in texts of one length."""
    table, w = weights(network(0))
    positive = word_contributions(table, words_of("i so do recommend it to everyone"), w)[3:5]
    negative = word_contributions(table, words_of("i do not recommend it to everyone"), w)[3:5]
    single = table[words_of("recommend it")] @ w / 7
    return Evidence(
        [
            at_least(
                "recommend and it, linear: positive less negative", float((positive - negative).sum()), 0.01
            ),
            at_least("the same, against the vectors alone", float((single - negative).sum()), 0.01),
        ],
        {"recommend": float(positive[0]), "it": float(positive[1])},
    )


@erratum(
    r"Text 4: praise such as “not half bad” balances the clichés that are named, and this balance confused "
    r"the model.",
    truth=r"To the network “not half bad” is no praise: its three words together pull down, in every network "
    r"trained here, and a review that holds little else is called negative. Put one positive "
    r"word in its place and the decision turns. That is a cause; balance is not.",
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
