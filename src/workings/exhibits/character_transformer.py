"""A transformer over characters, trained by two recipes: from its record."""

from workings.data.record import record
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit

AIM = 1.88  # nanoGPT's README, the setting for a CPU
NAMES = {"adamw": "AdamW", "muon_short": "Muon, short", "muon": "Muon"}


@exhibit(records=("character_transformer",))
def recipes() -> Table:
    """Steps, time, speed and held-out loss of each recipe."""
    values = record("character_transformer").values
    rows = [
        [
            name,
            values[key]["steps"],
            values[key]["milliseconds_a_step"],
            values[key]["seconds"],
            values[key]["loss"],
        ]
        for key, name in NAMES.items()
    ]
    return Table(
        ["recipe", "steps", "ms a step", "seconds", "held-out loss"],
        rows,
        ["", ",d", ".0f", ".0f", ".3f"],
        values={
            **{key: values[key] for key in NAMES},
            "share_of_time": values["muon_short"]["seconds"] / values["adamw"]["seconds"],
            "gain": values["adamw"]["loss"] - values["muon"]["loss"],
            "aim": AIM,
            "parameters": values["parameters"],
            "batch": values["batch"],
            "block_size": values["block_size"],
            "vocab_size": values["vocab_size"],
        },
    )


@exhibit(records=("character_transformer",))
def curves() -> Figure:
    """Draw the held-out loss against the step."""
    values = record("character_transformer").values
    figure, axes = canvas()
    axes.axhline(AIM, color=FAINT, linewidth=1)
    last = max(values["adamw"]["curve"]["steps"])
    axes.text(last, AIM + 0.02, "nanoGPT", color=INK, ha="right")
    ends = {"adamw": (0.10, "right"), "muon_short": (-0.09, "left"), "muon": (0.06, "right")}
    for place, (key, name) in enumerate(NAMES.items()):
        curve = values[key]["curve"]
        axes.plot(
            curve["steps"],
            curve["held"],
            color=SERIES[place],
            linestyle=("-", "--", "-.")[place],
            linewidth=1.6,
        )
        shift, side = ends[key]
        axes.text(curve["steps"][-1], curve["held"][-1] + shift, name, color=SERIES[place], ha=side)
    axes.set_ylim(1.5, 2.7)
    axes.set_xlabel("step")
    axes.set_ylabel("held-out loss, nats a character")
    losses = ", ".join(f"{name} {values[key]['loss']:.2f}" for key, name in NAMES.items())
    return Figure(figure, alt=f"Held-out loss against steps for three runs; at the end: {losses}.")
