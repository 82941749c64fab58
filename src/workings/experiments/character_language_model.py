"""A recurrent model of Shakespeare's characters: its loss curve; both passages, read before or held out."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from workings.byhand.perplexity import perplexity
from workings.data.real_texts import SHAKESPEARE, passage, read, without_passage
from workings.data.symbols import normal_form, printable, restoring_bits
from workings.experiments.experiment import experiment
from workings.models.device import device
from workings.models.language_measures import parts_of
from workings.models.language_models import CharacterModel, character_logs, fit_characters, write_characters

HIDDEN, STEPS, EVERY = 192, 1200, 40


@experiment(
    data=(
        "tinyshakespeare/input.txt",
        "lm_passages/shakespeare_for_perplexity.txt",
        "lm_passages/wikipedia_for_perplexity.txt",
    )
)
def run() -> dict[str, Any]:
    """Train twice on the first nine tenths of tiny Shakespeare: with the passage in it, and without."""
    alphabet, text = printable(), read(SHAKESPEARE)
    cut = int(len(text) * 0.9)
    held = text[cut:]
    texts = {"held_out": without_passage(text[:cut]), "read_before": text[:cut]}
    found: dict[str, Any] = {
        "hidden": HIDDEN,
        "steps": STEPS,
        "every": EVERY,
        "characters": len(texts["held_out"]),
    }
    for name, learnt in texts.items():
        model = CharacterModel(len(alphabet), HIDDEN, torch.Generator().manual_seed(0)).to(device())
        losses, checks = fit_characters(
            model, alphabet.encode(learnt), STEPS, held=alphabet.encode(held[:20_000]), every=EVERY
        )
        found[name] = {
            "parameters": sum(weight.numel() for weight in model.parameters()),
            "epochs": STEPS * 32 * 64 / len(learnt),
            "curve": np.array(losses).reshape(-1, EVERY).mean(axis=1).round(4).tolist(),
            "held": np.round(checks, 4).tolist(),
            "validation": perplexity(character_logs(model, alphabet.encode(held))),
            "passages": {one: _passage(model, passage(one), learnt) for one in ("shakespeare", "wikipedia")},
        }
        if name == "held_out":
            written = write_characters(model, alphabet.encode("\n"), 300, temperature=0.8)
            found["sample"] = "".join(alphabet.tokens[one] for one in written)
    return found


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
