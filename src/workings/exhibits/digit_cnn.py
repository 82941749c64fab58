"""The exam's network on MNIST: accuracy, what each piece of the recipe brings, mistakes; from its record."""

from __future__ import annotations

from math import floor
from statistics import mean
from typing import Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from workings.data.record import record
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit

GREYS, SHOWN, COLUMNS, CELL = 4, 12, 4, 34
PIECES = {
    "jiggling": "images as they are",
    "norm": "no normalisation",
    "cycle": "a level rate",
    "patience": "a third of the epochs",
    "all": "all four at once",
}


def values() -> Any:
    """Give what the record holds."""
    return record("digit_cnn").values


@exhibit(records=("digit_cnn",))
def results() -> Table:
    """One row per seed: development part, test, images misread."""
    found = values()
    size, seeds = found["images"]["test"], range(len(found["test"]))
    held = [one["development"] for one in found["runs"]]
    rows: list[list[Cell]] = [
        [f"seed {seed}", held[seed], found["test"][seed], round(size * (1 - found["test"][seed]))]
        for seed in seeds
    ]
    average = mean(found["test"])
    rows.append(["mean", mean(held), average, round(size * (1 - average))])
    rows.append(["all, together", "", found["confusions"]["together"], _missed(found)])
    return Table(
        ["network", "development", "test", "misread"],
        rows,
        ["", ".2%", ".2%", "d"],
        values={
            "mean": average,
            "error": (average * (1 - average) / size) ** 0.5,
            "least": min(found["test"]),
            "greatest": max(found["test"]),
            "development": mean(held),
            "train": mean(one["train"] for one in found["runs"]),
            "networks": len(found["test"]),
            "parameters": found["parameters"],
            "trained_numbers": found["trained_numbers"],
            "epochs": found["runs"][0]["epochs"],
            "seconds": mean(one["seconds"] for one in found["runs"]),
            "images_a_second": mean(one["images_a_second"] for one in found["runs"]),
            "images": found["images"],
            "speed": found["speed"],
        },
    )


def _missed(found: Any) -> int:
    missed: int = round(found["images"]["test"] * (1 - found["confusions"]["together"]))
    return missed


@exhibit(records=("digit_cnn",))
def pieces() -> Table:
    """What is lost when one piece of the recipe is left out, on the development part."""
    found = values()
    whole, size = found["runs"][0], found["images"]["development"]
    measured = {"the whole recipe": whole}
    measured |= {words: found["without"][name] for name, words in PIECES.items()}
    rows: list[list[Cell]] = [
        [words, one["epochs"], one["train"], one["development"]] for words, one in measured.items()
    ]
    best = whole["development"]
    return Table(
        ["recipe", "epochs", "training", "development"],
        rows,
        ["", "d", ".2%", ".2%"],
        values={
            "error": (best * (1 - best) / size) ** 0.5,
            "held": size,
            **{
                name: {
                    "lost": best - one["development"],
                    "wrong": (1 - one["development"]) / (1 - best),
                    "gap": one["train"] - one["development"],
                }
                for name, one in found["without"].items()
            },
            "gap": whole["train"] - best,
        },
    )


@exhibit(records=("digit_cnn",))
def curves() -> Figure:
    """Draw the share of development images that are misread against the epoch."""
    found = values()
    drawn = {"whole recipe": found["runs"][0]}
    drawn |= {PIECES[name]: found["without"][name] for name in ("jiggling", "norm", "cycle", "patience")}
    figure, axes = canvas(height=3.4)
    styles = ("-", "--", "-.", ":", "-")
    for place, (words, one) in enumerate(drawn.items()):
        wrong = [100 * (1 - held) for held in one["held"]]
        epochs = range(1, len(wrong) + 1)
        axes.plot(epochs, wrong, color=SERIES[place], linestyle=styles[place], label=words)
    axes.set_yscale("log")
    ticks = [1, 2, 5, 10]
    axes.set_yticks(ticks, [f"{one} %" for one in ticks])
    axes.minorticks_off()
    axes.set_ylim(0.8, 12)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel("epoch")
    axes.set_ylabel("misread")
    axes.legend(loc="upper right", labelcolor=INK)
    last = ", ".join(f"{words} {1 - one['held'][-1]:.1%}" for words, one in drawn.items())
    return Figure(
        figure,
        "Share of development images misread against the epoch, logarithmic: jagged at first, then falling "
        f"while the rate falls, but for the level rate. At the end: {last}.",
    )


@exhibit(records=("digit_cnn",))
def mistakes() -> Figure:
    """Draw the test images that the first network misreads with the greatest confidence."""
    found = values()["mistakes"]
    shown = found["shown"][:SHOWN]
    figure, axes = canvas(5.0, 4.2)
    axes.set_xlim(0, COLUMNS * CELL)
    axes.set_ylim((len(shown) + COLUMNS - 1) // COLUMNS * (CELL + 4), 0)
    axes.set_aspect("equal")
    axes.set_axis_off()
    for place, one in enumerate(shown):
        x, y = CELL * (place % COLUMNS) + 3, (CELL + 4) * (place // COLUMNS)
        axes.text(x + 14, y + 33.5, f"{one['label']}, read as {one['read']}", color=INK, ha="center")
    figure.draw_without_rendering()
    points = abs(axes.transData.transform((0, 1)) - axes.transData.transform((0, 0)))[1] * 72 / figure.dpi
    for level in range(1, GREYS + 1):
        strokes = [
            stroke for place, one in enumerate(shown) for stroke in _strokes(one["pixels"], level, place)
        ]
        if strokes:
            axes.add_patch(
                PathPatch(
                    Path.make_compound_path(*strokes),
                    fill=False,
                    edgecolor=INK,
                    alpha=level / GREYS,
                    linewidth=points,
                    capstyle="butt",
                )
            )
    words = ", ".join(f"a {one['label']} read as {one['read']}" for one in shown)
    return Figure(
        figure,
        f"{len(shown)} handwritten digits in a grid: {words}.",
        {"count": found["count"], "shown": len(shown), "sure": floor(100 * shown[-1]["sure"]) / 100},
    )


def _strokes(pixels: list[str], level: int, place: int) -> list[Path]:
    """Return the stretches of one grey level in an image as horizontal lines, at its place in the grid."""
    right, below = CELL * (place % COLUMNS) + 3, (CELL + 4) * (place // COLUMNS)
    found = []
    for y, line in enumerate(pixels):
        row = np.array([int(one) for one in line])
        edges = np.flatnonzero(np.diff(row == level, prepend=False, append=False))
        found += [
            Path([(right + start, below + y + 0.5), (right + end, below + y + 0.5)])
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]
    return found


@exhibit(records=("digit_cnn",))
def confusions() -> Table:
    """Show which digit is most often taken for which, on average over the networks."""
    found = values()
    pairs = found["confusions"]["pairs"][:6]
    rows: list[list[Cell]] = [[str(one["label"]), str(one["read"]), one["count"]] for one in pairs]
    wrong = sum(1 - one for one in found["test"]) / len(found["test"]) * found["images"]["test"]
    return Table(
        ["digit", "read as", "times"],
        rows,
        ["", "", ".1f"],
        values={
            "share": sum(one["count"] for one in pairs) / wrong,
            "by_all": found["confusions"]["by_all"],
            "by_any": found["confusions"]["by_any"],
            "first": pairs[0],
        },
    )
