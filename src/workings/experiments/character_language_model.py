"""A recurrent model of Shakespeare's characters: its loss curve; both passages, read before or held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed, nn
from torch.optim import AdamW

from workings.byhand.perplexity import perplexity
from workings.data.real_texts import SHAKESPEARE, passage, read, without_passage
from workings.data.symbols import normal_form, printable, restoring_bits
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.experiments.processes import count, share
from workings.experiments.training import Curve, Training
from workings.models.device import device
from workings.models.language_measures import parts_of
from workings.models.language_models import (
    CharacterModel,
    Readers,
    character_logs,
    cycle_momentum,
    one_cycle,
    write_characters,
)


@dataclass(frozen=True)
class Config:
    """What decides the run: the model, its training, how much held-out text is watched and written."""

    seed: int = 0
    hidden: int = 192
    steps: int = 1200
    batch: int = 32
    length: int = 64
    learning_rate: float = 4e-3
    every: int = 40
    watched: int = 20_000
    written: int = 300


@experiment(
    data=(
        "tinyshakespeare/input.txt",
        "lm_passages/shakespeare_for_perplexity.txt",
        "lm_passages/wikipedia_for_perplexity.txt",
    ),
    full=Config(),
    quick=Config(hidden=16, steps=20, batch=8, length=32, every=10, watched=1000, written=40),
)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Train twice on the first nine tenths of tiny Shakespeare: with the passage in it, and without."""
    alphabet, text = printable(), read(SHAKESPEARE)
    cut = int(len(text) * 0.9)
    held = text[cut:]
    texts = {"held_out": without_passage(text[:cut]), "read_before": text[:cut]}
    found: dict[str, Any] = {
        "hidden": config.hidden,
        "steps": config.steps,
        "every": config.every,
        "characters": len(texts["held_out"]),
        "a_step": config.batch * config.length,
    }
    for name, learnt in texts.items():
        model = CharacterModel(len(alphabet), config.hidden, torch.Generator().manual_seed(config.seed))
        model.to(device())
        curve = _trained(model, learnt, held[: config.watched], name, config, checkpoints)
        found[name] = {
            "parameters": sum(weight.numel() for weight in model.parameters()),
            "epochs": config.steps * found["a_step"] / len(learnt),
            "curve": np.round(curve.losses, 4).tolist(),
            "held": np.round(curve.evaluations, 4).tolist(),
            "seconds": curve.seconds,
            "validation": perplexity(character_logs(model, alphabet.encode(held))),
            "passages": {one: _passage(model, passage(one), learnt) for one in ("shakespeare", "wikipedia")},
        }
        if name == "held_out":
            written = write_characters(model, alphabet.encode("\n"), config.written, temperature=0.8)
            found["sample"] = "".join(alphabet.tokens[one] for one in written)
    return found


def _trained(
    model: CharacterModel, learnt: str, watched: str, name: str, config: Config, checkpoints: Checkpoints
) -> Curve:
    held = printable().encode(watched)
    readers = Readers(model, printable().encode(learnt), config.batch, config.length, config.seed)
    optimiser = AdamW(model.parameters(), config.learning_rate, fused=True)
    rows = share(torch.arange(config.batch, device=readers.states.device))

    def loss(called: nn.Module, step: int) -> Tensor:
        cycle_momentum(optimiser, step, config.steps)
        value: Tensor = called(step, rows)
        if count() > 1:  # so that the process which saves has the states of all readers
            states = torch.zeros_like(readers.states).index_copy(1, rows, readers.states[:, rows])
            distributed.all_reduce(states)
            readers.states = states
        return value

    return Training(
        readers,
        [optimiser],
        loss,
        config.steps,
        config.every,
        lambda step: one_cycle(step, config.steps),
        lambda: float(-character_logs(model, held).mean()),
        max_norm=1.0,
        checkpoint=checkpoints.of(name),
        name=name.replace("_", " "),
    ).run()


def _passage(model: CharacterModel, text: str, learnt: str) -> dict[str, Any]:
    """Measure a passage as it is and in the training text's own characters."""
    alphabet = printable()
    logs = character_logs(model, alphabet.encode(text))
    plain = normal_form(text, set(learnt))
    return {
        "characters": len(text),
        "perplexity": perplexity(logs),
        "parts": parts_of(text, logs, learnt),
        "normal": perplexity(character_logs(model, alphabet.encode(plain))),
        "changed": sum(old != new for old, new in zip(text, plain, strict=True)),
        "restoring": restoring_bits(text, plain) / len(text),
    }
