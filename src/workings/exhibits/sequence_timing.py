"""Seconds and bytes against length, measured where the site was built; exponents with their uncertainty."""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

from workings.byhand.power_law import power_law
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import exhibit
from workings.models.device import device
from workings.models.heads import MultiHeadAttention
from workings.models.measuring import saved_bytes, seconds

WIDTH = 64
ROUNDS = 10
LENGTHS = (128, 256, 512, 1024, 2048)
NAMES = ("attention, naive", "attention, fused", "RNN", "LSTM")


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


@exhibit
def wall_time() -> Figure:
    """Draw the time of a forward pass against the number of tokens, and fit exponents."""
    figure, axes = canvas(height=3.4)
    kept = layers()
    times = {name: [float("inf")] * len(LENGTHS) for name in NAMES}
    texts = [tokens(length, gradient=False) for length in LENGTHS]
    with torch.no_grad():
        for _ in range(ROUNDS):  # rounds lie apart in time, so that a busy moment spoils one of them at most
            for place, X in enumerate(texts):
                for name, layer in kept.items():
                    spent = seconds(partial(layer, X), device(), repeats=1)
                    times[name][place] = min(times[name][place], spent)
    values = {}
    for colour, (name, least) in zip(SERIES, times.items(), strict=False):
        exponent, error = power_law(LENGTHS[1:], least[1:])
        axes.plot(LENGTHS, [1e3 * t for t in least], color=colour, marker="o", markersize=3, label=name)
        values[name.replace(", ", "_")] = {
            "exponent": exponent,
            "error": error,
            "ms": dict(zip(map(str, LENGTHS), [1e3 * t for t in least], strict=True)),
        }
    _log_axes(axes, "milliseconds")
    shown = "; ".join(f"{name}: {v['exponent']:.1f}" for name, v in values.items())
    alt = f"Time of a forward pass against tokens, log scales, on {device().type}. Fitted exponents: {shown}."
    return Figure(figure, alt, values)


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
    _log_axes(axes, "megabytes kept")
    naive, fused = (at_longest[f"attention, {kind}"] for kind in ("naive", "fused"))
    alt = (
        f"Megabytes kept for the backward pass against tokens, log scales. "
        f"Naive attention bends up to {naive:.0f} at 2048 tokens. "
        f"Fused attention, RNN and LSTM are straight lines of slope one, fused at {fused:.1f}."
    )
    settings = {"width": WIDTH, "rounds": ROUNDS, "fitted_from": LENGTHS[1], "longest": LENGTHS[-1]}
    return Figure(figure, alt, values | settings)


def _log_axes(axes: object, label: str) -> None:
    axes.set_xscale("log", base=2)  # type: ignore[attr-defined]
    axes.set_yscale("log")  # type: ignore[attr-defined]
    axes.set_xticks(LENGTHS, [str(length) for length in LENGTHS])  # type: ignore[attr-defined]
    axes.set_xlabel("tokens")  # type: ignore[attr-defined]
    axes.set_ylabel(label)  # type: ignore[attr-defined]
    axes.legend(loc="upper left", frameon=False, labelcolor=INK)  # type: ignore[attr-defined]
