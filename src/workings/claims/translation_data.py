"""The generated pairs: links right by construction, orders that differ, and splits that do not leak."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from babel.dates import get_day_names, get_month_names
from num2words import num2words

from workings.byhand.alignment import crossings
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.numbers_and_dates import generated_pairs, number_pair
from workings.data.pairs import Pair, leaked_share, split_pairs

COUNT = 3000


@cache
def parts() -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Return training, development and test pairs of this chapter."""
    return split_pairs(generated_pairs(COUNT))


def dictionary() -> dict[str, str]:
    """Return German words for English ones from the libraries' own lists, one by one."""
    words = {num2words(n, lang="en"): num2words(n, lang="de") for n in [*range(1, 20), *range(20, 100, 10)]}
    words |= {"hundred": "hundert", "thousand": "tausend"}
    for names in (get_month_names, get_day_names):
        english, german = names("wide", locale="en"), names("wide", locale="de")
        words |= {english[key]: german[key] for key in english}
    return words


@claim(
    r"The known links are right: in every generated pair each linked German word is what a dictionary gives "
    r"for the English one (or the same figure or mark), but for *eins*, which inside a number is *ein*."
)
def links_are_right() -> Evidence:
    """Look every link up, and count that each word with a dictionary entry has exactly one link."""
    pairs = [*parts()[0], *parts()[1], *parts()[2]]
    known = dictionary()
    wrong, linked, unlinked = [], 0, 0
    for pair in pairs:
        for t, s in pair.links:
            source, target = pair.source[s], pair.target[t]
            wanted = known.get(source, source)
            linked += 1
            if target != wanted and not (wanted == "eins" and target == "ein"):
                wrong.append((source, target))
        with_entry = {s for s, word in enumerate(pair.source) if word in known or word.isdigit()}
        unlinked += len(with_entry ^ {s for _, s in pair.links if pair.source[s] != ","})
    per_target = [
        len([1 for t, _ in pair.links if t == place]) for pair in pairs for place in range(len(pair.target))
    ]
    return Evidence(
        [
            equal("dictionary, links that disagree", wrong, []),
            equal("source words with an entry and no link, or the reverse", unlinked, 0),
            equal("most links of one target word", max(per_target), 1),
            at_least("links looked up", linked, 10_000),
        ],
        {
            "links": linked,
            "training_pairs": len(parts()[0]),
            "vocabulary": len({word for pair in pairs for word in (*pair.source, *pair.target)}),
        },
    )


@claim(
    r"German says the units before the tens. Of the numbers below a thousand $720$ have a tens digit of two "
    r"or more and a units digit: exactly they have links that cross, one pair each."
)
def numbers_cross() -> Evidence:
    """Count crossings of links over all numbers, and count the same numbers by their digits."""
    counted = [crossings(number_pair(n).links) for n in range(1, 1000)]
    by_digits = [int(n // 10 % 10 >= 2 and n % 10 > 0) for n in range(1, 1000)]
    share = sum(by_digits) / 1000
    return Evidence(
        [
            equal("links against digits, 1 to 999", counted, by_digits),
            close("share by digits, of a thousand", share, 0.72, 1e-12),
            close("share by counting nine units of eight tens", 8 * 9 / 100, share, 1e-12),
        ],
        {"share": share, "example": " ".join(number_pair(25).target)},
    )


def expected_leak(pairs: Sequence[Pair], held_out: float) -> float:
    """Return the leak that a split by pairs must have on average: a date's other style is elsewhere."""
    groups = [pair.group for pair in pairs]
    twin = sum(groups.count(group) == 2 for group in groups) / len(groups)
    return twin * (1 - 2 * held_out) * len(pairs) / (len(pairs) - 1)


@claim(
    r"A split by meaning leaks nothing. A split by pairs leaks: two fifths of the pairs are dates in one of "
    r"two styles, and four of five of their twins fall into training, so a third of the test is known "
    r"already."
)
def splits() -> Evidence:
    """Count shared meanings in both kinds of split, and compare with the expected share."""
    pairs = generated_pairs(1000)
    training, development, test = split_pairs(pairs)
    rng = np.random.default_rng(1)
    leaks = []
    for _ in range(200):
        order = rng.permutation(len(pairs))
        shuffled = [pairs[place] for place in order]
        leaks.append(leaked_share(shuffled[200:], shuffled[:100]))
    expected = expected_leak(pairs, 0.1)
    error = float(np.std(leaks, ddof=1)) / len(leaks) ** 0.5
    return Evidence(
        [
            equal("by meaning, test pairs known", leaked_share([*training, *development], test), 0.0),
            equal("by meaning, development pairs known", leaked_share(training, development), 0.0),
            equal("by meaning, pairs in all", len(training) + len(development) + len(test), 1000),
            at_most(
                "by pairs, standard errors from expected", abs(float(np.mean(leaks)) - expected) / error, 5
            ),
            close("expected, by counting twins", expected, 0.32, 0.001),
        ],
        {"leak": float(np.mean(leaks)), "expected": expected},
    )
