"""Perplexity: which base, which unit, and what the unknown symbol does to it."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

import numpy as np
import sympy
import torch

from workings.byhand.ngrams import bigram_parts, count_ngrams, ngram_logs, witten_bell
from workings.byhand.perplexity import convert_perplexity, perplexity, price_unknowns
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.small_texts import HELD_OUT, SONNETS, verse
from workings.data.symbols import Symbols, printable, split_words
from workings.models.language_measures import unknown_sweep

BASES = (2.0, math.e, 10.0, 0.5, 1.001)
NAMES = ("two", "e", "ten", "half", "near_one")
SIZES = (0, 5, 10, 20, 40, 80, 160, 320)


@lru_cache(maxsize=1)
def sonnet_logs() -> np.ndarray:
    """Log-probabilities of the held-out sonnet's characters under counted trigrams of the others."""
    alphabet = printable()
    counts = count_ngrams(alphabet.encode(verse()).tolist(), 3)
    return ngram_logs(counts, alphabet.encode(SONNETS[HELD_OUT]).tolist(), 3, len(alphabet))


def in_base(p: np.ndarray, log_base: float, exponent_base: float) -> float:
    """Return the perplexity with a logarithm of one base and an exponential of another."""
    exponent = -float(np.mean(np.log(p) / math.log(log_base)))
    return float(exponent_base**exponent)


@claim(
    r"Perplexity does not depend on the base of the logarithm, for any base $t > 0$ except $t = 1$, if the "
    r"exponential has the same base: $t^{-\frac1M \sum_i \log_t p_i} = \big(\prod_i p_i\big)^{-1/M}$.",
    answers=("s1.3.a",),
)
def base_invariant() -> Evidence:
    """Decide in symbols, in exact fractions, in floats for five bases, and by Torch's cross-entropy."""
    t, p, q = sympy.symbols("t p q", positive=True)
    power = sympy.exp(-sympy.log(t) * (sympy.log(p) / sympy.log(t) + sympy.log(q) / sympy.log(t)) / 2)
    gap = sympy.simplify(sympy.expand_log(sympy.log(power * sympy.sqrt(p * q)), force=True))
    shares = np.exp(sonnet_logs())
    values = dict(zip(NAMES, (in_base(shares, base, base) for base in BASES), strict=True))
    powers = [Fraction(1, 2), Fraction(1, 4), Fraction(1, 8)]  # log2 is -1, -2, -3
    logits = torch.log(torch.tensor([[0.5, 0.25, 0.125, 0.125]] * 3, dtype=torch.float64))
    torchs = torch.nn.functional.cross_entropy(logits, torch.tensor([0, 1, 2])).exp().item()
    return Evidence(
        [
            equal("SymPy, two tokens, any t", gap, 0),
            equal("fractions, the product to the power -1", 1 / math.prod(powers), Fraction(4) ** 3),
            close("base 2 on the same three tokens", 2 ** -np.mean([-1.0, -2.0, -3.0]), 4, 1e-12),
            close("Torch, exp of the cross-entropy", torchs, 4, 1e-12),
            close(
                "five bases on a sonnet, each over by hand",
                [one / perplexity(sonnet_logs()) for one in values.values()],
                [1.0] * len(BASES),
                1e-9,
            ),
        ],
        {"by_base": values, "characters": len(shares)},
    )


@claim(
    r"If the bases differ, the result is another number: $2$ to the power of a loss in nats is $P^{\ln "
    r"2}$, too small, and $e$ to the power of a loss in bits is $P^{1/\ln 2}$, too large.",
    answers=("s1.3.a",),
)
def mismatched_base() -> Evidence:
    """Mix the bases on a sonnet, and in symbols."""
    P = sympy.Symbol("P", positive=True)
    right, shares = perplexity(sonnet_logs()), np.exp(sonnet_logs())
    small, large = in_base(shares, math.e, 2.0), in_base(shares, 2.0, math.e)
    small_symbol = sympy.simplify(sympy.log(2 ** sympy.log(P)) - sympy.log(P) * sympy.log(2))
    return Evidence(
        [
            close("sonnet, 2 to the power of nats", small, right ** math.log(2), 1e-9),
            close("sonnet, e to the power of bits", large, right ** (1 / math.log(2)), 1e-7),
            equal("SymPy, 2 to the power of ln P", small_symbol, 0),
            at_most("sonnet, too small over right", small / right, 0.7),
        ],
        {"right": right, "two_of_nats": small, "e_of_bits": large},
    )


@claim(
    r"In floating point the product $\prod_i p_i$ of a few hundred characters is 0, and its power $-1/M$ "
    r"infinite; the mean of the logarithms gives the perplexity.",
    answers=("s1.3.a",),
)
def product_underflows() -> Evidence:
    """Multiply the probabilities of a sonnet's characters in floats; do it again in exact fractions."""
    logs = sonnet_logs()
    product = float(np.prod(np.exp(logs)))
    exact = math.prod(Fraction(float(one)) for one in np.exp(logs))
    digits = math.log10(exact.numerator) - math.log10(exact.denominator)
    with np.errstate(divide="ignore"):
        power = float(np.float64(product) ** (-1 / len(logs)))
    return Evidence(
        [
            equal("the product in float64", product, 0.0),
            equal("its power", power, math.inf),
            close("exact fractions against by hand", 10 ** (-digits / len(logs)), perplexity(logs), 1e-6),
        ],
        {"exponent": digits, "characters": len(logs), "perplexity": perplexity(logs)},
    )


