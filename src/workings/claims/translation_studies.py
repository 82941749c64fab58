"""Two studies of the encoder: where its embeddings come from, and which settings matter."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from workings.claims.claim import Evidence, claim
from workings.claims.translation import BATCH, trained, words
from workings.claims.translation_data import parts
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.numbers_and_dates import generated_pairs
from workings.models.translating import Translator, scores
from workings.models.translation import EncoderTranslator

STEPS = 200  # of every run that compares settings
DEFAULTS: dict[str, Any] = {"d_model": 32, "n_head": 4, "n_layer": 1, "dropout": 0.0, "learning_rate": 0.005}


@cache
def pretrained_table(d_model: int = 32, window: int = 3) -> np.ndarray:
    """Return vectors of the source words from text alone: the singular vectors of positive PMI.

    The text is 6000 generated source sentences without those of development and test.
    """
    held_out = {pair.group for part in parts()[1:] for pair in part}
    texts = [pair.source for pair in generated_pairs(6000, seed=9) if pair.group not in held_out]
    counts = np.zeros((len(words().source), len(words().source)))  # (V, V)
    for text in texts:
        numbers = words().source.encode(text)
        for place, centre in enumerate(numbers):
            for other in [*numbers[max(0, place - window) : place], *numbers[place + 1 : place + 1 + window]]:
                counts[centre, other] += 1
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()  # (V, V)
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.where(counts > 0, np.log(counts / expected), 0).clip(0)
    U, S, _ = np.linalg.svd(pmi)
    table = U[:, :d_model] * np.sqrt(S[:d_model])  # (V, d_model)
    scaled: np.ndarray = table / table.std()
    return scaled


EMBEDDINGS: dict[str, dict[str, bool]] = {
    "random_frozen": {"frozen": True},
    "random_learned": {},
    "pretrained_frozen": {"frozen": True, "pretrained": True},
    "pretrained_learned": {"pretrained": True},
}


Runs = dict[str, list[dict[str, float]]]


def embedding_runs(count: int, seeds: int) -> tuple[Runs, dict[str, np.ndarray]]:
    """Train the encoder on so many pairs with each kind of embeddings; return scores and perplexities."""
    runs: Runs = {}
    for name, kind in EMBEDDINGS.items():
        table, frozen = pretrained_table() if kind.get("pretrained") else None, kind.get("frozen", False)
        for seed in range(seeds):
            model, _ = trained(
                EncoderTranslator, parts()[0][:count], 150, seed, 0.01, table=table, frozen=frozen
            )
            runs.setdefault(name, []).append(scores(model, words(), parts()[2]))
    return runs, {name: np.array([run["perplexity"] for run in one]) for name, one in runs.items()}


def means(runs: Runs) -> dict[str, dict[str, float]]:
    """Return each kind's mean scores, and how far its perplexities are apart."""
    return {
        name: {key: float(np.mean([run[key] for run in one])) for key in one[0]}
        | {"apart": float(np.ptp([run["perplexity"] for run in one]))}
        for name, one in runs.items()
    }


@claim(
    r"With $200$ pairs, pretrained embeddings that go on learning help: each of three runs beats each run "
    r"that starts at random. Frozen they hurt, more than frozen *random* vectors: *three* and *four* have "
    r"the same neighbours in this text, so the same vector, and cannot be told apart.",
    answers=("s2.2.A",),
)
def embeddings_few() -> Evidence:
    """Train four kinds with three seeds each, and measure how alike the vectors are."""
    runs, perplexities = embedding_runs(200, 3)
    learned = perplexities["random_learned"], perplexities["pretrained_learned"]
    frozen = perplexities["random_frozen"], perplexities["pretrained_frozen"]
    alike = cosine(pretrained_table(), "three", "four")
    random = cosine(np.random.default_rng(0).normal(size=pretrained_table().shape), "three", "four")
    return Evidence(
        [
            at_least(
                "learned: best random less worst pretrained", float(learned[0].min() - learned[1].max()), 0
            ),
            at_least(
                "frozen: best pretrained less worst random", float(frozen[1].min() - frozen[0].max()), 0.5
            ),
            close("cosine of three and four, pretrained", alike, 1, 1e-3),
            at_most("cosine of three and four, random", abs(random), 0.5),
        ],
        {
            **means(runs),
            "gain": float(learned[0].mean() - learned[1].mean()),
            "cosine": {"alike": alike, "random": random},
        },
    )


