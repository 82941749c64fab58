"""Averaging networks against naive Bayes on real reviews, and what the errors have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from workings.byhand.naive_bayes import naive_bayes_score, naive_bayes_weights
from workings.data.reviews import Review, sentence_polarity, split_reviews
from workings.data.symbols import Symbols
from workings.experiments.experiment import experiment
from workings.models.deep_averaging import DeepAveragingNetwork, fit_reviews, scores_of
from workings.models.device import device
from workings.models.review_measures import (
    TURNS,
    anatomy,
    deletions_to_turn,
    mixedness,
    negates,
    shuffled_spread,
)

SEEDS, WIDTH, HIDDEN, EPOCHS, SHOWN, LONGEST = 5, 64, 64, 6, 5, 18


@experiment(data=("sentence_polarity/sentence_polarity.zip",))
def run() -> dict[str, Any]:
    """Split, train and test five times; take the errors of the first run apart."""
    reviews = sentence_polarity()
    runs = [_run(reviews, seed) for seed in range(SEEDS)]
    first = runs[0]
    texts, labels, scores = first["texts"], first["labels"], first["scores"]
    wrong = np.flatnonzero((scores > 0) != labels)
    short = [one for one in wrong.tolist() if len(texts[one]) <= LONGEST]
    drawn = np.random.default_rng(0).choice(short, SHOWN, replace=False)
    names = ("bayes", "linear", "deep")
    return {
        "reviews": len(reviews),
        "test": len(texts),
        "vocab_size": len(first["symbols"]),
        "seeds": SEEDS,
        "accuracy": {name: [one[name] for one in runs] for name in names},
        "same_split": _same_split(reviews),
        "errors": len(wrong),
        "longest": LONGEST,
        "bayes_wrong_too": float(np.mean((first["bayes_scores"] > 0)[wrong] != labels[wrong])),
        "five": [
            anatomy(first["model"], first["words"][one], texts[one], bool(labels[one]))
            for one in drawn.tolist()
        ],
        "groups": {
            "wrong": _group(first, wrong),
            "right": _group(first, np.flatnonzero((scores > 0) == labels)),
        },
        "by_kind": _by_kind(first),
        "negations": _negations(runs),
    }


def _run(reviews: Sequence[Review], seed: int, init: int = 0) -> dict[str, Any]:
    """Split by ``seed``, train naive Bayes and both networks, and test them."""
    train, test = split_reviews(reviews, seed=seed)
    symbols = Symbols.of([word for words, _ in train for word in words], least=2)
    seen, texts = ([symbols.encode(words) for words, _ in part] for part in (train, test))
    told, labels = [label for _, label in train], np.array([label for _, label in test])
    weights, odds = naive_bayes_weights([text.tolist() for text in seen], told, len(symbols))
    bayes = np.array([naive_bayes_score(text.tolist(), weights, odds) for text in texts])
    found: dict[str, Any] = {"bayes": float(np.mean((bayes > 0) == labels)), "bayes_scores": bayes}
    for name, hidden, rate in (("linear", 0, 0.005), ("deep", HIDDEN, 0.003)):
        generator = torch.Generator().manual_seed(100 * init + seed)
        model = DeepAveragingNetwork(len(symbols), WIDTH, hidden, generator).to(device())
        fit_reviews(model, seen, told, EPOCHS, learning_rate=rate, seed=100 * init + seed)
        scores = scores_of(model, texts)
        found[name] = float(np.mean((scores > 0) == labels))
        found |= {"model": model, "scores": scores}
    words = [words for words, _ in test]
    return found | {"symbols": symbols, "texts": texts, "labels": labels, "words": words}


def _same_split(reviews: Sequence[Review]) -> list[float]:
    """How far the accuracy of the deep network moves on one split when only its weights are drawn anew."""
    return [_run(reviews, 0, init)["deep"] for init in (1, 2)]


def _group(run: dict[str, Any], rows: np.ndarray) -> dict[str, float]:
    """Describe a group of decisions by what is said to cause errors."""
    model, symbols = run["model"], run["symbols"]
    words, texts = ([run[name][row] for row in rows] for name in ("words", "texts"))
    turned = [deletions_to_turn(model, text.tolist()) for text in texts]
    return {
        "count": len(rows),
        "length": float(np.mean([len(one) for one in words])),
        "negated": float(np.mean([negates(one) for one in words])),
        "turns": float(np.mean([bool(TURNS & set(one)) for one in words])),
        "unknown": float(np.mean([np.mean(text == symbols.unknown) for text in texts])),
        "score": float(np.mean(np.abs(run["scores"][rows]))),
        "mixed": float(np.mean([mixedness(model, text.tolist()) for text in texts])),
        "turned_by_one": float(np.mean([one == 1 for one in turned])),
        "turned_by_three": float(np.mean([one <= 3 for one in turned])),
        "shuffled": max(shuffled_spread(model, text.tolist(), 10) for text in texts),
    }


def _by_kind(run: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Error rates with and without what is said to cause errors, each with its standard error."""
    wrong = (run["scores"] > 0) != run["labels"]
    kinds = {
        "negated": np.array([negates(one) for one in run["words"]]),
        "turns": np.array([bool(TURNS & set(one)) for one in run["words"]]),
        "near": np.abs(run["scores"]) < 1,
    }
    return {
        name: {
            f"{part}{what}": float(value)
            for part, chosen in (("with", mask), ("without", ~mask))
            for what, value in (
                ("", wrong[chosen].mean()),
                ("_error", wrong[chosen].std() / np.sqrt(chosen.sum())),
                ("_count", chosen.sum()),
            )
        }
        for name, mask in kinds.items()
    }


def _negations(runs: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Score templates with and without a negation, a mean over the networks of all runs."""
    templates = {
        f"{first} {adjective}": f"the film is {first} {adjective}".split()
        for adjective in ("good", "funny", "great", "bad", "boring", "dull")
        for first in ("", "not")
    }
    scores = {
        name: [
            float(scores_of(run["model"], [run["symbols"].encode([word for word in words if word])])[0])
            for run in runs
        ]
        for name, words in templates.items()
    }
    return {
        name.strip(): {
            "mean": float(np.mean(found)),
            "error": float(np.std(found, ddof=1) / len(found) ** 0.5),
        }
        for name, found in scores.items()
    }
