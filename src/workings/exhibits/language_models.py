"""Bigram models on real words and on sonnets, the unknown symbol, characters and words, a loss curve."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from workings.byhand.perplexity import perplexity
from workings.claims.language_models import HIDDEN, SIZE, small_network, small_words
from workings.claims.perplexity import SIZES
from workings.data.record import record
from workings.data.small_texts import HELD_OUT, SONNETS, verse
from workings.data.symbols import split_words
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.language_measures import counted_bigrams, unknown_sweep
from workings.models.language_models import bigram_network_logs

KINDS = (
    ("unigram", "single words, counted"),
    ("witten_bell", "bigrams, Witten-Bell"),
    ("interpolated", "bigrams, interpolated by EM"),
    ("network", "bigram network"),
    ("floor", "the text's own table"),
)


def measured(name: str) -> Any:
    """Give the values of one record."""
    return record(name).values


def _ladder(found: dict[str, float], values: dict[str, Any]) -> Table:
    rows: list[list[Cell]] = [[words, found[name], math.log2(found[name])] for name, words in KINDS]
    return Table(
        ["model", "perplexity", "bits a token"], rows, ["", ".1f", ".2f"], values={**found, **values}
    )


@exhibit(records=("bigram_language_model",))
def real_bigrams() -> Table:
    """Compare bigram models on wikitext2 with GloVe's words."""
    values = measured("bigram_language_model")
    network = values["network"]
    found = {
        **{name: values["counted"][name] for name, _ in KINDS if name != "network"},
        "network": network["dev"],
    }
    more = {
        "weights": values["counted"]["weights"],
        "tokens": values["tokens"],
        "unknown": values["unknown"],
        "vocab_size": values["vocab_size"],
        "parameters": network["parameters"],
        "train": network["train"],
        "known": network["dev_known_words"],
        "symbol": network["dev_unknown_symbol"],
        "steps": network["steps"],
        "hidden": network["hidden"],
        "over": network["dev"] / values["counted"]["interpolated"] - 1,
    }
    return _ladder(found, more)


@exhibit
def small_bigrams() -> Table:
    """Compare the same models, trained on eight sonnets, on the ninth."""
    symbols, train, dev = small_words()
    found = counted_bigrams(train, dev, len(symbols))
    found = {name: found[name] for name, _ in KINDS if name != "network"}
    found["network"] = perplexity(bigram_network_logs(small_network()[0], dev))
    unknown = float((dev == symbols.unknown).mean())
    return _ladder(found, {"size": SIZE, "hidden": HIDDEN, "unknown": unknown, "tokens": len(dev)})


def _sweep_rows(rows: Any) -> list[list[Cell]]:
    return [[row["size"], row["unknown"], row["perplexity"], row["priced"]] for row in rows]


@exhibit(records=("bigram_language_model",))
def sweep() -> Figure:
    """Draw perplexity against the unknown rate, raw and priced, on wikitext2."""
    rows = measured("bigram_language_model")["sweep"]
    first, least = rows[-1]["perplexity"], min(row["unknown"] for row in rows)
    unknown = [100 * row["unknown"] for row in rows]
    figure, axes = canvas()
    for colour, name, words, place in (
        (SERIES[0], "perplexity", "as it is reported", (62, 2.6)),
        (SERIES[1], "priced", "the symbol pays", (12, 1300)),
    ):
        axes.plot(unknown, [row[name] for row in rows], color=colour, marker="o", markersize=3)
        axes.text(*place, words, color=colour, ha="right" if name == "perplexity" else "left")
    axes.set_yscale("log")
    axes.set_xlabel("tokens that are unknown, %")
    axes.set_ylabel("perplexity a token")
    axes.grid(axis="y")
    values = {
        str(row["size"]): {name: row[name] for name in ("unknown", "perplexity", "priced")} for row in rows
    }
    alt = (
        f"Perplexity falls from {first:.0f} to 1 as the unknown rate rises from {least:.0%} to 100%; with "
        "the symbol paying it stays near 640 up to a quarter, and rises from there."
    )
    return Figure(figure, alt, values)


