"""The bigram network on GloVe vectors and wikitext2, beside counted bigrams; the sweep of unknown words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.optim import AdamW

from workings.byhand.perplexity import perplexity
from workings.data.real_texts import GLOVE, PASSAGES, WIKITEXT, glove, passage, wiki_words
from workings.data.symbols import Symbols, split_words
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.experiments.processes import share
from workings.experiments.training import Curve, Training
from workings.models.device import device
from workings.models.language_measures import (
    counted_bigrams,
    fitted_mixture,
    interpolated_logs,
    spelling_logs,
    unknown_sweep,
)
from workings.models.language_models import (
    BigramNetwork,
    bigram_loss,
    bigram_network_logs,
    bigrams,
    drawn,
    half_cosine,
    start_at_frequencies,
)


@dataclass(frozen=True)
class Config:
    """What decides the run: the network, its training, and the sizes of vocabulary to sweep through."""

    seed: int = 0
    hidden: int = 100
    steps: int = 1200
    batch: int = 4096
    learning_rate: float = 0.01
    decay: float = 0.3
    every: int = 40
    sizes: tuple[int, ...] = (0, 10, 30, 100, 300, 1000, 2000, 5000, 10000, 20000)


@experiment(
    data=(
        "glove_6b_50d_5k/glove.6B.50d.5k.txt",
        "wikitext2/test.txt",
        "wikitext2/valid.txt",
        "lm_passages/shakespeare_for_perplexity.txt",
        "lm_passages/wikipedia_for_perplexity.txt",
    ),
    full=Config(),
    quick=Config(hidden=20, steps=20, batch=512, every=10, sizes=(0, 1000)),
)
def run(config: Config, checkpoints: Checkpoints) -> dict[str, Any]:
    """Train on wikitext2's test file, develop on its validation file (its training file is not at hand)."""
    train, dev = wiki_words("train"), wiki_words("dev")
    names, table = glove()
    symbols = Symbols([*names, "\n"])
    seen, text = symbols.encode(train), symbols.encode(dev)
    extra = np.random.default_rng(config.seed).normal(size=(2, table.shape[1])) * table.std()
    vectors = np.vstack([table, extra])  # the last two: line end, unknown
    network = BigramNetwork(vectors, config.hidden, torch.Generator().manual_seed(config.seed)).to(device())
    curve = _trained(network, seen, config, checkpoints)
    logs = bigram_network_logs(network, text)
    known = text[1:] != symbols.unknown
    return {
        "tokens": {"train": len(train), "dev": len(dev)},
        "vocab_size": len(symbols),
        "unknown": {
            "train": float((seen == symbols.unknown).mean()),
            "dev": float((text == symbols.unknown).mean()),
            "dev_before": float(np.mean([word == symbols.tokens[-1] for word in dev])),
        },
        "counted": counted_bigrams(seen, text, len(symbols)),
        "network": {
            "hidden": config.hidden,
            "steps": config.steps,
            "parameters": sum(weight.numel() for weight in network.parameters()),
            "dev": perplexity(logs),
            "train": perplexity(bigram_network_logs(network, seen)),
            "dev_known_words": perplexity(logs[known]),
            "dev_unknown_symbol": perplexity(logs[~known]),
            "curve": np.exp(curve.losses).round(2).tolist(),
            "seconds": curve.seconds,
        },
        "sweep": unknown_sweep(train, dev, config.sizes),
        "passages": {
            name: _passage(passage(name), network, symbols, seen, train)
            for name in ("shakespeare", "wikipedia")
        },
        "read": [GLOVE, *WIKITEXT.values(), *PASSAGES.values()],
    }


def _trained(network: BigramNetwork, seen: np.ndarray, config: Config, checkpoints: Checkpoints) -> Curve:
    pairs = bigrams(network, seen)
    start_at_frequencies(network, pairs)
    return Training(
        network,
        [AdamW(network.parameters(), config.learning_rate, weight_decay=config.decay, fused=True)],
        lambda model, step: bigram_loss(model, share(drawn(pairs, config.batch, config.seed, step))),
        config.steps,
        config.every,
        lambda step: half_cosine(step, config.steps),
        checkpoint=checkpoints.of("network"),
        name="bigram network",
    ).run()


def _passage(
    text: str, network: BigramNetwork, symbols: Symbols, seen: np.ndarray, train: Sequence[str]
) -> dict[str, Any]:
    """Measure both bigram models on a passage cut into tokens in four ways."""
    weights = fitted_mixture(seen, len(symbols))
    ways = {
        "characters": list(text),
        "at spaces": text.split(),
        "words": split_words(text, lower=False),
        "lower case": split_words(text),
    }
    found = {}
    for name, tokens in ways.items():
        numbers = symbols.encode(tokens)
        unknown = numbers[1:] == symbols.unknown
        counted = interpolated_logs(seen, numbers, len(symbols), weights)
        hidden = [token for token, rare in zip(tokens[1:], unknown, strict=True) if rare]
        rare_words = [word for word in set(train) if word not in symbols.numbers]
        spelt = spelling_logs(rare_words, hidden)
        neural = bigram_network_logs(network, numbers)
        found[name] = {
            "tokens": len(tokens),
            "unknown": float(unknown.mean()),
            "counted": perplexity(counted),
            "network": perplexity(neural),
            "network_known": perplexity(neural[~unknown]),
            "network_unknown": perplexity(neural[unknown]),
            "bits_a_character": float(-(neural.sum() + spelt.sum()) / np.log(2) / len(text)),
            "bits_unspelt": float(-neural.sum() / np.log(2) / len(text)),
        }
    return found
