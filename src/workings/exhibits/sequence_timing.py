"""Times of training steps and of one more token, from a record; bytes against length, counted at build."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from workings.byhand.power_law import power_law
from workings.data.record import record
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit
from workings.models.device import device
from workings.models.heads import MultiHeadAttention
from workings.models.measuring import saved_bytes

WIDTH = 64
LENGTHS = (128, 256, 512, 1024, 2048)
NAMES = ("attention, naive", "attention, fused", "RNN", "LSTM")
TIMED = ("attention, naive", "attention, fused", "GRU", "LSTM")
STYLES = ("--", "-", ":", "-.")
PAIR = ("attention", "LSTM")
COUNTED = {"GRU": 1, "LSTM": 2}  # tokens a component of width, from which attention multiplies more


def measured(part: str) -> Any:
    """Give one part of the record."""
    return record("sequence_timing").values[part]


def layers() -> dict[str, nn.Module]:
    """Return the four layers, of one width, on the device."""
    made: tuple[nn.Module, ...] = (
        MultiHeadAttention(WIDTH, 1, fused=False),
        MultiHeadAttention(WIDTH, 1),
        nn.RNN(WIDTH, WIDTH, batch_first=True),
        nn.LSTM(WIDTH, WIDTH, batch_first=True),
    )
    return {name: layer.to(device()) for name, layer in zip(NAMES, made, strict=True)}


def tokens(length: int, *, gradient: bool) -> torch.Tensor:
    """Return one text of random tokens."""
    generator = torch.Generator().manual_seed(length)
    return torch.randn(1, length, WIDTH, generator=generator).to(device()).requires_grad_(gradient)


@exhibit(records=("sequence_timing",))
def training_time(width: int = 64, batch: int = 1) -> Figure:
    """Draw the time of a forward and a backward pass against the number of tokens."""
    setting = measured("training")[f"{width} by {batch}"]
    figure, axes = canvas(height=3.2)
    for colour, style, name in zip(SERIES, STYLES, TIMED, strict=False):
        times = _sorted(setting["milliseconds"][name])
        lengths = list(times)
        least, middle, most = (
            [one[key] for one in times.values()] for key in ("least", "median", "greatest")
        )
        axes.fill_between(lengths, least, most, color=colour, alpha=0.2, linewidth=0)
        axes.plot(lengths, middle, style, color=colour, marker="o", markersize=3, label=name)
    axes.axvline(width * COUNTED["LSTM"], color=FAINT, linewidth=1)
    _log_axes(axes, "milliseconds", measured("lengths"))
    last = {name: list(_sorted(setting["milliseconds"][name]).items())[-1] for name in TIMED}
    words = "; ".join(
        f"{name} {one['median']:.0f} at {length} tokens" for name, (length, one) in last.items()
    )
    return Figure(
        figure, f"Milliseconds of a training step against tokens, log scales, four layers: {words}."
    )


def _sorted(found: Any) -> dict[int, Any]:
    """Order what was measured by its length: a record's names are in the order of the alphabet."""
    return {length: found[str(length)] for length in sorted(int(one) for one in found)}


@exhibit(records=("sequence_timing",))
def crossings() -> Table:
    """Compare the length from which attention multiplies more with that from which it takes longer."""
    rows: list[list[Cell]] = []
    settings = sorted(measured("training").values(), key=lambda one: (one["width"], one["batch"]))
    for setting in settings:
        for other in COUNTED:
            naive, fused = (setting["crossing"][f"attention, {kind}"][other] for kind in ("naive", "fused"))
            name = f"{setting['width']} × {setting['batch']}"
            rows.append([name, other, setting["width"] * COUNTED[other], _range(naive), _range(fused)])
    narrow = measured("training")[f"{WIDTH} by 1"]
    growth = {name.replace(", ", "_"): one for name, one in narrow["growth"].items()}
    gru, lstm = (_sorted(narrow["milliseconds"][name]) for name in ("GRU", "LSTM"))
    shared = max(set(gru) & set(lstm))
    return Table(
        ["width × texts", "against", "counted", "naive", "fused"],
        rows,
        ["", "", "d", "", ""],
        head=2,
        values={
            "growth": growth,
            "threads": measured("threads"),
            "rounds": measured("rounds"),
            "longest": measured("lengths")[-1],
            "gru": {"length": shared, "ratio": gru[shared]["median"] / lstm[shared]["median"]},
        },
    )


