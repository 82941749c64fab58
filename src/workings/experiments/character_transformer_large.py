"""nanoGPT's six-layer setting on tiny Shakespeare: for a CUDA device."""

from __future__ import annotations

from dataclasses import dataclass
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
    Sizes,
    adamw_recipe,
    mean_loss,
    next_loss,
    random_blocks,
    sampled_loss,
    write_text,
)
from workings.models.device import device


@dataclass(frozen=True)
class Config:
    """What decides the run: sizes, batch, dropout and steps are nanoGPT's for a CUDA device."""

    seed: int = 0
    block_size: int = 256
    d_model: int = 384
    n_head: int = 6
    n_layer: int = 6
    dropout: float = 0.2
    batch: int = 64
    steps: int = 5000
    every: int = 250
    held: int = 0  # characters of the held-out tenth to measure on; 0: all
    sampled: int = 12_800  # blocks drawn for an estimate, as nanoGPT makes it
    written: int = 500


@experiment(
    data=(SHAKESPEARE,),
    full=Config(),
    quick=Config(
        block_size=32, d_model=48, n_layer=2, batch=8, steps=20, every=10, held=2000, sampled=24, written=20
    ),
    needs_cuda=True,
)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Train on the first nine tenths; keep the loss at the best of the points where it is measured."""
    symbols, *texts = nine_tenths(SHAKESPEARE)
    train, held = (torch.from_numpy(one).to(device()) for one in texts)
    held = held[: config.held or len(held)]
    sizes = Sizes(
        symbols.unknown, config.block_size, config.d_model, config.n_head, config.n_layer, config.dropout
    )
    model = CharacterTransformer(sizes, config.seed).to(device())
    recipe = adamw_recipe(model, config.steps)
    half = device().type == "cuda"

    def loss(called: nn.Module, step: int) -> Tensor:
        torch.manual_seed(config.seed * 1_000_003 + step)  # dropout, by the step alone
        drawn = random_blocks(train, config.block_size, config.batch, (config.seed, step))
        inputs, targets = (share(rows) for rows in drawn)
        return next_loss(called, inputs, targets, half)

    curve = Training(
        model,
        recipe.optimizers,
        loss,
        config.steps,
        config.every,
        recipe.factor,
        lambda: mean_loss(model, held),
        recipe.max_norm,
        checkpoints.of("model"),
    ).run()
    model.eval()
    written = write_text(model, held[:1], config.written, config.seed)
    return {
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "curve": {"steps": curve.steps, "held": [round(one, 4) for one in curve.evaluations]},
        "loss": mean_loss(model, held),
        "best": min(curve.evaluations),
        "sampled": sampled_loss(model, held, config.sampled, config.seed),
        "seconds": curve.seconds,
        "tokens_a_second": config.steps * config.batch * config.block_size / curve.seconds,
        "sample": "".join(symbols.tokens[one] for one in written.tolist()),
    }
