"""The exam's decoder drawn and tabled: its attention, its losses, its gradients, its way down."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.patches import Rectangle

from workings.claims.sort_and_deduplicate import (
    PUBLISHED,
    RIGHT,
    TARGETS,
    by_hand,
    counted,
    fractions,
    written,
)
from workings.claims.sort_and_deduplicate_gradients import autograd, differences
from workings.claims.sort_and_deduplicate_softmax import KINDS, ROOT_2, SHORT, norm, trained
from workings.data.sort_and_deduplicate import START, TOKENS, VOCABULARY
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit

NAMES = [VOCABULARY[token] for token in TOKENS]


@exhibit
def attention_grid() -> Figure:
    """Draw the argmax weights as a grid: a row for each token that asks, and what it must predict."""
    figure, axes = canvas(height=3.6)
    weights, _ = counted()
    for i, row in enumerate(weights):
        for j, weight in enumerate(row[: i + 1]):
            shade = Rectangle((j, i), 1, 1, facecolor=SERIES[0], alpha=0.6 * float(weight), edgecolor="none")
            axes.add_patch(shade)
            axes.add_patch(Rectangle((j, i), 1, 1, facecolor="none", edgecolor=FAINT, linewidth=0.8))
            axes.text(j + 0.5, i + 0.5, str(weight), ha="center", va="center", fontsize=9, color=INK)
        if 3 <= i < 6:
            axes.annotate(
                f"predicts {NAMES[i + 1]}",
                (i + 1.05, i + 0.5),
                (i + 1.45, i + 0.5),
                va="center",
                fontsize=9,
                color=INK,
                arrowprops={"arrowstyle": "<-", "color": INK, "linewidth": 0.8},
            )
    axes.set_xlim(0, 9.2)
    axes.set_ylim(7, 0)
    axes.set_xticks(np.arange(7) + 0.5, NAMES, fontsize=8)
    axes.set_yticks(np.arange(7) + 0.5, [f"{number} {name}" for number, name in enumerate(NAMES, 1)])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    alt = (
        "The attention matrix, lower triangle: D takes all from itself; the A's share among the A's so far; "
        "START takes a quarter of each of four; the second D a half of each D; STOP a seventh of each. "
        "Row 4, START, predicts A; row 5, A, predicts D; row 6, D, predicts STOP."
    )
    return Figure(figure, alt)


@exhibit
def predictions(rows: str = "right", heads: int = 1) -> Table:
    """Show logits, probability and loss of the three output tokens, from the right or the published rows."""
    places = {"right": RIGHT, "published": PUBLISHED}[rows]
    losses = by_hand(places, heads)
    mixed = counted()[1]
    shown: list[list[Cell]] = []
    for place, target, loss in zip(range(places.start, places.stop), TARGETS, losses.tolist(), strict=True):
        logits = ", ".join(fractions([written(mixed[place], heads)[:4]], strut="")[0])
        shown.append(
            [f"{place + 1} {NAMES[place]}", VOCABULARY[target], f"${logits}$", math.exp(-loss), loss]
        )
    columns = ["row", "target", "logits A to D", "$P$", "loss"]
    return Table(columns, shown, formats=["", "", "", ".4f", ".4f"], values={"sum": float(losses.sum())})


@exhibit
def gradient_norms() -> Table:
    """Show the norm of each matrix's gradient: argmax by autograd and by differences, softmax."""
    argmax, softmax = autograd(0), autograd(ROOT_2)
    rows: list[list[Cell]] = []
    for name in ("W_Q", "W_K", "W_V", "W_O", "E"):
        left = argmax[name]
        numeric: Cell = "jumps" if name == "E" else f"{np.linalg.norm(differences(name)):.3f}"
        rows.append(
            [f"${name}$", "None" if left is None else f"{norm(left):.3f}", numeric, norm(softmax[name])]
        )
    columns = ["matrix", "argmax, autograd", "argmax, differences", "softmax, $T = \\sqrt2$"]
    return Table(columns, rows, formats=["", "", "", ".3f"])