@claim(
    r"A text has one probability, so its perplexities per character, per word and per token are one number "
    r"to three powers: $P_{\text{word}} = P_{\text{char}}^{\,N_{\text{char}}/N_{\text{word}}}$."
)
def units() -> Evidence:
    """Spread the log-probability of a sonnet over characters, over words, and sum it word by word."""
    text, logs = SONNETS[HELD_OUT], sonnet_logs()
    words, by_word, place = text.split(), [], 0
    for word in words:  # each word takes the character after it along
        by_word.append(logs[place : place + len(word) + 1].sum())
        place += len(word) + 1
    each = perplexity(logs)
    converted = convert_perplexity(each, len(text), len(words))
    return Evidence(
        [
            equal("all characters belong to a word", place, len(text)),
            close("words, summed over their characters", perplexity(by_word) / converted, 1, 1e-9),
            close(
                "bits of the text over words",
                2 ** (-logs.sum() / math.log(2) / len(words)) / converted,
                1,
                1e-9,
            ),
        ],
        {
            "characters": len(text),
            "words": len(words),
            "per_character": each,
            "per_word": converted,
            "bits_a_character": math.log2(each),
            "bits_a_word": math.log2(converted),
        },
    )


@claim(
    r"Mapping more words to one unknown symbol makes perplexity fall, down to $1$ when every word is "
    r"unknown. For one and the same model this is a theorem: the symbol's probability is the sum over the "
    r"words it hides, so no token becomes less likely.",
    answers=("s1.1.d",),
)
def unknown_falls() -> Evidence:
    """Retrain counted bigrams for nested vocabularies; and merge words inside one model that stays."""
    train, dev = split_words(verse()), split_words(SONNETS[HELD_OUT])
    rows = unknown_sweep(train, dev, SIZES)
    found = [row["perplexity"] for row in rows]
    whole = Symbols.of(train + dev)
    counts = count_ngrams(whole.encode(train).tolist(), 2)
    text = whole.encode(dev).tolist()
    tables = [
        [witten_bell(counts, [before], word, len(whole)) for word in range(len(whole))]
        for before in text[:-1]
    ]
    merged = []
    for size in SIZES:
        keep = {whole.numbers[word] for word in Symbols.of(train, size=size).tokens[:-1]}
        logs = [
            math.log(
                min(
                    1.0, row[word] if word in keep else sum(p for one, p in enumerate(row) if one not in keep)
                )
            )
            for row, word in zip(tables, text[1:], strict=True)
        ]
        merged.append(perplexity(logs))
    return Evidence(
        [
            at_least("retrained, least step up from one size to the next", min(np.diff(found)), 0.0),
            close("retrained, everything unknown", found[0], 1, 1e-12),
            at_least("one model, least step up from one size to the next", min(np.diff(merged)), 0.0),
            close("one model, everything unknown", merged[0], 1, 1e-9),
        ],
        {
            "perplexity": dict(zip(map(str, SIZES), found, strict=True)),
            "unknown": {str(row["size"]): row["unknown"] for row in rows},
            "merged": dict(zip(map(str, SIZES), merged, strict=True)),
        },
    )


@claim(
    r"The correction: let the unknown symbol pay $\log K$ for which of its $K$ words it hides. That makes "
    r"it a model of words whose probabilities sum to 1, and perplexities over different vocabularies "
    r"become comparable.",
    answers=("s1.1.d",),
)
def priced_unknowns() -> Evidence:
    """Sum the priced model over all words, and write it out as a full distribution over a sonnet's words."""
    train, dev = split_words(verse()), split_words(SONNETS[HELD_OUT])
    symbols = Symbols.of(train, size=80)
    seen, text = symbols.encode(train), symbols.encode(dev)
    mix = np.array([0.3, 0.6, 0.1])
    hidden = sorted((set(train) | set(dev)) - set(symbols.tokens))
    everything = np.concatenate([np.arange(len(symbols) - 1), np.full(len(hidden), symbols.unknown)])
    pairs = np.stack([np.full(len(everything), text[0]), everything], axis=1)
    logs = np.log([bigram_parts(seen, pair, len(symbols))[0] @ mix for pair in pairs])
    total = float(np.exp(price_unknowns(logs, everything == symbols.unknown, len(hidden))).sum())
    logs = np.log(bigram_parts(seen, text, len(symbols)) @ mix)
    unknown = text[1:] == symbols.unknown
    priced = perplexity(price_unknowns(logs, unknown, len(hidden)))
    direct = math.exp(-(logs.sum() - unknown.sum() * math.log(len(hidden))) / len(logs))
    rows = unknown_sweep(train, dev, SIZES[1:])
    raw, paid = ([row[name] for row in rows] for name in ("perplexity", "priced"))
    return Evidence(
        [
            close("the priced probabilities of all words", total, 1, 1e-12),
            close("priced, from the totals", priced / direct, 1, 1e-12),
            at_least("raw, largest over least", max(raw) / min(raw), 15),
            at_most("priced, largest over least", max(paid) / min(paid), 1.6),
        ],
        {"raw_ratio": max(raw) / min(raw), "priced_ratio": max(paid) / min(paid), "kinds": len(hidden)},
    )