def _range(found: Any) -> str:
    """Write a crossing with its least and greatest, or beyond which length it lies."""
    if not found:
        return "?"
    if found["median"] is None:
        return f"> {found['last']}"
    if found["median"] == found["first"]:
        return f"< {found['first']}"
    greatest = f"> {found['last']}" if found["greatest"] is None else f"{found['greatest']:.0f}"
    return f"{found['median']:.0f} ({found['least']:.0f} to {greatest})"


@exhibit(records=("sequence_timing",))
def peak_memory() -> Table:
    """Show the megabytes that a training step holds at its peak."""
    memory = measured("memory")
    lengths = [str(one) for one in measured("lengths")][-6:]
    rows: list[list[Cell]] = [
        [int(length), *(memory["bytes"][name][length] / 1e6 for name in TIMED)] for length in lengths
    ]
    return Table(
        ["tokens", "naive", "fused", "GRU", "LSTM"],
        rows,
        ["d", *[".2f"] * 4],
        values={
            "growth": {name.replace(", ", "_"): one for name, one in memory["growth"].items()},
            "ratio": rows[-1][1] / rows[-1][2],  # type: ignore[operator]
        },
    )


@exhibit(records=("sequence_timing",))
def one_more_token() -> Table:
    """Show the microseconds of one more token, and what is carried to it."""
    found = measured("generation")
    names = sorted(found, key=int)
    narrow, wide = found[names[0]], found[names[-1]]
    lengths = [str(one) for one in measured("lengths")]
    rows: list[list[Cell]] = []
    for length in lengths[:1] + lengths[-5:]:
        times = [one["microseconds"][name][length]["median"] for one in (narrow, wide) for name in PAIR]
        rows.append([int(length), *times, wide["carried"]["attention"][length] / 1000])
    times = [wide["microseconds"]["attention"][length]["median"] for length in (lengths[0], lengths[-1])]
    return Table(
        ["tokens before", *(f"{name}, {width}" for width in names for name in PAIR), "kB of cache"],
        rows,
        ["d", *[".0f"] * 4, ".0f"],
        values={
            "state": wide["carried"]["LSTM"] / 1000,
            "cache": wide["carried"]["attention"][lengths[-1]] / 1000,
            "growth": times[1] / times[0],
            "layer": wide["microseconds"]["LSTM layer"][lengths[0]]["median"]
            / wide["microseconds"]["LSTM"][lengths[0]]["median"],
            "longest": int(lengths[-1]),
        },
    )


@exhibit
def saved_memory() -> Figure:
    """Draw the bytes kept for the backward pass against the number of tokens, and fit exponents."""
    figure, axes = canvas(height=3.4)
    values: dict[str, object] = {}
    at_longest = {}
    for colour, (name, layer) in zip(SERIES, layers().items(), strict=False):
        kept = [saved_bytes(layer, tokens(length, gradient=True)) for length in LENGTHS]
        exponent, error = power_law(LENGTHS, kept)
        axes.plot(LENGTHS, [b / 1e6 for b in kept], color=colour, marker="o", markersize=3, label=name)
        at_longest[name] = kept[-1] / 1e6
        values[name.replace(", ", "_")] = {
            "exponent": exponent,
            "error": error,
            "bytes": dict(zip(map(str, LENGTHS), kept, strict=True)),
        }
    _log_axes(axes, "megabytes kept", LENGTHS)
    naive, fused = (at_longest[f"attention, {kind}"] for kind in ("naive", "fused"))
    alt = (
        f"Megabytes kept for the backward pass against tokens, log scales. "
        f"Naive attention bends up to {naive:.0f} at 2048 tokens. "
        f"Fused attention, RNN and LSTM are straight lines of slope one, fused at {fused:.1f}."
    )
    settings = {"width": WIDTH, "longest": LENGTHS[-1]}
    return Figure(figure, alt, values | settings)


def _log_axes(axes: Any, label: str, lengths: Any) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(lengths, [str(length) for length in lengths])
    axes.set_xlabel("tokens")
    axes.set_ylabel(label)
    axes.legend(loc="upper left", frameon=False, labelcolor=INK)
