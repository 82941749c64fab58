"""A transformer over characters, trained by four recipes; where its heads look: from its record."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from workings.data.record import record
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit

AIM = 1.88  # nanoGPT's README, the setting for a CPU
NAMES = {
    "adamw": "AdamW, nanoGPT's",
    "adamw_fast": "AdamW, faster",
    "muon_short": "Muon, short",
    "muon": "Muon",
}


@exhibit(records=("character_transformer",))
def recipes() -> Table:
    """Steps, time and held-out loss of each recipe: over all of the held-out text, and estimated."""
    values = record("character_transformer").values
    rows: list[list[Cell]] = [
        [
            name,
            values[key]["steps"],
            values[key]["milliseconds_a_step"],
            values[key]["seconds"],
            values[key]["loss"],
            "{mean:.2f} ± {error:.2f}".format(**values[key]["sampled"]),
        ]
        for key, name in NAMES.items()
    ]
    first, fast, short, last = (values[key] for key in NAMES)
    return Table(
        ["recipe", "steps", "ms a step", "seconds", "loss", "estimate"],
        rows,
        ["", ",d", ".0f", ".0f", ".3f", ""],
        values={
            **{key: values[key] for key in NAMES},
            "share_of_time": short["seconds"] / first["seconds"],
            "share_of_step": fast["milliseconds_a_step"] / first["milliseconds_a_step"],
            "gain": first["loss"] - last["loss"],
            "fast_gain": first["loss"] - fast["loss"],
            "aim": AIM,
            **{name: values[name] for name in ("parameters", "batch", "block_size", "vocab_size")},
            **{name: values[name] for name in ("held", "sampled", "threads")},
        },
    )


@exhibit(records=("character_transformer",))
def curves() -> Figure:
    """Draw the held-out loss against the step."""
    values = record("character_transformer").values
    figure, axes = canvas()
    end = max(values[key]["steps"] for key in NAMES)
    axes.axhline(AIM, color=FAINT, linewidth=1)
    axes.text(0, AIM - 0.02, "nanoGPT", color=INK, va="top")
    for place, (key, name) in enumerate(NAMES.items()):
        curve = values[key]["curve"]
        style = ("-", ":", "--", "-.")[place]
        axes.plot(curve["steps"], curve["held"], color=SERIES[place], linestyle=style)
        if curve["steps"][-1] < end:
            axes.text(0, curve["held"][0] + 0.04, name, color=SERIES[place])
        else:
            at, side = (
                (curve["steps"][-1] + 0.01 * end, curve["held"][-1]),
                "bottom" if place == 0 else "center",
            )
            axes.text(*at, name.replace(", ", ",\n"), color=SERIES[place], va=side)
    axes.set_xlim(0, 1.32 * end)
    axes.set_ylim(top=2.8)
    axes.set_xticks([0, end // 4, end // 2, end])
    axes.set_xlabel("step")
    axes.set_ylabel("held-out loss, nats a character")
    losses = ", ".join(f"{name} {values[key]['loss']:.2f}" for key, name in NAMES.items())
    return Figure(figure, alt=f"Held-out loss against steps for four runs; at the end: {losses}.")


@exhibit(records=("character_transformer",))
def sample() -> Table:
    """Lines that the last model wrote."""
    lines = record("character_transformer").values["sample"].strip().split("\n")
    return Table(["written"], [[line or "·"] for line in lines[:12]], head=0)


@exhibit(records=("character_transformer",))
def reach() -> Table:
    """How many characters back each head looks, on average over the characters of one line."""
    far = _reach()
    names = [f"head {number}" for number in range(1, far.shape[1] + 1)]
    rows: list[list[Cell]] = [[number, *map(float, row)] for number, row in enumerate(far, 1)]
    line = _attention()["line"]
    values = {
        "nearest": float(far.min()),
        "farthest": float(far.max()),
        "line": line,
        "even": (len(line) - 1) / 4,
    }
    return Table(["block", *names], rows, ["d", *[".1f"] * len(names)], heat=names, values=values)


@exhibit(records=("character_transformer",))
def heads() -> Figure:
    """Draw the weights of the head that looks least far back and of the one that looks farthest."""
    found, far = _attention(), _reach()
    letters = found["line"].replace(" ", "·")
    figure, panels = canvas(columns=2, sharey=True)
    told = []
    for axes, place in zip(panels, (int(far.argmin()), int(far.argmax())), strict=True):
        block, head = divmod(place, far.shape[1])
        _dots(axes, np.array(found["weights"][block][head]), letters)
        axes.set_title(f"block {block + 1}, head {head + 1}")
        told.append(f"head {head + 1} of block {block + 1} looks {far[block, head]:.1f} characters back")
    panels[0].set_ylabel("looks")
    figure.supxlabel("is looked at", fontsize=10, color=INK)
    return Figure(
        figure, alt=f"Attention weights on the line {found['line']!r}: {', '.join(told)} on average."
    )


def _attention() -> Any:
    return record("character_transformer").values["attention"]


def _reach() -> np.ndarray:
    """The mean distance of what each head looks at, shape (n_layer, n_head)."""
    weights = np.array(_attention()["weights"])  # (n_layer, n_head, T, T)
    places = np.arange(weights.shape[-1])
    far: np.ndarray = (weights * (places[:, None] - places)).sum(-1).mean(-1)
    return far


def _dots(axes: Any, weights: np.ndarray, letters: Sequence[str]) -> None:
    """A square for each weight of a twentieth or more, as large as the weight."""
    rows, columns = np.nonzero(weights >= 0.05)
    size = 60 * weights[rows, columns]
    axes.scatter(columns, rows, s=size, marker="s", color=SERIES[0], linewidths=0, clip_on=False)
    axes.set_xticks(range(len(letters)), letters)
    axes.set_yticks(range(len(letters)), letters)
    axes.tick_params(bottom=False, left=False)
    axes.set_xlim(-0.7, len(letters) - 0.3)
    axes.set_ylim(len(letters) - 0.3, -0.7)