@claim(
    r"With all $2400$ pairs little of that gain is left, a fifth of perplexity at most. Frozen, pretrained "
    r"vectors still hurt more than random ones.",
    answers=("s2.2.A",),
)
def embeddings_many() -> Evidence:
    """Train four kinds with two seeds each."""
    runs, perplexities = embedding_runs(len(parts()[0]), 2)
    gain = float(perplexities["random_learned"].mean() - perplexities["pretrained_learned"].mean())
    frozen = perplexities["random_frozen"], perplexities["pretrained_frozen"]
    right = {name: one["exact"] for name, one in means(runs).items()}
    return Evidence(
        [
            at_most("learned: gain in perplexity", gain, 0.2),
            at_least(
                "frozen: best pretrained less worst random", float(frozen[1].min() - frozen[0].max()), 0.5
            ),
            at_least(
                "frozen: share right, random less pretrained",
                right["random_frozen"] - right["pretrained_frozen"],
                0.2,
            ),
        ],
        {**means(runs), "gain": gain},
    )


def cosine(table: np.ndarray, one: str, other: str) -> float:
    """Return the cosine of two source words' vectors."""
    a, b = table[words().source.encode((one, other))]
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


VARIANTS: dict[str, dict[str, Any]] = {
    "default": {},
    "slower": {"learning_rate": 0.0015},
    "faster": {"learning_rate": 0.015},
    "one_head": {"n_head": 1},
    "wider": {"d_model": 64},
    "deeper": {"n_layer": 2},
    "dropout": {"dropout": 0.1},
    "together": {"learning_rate": 0.015, "d_model": 64, "n_layer": 2},
}


@claim(
    r"At a fixed number of steps the learning rate matters most: thrice the default beats twice the width, "
    r"twice the depth and any number of heads. The setting chosen on the development pairs more than halves "
    r"the share of wrong test sentences.",
    answers=("s2.2.B",),
)
def settings_compared() -> Evidence:
    """Train the encoder with each setting, choose by development perplexity, and report the test once."""
    development, test = parts()[1:]
    results: dict[str, dict[str, float]] = {}
    models: dict[str, Translator] = {}
    for name, change in VARIANTS.items():
        models[name], _ = trained(EncoderTranslator, parts()[0], STEPS, **{**DEFAULTS, **change})
        results[name] = scores(models[name], words(), development)
        results[name]["parameters"] = sum(p.numel() for p in models[name].parameters())
    single = {name: one["perplexity"] for name, one in results.items() if name != "together"}
    chosen = min(results, key=lambda name: results[name]["perplexity"])
    on_test = {name: scores(models[name], words(), test) for name in ("default", chosen)}
    wrong = {name: 1 - one["exact"] for name, one in on_test.items()}
    return Evidence(
        [
            equal("best single change", min(single, key=lambda name: single[name]), "faster"),
            equal("worst single change", max(single, key=lambda name: single[name]), "slower"),
            at_most("wrong sentences, chosen over default", wrong[chosen] / wrong["default"], 0.5),
            at_least("BLEU, chosen above default", on_test[chosen]["bleu"] - on_test["default"]["bleu"], 10),
        ],
        {
            **results,
            "steps": STEPS,
            "batch": BATCH,
            "chosen": chosen.replace("_", " "),
            "test_default": on_test["default"],
            "test_chosen": on_test[chosen],
        },
    )
