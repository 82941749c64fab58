"""nanoGPT's small setting on tiny Shakespeare, by its own recipe and by one that needs far fewer steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from workings.data.real_texts import SHAKESPEARE, nine_tenths
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.experiments.processes import share
from workings.experiments.training import Training
from workings.models.character_transformer import (
    CharacterTransformer,
    Recipe,
    Sizes,
    adamw_recipe,
    mean_loss,
    muon_recipe,
    next_loss,
    random_blocks,
    sampled_loss,
    write_text,
)
from workings.models.device import device

LINE = "To be, or not"
RECIPES: dict[str, tuple[Callable[[CharacterTransformer, int], Recipe], bool, bool]] = {
    "adamw": (adamw_recipe, False, False),  # recipe, half precision, short
    "adamw_fast": (partial(adamw_recipe, peak=3e-3), True, False),
    "muon_short": (muon_recipe, True, True),
    "muon": (muon_recipe, True, False),
}


@dataclass(frozen=True)
class Config:
    """What decides the run: sizes, batch and steps are nanoGPT's for a CPU."""

    seed: int = 0
    block_size: int = 64
    d_model: int = 128
    n_head: int = 4
    n_layer: int = 4
    batch: int = 12
    steps: int = 2000
    short: int = 500
    held: int = 0  # characters of the held-out tenth to measure on; 0: all
    sampled: int = 240  # blocks drawn for an estimate, as nanoGPT makes it
    written: int = 400


@experiment(
    data=(SHAKESPEARE,),
    full=Config(),
    quick=Config(block_size=32, d_model=32, n_layer=2, steps=30, short=15, held=2000, sampled=24, written=20),
)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Train on the first nine tenths of the characters, measure on all of the last tenth."""
    symbols, *texts = nine_tenths(SHAKESPEARE)
    train, held = (torch.from_numpy(one).to(device()) for one in texts)
    held = held[: config.held or len(held)]
    sizes = Sizes(symbols.unknown, config.block_size, config.d_model, config.n_head, config.n_layer)
    found: dict[str, Any] = {
        "batch": config.batch,
        "block_size": sizes.block_size,
        "vocab_size": sizes.vocab_size,
        "held": len(held),
        "sampled": config.sampled,
        "threads": torch.get_num_threads(),
    }
    for name in RECIPES:
        model = CharacterTransformer(sizes, config.seed).to(device())
        found[name] = _trained(model, name, train, held, config, checkpoints)
        found["parameters"] = sum(weight.numel() for weight in model.parameters())
    written = write_text(model, held[:1], config.written, config.seed)
    line = torch.from_numpy(symbols.encode(LINE)).to(device())
    found["sample"] = "".join(symbols.tokens[one] for one in written.tolist())
    found["attention"] = {
        "line": LINE,
        "weights": model.weights(line[None])[:, 0].cpu().numpy().round(2).tolist(),
    }
    return found


def _trained(
    model: CharacterTransformer,
    name: str,
    train: Tensor,
    held: Tensor,
    config: Config,
    checkpoints: Checkpoints,
) -> dict[str, Any]:
    """Train by a recipe; give its curve and its times."""
    make, half, short = RECIPES[name]
    steps = config.short if short else config.steps
    recipe = make(model, steps)
    for block in model.layers():  # Torch's fused attention is slow backwards in bfloat16 on a CPU
        block.attention.fused = not half or held.device.type != "cpu"

    def loss(called: nn.Module, step: int) -> Tensor:
        drawn = random_blocks(train, config.block_size, config.batch, (config.seed, step))
        inputs, targets = (share(rows) for rows in drawn)
        return next_loss(called, inputs, targets, half)

    curve = Training(
        model,
        recipe.optimizers,
        loss,
        steps,
        max(1, steps // 10),
        recipe.factor,
        lambda: mean_loss(model, held),
        recipe.max_norm,
        checkpoints.of(name),
        name=name.replace("_", " "),
    ).run()
    model.eval()
    return {
        "steps": steps,
        "half": half,
        "curve": {"steps": curve.steps, "held": [round(one, 4) for one in curve.evaluations]},
        "loss": mean_loss(model, held),
        "sampled": sampled_loss(model, held, config.sampled, config.seed),
        "seconds": curve.seconds,
        "milliseconds_a_step": 1000 * curve.seconds / steps,
        "tokens_a_second": steps * config.batch * config.block_size / curve.seconds,
    }
