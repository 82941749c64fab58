"""Attention against recurrent layers where they run: training steps, peak memory, one token at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from workings.byhand.crossing import crossing
from workings.byhand.power_law import power_law
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.models.device import device
from workings.models.heads import MultiHeadAttention
from workings.models.measuring import peak_bytes, samples

D_HEAD = 64
ATTENTIONS = ("attention, naive", "attention, fused")
RECURRENT = {"GRU": 1, "LSTM": 2}  # tokens a component of width, from which attention multiplies more


@dataclass(frozen=True)
class Config:
    """What is measured; a layer's lengths end where a run takes longer than ``longest`` seconds."""

    seed: int = 0
    lengths: tuple[int, ...] = (32, 64, 128, 256, 512, 1024, 2048, 4096)
    widths: tuple[int, ...] = (64, 512)
    batches: tuple[int, ...] = (1, 8)
    rounds: int = 7
    longest: float = 0.15


@experiment(full=Config(), quick=Config(lengths=(32, 64, 128), widths=(64,), batches=(1,), rounds=3))
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Measure each setting; nothing is trained, and nothing can be taken up again."""
    torch.manual_seed(config.seed)
    return {
        "lengths": list(config.lengths),
        "rounds": config.rounds,
        "threads": torch.get_num_threads(),
        "training": {
            f"{width} by {batch}": _training(config, width, batch)
            for width in config.widths
            for batch in config.batches
        },
        "memory": _memory(config),
        "generation": {str(width): _generation(config, width) for width in config.widths},
    }


def layers(width: int) -> dict[str, nn.Module]:
    """The four layers of one width, on the device; attention has heads of 64 components."""
    made: tuple[nn.Module, ...] = (
        MultiHeadAttention(width, max(width // D_HEAD, 1), fused=False),
        MultiHeadAttention(width, max(width // D_HEAD, 1)),
        nn.GRU(width, width, batch_first=True),
        nn.LSTM(width, width, batch_first=True),
    )
    return {name: one.to(device()) for name, one in zip((*ATTENTIONS, *RECURRENT), made, strict=True)}


def _step(layer: nn.Module, X: Tensor) -> Callable[[], object]:
    """A forward and a backward pass, down to the gradients of the weights and of the tokens."""
    wanted = [X, *layer.parameters()]
    slope = torch.ones_like(X)

    def both() -> object:
        output = layer(X)
        output = output[0] if isinstance(output, tuple) else output  # (B, T, width)
        return torch.autograd.grad(output, wanted, slope)

    return both


def _training(config: Config, width: int, batch: int) -> dict[str, Any]:
    """Milliseconds of a forward and a backward pass at each length, and where the curves cross."""
    taken: dict[str, dict[int, list[float]]] = {name: {} for name in (*ATTENTIONS, *RECURRENT)}
    kept = layers(width)
    for length in config.lengths:
        X = torch.randn(batch, length, width, device=device(), requires_grad=True)
        found = samples({name: _step(one, X) for name, one in kept.items()}, device(), config.rounds)
        for name, times in found.items():
            taken[name][length] = times
            if min(times) > config.longest:
                del kept[name]
    return {
        "width": width,
        "batch": batch,
        "milliseconds": {
            name: {str(length): _spread(times) for length, times in one.items()}
            for name, one in taken.items()
        },
        "growth": {name: _growth(one) for name, one in taken.items()},
        "crossing": {
            one: {
                other: _crossings(taken[one], taken[other], each * width) for other, each in RECURRENT.items()
            }
            for one in ATTENTIONS
        },
    }


def _growth(times: Mapping[int, list[float]]) -> dict[str, float]:
    """Fit time to a power of the length, at the four greatest lengths."""
    lengths = sorted(times)[-4:]
    if len(lengths) < 3:
        return {}
    exponent, error = power_law(lengths, [median(times[length]) for length in lengths])
    return {"exponent": exponent, "error": error, "first": lengths[0], "last": lengths[-1]}


def _crossings(
    ours: Mapping[int, list[float]], theirs: Mapping[int, list[float]], predicted: int
) -> dict[str, Any]:
    """From which length on attention takes longer, anew in each round; none if beyond what was measured."""
    lengths = sorted(set(ours) & set(theirs))
    if len(lengths) < 2:
        return {}
    pairs = zip(
        zip(*(ours[length] for length in lengths), strict=True),
        zip(*(theirs[length] for length in lengths), strict=True),
        strict=True,
    )
    found = sorted(crossing(lengths, one, other) for one, other in pairs)
    inside = {"median": median(found), "least": found[0], "greatest": found[-1]}
    return {
        "predicted": predicted,
        "first": lengths[0],
        "last": lengths[-1],
        **{name: value if value < float("inf") else None for name, value in inside.items()},
    }


def _memory(config: Config) -> dict[str, Any]:
    """Bytes held at the peak of a training step of the narrowest layers, one text."""
    width = config.widths[0]
    found: dict[str, Any] = {"width": width, "bytes": {}, "growth": {}}
    for name, layer in layers(width).items():
        held = {}
        for length in config.lengths:
            X = torch.randn(1, length, width, device=device(), requires_grad=True)
            held[length] = peak_bytes(_step(layer, X), device())
        found["bytes"][name] = {str(length): most for length, most in held.items()}
        exponent, error = power_law(list(held)[-4:], list(held.values())[-4:])
        found["growth"][name] = {"exponent": exponent, "error": error}
    return found


@torch.no_grad()
def _generation(config: Config, width: int) -> dict[str, Any]:
    """Microseconds for one more token after so many: from a cache of keys and values, or from a state."""
    attention = MultiHeadAttention(width, max(width // D_HEAD, 1)).to(device())
    gru, lstm = nn.GRUCell(width, width).to(device()), nn.LSTMCell(width, width).to(device())
    layer = nn.LSTM(width, width, batch_first=True).to(device())
    x, h, c = torch.randn(3, 1, width, device=device())
    taken: dict[str, dict[str, Any]] = {name: {} for name in ("attention", "GRU", "LSTM", "LSTM layer")}
    for length in config.lengths:
        K, V = torch.randn(2, 1, attention.n_head, length, width // attention.n_head, device=device())
        runs: dict[str, Callable[[], object]] = {
            "attention": lambda held=(K, V): attention.step(x[None], held),  # type: ignore[misc]
            "GRU": lambda: gru(x, h),
            "LSTM": lambda: lstm(x, (h, c)),
            "LSTM layer": lambda: layer(x[None], (h[None], c[None])),
        }
        for name, times in samples(runs, device(), config.rounds).items():
            taken[name][str(length)] = _spread(times, 1e6)
    return {
        "microseconds": taken,
        "carried": {
            "attention": {str(length): 2 * 4 * length * width for length in config.lengths},
            "GRU": 4 * width,
            "LSTM": 8 * width,
        },
    }


def _spread(times: list[float], scale: float = 1e3) -> dict[str, float]:
    return {
        "median": scale * median(times),
        "least": scale * min(times),
        "greatest": scale * max(times),
    }
