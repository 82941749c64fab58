"""What ``torch.compile`` is worth for a training step: times with it and without, and what it takes."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn

from benchmarks.timing import ratio, spread
from workings.models.character_transformer import (
    CharacterTransformer,
    Sizes,
    adamw_recipe,
    next_loss,
    random_blocks,
)
from workings.models.device import device
from workings.models.measuring import samples


def measure(repeats: int = 15, backend: str = "inductor", sizes: Sizes | None = None) -> dict[str, Any]:
    """Train the character transformer of the records both ways, in float32 and in bfloat16.

    ``inductor`` needs a C++ compiler. Returns the seconds of the first step, in which it compiles, the
    milliseconds of later ones, and how many steps pay for compiling (None: no number does).
    """
    chosen, found = sizes or Sizes(vocab_size=65), {}
    for name, half in (("float32", False), ("bfloat16", True)):
        with (
            tempfile.TemporaryDirectory() as place,  # nothing compiled earlier is taken from Torch's cache
            patch.dict(os.environ, TORCHINDUCTOR_CACHE_DIR=place),
        ):
            found[name] = _compared(chosen, half, repeats, backend)
    return found


def _compared(sizes: Sizes, half: bool, repeats: int, backend: str) -> dict[str, Any]:
    without, compiled = (CharacterTransformer(sizes).to(device()) for _ in range(2))
    compiled.compile(backend=backend)
    steps = {"without": _step(without, half), "compiled": _step(compiled, half)}
    expected, start = steps["without"]().item(), time.perf_counter()
    apart = abs(steps["compiled"]().item() - expected)
    first = time.perf_counter() - start
    taken = {
        name: [1000 * one for one in times] for name, times in samples(steps, device(), repeats, 0.02).items()
    }
    times = {name: spread(one) for name, one in taken.items()}
    saved = (times["without"]["median"] - times["compiled"]["median"]) / 1000
    return {
        **times,
        "ratio": ratio(taken["compiled"], taken["without"]),
        "first_step": first,
        "apart": apart,
        "pays_after": round(first / saved) if saved > 0 else None,
    }


def _step(model: CharacterTransformer, half: bool) -> Callable[[], Tensor]:
    """Return one step of AdamW at a tiny rate on twelve blocks, as nanoGPT's small setting has them."""
    for block in model.layers():  # as the experiment chooses
        block.attention.fused = not half or device().type != "cpu"
    optimizers = adamw_recipe(model, 1, peak=1e-6).optimizers
    text = torch.randint(model.sizes.vocab_size, (1000,), generator=torch.Generator().manual_seed(0))
    inputs, targets = random_blocks(text.to(device()), model.sizes.block_size, 12, 0)

    def step() -> Tensor:
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss = next_loss(model, inputs, targets, half)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
        return loss.detach()

    return step
