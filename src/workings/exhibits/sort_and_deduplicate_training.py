"""The training study: accuracy on unseen sets and on longer inputs, by layers, heads and positions."""

from __future__ import annotations

import numpy as np

from workings.claims.sort_and_deduplicate_training import LONGEST, N_SYMBOLS, scores, sorter
from workings.data.sort_and_deduplicate import draw_sequences, hold_out
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.sort_and_deduplicate import exact_match

SEEDS = (0, 1, 2)
SIZES = ((1, 1), (1, 4), (2, 1), (2, 4))


@exhibit(limit=600)
def study() -> Table:
    """Show mean and standard deviation over three seeds, with and without learned positions."""
    rows: list[list[Cell]] = []
    values: dict[str, dict[str, float]] = {}
    for n_layer, n_head in SIZES:
        row: list[Cell] = [f"{n_layer}, {n_head}"]
        for positions in ("none", "learned"):
            measured = np.array([scores(n_layer, n_head, positions, seed) for seed in SEEDS])  # (3, 2)
            mean, deviation = 100 * measured.mean(axis=0), 100 * measured.std(axis=0, ddof=1)
            row += [f"{m:.1f} ± {d:.1f}" for m, d in zip(mean, deviation, strict=True)]
            values[f"{positions}_{n_layer}_{n_head}"] = {
                "unseen": float(mean[0]),
                "longer": float(mean[1]),
                "unseen_deviation": float(deviation[0]),
                "longer_deviation": float(deviation[1]),
            }
        rows.append(row)
    columns = ["layers, heads", "none: unseen", "none: longer", "learned: unseen", "learned: longer"]
    return Table(columns, rows, values=values | _extremes(values) | {"seeds": len(SEEDS)})


def _extremes(values: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return the least and the greatest mean of each column."""
    found = {}
    for positions in ("none", "learned"):
        for what in ("unseen", "longer"):
            column = [row[what] for name, row in values.items() if name.startswith(positions)]
            found[f"{positions}_{what}"] = {"least": min(column), "greatest": max(column)}
    return found


@exhibit(limit=600)
def by_length() -> Figure:
    """Draw accuracy against the length of the input for three kinds of positions, two seeds each."""
    figure, axes = canvas()
    rng, lengths = np.random.default_rng(2), (2, 4, 6, 8, 10, 12, 14, 16)
    held = hold_out(N_SYMBOLS)
    tests = {n: draw_sequences(rng, 150, N_SYMBOLS, n, n, held) for n in lengths}
    values: dict[str, dict[str, float]] = {}
    heights = {"none": 103, "sinusoidal": 83, "learned": 33}
    for colour, (kind, height) in zip(SERIES, heights.items(), strict=False):
        models = [sorter(1, 4, kind, seed) for seed in (0, 1)]
        runs = 100 * np.array([[exact_match(model, tests[n]) for n in lengths] for model in models])
        axes.fill_between(lengths, runs.min(axis=0), runs.max(axis=0), color=colour, alpha=0.25, linewidth=0)
        axes.plot(lengths, runs.mean(axis=0), color=colour, marker="o", markersize=3.5)
        axes.text(16.2, height, kind, color=colour, va="center", ha="right")
        values[kind] = {str(n): float(mean) for n, mean in zip(lengths, runs.mean(axis=0), strict=True)}
    axes.axvline(LONGEST + 0.5, color=FAINT, linewidth=0.8, zorder=0)
    axes.text(LONGEST + 0.4, 5, "trained up to here", ha="right", fontsize=9, color=INK)
    axes.set_ylim(0, 108)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.set_xticks(lengths)
    axes.set_xlabel("length of the input")
    axes.set_ylabel("right outputs, %")
    last = {kind: f"{row['16']:.0f} %" for kind, row in values.items()}
    alt = (
        "Share of right outputs on unseen sets against the length of the input, one layer, four heads. At "
        f"length 16: without positions {last['none']}, sinusoidal {last['sinusoidal']}, learned "
        f"{last['learned']}; from 4 to 8, the longest trained on, all are above nine in ten."
    )
    return Figure(figure, alt, values)
