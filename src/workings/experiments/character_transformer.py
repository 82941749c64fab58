"""nanoGPT's small setting on tiny Shakespeare, by its own recipe and by one that needs far fewer steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from workings.data.corpora import corpus
from workings.experiments.experiment import experiment
from workings.experiments.training import Training
from workings.models.character_transformer import (
    CharacterTransformer,
    Recipe,
    Sizes,
    adamw_recipe,
    mean_loss,
    muon_recipe,
    random_blocks,
    write_text,
)
from workings.models.device import device

BATCH, EVERY = 12, 100
RECIPES: dict[str, tuple[Callable[[CharacterTransformer, int], Recipe], int]] = {
    "adamw": (adamw_recipe, 2000),
    "muon_short": (muon_recipe, 500),
    "muon": (muon_recipe, 2000),
}


@experiment(data=("tinyshakespeare/input.txt",))
def run() -> dict[str, Any]:
    """Train on the first nine tenths of the characters, measure on all of the last tenth."""
    text = corpus("tinyshakespeare/input.txt").read_text(encoding="utf-8")
    characters = sorted(set(text))
    number = {one: place for place, one in enumerate(characters)}
    tokens = torch.tensor([number[one] for one in text], device=device())
    cut = int(0.9 * len(tokens))
    sizes = Sizes(len(characters))
    found: dict[str, Any] = {"batch": BATCH, "block_size": sizes.block_size, "vocab_size": sizes.vocab_size}
    for name, (recipe, steps) in RECIPES.items():
        model = CharacterTransformer(sizes, seed=1337).to(device())
        found[name] = _trained(model, recipe(model, steps), steps, tokens[:cut], tokens[cut:])
        found["parameters"] = sum(weight.numel() for weight in model.parameters())
    written = write_text(model, tokens[cut : cut + 1], 400)
    found["sample"] = "".join(characters[one] for one in written.tolist())
    return found


def _trained(
    model: CharacterTransformer, recipe: Recipe, steps: int, train: Tensor, held: Tensor
) -> dict[str, Any]:
    """Train by a recipe; give its curve and its times."""

    def loss(step: int) -> Tensor:
        inputs, targets = random_blocks(train, model.sizes.block_size, BATCH, seed=step)
        return cross_entropy(model(inputs).flatten(0, 1), targets.flatten())

    curve = Training(
        model,
        recipe.optimizers,
        loss,
        steps,
        EVERY,
        recipe.factor,
        lambda: mean_loss(model, held),
        recipe.max_norm,
    ).run()
    model.eval()
    return {
        "steps": steps,
        "curve": {"steps": curve.steps, "held": [round(one, 4) for one in curve.evaluations]},
        "loss": mean_loss(model, held),
        "seconds": curve.seconds,
        "milliseconds_a_step": 1000 * curve.seconds / steps,
        "tokens_a_second": steps * BATCH * model.sizes.block_size / curve.seconds,
    }
