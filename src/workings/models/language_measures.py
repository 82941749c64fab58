"""What is measured of language models: bigram tables, unknown words, bits a character, parts of a text."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from workings.byhand.ngrams import bigram_parts, count_ngrams, mixture_weights, ngram_logs
from workings.byhand.perplexity import perplexity, price_unknowns
from workings.data.symbols import UNKNOWN, Symbols, printable


def fitted_mixture(train: np.ndarray, vocab_size: int, held: float = 0.1) -> np.ndarray:
    """Return the weights of bigram, unigram and even model, by EM on the last tenth of the training text."""
    cut = int(len(train) * (1 - held))
    return mixture_weights(bigram_parts(train[:cut], train[cut:], vocab_size))


def counted_bigrams(train: np.ndarray, dev: np.ndarray, vocab_size: int) -> dict[str, Any]:
    """Return dev perplexities of counted models: unigram, interpolated bigrams of two kinds, and the floor.

    The floor is the bigram table counted on the dev text itself: no bigram model whatever can be below it.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.models.language_measures import counted_bigrams
    >>> text = np.random.default_rng(0).integers(4, size=400)
    >>> found = counted_bigrams(text[:300], text[300:], 4)
    >>> print(found["floor"] < found["interpolated"], sorted(found))
    True ['floor', 'interpolated', 'unigram', 'weights', 'witten_bell']
    """
    weights = fitted_mixture(train, vocab_size)
    parts = bigram_parts(train, dev, vocab_size)  # (N - 1, 3)
    even = 0.001
    counts = count_ngrams(train.tolist(), 2)
    return {
        "unigram": perplexity(np.log((1 - even) * parts[:, 1] + even * parts[:, 2])),
        "interpolated": perplexity(np.log(parts @ weights)),
        "witten_bell": perplexity(ngram_logs(counts, dev.tolist(), 2, vocab_size)[1:]),
        "floor": perplexity(np.log(bigram_parts(dev, dev, vocab_size)[:, 0])),
        "weights": weights.tolist(),
    }


def interpolated_logs(
    train: np.ndarray, tokens: np.ndarray, vocab_size: int, weights: np.ndarray
) -> np.ndarray:
    """Return the log-probability of each token after its first under interpolated bigrams, shape (N - 1,)."""
    logs: np.ndarray = np.log(bigram_parts(train, tokens, vocab_size) @ weights)
    return logs


def unknown_sweep(
    train: Sequence[str], dev: Sequence[str], sizes: Sequence[int]
) -> list[dict[str, float | int]]:
    """Keep the ``size`` most frequent words, map all others to one symbol, and measure the same bigram model.

    ``priced``: the symbol pays one of the K different words that it hides in either text, all alike.
    """
    rows: list[dict[str, float | int]] = []
    words = (set(train) | set(dev)) - {UNKNOWN}
    for size in sizes:
        symbols = Symbols.of(train, size=size)
        seen, text = symbols.encode(train), symbols.encode(dev)
        weights = fitted_mixture(seen, len(symbols))
        logs = interpolated_logs(seen, text, len(symbols), weights)
        unknown = text[1:] == symbols.unknown
        kinds = len(words - set(symbols.tokens))
        rows.append(
            {
                "size": size,
                "unknown": float(unknown.mean()),
                "kinds": kinds,
                "perplexity": perplexity(logs),
                "priced": perplexity(price_unknowns(logs, unknown, max(kinds, 1))),
            }
        )
    return rows


def spelling_logs(kinds: Sequence[str], words: Sequence[str], order: int = 4) -> np.ndarray:
    """Return the log-probability of spelling each word, its end included, by characters counted on ``kinds``.

    The spelling model is counted on every different word of ``kinds`` once.

    Examples
    --------
    >>> from workings.models.language_measures import spelling_logs
    >>> print(spelling_logs(["sing", "ring"], ["king", "xqz"]).round(1).tolist())
    [-11.4, -22.5]
    """
    alphabet, pad = printable(), "\t" * (order - 1)  # so that no word sees the one before it
    different = sorted(set(words))
    learnt, text = (
        alphabet.encode("".join(f"{pad}{word}\n" for word in some)).tolist()
        for some in (sorted(set(kinds)), different)
    )
    counts = count_ngrams(learnt, order)
    logs = np.append(0, np.cumsum(ngram_logs(counts, text, order, len(alphabet))))
    ends = np.cumsum([len(pad) + len(word) + 1 for word in different])
    starts = ends - [len(word) + 1 for word in different]
    price = dict(zip(different, logs[ends] - logs[starts], strict=True))
    return np.array([price[word] for word in words])


def word_bits(
    train: Sequence[str], test: Sequence[str], size: int, known: Sequence[str] = ()
) -> dict[str, float]:
    """Measure interpolated word bigrams on a text in bits a character, unknown words spelt out.

    ``train`` and ``test`` are words; the text they stand for has one space after each. Returns bits a
    character in all, the part that spelling takes, the share of unknown words, the perplexity per token.
    """
    symbols = Symbols(known) if known else Symbols.of(train, size=size)
    seen, text = symbols.encode(train), symbols.encode(test)
    weights = fitted_mixture(seen, len(symbols))
    logs = interpolated_logs(seen, text, len(symbols), weights)
    unknown = text[1:] == symbols.unknown
    rare = [word for word in set(train) if word not in symbols.numbers] or list(set(train))
    spelt = spelling_logs(rare, [word for word, hidden in zip(test[1:], unknown, strict=True) if hidden])
    characters = len(" ".join(test[1:])) + 1
    return {
        "bits": float(-(logs.sum() + spelt.sum()) / np.log(2) / characters),
        "spelling_bits": float(-spelt.sum() / np.log(2) / characters),
        "unknown": float(unknown.mean()),
        "perplexity": perplexity(logs),
        "priced": perplexity(np.concatenate([logs[~unknown], logs[unknown] + spelt])),
        "tokens": len(text) - 1,
        "characters": characters,
    }


def character_bits(train: str, test: str, order: int) -> float:
    """Measure counted characters on a text: bits a character."""
    alphabet = printable()
    counts = count_ngrams(alphabet.encode(train).tolist(), order)
    logs = ngram_logs(counts, alphabet.encode(test).tolist(), order, len(alphabet))
    return float(-logs.mean() / np.log(2))


def parts_of(text: str, logs: np.ndarray, seen: str) -> dict[str, dict[str, float]]:
    """Split what a character model pays for a text by kind of character; ``logs`` belong to ``text[1:]``.

    ``bits`` is a part's share of the bits a character, so that the parts add up to the whole.
    """
    kinds: Mapping[str, list[bool]] = {name: [_kind(one, seen) == name for one in text[1:]] for name in KINDS}
    return {
        name: {
            "characters": int(np.sum(mask)),
            "bits": float(-logs[np.array(mask)].sum() / np.log(2) / len(logs)),
            "each": float(-logs[np.array(mask)].mean() / np.log(2)) if any(mask) else 0.0,
        }
        for name, mask in kinds.items()
    }


KINDS = ("never seen", "digit", "capital", "small letter", "space or mark")


def _kind(character: str, seen: str) -> str:
    if character not in seen:
        return "never seen"
    if character in string.digits:
        return "digit"
    if character.isupper():
        return "capital"
    return "small letter" if character.islower() else "space or mark"