@exhibit
def gradient_against_temperature() -> Figure:
    """Draw the norms of three gradients against the temperature, down to a tenth."""
    figure, axes = canvas()
    temperatures = np.geomspace(0.1, 4, 25)
    measured: dict[str, list[float]] = {"E of START": [], "W_V": [], "W_Q": []}
    for temperature in temperatures:
        left = autograd(float(temperature))
        table = left["E"]
        measured["E of START"].append(0.0 if table is None else norm(table[START]))
        for name in ("W_V", "W_Q"):
            measured[name].append(norm(left[name]))
    labels = {"E of START": "START's embedding", "W_V": "$W_V$", "W_Q": "$W_Q$, $W_K$"}
    places = {"E of START": (0.12, 800.0), "W_V": (0.12, 0.06), "W_Q": (0.42, 1e-10)}
    for colour, (name, norms) in zip(SERIES, measured.items(), strict=False):
        axes.plot(temperatures, norms, color=colour)
        axes.text(*places[name], labels[name], color=colour, va="center")
    axes.axvline(ROOT_2, color=FAINT, linewidth=0.8, zorder=0)
    axes.text(ROOT_2 * 1.05, 1e-13, "T = √2", va="center", fontsize=9, color=INK)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylim(1e-15, 1e5)
    axes.set_xticks([0.1, 0.3, 1, 3], ["0.1", "0.3", "1", "3"])
    axes.set_xticks([], minor=True)
    axes.set_yticks([1e-15, 1e-10, 1e-5, 1, 1e5])
    axes.set_yticks([], minor=True)
    axes.set_xlabel("temperature $T$")
    axes.set_ylabel("norm of the gradient")
    alt = (
        "Norms of gradients against temperature, log scales. Towards T = 0 that of W_Q and W_K falls below "
        "1e-15, that of W_V stays near 1.5, and that of START's embedding grows as one over T."
    )
    return Figure(
        figure, alt, {"W_V_at_lowest": measured["W_V"][0], "START_at_lowest": measured["E of START"][0]}
    )


@exhibit(limit=300)
def exam_training() -> Figure:
    """Draw the loss while the exam's decoder learns from 84 inputs, with argmax and with softmax."""
    steps = 300
    figure, axes = canvas()
    floor = math.log(2) * 84 / sum(len(set(one)) + 1 for one in SHORT)
    values: dict[str, dict[str, float]] = {}
    labels = {"argmax": "argmax", "softmax": "softmax", "softmax, E too": "softmax, E learns too"}
    lifts = {"argmax": 0.0, "softmax": -0.08, "softmax, E too": 0.06}
    for colour, kind in zip(SERIES, KINDS, strict=False):
        losses, stop, right = trained(kind, steps)
        axes.plot(losses, color=colour)
        axes.text(steps + 5, losses[-1] + lifts[kind], labels[kind], color=colour, va="center", fontsize=9)
        name = kind.replace(", ", "_").replace(" ", "_")
        values[name] = {"first": losses[0], "last": losses[-1], "greatest_stop": stop, "right": right}
    axes.axhline(floor, color=INK, linewidth=0.8, linestyle=":")
    axes.text(2, floor - 0.09, "floor while E stays", va="top", fontsize=9, color=INK)
    axes.set_xlim(0, steps * 1.55)
    axes.set_ylim(0, 2.4)
    axes.set_xticks([0, 100, 200, 300])
    axes.set_xlabel("step")
    axes.set_ylabel("loss per output token")
    alt = (
        f"Loss per output token over 300 steps. Argmax falls from {values['argmax']['first']:.2f} to "
        f"{values['argmax']['last']:.2f}; softmax to {values['softmax']['last']:.2f}; softmax with learning "
        f"embeddings to {values['softmax_E_too']['last']:.2f}. The floor with zero embeddings is {floor:.2f}."
    )
    return Figure(figure, alt, values | {"floor": {"loss": floor}, "steps": steps, "inputs": len(SHORT)})
