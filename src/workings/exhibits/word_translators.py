"""Translators of words on real pairs: GloVe's vectors or drawn ones, an encoder alone, settings; a record."""

from __future__ import annotations

from typing import Any

from workings.data.pairs import SPECIAL
from workings.data.record import record
from workings.exhibits.exhibit import Cell, Table, as_text, exhibit

VECTORS = {
    "random_frozen": "drawn, frozen",
    "glove_frozen": "GloVe, frozen",
    "random": "drawn, trained",
    "glove": "GloVe, trained",
}
TRANSLATORS = {
    "random": "with a decoder",
    "glove": "with a decoder, GloVe",
    "alone_random": "encoder alone",
    "alone_glove": "encoder alone, GloVe",
}
SETTINGS = {
    "default": "default",
    "no_dropout": "no dropout",
    "more_dropout": "dropout 0.3",
    "slower": "rate ÷ 3",
    "faster": "rate × 3.3",
    "one_layer": "one block a side",
}
SCORES = ("perplexity", "bleu", "exact")


def _values() -> Any:
    return record("word_translators").values


def _mean(runs: list[dict[str, float]], score: str) -> float:
    return sum(one[score] for one in runs) / len(runs)


def _apart(runs: list[dict[str, float]], score: str) -> float:
    scores = [one[score] for one in runs]
    return max(scores) - min(scores)


@exhibit(records=("word_translators",))
def embeddings() -> Table:
    """Compare the English vectors to start from, by what the test part says, on few pairs and on many."""
    values = _values()
    means = {
        size: {key: {score: _mean(values[size][key], score) for score in SCORES} for key in VECTORS}
        for size in ("few", "many")
    }
    rows: list[list[Cell]] = [
        [name, *(size[key][score] for size in means.values() for score in ("perplexity", "bleu"))]
        for key, name in VECTORS.items()
    ]
    batch, many = record("word_translators").config["batch"], means["many"]
    return Table(
        ["English vectors", "few pairs", "BLEU", "many pairs", "BLEU "],
        rows,
        ["", ".2f", ".1f", ".2f", ".1f"],
        values={
            **means,
            "seeds": len(values["few"]["random"]),
            "apart": {
                score: max(_apart(values[size][key], score) for size in means for key in VECTORS)
                for score in ("perplexity", "bleu")
            },
            "gain": {
                "many": many["random"]["perplexity"] - many["glove"]["perplexity"],
                "training": many["random_frozen"]["perplexity"] - many["random"]["perplexity"],
            },
            "batch": batch,
            "passes": batch * values["steps"]["many"] / values["pairs"]["many"],
            **{name: values[name] for name in ("with_vector", "unknown", "pairs", "steps")},
            "words": {name: size - len(SPECIAL) for name, size in values["vocab_size"].items()},
            "sentences": values["test_sentences"],
        },
    )


@exhibit(records=("word_translators",))
def translators() -> Table:
    """Compare the encoder alone with an encoder and a decoder, on the many pairs."""
    values = _values()
    means = {key: {score: _mean(values["many"][key], score) for score in SCORES} for key in TRANSLATORS}
    rows: list[list[Cell]] = [
        [name, values["parameters"]["alone" if key.startswith("alone") else "default"], *means[key].values()]
        for key, name in TRANSLATORS.items()
    ]
    columns = ["translator", "parameters", "perplexity", "BLEU", "exact"]
    return Table(columns, rows, ["", ",d", ".2f", ".1f", ".1%"], values=means)


@exhibit(records=("word_translators",))
def samples() -> Table:
    """Show test sentences drawn at random, as both translators write them."""
    drawn = _values()["samples"]
    rows: list[list[Cell]] = [
        [
            as_text(text.replace("<unknown>", "(?)"))
            for text in (one["english"], one["decoder"], one["alone"], one["references"][0])
        ]
        for one in drawn
    ]
    return Table(["English", "with a decoder", "encoder alone", "a reference"], rows)


@exhibit(records=("word_translators",))
def nearest() -> Table:
    """Show the nearest words of some words among GloVe's vectors and among those that translation taught."""
    found = _values()["nearest"]
    rows: list[list[Cell]] = [
        [word, ", ".join(found["glove"][word]), ", ".join(found["learned"][word])] for word in found["glove"]
    ]
    return Table(["word", "GloVe's neighbours", "neighbours after training"], rows)


@exhibit(records=("word_translators",))
def settings() -> Table:
    """Compare settings on the development part: each differs from the first in one thing."""
    values = _values()
    rows: list[list[Cell]] = [
        [name, values["parameters"][key], *(values["settings"][key][score] for score in SCORES)]
        for key, name in SETTINGS.items()
    ]
    return Table(
        ["setting", "parameters", "perplexity", "BLEU", "exact"], rows, ["", ",d", ".2f", ".1f", ".1%"]
    )