@exhibit
def small_sweep() -> Table:
    """Show the same sweep on the sonnets, made at build."""
    rows = unknown_sweep(split_words(verse()), split_words(SONNETS[HELD_OUT]), SIZES)
    columns = ["words kept", "unknown", "perplexity", "the symbol pays"]
    return Table(columns, _sweep_rows(rows), ["d", ".1%", ".1f", ".0f"])


@exhibit(records=("character_language_model",))
def loss_curve() -> Figure:
    """Draw the training loss and the held-out loss of the character model against steps."""
    values = measured("character_language_model")
    run, every = values["held_out"], values["every"]
    steps = np.arange(1, len(run["curve"]) + 1) * every
    figure, axes = canvas()
    axes.axhline(math.log(101), color=FAINT, linewidth=1)
    axes.text(steps[-1], math.log(101) - 0.16, "even odds, ln 101", ha="right", color=INK)
    axes.plot(steps, run["curve"], color=SERIES[0])
    axes.plot(steps, run["held"], color=SERIES[1], linestyle="--")
    axes.text(steps[-1], run["curve"][-1] - 0.12, "training", color=SERIES[0], ha="right", va="top")
    axes.text(steps[-1], run["held"][-1] + 0.08, "held out", color=SERIES[1], ha="right")
    axes.set_ylim(1.0, 4.8)
    axes.set_xlabel("step")
    axes.set_ylabel("loss, nats a character")
    alt = (
        f"Training loss falls from {run['curve'][0]:.2f} to {run['curve'][-1]:.2f} nats a character; the "
        f"held-out loss ends at {run['held'][-1]:.2f}."
    )
    found = {
        "first": run["curve"][0],
        "last": run["curve"][-1],
        "held": run["held"][-1],
        "validation": run["validation"],
        "validation_nats": math.log(run["validation"]),
        "parameters": run["parameters"],
        "epochs": run["epochs"],
        "steps": values["steps"],
        "hidden": values["hidden"],
        "every": every,
        "a_step": values["a_step"],
        "sample": values["sample"],
    }
    return Figure(figure, alt, found)


@exhibit(records=("two_passages",))
def units() -> Table:
    """Count tiny Shakespeare in characters and in words; hold its last tenth against the first nine."""
    found = measured("two_passages")["units"]
    rows: list[list[Cell]] = [
        ["tokens in the text", f"{found['characters']:,d}", f"{found['words']:,d}"],
        ["different ones", f"{found['alphabet']:,d}", f"{found['vocabulary']:,d}"],
        ["seen once in training", "–", f"{found['once']:.0%} of the different ones"],
        ["last tenth: never seen", f"{found['unseen_characters']:.1%}", f"{found['unseen_words']:.1%}"],
        ["its different tokens: never seen", "–", f"{found['unseen_kinds']:.0%}"],
    ]
    values = {
        **found,
        "ratio": found["characters"] / found["words"],
        "unseen_words_in": 1 / found["unseen_words"],
    }
    return Table(["tiny Shakespeare", "characters", "words, marks, line ends"], rows, values=values)


@exhibit(records=("two_passages",))
def one_string() -> Table:
    """Compare counted characters and words on one string, for ever more training text."""
    rows = measured("two_passages")["open"]
    cells: list[list[Cell]] = []
    for row in rows:
        best = min(row[f"characters_{order}"] for order in (3, 5, 6))
        cells.append([f"{row['words']:,d}", best, row["word_bits"], row["word_unknown"]])
    columns = ["training words", "characters", "words", "spelt out"]
    last = rows[-1]
    best = min(last[f"characters_{order}"] for order in (3, 5, 6))
    ends = {"characters": best, "words": last["word_bits"], "lead": best - last["word_bits"]}
    return Table(columns, cells, ["", ".2f", ".2f", ".0%"], values=ends)
