"""Two passages under counted models: who was trained on what, what was read before, what normal forms buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workings.data.real_texts import SHAKESPEARE, passage, read, wiki_prose, without_passage
from workings.data.symbols import normal_form, restoring_bits, split_words
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.models.language_measures import character_bits, word_bits

NAMES = ("shakespeare", "wikipedia")


@dataclass(frozen=True)
class Config:
    """The counted models: characters of an order, bigrams of a vocabulary. Nothing is drawn: no seed acts."""

    seed: int = 0
    order: int = 6
    words: int = 5000
    length: int = 0  # characters of Shakespeare on either side of the passage's beginning; 0: all
    shares: tuple[int, ...] = (64, 16, 4, 1)  # one in so many words to train on


@experiment(
    data=(
        "tinyshakespeare/input.txt",
        "lm_passages/shakespeare_for_perplexity.txt",
        "lm_passages/wikipedia_for_perplexity.txt",
        "wikitext2/test.txt",
    ),
    full=Config(),
    quick=Config(order=2, words=500, length=20_000, shares=(1,)),
)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Train characters and words on Shakespeare and on Wikipedia, of one length, and cross them."""
    whole = _text(config.length)
    shakespeare = without_passage(whole)
    wiki = wiki_prose("train")[: len(shakespeare)]
    passages = {name: passage(name) for name in NAMES}
    learnt = {"shakespeare": shakespeare[: len(wiki)], "wikipedia": wiki}
    return {
        "order": config.order,
        "words": config.words,
        "characters": {name: len(text) for name, text in learnt.items()},
        "crossed": {
            name: {one: _both(text, passages[one], config) for one in NAMES} for name, text in learnt.items()
        },
        "leak": {
            name: _both(text, passages["shakespeare"], config)
            for name, text in (("held out", shakespeare), ("read before", whole))
        },
        "steps": [
            {"passage": name, **step}
            for name in NAMES
            for step in _steps(shakespeare, passages[name], config.order)
        ],
        "units": _units(whole),
        "open": _open(whole, config.shares),
    }


def _text(length: int) -> str:
    whole = read(SHAKESPEARE)
    middle = whole.index(passage("shakespeare"))
    return whole[max(0, middle - length) : middle + length] if length else whole


def _both(train: str, text: str, config: Config) -> dict[str, float]:
    """Measure counted characters and counted word bigrams on one passage."""
    words = word_bits(split_words(train), split_words(text), config.words)
    bits, seen = character_bits(train, text, config.order), set(train)
    return {
        "bits": bits,
        "perplexity": 2**bits,
        "unseen_characters": float(np.mean([one not in seen for one in text])),
        "unknown_words": words["unknown"],
        "word_perplexity": words["perplexity"],
        "word_bits": words["bits"],
        "word_tokens": words["tokens"],
    }


def _steps(train: str, text: str, order: int) -> list[dict[str, float | str]]:
    """Bring a passage closer to the training text, step by step; count what each step throws away."""
    known = set(train)
    plain = normal_form(text, known)
    spaced = "".join(one if one != "\n" else " " for one in plain)
    rows: list[dict[str, float | str]] = []
    for name, learnt, shown in (
        ("as it is", train, text),
        ("known characters", train, plain),
        ("small letters too", train.lower(), plain.lower()),
        ("one line too", train.lower().replace("\n", " "), spaced.lower()),
    ):
        bits, restoring = character_bits(learnt, shown, order), restoring_bits(text, shown) / len(text)
        rows.append(
            {
                "step": name,
                "perplexity": 2**bits,
                "bits": bits,
                "restoring": restoring,
                "all": bits + restoring,
                "changed": sum(old != new for old, new in zip(text, shown, strict=True)),
            }
        )
    return rows


def _units(text: str) -> dict[str, float]:
    """Count a text in characters and in words, and what the last tenth has that the first nine have not."""
    cut = int(len(text) * 0.9)
    old, new = split_words(text[:cut]), split_words(text[cut:])
    seen, letters = set(old), set(text[:cut])
    return {
        "characters": len(text),
        "words": len(old) + len(new),
        "alphabet": len(set(text)),
        "vocabulary": len(seen | set(new)),
        "unseen_words": float(np.mean([word not in seen for word in new])),
        "unseen_kinds": float(np.mean([word not in seen for word in set(new)])),
        "unseen_characters": float(np.mean([one not in letters for one in text[cut:]])),
        "once": float(np.mean([count == 1 for count in np.unique(old, return_counts=True)[1]])),
    }


def _open(text: str, shares: Sequence[int]) -> list[dict[str, float]]:
    """Compare characters and words on one string, unknown words spelt out, for ever more training text."""
    cut = int(len(text) * 0.9)
    words, test = split_words(text[:cut]), split_words(text[cut:])
    rows = []
    for share in shares:
        train = words[: len(words) // share]
        rows.append({"words": len(train), **_compared(train, test)})
    return rows


def _compared(train: Sequence[str], test: Sequence[str]) -> dict[str, float]:
    orders = {order: character_bits(" ".join(train), " ".join(test), order) for order in (3, 5, 6)}
    sizes = [word_bits(train, test, size) for size in (100, 500, 2000, 5000)]
    best = min(sizes, key=lambda one: one["bits"])
    return {
        **{f"characters_{order}": bits for order, bits in orders.items()},
        "word_bits": best["bits"],
        "word_unknown": best["unknown"],
    }
