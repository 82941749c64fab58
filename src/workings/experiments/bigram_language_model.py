"""The bigram network on GloVe vectors and wikitext2, beside counted bigrams; the sweep of unknown words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from workings.byhand.perplexity import perplexity
from workings.data.real_texts import GLOVE, PASSAGES, WIKITEXT, glove, passage, wiki_words
from workings.data.symbols import Symbols, split_words
from workings.experiments.experiment import experiment
from workings.models.device import device
from workings.models.language_measures import (
    counted_bigrams,
    fitted_mixture,
    interpolated_logs,
    spelling_logs,
    unknown_sweep,
)
from workings.models.language_models import BigramNetwork, bigram_network_logs, fit_bigrams

HIDDEN, STEPS, BATCH, RATE, DECAY = 100, 1200, 4096, 0.01, 0.3


@experiment(
    data=(
        "glove_6b_50d_5k/glove.6B.50d.5k.txt",
        "wikitext2/test.txt",
        "wikitext2/valid.txt",
        "lm_passages/shakespeare_for_perplexity.txt",
        "lm_passages/wikipedia_for_perplexity.txt",
    )
)
def run() -> dict[str, Any]:
    """Train on wikitext2's test file, develop on its validation file (its training file is not at hand)."""
    train, dev = wiki_words("train"), wiki_words("dev")
    names, table = glove()
    symbols = Symbols([*names, "\n"])
    seen, text = symbols.encode(train), symbols.encode(dev)
    drawn = np.random.default_rng(0).normal(size=(2, table.shape[1])) * table.std()  # line end, unknown
    network = BigramNetwork(np.vstack([table, drawn]), HIDDEN, torch.Generator().manual_seed(0)).to(device())
    losses = fit_bigrams(network, seen, STEPS, BATCH, RATE, DECAY)
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
            "hidden": HIDDEN,
            "steps": STEPS,
            "parameters": sum(weight.numel() for weight in network.parameters()),
            "dev": perplexity(logs),
            "train": perplexity(bigram_network_logs(network, seen)),
            "dev_known_words": perplexity(logs[known]),
            "dev_unknown_symbol": perplexity(logs[~known]),
            "curve": np.exp(np.array(losses).reshape(-1, 40).mean(axis=1)).round(2).tolist(),
        },
        "sweep": unknown_sweep(train, dev, (0, 10, 30, 100, 300, 1000, 2000, 5000, 10000, 20000)),
        "passages": {
            name: _passage(passage(name), network, symbols, seen, train)
            for name in ("shakespeare", "wikipedia")
        },
        "read": [GLOVE, *WIKITEXT.values(), *PASSAGES.values()],
    }


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
