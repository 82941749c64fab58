"""Tables and figures of the reading guide: what the paper prints beside what is counted."""

from __future__ import annotations

import numpy as np

from workings.byhand.training_recipe import warmup_rate
from workings.byhand.transformer_size import transformer_parameters
from workings.claims.later_work import DEPTHS, gradients
from workings.claims.paper_recipe import reach
from workings.data.vaswani_tables import STEPS, TABLE_2, TABLE_3, VOCAB_SIZE
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit


@exhibit
def paths() -> Table:
    """Show the longest path between two tokens for each kind of layer of table 1."""
    names = {
        "attention": "self-attention",
        "recurrent": "recurrent",
        "convolution": "causal convolution",
        "dilated": "the same, dilated",
        "centred": "centred convolution",
        "centred_dilated": "the same, dilated",
        "restricted": "attention, $r = 8$ back",
    }
    orders = {
        "attention": "$O(1)$",
        "recurrent": "$O(n)$",
        "convolution": "$O(n/k)$",
        "dilated": "$O(\\log_k n)$",
        "centred": "$O(n/k)$",
        "centred_dilated": "$O(\\log_k n)$",
        "restricted": "$O(n/r)$",
    }
    rows: list[list[Cell]] = [
        [names[kind], orders[kind], *(reach(kind, n) for n in (64, 512))] for kind in names
    ]
    return Table(["layer", "paper", "$n = 64$", "$512$"], rows)


@exhibit
def parts() -> Table:
    """Show where the parameters of base and big are, in millions."""
    rows: list[list[Cell]] = []
    base, big = transformer_parameters(VOCAB_SIZE), transformer_parameters(VOCAB_SIZE, 1024, 4096, 16)
    rows += [[part, base[part] / 1e6, big[part] / 1e6] for part in base]
    rows.append(["**all**", sum(base.values()) / 1e6, sum(big.values()) / 1e6])
    rows.append(["printed", *(float(row.millions or 0) for row in TABLE_3 if row.row in ("base", "big"))])
    return Table(["millions", "base", "big"], rows, formats=["", ".2f", ".2f"])


@exhibit
def table_three() -> Table:
    """Show the sizes that table 3 prints and what is counted for two vocabularies."""
    rows: list[list[Cell]] = []
    for row in TABLE_3:
        if row.millions is None:
            continue
        sizes = (row.d_model, row.d_ff, row.n_head, row.n_layer, row.d_k, row.d_v)
        counted = [sum(transformer_parameters(V, *sizes).values()) / 1e6 for V in (VOCAB_SIZE, 41_100)]
        name = f"${{\\text{{({row.row}) }} {row.change.strip('$')}}}$" if row.change else row.row
        rows.append([name, row.millions, *counted])
    return Table(["row", "printed", "at 37 000", "at 41 100"], rows, formats=["", "d", ".1f", ".1f"])


@exhibit
def table_two() -> Table:
    """Show the printed scores and costs, and each cost relative to the big model's."""
    big = TABLE_2[-1]
    rows: list[list[Cell]] = []
    for row in TABLE_2:
        cost = row.german_cost if row.german_cost is not None else row.french_cost
        relative = "" if cost is None else cost / (big.german_cost or 1)
        name = f"{row.model}, ensemble" if row.ensemble else row.model
        mantissa, _, power = f"{cost or 0:.1e}".partition("e+")
        shown = "" if cost is None else rf"${{{mantissa} \cdot 10^{{{int(power)}}}}}$"
        rows.append([name, row.german or "", row.french or "", shown, relative])
    columns = ["model", "German", "French", "cost", "cost / big"]
    return Table(columns, rows, formats=["", "g", "g", "", ".2g"])


@exhibit
def cost_and_score() -> Figure:
    """Draw BLEU against the stated cost, English to German."""
    figure, axes = canvas()
    for row in TABLE_2:
        if row.german is None or row.german_cost is None:
            continue
        ours = row.model.startswith("Transformer")
        colour = SERIES[0] if ours else SERIES[1]
        marker = "s" if row.ensemble else "o"
        axes.plot([row.german_cost], [row.german], marker=marker, color=colour, markersize=6)
        name = row.model.replace("Transformer (", "").rstrip(")")
        side = "right" if row.german_cost == 7.7e19 else "left"
        shift = {"right": 0.88, "left": 1.14}[side]
        axes.text(row.german_cost * shift, row.german, name, color=colour, ha=side, va="center")
    axes.set_xscale("log")
    axes.set_xlim(2e18, 1.5e21)
    axes.set_ylim(24, 29)
    axes.set_xlabel("stated cost, operations")
    axes.set_ylabel("BLEU, English to German")
    alt = (
        "BLEU against stated training cost on a log scale. The two Transformers stand above all others; base "
        "is the leftmost point, the ensembles (squares) lie far to the right and lower."
    )
    return Figure(figure, alt)


@exhibit
def schedule() -> Figure:
    """Draw the learning rate of base and big, and of base with another warm-up."""
    figure, axes = canvas()
    values = {}
    for colour, (name, d_model, warmup, place) in zip(
        SERIES,
        (("base", 512, 4000, 6), ("big", 1024, 4000, 60), ("base, warm-up 16 000", 512, 16_000, 18)),
        strict=False,
    ):
        steps = np.linspace(1, STEPS["base"], 2001)
        rates = warmup_rate(steps, d_model, warmup) * 1e4
        axes.plot(steps / 1000, rates, color=colour)
        peak = float(warmup_rate([warmup], d_model, warmup)[0]) * 1e4
        height = 0.6 if name == "big" else peak  # below its curve, or beside its peak
        axes.text(place, height, name, color=colour, va="bottom")
        values[f"{d_model}_{warmup}"] = peak / 1e4
    axes.set_xlabel("step, thousands")
    axes.set_ylabel("learning rate × 10⁴")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 8)
    alt = (
        "Learning rate against step: a steep straight rise to a peak at step 4000, then a slow fall. The "
        "big model's curve is the base model's divided by √2; with a longer warm-up the peak is half as "
        "high and later, and the fall is the same curve."
    )
    return Figure(figure, alt, values)


@exhibit
def norms() -> Figure:
    """Draw the last layer's first gradient against depth, norms after the sum and before the sublayer."""
    figure, axes = canvas()
    for colour, (name, norm_first, place) in zip(
        SERIES, (("norm after (2017)", False, 1.2), ("norm first", True, 0.75)), strict=False
    ):
        runs = gradients(norm_first)
        middle, spread = runs.mean(axis=1), runs.std(axis=1, ddof=1) / runs.shape[1] ** 0.5
        axes.errorbar(DEPTHS, middle, yerr=spread, color=colour, marker="o", markersize=4)
        axes.text(DEPTHS[-1], middle[-1] * place, name, color=colour, ha="right", va="center")
    axes.plot(DEPTHS, 0.5 * np.array(DEPTHS) ** -0.5, color=FAINT, linestyle="--")
    axes.text(3.1, 0.24, "1/√N", color=INK, ha="right")
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.set_xticks(DEPTHS, [str(depth) for depth in DEPTHS])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0.125, 0.25, 0.5, 1], ["⅛", "¼", "½", "1"])
    axes.set_ylim(0.08, 1.1)
    axes.set_xlabel("layers $N$")
    axes.set_ylabel("gradient of the last layer")
    alt = (
        "Gradient norm of the last layer before training, against depth, log scales: with norms after the "
        "sum it stays level near one half, with norms first it falls to about a fifth at 24 layers."
    )
    return Figure(figure, alt)
