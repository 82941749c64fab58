"""Averaging networks against naive Bayes on real reviews: what each piece brings, and what errors share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn

from workings.data.real_texts import GLOVE, glove
from workings.data.reviews import (
    POLARITY,
    WHOLE,
    Review,
    held_parts,
    sentence_polarity,
    split_reviews,
    whole_reviews,
)
from workings.data.symbols import Symbols
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.experiments.review_lengths import QUICK, Lengths, by_length, counted, known, own_rows
from workings.experiments.training import Training
from workings.models.counted_vectors import pmi_vectors
from workings.models.deep_averaging import DeepAveragingNetwork, Reviews, review_loss, scores_of
from workings.models.device import device
from workings.models.review_measures import anatomy, by_kind, group_measures, negation_scores
from workings.models.review_starts import learnt_table, start_as_bayes, start_from_table


@dataclass(frozen=True)
class Config:
    """What decides the run; trials were made on the development half alone, which is never tested on."""

    seed: int = 0
    splits: int = 5
    reviews: int = 0  # of one sentence; 0: all
    whole: int = 2000  # reviews that vectors are learnt from
    width: int = 64
    learnt_width: int = 100
    hidden: int = 64
    epochs: int = 6
    networks: int = 3
    batch: int = 64
    rate: float = 0.003
    linear_rate: float = 0.005
    bayes_rate: float = 0.001  # of the network that starts as naive Bayes
    table_rate: float = 0.01  # Adagrad's, of vectors that were learnt elsewhere
    dropped: float = 0.3
    table_dropped: float = 0.5
    counting: float = 0.2  # what naive Bayes weighs beside the networks
    shown: int = 5
    longest: int = 18
    by_length: Lengths = field(default_factory=Lengths)


@experiment(
    data=(POLARITY, WHOLE, GLOVE),
    full=Config(),
    quick=Config(0, 2, 1200, 60, learnt_width=16, epochs=2, networks=2, by_length=QUICK),
)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Hold half of the reviews back from all choices; test on five parts of it, trained on all the rest."""
    reviews = sentence_polarity()
    if config.reviews:
        reviews = reviews[:: len(reviews) // config.reviews]
    held = split_reviews(reviews, 0.5, config.seed + 2005)[1]
    whole = whole_reviews()
    rows = [row for sentences, _ in whole[:: len(whole) // config.whole] for row in sentences]
    splits = [
        _Split(config, checkpoints, place, *parts, rows).measure()
        for place, parts in enumerate(held_parts(reviews, held, config.splits, config.seed))
    ]
    first = splits[0]
    model, texts, labels, scores = first["model"], first["texts"], first["labels"], first["scores"]
    wrong = np.flatnonzero((scores > 0) != labels)
    short = [one for one in wrong.tolist() if len(texts[one]) <= config.longest]
    drawn = np.random.default_rng(config.seed).choice(short, config.shown, replace=False)
    shown = (first["symbols"], first["words"], texts)
    return {
        "reviews": len(reviews),
        "held": len(held),
        "test": len(texts),
        "vocab_size": len(first["symbols"]),
        "splits": config.splits,
        "networks": config.networks,
        "learnt_width": config.learnt_width,
        "whole_words": first["known_words"],
        "accuracy": {name: [one["right"][name] for one in splits] for name in first["right"]},
        "same_split": first["same_split"],
        "errors": len(wrong),
        "longest": config.longest,
        "bayes_wrong_too": float(np.mean((first["bayes_scores"] > 0)[wrong] != labels[wrong])),
        "five": [
            anatomy(model, first["words"][one], texts[one], bool(labels[one])) for one in drawn.tolist()
        ],
        "groups": {
            "wrong": group_measures(model, *shown, scores, wrong),
            "right": group_measures(model, *shown, scores, np.flatnonzero((scores > 0) == labels)),
        },
        "by_kind": by_kind(first["words"], scores, labels),
        "by_length": by_length(config.by_length, checkpoints, config.seed),
        "negations": negation_scores([(one["model"], one["symbols"]) for one in splits]),
    }


def _learnt_vectors(config: Config, texts: Sequence[Sequence[str]]) -> tuple[dict[str, int], np.ndarray]:
    """Learn vectors of the words that stand three times or more in texts, without their labels."""
    symbols = Symbols.of([word for words in texts for word in words], least=3)
    numbers = [symbols.encode(words) for words in texts]
    vectors = pmi_vectors(numbers, len(symbols) - 1, config.learnt_width, seed=config.seed)
    return {word: place for place, word in enumerate(symbols.tokens[:-1])}, vectors


def _with_pairs(words: Sequence[str]) -> list[str]:
    """The words of a text and its pairs of neighbours."""
    return [*words, *(" ".join(pair) for pair in pairwise(words))]


class _Split:
    """One part to test on and what there is to train on."""

    def __init__(
        self, config: Config, checkpoints: Checkpoints, place: int, train: list[Review], test: list[Review],
        rows: Sequence[Sequence[str]],
    ) -> None:  # fmt: skip
        self.config, self.checkpoints, self.place, self.rows = config, checkpoints, place, rows
        self.train, self.test = ([words for words, _ in part] for part in (train, test))
        self.told = [label for _, label in train]
        self.labels = np.array([label for _, label in test])
        self.right: dict[str, float] = {}

    def measure(self) -> dict[str, Any]:
        """Train every classifier and test it."""
        seen = Counter(word for words in self.train for word in words)
        pairs = Counter(one for words in self.train for one in set(_with_pairs(words)[len(words) :]))
        kept = sorted(one for one, count in pairs.items() if count > 1)
        words, often = sorted(seen), sorted(word for word, count in seen.items() if count > 1)
        names, vectors = _learnt_vectors(self.config, [*self.rows, *self.train])
        more = [word for word in names if word not in seen]
        bayes_scores, weights = self.bayes("bayes", Symbols(words))
        both_scores = self.bayes("bayes_pairs", Symbols([*words, *kept]))[0]
        self.networks("linear", Symbols(often), hidden=0)
        tries = self.networks("random", Symbols(often))[1] if self.place else self.same_split(Symbols(often))
        self.networks("start", Symbols(words), weights=weights, once=True)
        glove_names, glove_vectors = glove()
        of_glove = {word: number for number, word in enumerate(glove_names)}
        symbols = Symbols([*words, *(word for word in of_glove if word not in seen)])
        self.networks("glove", symbols, table=learnt_table(symbols, of_glove, glove_vectors))
        symbols = Symbols([*words, *kept, *more])
        table = learnt_table(symbols, names, vectors)
        found = self.networks("pairs", symbols, self.config.networks, table=table, once=True)[1]
        joined = np.mean(found, axis=0) + self.config.counting * both_scores
        self.right["pairs_and_bayes"] = self.share_right(joined)
        symbols = Symbols([*words, *more])
        table = learnt_table(symbols, names, vectors)
        model, scores = self.networks("learnt", symbols, table=table)
        return {
            "right": self.right, "model": model, "scores": scores[0], "symbols": symbols,
            "labels": self.labels, "words": self.test, "texts": [symbols.encode(one) for one in self.test],
            "bayes_scores": bayes_scores, "known_words": len(names),
            "same_split": [] if self.place else tries,
        }  # fmt: skip

    def share_right(self, scores: np.ndarray) -> float:
        """The share of test reviews on whose side the scores are."""
        return float(np.mean((scores > 0) == self.labels))

    def encoded(self, symbols: Symbols, part: Sequence[Sequence[str]], once: bool) -> list[np.ndarray]:
        """Texts as numbers: all words as they stand; or the different words and pairs that are known."""
        if not once:
            return [symbols.encode(words) for words in part]
        return [known(symbols, _with_pairs(words)) for words in part]

    def bayes(self, name: str, symbols: Symbols) -> tuple[np.ndarray, np.ndarray]:
        """Count, and test; give the scores and the weights."""
        train, test = (self.encoded(symbols, part, once=True) for part in (self.train, self.test))
        scores, weights = counted(train, self.told, test, len(symbols))
        self.right[name] = self.share_right(scores)
        return scores, weights

    def same_split(self, symbols: Symbols) -> list[float]:
        """How far the accuracy moves on one split when only the weights are drawn anew."""
        scores = self.networks("random", symbols, count=3)[1]
        self.right["random"] = self.share_right(scores[0])
        del self.right["random_together"]
        return [self.share_right(one) for one in scores]

    def networks(
        self, name: str, symbols: Symbols, count: int = 1, hidden: int | None = None, *,
        table: np.ndarray | None = None, weights: np.ndarray | None = None, once: bool = False,
    ) -> tuple[DeepAveragingNetwork, list[np.ndarray]]:  # fmt: skip
        """Train ``count`` networks, test the first, and the mean of all; give the first and all scores."""
        config = self.config
        train, test = (self.encoded(symbols, part, once) for part in (self.train, self.test))
        reviews = Reviews.of(train, self.told)
        steps = config.epochs * reviews.steps(config.batch)
        models, scores = [], []
        for number in range(count):
            seed = config.seed + 100 * number + self.place
            width = config.width if table is None else table.shape[1]
            size = config.hidden if hidden is None else hidden
            generator = torch.Generator().manual_seed(seed)
            model = DeepAveragingNetwork(
                len(symbols), width, size, generator, sparse=table is not None
            ).to(device())  # fmt: skip
            dropped, rate = config.dropped, config.rate if size else config.linear_rate
            layers = [one for key, one in model.named_parameters() if not key.startswith("words")]
            optimizers: list[torch.optim.Optimizer]
            if table is not None:
                start_from_table(model, table)
                dropped = config.table_dropped
                optimizers = [
                    torch.optim.Adagrad(model.words.parameters(), lr=config.table_rate),
                    torch.optim.AdamW(layers, lr=config.rate, weight_decay=0.0),
                ]
            else:
                if weights is not None:
                    start_as_bayes(model, weights)
                    rate = config.bayes_rate
                optimizers = [torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0, fused=True)]

            def loss(
                called: nn.Module, step: int, seed: int = seed, dropped: float = dropped
            ) -> torch.Tensor:
                return review_loss(called, reviews, step, config.batch, dropped, seed, own_rows)

            Training(
                model, optimizers, loss, steps, steps, lambda step: 1 - step / steps,
                checkpoint=self.checkpoints.of(f"{self.place}-{name}-{number}"), name=name,
            ).run()  # fmt: skip
            models.append(model.eval())
            scores.append(scores_of(model, test))
        self.right[name] = self.share_right(scores[0])
        if count > 1:
            self.right[f"{name}_together"] = self.share_right(np.sum(scores, axis=0))
        return models[0], scores
