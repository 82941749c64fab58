"""The cost table, counted; crossovers; gradient reach; a second language; stream and recall."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.claims import crossovers as crossing
from workings.claims import layer_costs
from workings.claims.encoder_reuse import counted
from workings.claims.gradient_reach import WIDTH, reach, torch_layer
from workings.claims.path_lengths import paths
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.device import device
from workings.models.sequence_tasks import draw_stream, stream_accuracy, train_recall, train_stream

SEEDS = 3
OPENED = 5  # what is added to the bias of the forget gates


@exhibit
def cost_table() -> Table:
    """Show what each layer costs, every entry counted: formula, count at one size, chain, path."""
    rows: list[list[Cell]] = []
    steps = paths(33)
    for name, count in layer_costs.LAYERS.items():
        formula = sympy.latex(layer_costs.formula(count))
        short, long = (count(t, 4)[1] for t in (16, 32))
        shown = "causal convolution" if name == "convolution" else name
        rows.append([shown, f"${formula}$", f"{short} → {long}", steps[name]])
    return Table(["layer", "products", "chain", "path"], rows, formats=["", "", "", "d"])


@exhibit
def crossover_table() -> Table:
    """Show for each way of counting where M² k overtakes M k²."""
    rows: list[list[Cell]] = []
    for way in crossing.WAYS:
        formula = f"${sympy.latex(way.square)}$ : ${sympy.latex(way.linear)}$"
        root = sympy.latex(way.crossover)
        rows.append([way.name, formula, f"${root}$", int(way.crossover.subs(crossing.k, 512))])
    return Table(["counted", "terms", "$M =$", "$k = 512$"], rows, formats=["", "", "", "d"])


@exhibit
def gradient_norms() -> Figure:
    """Draw the norm of the gradient that reaches a token against its distance."""
    figure, axes = canvas()
    values: dict[str, object] = {"seeds": SEEDS, "width": WIDTH, "opened_by": OPENED}
    kept = {}
    kinds = (
        ("rnn", "RNN", 0.0),
        ("lstm", "LSTM", 0.0),
        ("lstm", "LSTM, gates open", float(OPENED)),
        ("attention", "attention", 0.0),
    )
    for colour, (kind, label, forget) in zip(SERIES, kinds, strict=False):
        norms = np.mean([reach(torch_layer(kind, seed, forget), 101, seed) for seed in range(SEEDS)], axis=0)
        shown = np.where(norms > 1e-12, norms, np.nan)
        axes.plot(shown, color=colour, label=label)
        kept[label.split(",")[0].lower() + ("_open" if forget else "")] = {
            str(s): float(norms[s]) for s in (1, 10, 50, 100)
        }
    axes.set_yscale("log")
    axes.set_ylim(1e-12, 1e4)
    axes.set_xlim(0, 100)
    axes.set_xlabel("steps back")
    axes.set_ylabel("norm of the gradient")
    axes.legend(ncols=2, loc="upper right", frameon=False, labelcolor=INK)
    rnn, lstm, opened, even = (kept[name]["50"] for name in ("rnn", "lstm", "lstm_open", "attention"))
    alt = (
        "Norm of the gradient against distance, log scale, 101 tokens. Fifty steps back it is "
        f"{rnn:.0e} for the RNN, {lstm:.0e} for the LSTM, {opened:.1g} for the LSTM with open gates, "
        f"and {even:.1g} for attention, whose curve is level."
    )
    return Figure(figure, alt, values | kept)


@exhibit
def second_language() -> Table:
    """Show multiplications of one block of encoder and decoder for two target languages, k = 512."""
    rows: list[list[Cell]] = []
    for source, target in ((30, 30), (500, 30), (30, 500), (2000, 2000)):
        encoder, decoder = counted(source, target, 512)
        saved = encoder / (2 * (encoder + decoder))
        rows.append(
            [
                f"{source}, {target}",
                encoder / 1e6,
                decoder / 1e6,
                f"{saved:.0%}",
            ]
        )
    return Table(["$M$, $N$", "encoder", "decoder", "saved"], rows, formats=["", ".0f", ".0f", ""])


@exhibit
def streaming() -> Table:
    """Show accuracy and carried bytes of the two families, along a stream."""
    rows: list[list[Cell]] = []
    values: dict[str, dict[str, float]] = {}
    for kind, name in (("rnn", "RNN"), ("attention", "attention")):
        model = train_stream(kind)
        values[kind] = {}
        for length in (32, 256, 2048):
            accuracy = stream_accuracy(model, length)
            held = model.carried_bytes(
                draw_stream(1, length, torch.Generator().manual_seed(7))[0][0].to(device())
            )
            rows.append([name, length, accuracy, held])
            values[kind][str(length)] = accuracy
    return Table(
        ["layer", "events", "right", "bytes carried"], rows, formats=["", "d", ".3f", ",d"], values=values
    )


@exhibit
def recall() -> Figure:
    """Draw accuracy of recall against the number of pairs."""
    figure, axes = canvas()
    sizes = (2, 4, 8, 16)
    values: dict[str, dict[str, float]] = {}
    for colour, kind, name in ((SERIES[1], "attention", "attention"), (SERIES[0], "lstm", "LSTM")):
        scores = [train_recall(kind, pairs)[1] for pairs in sizes]
        axes.plot(sizes, scores, color=colour, marker="o", label=name)
        values[kind] = dict(zip(map(str, sizes), scores, strict=True))
    axes.axhline(1 / 16, color=FAINT, linewidth=1)
    axes.text(16, 1 / 16 + 0.01, "chance", ha="right", va="bottom", color=INK)
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("pairs to remember")
    axes.set_ylabel("right")
    axes.legend(loc="center right", frameon=False, labelcolor=INK)
    alt = (
        f"Share of right answers against the number of pairs. "
        f"Attention stays at {min(values['attention'].values()):.2f} or more; "
        f"the LSTM falls from {values['lstm']['2']:.2f} at 2 pairs to {values['lstm']['16']:.2f} at 16."
    )
    return Figure(figure, alt, values)
