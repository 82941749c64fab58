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


D_MODEL = 32
FEW = 200  # pairs of the smaller study
RUN: dict[str, Any] = {"steps": 150, "learning_rate": 0.01}  # of every run that compares embeddings


@cache
def texts() -> list[tuple[str, ...]]:
    """Return source sentences to learn vectors from: drawn anew, without those of development and test."""
    held_out = {pair.group for part in parts()[1:] for pair in part}
    return [pair.source for pair in generated_pairs(6000, seed=9) if pair.group not in held_out]


def mutual_information(window: int, sides: bool) -> np.ndarray:
    """Return positive pointwise mutual information of words and the words within ``window`` of them.

    Shape (V, V), or (V, 2 V) if what stands before counts apart from what stands after.
    """
    size = len(words().source)
    counts = np.zeros((size, 2 * size if sides else size))
    for text in texts():
        numbers = words().source.encode(text)
        for place, centre in enumerate(numbers):
            for other in numbers[max(0, place - window) : place]:
                counts[centre, other] += 1
            for other in numbers[place + 1 : place + 1 + window]:
                counts[centre, other + (size if sides else 0)] += 1
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        information: np.ndarray = np.where(counts > 0, np.log(counts / expected), 0).clip(0)
    return information


KINDS = {"window": (3, False), "neighbours": (1, True)}  # window and sides of the pretrained vectors


@cache
def vectors(kind: str) -> np.ndarray:
    """Return pretrained vectors of the source words, shape (V, d_model); words never seen have zeros."""
    U, S, _ = np.linalg.svd(mutual_information(*KINDS[kind]), full_matrices=False)
    table: np.ndarray = U[:, :D_MODEL] * np.sqrt(S[:D_MODEL])  # (V, d_model)
    return table


def start(kind: str, seed: int, size: float = 1.0) -> np.ndarray:
    """Return vectors to start from, all with norm ``size`` times the root of d_model, shape (V, d_model).

    What differs between two kinds is then their directions alone. Tokens without text are drawn at random.
    """
    table = np.random.default_rng(seed).normal(size=(len(words().source), D_MODEL))
    if kind != "random":
        seen = np.linalg.norm(vectors(kind), axis=1) > 1e-6
        table[seen] = vectors(kind)[seen]
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    scaled: np.ndarray = unit * size * D_MODEL**0.5
    return scaled


EMBEDDINGS: dict[str, dict[str, Any]] = {
    f"{kind}_{how}": {"kind": kind, "frozen": how == "frozen", "size": 1 / 3 if how == "small" else 1.0}
    for how in ("frozen", "learned", "small")
    for kind in ("random", *KINDS)
}  # "small" learns too, from vectors of a third of the norm


Runs = dict[str, list[dict[str, float]]]


