"""English to French on real sentences: curves, scores, samples, failures and maps, from their record."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from workings.data.record import record
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, as_text, exhibit

SYSTEMS = {
    "beam": "the model, beam",
    "greedy": "the model, greedy",
    "nearest": "nearest sentence",
    "word_by_word": "word by word",
    "copied": "English, copied",
}
KINDS = {
    "known_words": "all words known",
    "new_word": "a word never seen",
    "known_french": "a reference seen",
    "new_french": "no reference seen",
}


def _values() -> Any:
    return record("translation_pairs").values


@exhibit(records=("translation_pairs",))
def setting() -> Table:
    """Say what was trained on, and how long."""
    values = _values()
    pairs, vocabulary = values["pairs"], values["vocab_size"]
    rows: list[list[Cell]] = [
        ["pairs: training", f"{pairs['training']:,d}"],
        ["development, test", f"{pairs['development']:,d}, {pairs['test']:,d}"],
        ["pieces: English, French", f"{vocabulary['english']:,d}, {vocabulary['french']:,d}"],
        ["parameters", f"{values['parameters']:,d}"],
        ["passes over the training pairs", f"{values['epochs']:.1f}"],
        ["minutes of training", f"{values['training_seconds'] / 60:.0f}"],
        ["French pieces a second", f"{values['pieces_a_second']:,.0f}"],
    ]
    kept = ["pairs", "left_out_of_training", "leaked", "vocab_size", "pieces_a_sentence", "parameters"]
    kept += ["epochs", "training_seconds", "pieces_a_second"]
    return Table(["of the run", ""], rows, values={name: values[name] for name in kept})


@exhibit(records=("translation_pairs",))
def curves() -> Figure:
    """Draw the loss of training minibatches and the loss on the development part."""
    curve = _values()["curve"]
    figure, axes = canvas()
    axes.plot(curve["steps"], curve["losses"], color=SERIES[0], linestyle="--")
    axes.plot(curve["steps"], curve["development"], color=SERIES[1])
    above = max(curve["losses"][-len(curve["losses"]) // 4 :]) + 0.08
    axes.text(curve["steps"][-1], above, "training minibatch", color=SERIES[0], ha="right")
    axes.text(curve["steps"][-1], curve["development"][-1] - 0.25, "development", color=SERIES[1], ha="right")
    axes.set_ylim(bottom=min(curve["development"]) - 0.4)
    axes.set_xlabel("step")
    axes.set_ylabel("loss, nats a piece")
    held = curve["development"]
    alt = f"Two losses against the step; on the development part it falls to {held[-1]:.2f} nats a piece."
    quarter = held[len(held) * 3 // 4 - 1] - held[-1]
    return Figure(figure, alt, {"last": held[-1], "last_quarter": quarter})


@exhibit(records=("translation_pairs",))
def systems() -> Table:
    """BLEU of the model and of four ways without one, on the test sentences."""
    values = _values()
    rows: list[list[Cell]] = [
        [name, values["bleu"][key]["all"], values["bleu"][key]["one"], values["exact"][key]]
        for key, name in SYSTEMS.items()
    ]
    best = values["bleu"]["beam"]
    return Table(
        ["written by", "BLEU, all", "first", "exact"],
        rows,
        ["", ".1f", ".1f", ".1%"],
        values={
            "sentences": values["test_sentences"],
            "references": values["references"],
            "beam": best["all"],
            "beam_one": best["one"],
            "precisions": best["precisions"],
            "brevity_penalty": best["brevity_penalty"],
            "too_short": 1 - 1 / (1 - math.log(best["brevity_penalty"])),  # of the nearest reference's length
            "exact": values["exact"]["beam"],
            "gain_of_beam": best["all"] - values["bleu"]["greedy"]["all"],
            "beam_differs": values["beam_differs"],
            "nearest": values["bleu"]["nearest"]["all"],
            "word_by_word": values["bleu"]["word_by_word"]["all"],
            "development": values["development_bleu"]["all"],
            "signature": best["signature"],
            "sentences_a_second": values["sentences_a_second"],
        },
    )


@exhibit(records=("translation_pairs",))
def parts() -> Table:
    """BLEU of the model, with the beam, on parts of the test sentences."""
    values = _values()
    rows: list[list[Cell]] = []
    lengths = [key for key in values["parts"] if key not in KINDS]
    for key in [*lengths, *(key for key in KINDS if key in values["parts"])]:
        name, part = KINDS.get(key, f"{key} words".replace("-", " to ")), values["parts"][key]
        if part["bleu"]:  # a score of 0 says that no sentence is long enough to have one
            rows.append([name, part["sentences"], part["bleu"], part["bleu_one"]])
    return Table(
        ["sentences with", "number", "BLEU, all", "first"],
        rows,
        ["", ",d", ".1f", ".1f"],
        values={
            **{key.replace("-", "_to_"): part for key, part in values["parts"].items()},
            "too_short": sum(part["sentences"] for part in values["parts"].values() if not part["bleu"]),
            "unknown": values["unknown_words"]["new"],
            "examples": ", ".join(values["unknown_words"]["examples"][:6]),
        },
    )


@exhibit(records=("translation_pairs",))
def samples() -> Table:
    """Show test sentences drawn at random with what the model wrote and a reference."""
    drawn = _values()["samples"]
    rows: list[list[Cell]] = [
        [as_text(text) for text in (one["english"], one["beam"], one["references"][0])] for one in drawn
    ]
    exact = sum(one["beam"] in one["references"] for one in drawn)
    return Table(["English", "the model", "a reference"], rows, values={"shown": len(drawn), "exact": exact})


@exhibit(records=("translation_pairs",))
def without_a_model() -> Table:
    """Show what the dictionary and the nearest sentence make of the first of the same sentences."""
    drawn = _values()["samples"][:5]
    rows: list[list[Cell]] = [
        [as_text(one[key]) for key in ("english", "word_by_word", "nearest")] for one in drawn
    ]
    return Table(["English", "word by word", "nearest sentence"], rows)


@exhibit(records=("translation_pairs",))
def worst() -> Table:
    """Show the test sentences whose translation shares least with every reference."""
    values = _values()
    rows: list[list[Cell]] = [
        [*(as_text(text) for text in (one["english"], one["beam"], one["references"][0])), one["chrf"]]
        for one in values["worst"]
    ]
    return Table(
        ["English", "the model", "a reference", "chrF"],
        rows,
        ["", "", "", ".0f"],
        values={"shown": len(rows), **values["address"]},
    )


@exhibit(records=("translation_pairs",))
def attention_map(number: int = 0) -> Figure:
    """Draw how much each French piece takes from each English one, a mean over the last layer's heads."""
    shown = _values()["maps"][number]
    weights = np.array(shown["weights"])  # (T_t + 1, T_s)
    source, written = ([piece.strip() for piece in shown[side]] for side in ("source", "written"))
    figure, axes = canvas(5.0, 3.6)
    for t, s in zip(*np.nonzero(weights >= 0.03), strict=True):
        weight = float(weights[t, s])
        axes.add_patch(Rectangle((s, t), 1, 1, color=SERIES[0], alpha=weight, linewidth=0))
    axes.set_xlim(0, len(source))
    axes.set_ylim(len(written), 0)
    axes.set_xticks(np.arange(len(source)) + 0.5, source, rotation=40, ha="right", color=INK)
    axes.set_yticks(np.arange(len(written)) + 0.5, written)
    axes.tick_params(length=0)
    strongest = [f"{written[t]} from {source[int(row.argmax())]}" for t, row in enumerate(weights[:-1])]
    english, french = ("".join(shown[side]).strip() for side in ("source", "written"))
    alt = f"Attention of the French pieces on the English ones; largest weights: {', '.join(strongest)}."
    return Figure(figure, alt, {"english": english, "french": french.removesuffix("end").strip()})
