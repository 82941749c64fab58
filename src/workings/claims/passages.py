"""Two passages under one model: where the gap comes from, what was read before, what a normal form buys."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from workings.byhand.ngrams import count_ngrams, ngram_logs, witten_bell
from workings.byhand.perplexity import perplexity
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.small_texts import ARTICLE, HELD_OUT, SONNETS, verse
from workings.data.symbols import normal_form, printable, restoring_bits
from workings.models.language_measures import character_bits, parts_of

ORDER = 3


def logs_of(train: str, text: str) -> np.ndarray:
    """Log-probabilities of a text's characters under counted trigrams of another text, shape (N,)."""
    alphabet = printable()
    counts = count_ngrams(alphabet.encode(train).tolist(), ORDER)
    return ngram_logs(counts, alphabet.encode(text).tolist(), ORDER, len(alphabet))


@lru_cache(maxsize=1)
def both() -> dict[str, float]:
    """Perplexity per character of the ninth sonnet and of the article, after eight sonnets."""
    return {
        "sonnet": perplexity(logs_of(verse(), SONNETS[HELD_OUT])),
        "article": perplexity(logs_of(verse(), ARTICLE)),
    }


@claim(
    r"The gap between two passages is no property of the passages: it belongs to the pair of training text "
    r"and passage. After 600 characters of sonnets the ninth sonnet is the easier text; after 600 "
    r"characters of the article, the sonnet gets harder and the rest of the article easier.",
    answers=("s1.3.c",),
)
def gap_follows_training() -> Evidence:
    """Train counted trigrams and bigrams on either text and cross them with either passage."""
    texts = {"sonnets": verse()[:600], "article": ARTICLE[:600]}
    passages = {"sonnet": SONNETS[HELD_OUT], "rest": ARTICLE[600:]}
    table = {
        f"{name}_{one}": 2 ** character_bits(train, text, 3)
        for name, train in texts.items()
        for one, text in passages.items()
    }
    ratios = [
        character_bits(texts["sonnets"], passages["rest"], order)
        - character_bits(texts["sonnets"], passages["sonnet"], order)
        - character_bits(texts["article"], passages["rest"], order)
        + character_bits(texts["article"], passages["sonnet"], order)
        for order in (2, 3)
    ]
    return Evidence(
        [
            at_least("after sonnets, rest over sonnet", table["sonnets_rest"] / table["sonnets_sonnet"], 1.5),
            at_least(
                "sonnet, after the article over after sonnets",
                table["article_sonnet"] / table["sonnets_sonnet"],
                1.3,
            ),
            at_least(
                "rest, after sonnets over after the article",
                table["sonnets_rest"] / table["article_rest"],
                1.3,
            ),
            at_least("least difference of differences, orders 2 and 3, bits", min(ratios), 0.5),
        ],
        table,
    )


@claim(
    r"What a model pays for a text is a sum over its characters, so the gap can be split exactly. In the "
    r"article, what the sonnets never have (digits, accents, brackets) is one character in sixteen, at "
    r"four times the price of a letter, and makes about half of the gap; ordinary letters that follow each "
    r"other in other ways make the rest.",
    answers=("s1.3.c",),
)
def gap_in_parts() -> Evidence:
    """Split the bits of both passages by kind of character; add the parts up again."""
    seen, totals, never, letters = verse(), {}, {}, {}
    whole: dict[str, float] = {}
    for name, text in (("sonnet", SONNETS[HELD_OUT]), ("article", ARTICLE)):
        logs = logs_of(seen, text)[1:]
        parts = parts_of(text, logs, seen)
        totals[name] = sum(part["bits"] for part in parts.values())
        never[name], letters[name] = parts["never seen"], parts["small letter"]
        whole[name] = float(-logs.mean() / math.log(2))
    gap = whole["article"] - whole["sonnet"]
    strange = never["article"]["bits"] - never["sonnet"]["bits"]
    return Evidence(
        [
            close("parts add up, sonnet", totals["sonnet"], whole["sonnet"], 1e-12),
            close("parts add up, article", totals["article"], whole["article"], 1e-12),
            close(
                "price of a strange character over that of a small letter",
                never["article"]["each"] / letters["article"]["each"],
                4,
                0.5,
            ),
            close("strange characters, one in", 1 / np.mean([one not in seen for one in ARTICLE]), 16, 1),
            close("share of the gap that strange characters make", strange / gap, 0.5, 0.1),
            at_most("strange characters of the sonnet", never["sonnet"]["characters"], 1),
        ],
        {
            "gap": gap,
            "strange_share": strange / gap,
            "strange_characters": never["article"]["characters"] / (len(ARTICLE) - 1),
            "strange_each": never["article"]["each"],
            "letter_each": {name: part["each"] for name, part in letters.items()},
            "bits": whole,
            "mapped": 2 ** whole["article"],
            "dropped": perplexity(logs_of(seen, "".join(one for one in ARTICLE if one in seen))[1:]),
        },
    )