def embedding_runs(count: int, seeds: int) -> tuple[Runs, dict[str, np.ndarray]]:
    """Train the encoder on so many pairs with each kind of embeddings; return scores and perplexities."""
    runs: Runs = {}
    for name, one in EMBEDDINGS.items():
        for seed in range(seeds):
            table = start(one["kind"], seed, one["size"])
            model, _ = trained(
                EncoderTranslator, parts()[0][:count], seed=seed, **RUN, table=table, frozen=one["frozen"]
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


def gain(perplexities: dict[str, np.ndarray], how: str) -> float:
    """Return by how much vectors from neighbours that go on learning lower the mean perplexity."""
    return float(perplexities[f"random_{how}"].mean() - perplexities[f"neighbours_{how}"].mean())


@claim(
    r"With few pairs, vectors from the words next to each word help if they go on learning: at either of "
    r"two norms the mean perplexity is lower than from random vectors of the same norm. At the "
    r"full norm vectors from a window of three hurt. A third of the norm alone helps random vectors, too.",
    answers=("s2.2.A",),
)
def embeddings_few() -> Evidence:
    """Train three kinds, frozen, learned, and learned from a third of the norm, with three seeds each."""
    runs, perplexities = embedding_runs(FEW, 3)
    smaller = float(perplexities["random_learned"].mean() - perplexities["random_small"].mean())
    right = {name: one["exact"] for name, one in means(runs).items()}
    return Evidence(
        [
            at_least("full norm: gain in perplexity", gain(perplexities, "learned"), 0.1),
            at_least("a third of the norm: gain in perplexity", gain(perplexities, "small"), 0.05),
            at_least(
                "window of three: best run less worst random",
                float(perplexities["window_learned"].min() - perplexities["random_learned"].max()),
                0,
            ),
            at_least(
                "window of three: share right, random less pretrained",
                right["random_learned"] - right["window_learned"],
                0.2,
            ),
            at_least("random: gain by a third of the norm", smaller, 0.1),
        ],
        {
            **means(runs),
            "gain": gain(perplexities, "learned"),
            "gain_small": gain(perplexities, "small"),
            "gain_by_norm": smaller,
            "pairs": FEW,
            "seeds": 3,
            "steps": RUN["steps"],
        },
    )


@claim(
    r"With all pairs less than a tenth of perplexity is left of that gain, at either norm. Frozen, both "
    r"kinds of pretrained vectors are far worse than random ones: hardly a sentence is right.",
    answers=("s2.2.A",),
)
def embeddings_many() -> Evidence:
    """Train the same kinds with two seeds each."""
    runs, perplexities = embedding_runs(len(parts()[0]), 2)
    frozen = {kind: perplexities[f"{kind}_frozen"] for kind in ("random", *KINDS)}
    right = {name: one["exact"] for name, one in means(runs).items()}
    return Evidence(
        [
            at_most("full norm: gain in perplexity", gain(perplexities, "learned"), 0.1),
            at_most("a third of the norm: gain in perplexity", gain(perplexities, "small"), 0.1),
            at_least(
                "frozen: best pretrained less worst random",
                float(min(frozen[kind].min() for kind in KINDS) - frozen["random"].max()),
                0.5,
            ),
            at_most("frozen: share right, pretrained", max(right[f"{kind}_frozen"] for kind in KINDS), 0.05),
            at_least("frozen: share right, random", right["random_frozen"], 0.3),
        ],
        {
            **means(runs),
            "gain": gain(perplexities, "learned"),
            "gain_small": gain(perplexities, "small"),
            "seeds": 2,
        },
    )


def cosine(table: np.ndarray, one: str, other: str) -> float:
    """Return the cosine of two source words' vectors."""
    a, b = table[words().source.encode((one, other))]
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


@claim(
    r"In this text *three* and *four* have the same neighbours, so nearly the same vector; *three* and "
    r"*twenty* do not. With a window of three the $32$ leading directions all go to dates, and the vectors "
    r"of *three*, *four*, *hundred* and *twenty* point the same way, which the counts do not.",
    answers=("s2.2.A",),
)
def vectors_alike() -> Evidence:
    """Compare cosines before the singular value decomposition with those after it."""
    counts = {kind: mutual_information(*how) for kind, how in KINDS.items()}
    words_like = {other: cosine(counts["neighbours"], "three", other) for other in ("four", "twenty")}
    after = {
        kind: {other: cosine(vectors(kind), "three", other) for other in ("four", "hundred", "twenty")}
        for kind in KINDS
    }
    lost = cosine(counts["window"], "three", "twenty")
    return Evidence(
        [
            close("neighbours, counts, three and four", words_like["four"], 1, 0.02),
            close("neighbours, counts, three and twenty", words_like["twenty"], 0, 0.05),
            close("neighbours, 32 directions, three and four", after["neighbours"]["four"], 1, 0.02),
            close("neighbours, 32 directions, three and twenty", after["neighbours"]["twenty"], 0, 0.05),
            at_most("window, counts, three and twenty", lost, 0.2),
            at_least("window, 32 directions, the least alike", min(after["window"].values()), 0.99),
        ],
        {**after, "counts_window_twenty": lost, "texts": len(texts()), "d_model": D_MODEL},
    )


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
    r"twice the depth and one head in place of four. The setting chosen on the development pairs more than "
    r"halves the share of wrong test sentences.",
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
