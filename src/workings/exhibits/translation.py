"""Pairs, attention maps with the known links drawn in, loss curves, and what the encoder gets wrong."""

from __future__ import annotations

import datetime

import numpy as np
from matplotlib.patches import Rectangle

from workings.byhand.alignment import crossings
from workings.claims.translation import encoder_alone, encoder_decoder, map_of, words
from workings.claims.translation_data import parts
from workings.data.numbers_and_dates import date_pair, number_pair
from workings.data.pairs import Pair
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.translating import translate


def shown_pair() -> Pair:
    """Return the first long number of the test pairs whose links cross."""
    numbers = [pair for pair in parts()[2] if pair.meaning.startswith("number")]
    return next(pair for pair in numbers if crossings(pair.links) and len(pair.target) == 7)


@exhibit
def pairs() -> Table:
    """Show a few pairs and, for each German word, the place of the English word behind it."""
    day = datetime.date(2026, 11, 20)
    shown = [number_pair(25), number_pair(117), number_pair(6381), date_pair(day, "long"), date_pair(day)]
    rows: list[list[Cell]] = []
    for pair in shown:
        links = dict(pair.links)
        order = " ".join(str(links[t] + 1) if t in links else "–" for t in range(len(pair.target)))
        rows.append([" ".join(pair.source), " ".join(pair.target), order])
    return Table(["English", "German", "from word"], rows)


@exhibit
def attention_map(decoder: bool = True) -> Figure:
    """Draw how much each German word takes from each English one; known links are framed."""
    model = (encoder_decoder() if decoder else encoder_alone())[0]
    pair = shown_pair()
    weights = map_of(model, pair)  # (T_t, T_s)
    figure, axes = canvas(5.0, 3.4)
    for t, row in enumerate(weights):
        for s, weight in enumerate(row):
            axes.add_patch(Rectangle((s, t), 1, 1, color=SERIES[0], alpha=float(weight), linewidth=0))
    for t, s in pair.links:
        axes.add_patch(Rectangle((s + 0.06, t + 0.06), 0.88, 0.88, fill=False, edgecolor=INK, linewidth=1))
    axes.set_xlim(0, len(pair.source))
    axes.set_ylim(len(pair.target), 0)
    axes.set_xticks(np.arange(len(pair.source)) + 0.5, pair.source, rotation=40, ha="right")
    axes.set_yticks(np.arange(len(pair.target)) + 0.5, pair.target)
    axes.tick_params(length=0)
    written = " ".join(translate(model, words(), [pair])[0])
    hits = sum(int(weights[t].argmax()) == s for t, s in pair.links)
    alt = (
        f"Attention of {len(pair.target)} German words on {len(pair.source)} English ones. The largest "
        f"weight is on the known link for {hits} of the {len(pair.links)} linked words."
    )
    return Figure(figure, alt, {"hits": hits, "links": len(pair.links), "written": written})


@exhibit
def curves() -> Figure:
    """Draw the training loss of both models, a mean over twenty steps."""
    figure, axes = canvas()
    values = {}
    for colour, (name, run, place) in zip(
        SERIES,
        (("encoder alone", encoder_alone(), 1.35), ("encoder-decoder", encoder_decoder(), 0.62)),
        strict=False,
    ):
        losses = np.array(run[1]).reshape(-1, 20).mean(axis=1)
        steps = np.arange(len(losses)) * 20 + 10
        axes.plot(steps, losses, color=colour)
        axes.text(steps[-1], losses[-1] * place, name, color=colour, ha="right")
        values[name.replace(" ", "_").replace("-", "_")] = float(losses[-1])
    axes.set_yscale("log")
    axes.set_yticks([0.1, 1], ["0.1", "1"])
    axes.set_ylim(0.03, 6)
    axes.set_xlabel("step")
    axes.set_ylabel("loss, nats a token")
    alt = (
        "Training loss against step on a log scale: both fall from about 5; the encoder-decoder ends at "
        f"{values['encoder_decoder']:.2f}, the encoder alone at {values['encoder_alone']:.2f}."
    )
    return Figure(figure, alt, values)


@exhibit
def mistakes() -> Table:
    """Show the first test numbers that the encoder gets wrong."""
    test = parts()[2]
    found = translate(encoder_alone()[0], words(), test)
    rows: list[list[Cell]] = [
        [" ".join(pair.target), " ".join(one)]
        for one, pair in zip(found, test, strict=True)
        if one != pair.target
    ]
    return Table(["right", "written"], rows[:5], values={"wrong": len(rows)})