@claim(
    r"A passage that stands in the training text is not a test. Read once before, the ninth sonnet looks "
    r"far easier than held out, and nothing was learnt about sonnets: an unread one hardly changes.",
    answers=("s1.3.c",),
)
def leak() -> Evidence:
    """Train with and without the ninth sonnet; watch it, and another sonnet that is in neither text."""
    texts = {number: text for number, text in SONNETS.items() if number not in (HELD_OUT, 18)}
    train = "\n".join(texts.values())
    found = {
        "held_out": perplexity(logs_of(train, SONNETS[HELD_OUT])),
        "read_before": perplexity(logs_of(train + "\n" + SONNETS[HELD_OUT], SONNETS[HELD_OUT])),
        "other": perplexity(logs_of(train, SONNETS[18])),
        "other_after": perplexity(logs_of(train + "\n" + SONNETS[HELD_OUT], SONNETS[18])),
    }
    longer = [
        2
        ** -(
            character_bits(train, SONNETS[HELD_OUT], order)
            - character_bits(train + SONNETS[HELD_OUT], SONNETS[HELD_OUT], order)
        )
        for order in (2, 3, 4, 5)
    ]
    return Evidence(
        [
            at_most("read before over held out", found["read_before"] / found["held_out"], 0.7),
            at_least("another sonnet, after over before", found["other_after"] / found["other"], 0.95),
            at_most("orders 2 to 5: the longer the context, the larger the leak", max(np.diff(longer)), 0.0),
        ],
        found,
    )


@claim(
    r"Replacing characters that the model never saw by known ones lowers perplexity per character, and all "
    r"of it is paid for by information thrown away: with the bits that restore the original, nothing is "
    r"gained.",
    answers=("s1.3.d",),
)
def normal_form_is_no_gain() -> Evidence:
    """Measure the article before and after, price the way back, and count what was changed."""
    plain = normal_form(ARTICLE, set(verse()))
    changed = [(old, new) for old, new in zip(ARTICLE, plain, strict=True) if old != new]
    orders = {}
    for order in (2, 3):
        before, after = (character_bits(verse(), text, order) for text in (ARTICLE, plain))
        orders[order] = (before, after, after + restoring_bits(ARTICLE, plain) / len(ARTICLE))
    return Evidence(
        [
            at_least("gain in bits a character, order 3", orders[3][0] - orders[3][1], 0.3),
            close("with the way back, order 2", orders[2][2], orders[2][0], 0.05),
            close("with the way back, order 3", orders[3][2], orders[3][0], 0.05),
            equal("only strange characters are changed", {old in verse() for old, _ in changed}, {False}),
            equal("no strange character is left", set(plain) <= set(verse()), True),
        ],
        {
            "before": 2 ** orders[3][0],
            "after": 2 ** orders[3][1],
            "bits_before": orders[3][0],
            "bits_after": orders[3][1],
            "bits_restoring": orders[3][2] - orders[3][1],
            "bits_all": orders[3][2],
            "changed": len(changed),
            "of": len(ARTICLE),
        },
    )


@claim(
    r"Writing both training text and passage in small letters, line ends as spaces, helps the article by "
    r"more than it throws away: the model sees fewer kinds of context and has more of each. That part of "
    r"the improvement is real.",
    answers=("s1.3.d",),
)
def small_letters_gain() -> Evidence:
    """Retrain on small letters; add the bits that restore capitals, line ends and strange characters."""
    plain = normal_form(ARTICLE, set(verse())).lower().replace("\n", " ")
    train = verse().lower().replace("\n", " ")
    gains = {}
    for order in (2, 3, 4):
        restoring = restoring_bits(ARTICLE, plain) / len(ARTICLE)
        gains[order] = (
            character_bits(verse(), ARTICLE, order) - character_bits(train, plain, order) - restoring
        )
    alphabet = printable()
    counts = count_ngrams(alphabet.encode(train).tolist(), 2)
    p = witten_bell(counts, alphabet.encode("t").tolist(), int(alphabet.encode("h")[0]), len(alphabet))
    direct = 2 ** character_bits(train, plain, ORDER)
    return Evidence(
        [
            at_least("gain with the way back paid, order 2, bits a character", gains[2], 0.05),
            at_least("gain with the way back paid, order 3", gains[3], 0.05),
            at_least("gain with the way back paid, order 4", gains[4], 0.05),
            close("perplexity, from the logarithms", perplexity(logs_of(train, plain)), direct, 1e-9),
        ],
        {"gain": gains[3], "after": direct, "h_after_t": p},
    )
