"""Averaging networks against naive Bayes on whole reviews, and on the same reviews with fewer words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from workings.byhand.naive_bayes import naive_bayes_score, naive_bayes_weights
from workings.data.reviews import Review, held_parts, split_reviews, whole_reviews
from workings.data.symbols import Symbols
from workings.experiments.checkpoint import Checkpoint, Checkpoints
from workings.experiments.processes import count, share
from workings.experiments.training import Training
from workings.models.deep_averaging import DeepAveragingNetwork, Reviews, review_loss, scores_of
from workings.models.device import device
from workings.models.review_starts import scale_mean


@dataclass(frozen=True)
class Recipe:
    """How one network is built and trained; ``scale`` multiplies what its first layer starts with."""

    hidden: int
    rate: float
    dropped: float
    scale: float


@dataclass(frozen=True)
class Lengths:
    """What decides this part; the recipes were chosen on whole reviews of the development half."""

    reviews: int = 0  # 0: all
    parts: int = 10
    lengths: tuple[int, ...] = (20, 100, 0)  # different words of each review; 0: all
    least: int = 2  # training reviews that a word of the networks stands in
    width: int = 64
    epochs: int = 20
    batch: int = 50
    linear: Recipe = Recipe(hidden=0, rate=0.005, dropped=0.5, scale=10.0)
    deep: Recipe = Recipe(hidden=64, rate=0.003, dropped=0.3, scale=5.0)


QUICK = Lengths(reviews=200, parts=2, lengths=(20, 0), epochs=3)


def own_rows(rows: Tensor) -> Tensor:
    """Give this process's rows of a batch; what cannot be dealt out evenly is left out."""
    return share(rows[: len(rows) - len(rows) % count()])


def cut(words: Sequence[str], length: int, seed: Sequence[int]) -> tuple[str, ...]:
    """Return ``length`` of the different words of a text, drawn at random, or all of them (0), in order.

    Examples
    --------
    >>> from workings.experiments.review_lengths import cut
    >>> print(cut(["a", "b", "a", "c"], 0, [0]), len(cut(["a", "b", "a", "c"], 2, [0])))
    ('a', 'b', 'c') 2
    """
    different = sorted(set(words))
    if length and length < len(different):
        drawn = np.random.default_rng(seed).choice(len(different), length, replace=False)
        different = [different[place] for place in np.sort(drawn)]
    return tuple(different)


def by_length(config: Lengths, checkpoints: Checkpoints, seed: int) -> dict[str, Any]:
    """Hold half of the reviews back from all choices; test on its parts, each trained on all the rest."""
    reviews: list[Review] = [
        (tuple(word for sentence in sentences for word in sentence), label)
        for sentences, label in whole_reviews()
    ]
    if config.reviews:
        reviews = reviews[:: len(reviews) // config.reviews]
    sides = ([one for one in reviews if one[1] == side] for side in (True, False))
    held = [one for side in sides for one in split_reviews(side, 0.5, seed + 2004)[1]]
    parts = held_parts(reviews, held, config.parts, seed)
    found = {}
    for length in config.lengths:
        short = {words: cut(words, length, [seed, place]) for place, (words, _) in enumerate(reviews)}
        rights: list[Mapping[str, np.ndarray]] = []
        for place, both in enumerate(parts):
            train, test = ([(short[words], label) for words, label in part] for part in both)
            states = [checkpoints.of(f"length-{length}-{place}-{name}") for name in ("linear", "deep")]
            rights.append(_right(config, train, test, states, seed + place))
        found[str(length or "all")] = {name: _compared(rights, name) for name in rights[0]}
    return {
        "reviews": len(reviews),
        "held": len(held),
        "parts": config.parts,
        "words": float(np.mean([len(words) for words, _ in reviews])),
        "different": float(np.mean([len(set(words)) for words, _ in reviews])),
        "lengths": found,
    }


def _compared(rights: Sequence[Mapping[str, np.ndarray]], name: str) -> dict[str, Any]:
    """The accuracy on each part, and on how many reviews it alone is right, or naive Bayes alone."""
    return {
        "accuracy": [float(one[name].mean()) for one in rights],
        "alone": int(sum((one[name] & ~one["bayes"]).sum() for one in rights)),
        "bayes_alone": int(sum((one["bayes"] & ~one[name]).sum() for one in rights)),
    }


def known(symbols: Symbols, words: Sequence[str]) -> np.ndarray:
    """Return the different known words of a text as numbers; a text without any keeps the unknown one."""
    numbers = np.unique(symbols.encode(words))
    rest = numbers[numbers != symbols.unknown]
    return rest if len(rest) else numbers


def counted(
    train: Sequence[np.ndarray], told: Sequence[bool], test: Sequence[np.ndarray], size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Train naive Bayes on texts of ``size`` words; give its scores of other texts, and its weights."""
    weights, odds = naive_bayes_weights([one.tolist() for one in train], told, size)
    return np.array([naive_bayes_score(one.tolist(), weights, odds) for one in test]), weights


def _right(
    config: Lengths, train: list[Review], test: list[Review], states: Sequence[Checkpoint], seed: int
) -> dict[str, np.ndarray]:
    """Train every classifier; tell which texts of the test each gets right."""
    told, labels = [label for _, label in train], np.array([label for _, label in test])
    seen = Counter(word for words, _ in train for word in words)  # in how many texts: none has one twice
    often = Symbols(sorted(word for word, times in seen.items() if times >= config.least))
    right = {}
    for name, symbols in (("bayes", Symbols(sorted(seen))), ("bayes_often", often)):
        seen_texts, texts = ([known(symbols, words) for words, _ in part] for part in (train, test))
        right[name] = (counted(seen_texts, told, texts, len(symbols))[0] > 0) == labels
    reviews = Reviews.of(seen_texts, told)  # of the words that stand often enough
    for name, recipe, state in zip(("linear", "deep"), (config.linear, config.deep), states, strict=True):
        model = _trained(config, recipe, reviews, len(often), state, seed)
        right[name] = (scores_of(model, texts) > 0) == labels
    return right


def _trained(
    config: Lengths, recipe: Recipe, reviews: Reviews, size: int, state: Checkpoint, seed: int
) -> DeepAveragingNetwork:
    """Train one network from random vectors."""
    generator = torch.Generator().manual_seed(seed)
    model = DeepAveragingNetwork(size, config.width, recipe.hidden, generator)
    scale_mean(model, recipe.scale)
    model.to(device())
    steps = config.epochs * reviews.steps(config.batch)

    def loss(called: nn.Module, step: int) -> Tensor:
        return review_loss(called, reviews, step, config.batch, recipe.dropped, seed, own_rows)

    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=0.0, fused=True)
    Training(
        model, [optimizer], loss, steps, steps, lambda step: 1 - step / steps,
        checkpoint=state, name=state.file.stem,
    ).run()  # fmt: skip
    return model.eval()
