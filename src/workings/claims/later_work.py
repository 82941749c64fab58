"""What was changed after 2017, where a small run can show it: the place of the norm, and shared keys."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import nn

from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.heads import MultiHeadAttention
from workings.models.transformer import TransformerBlock

DEPTHS = (1, 2, 4, 8, 16, 24)


def last_gradient(n_layer: int, norm_first: bool, seed: int) -> float:
    """Return the norm of the loss's gradient by the last layer's second weight, before any training."""
    d_model, vocab_size = 64, 100
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = nn.ModuleList(
            nn.TransformerEncoderLayer(d_model, 4, 256, 0.0, batch_first=True, norm_first=norm_first)
            for _ in range(n_layer)
        )
        last_norm = nn.LayerNorm(d_model) if norm_first else nn.Identity()
        output = nn.Linear(d_model, vocab_size)
        for weight in (*layers.parameters(), output.weight):
            if weight.ndim > 1:
                nn.init.xavier_normal_(weight)
    X = torch.randn(8, 16, d_model, generator=generator)  # (B, T, d_model)
    labels = torch.randint(vocab_size, (8 * 16,), generator=generator)
    for layer in layers:
        X = layer(X)
    loss = nn.functional.cross_entropy(output(last_norm(X)).flatten(0, 1), labels)
    weight = layers[-1].get_parameter("linear2.weight")
    return float(torch.autograd.grad(loss, weight)[0].norm())


def own_last_gradient(n_layer: int) -> float:
    """Measure the same with this package's block, norms first, on the mean of 4 seeds."""
    norms = []
    for seed in range(4):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(100 + seed)
            layers = [TransformerBlock(64, 4) for _ in range(n_layer)]
            output, X = nn.Linear(64, 100), torch.randn(8, 16, 64)
        for weight in [p for layer in layers for p in layer.parameters() if p.ndim > 1]:
            weight.data.normal_(
                0, (2 / sum(weight.shape)) ** 0.5, generator=torch.Generator().manual_seed(seed)
            )
        for layer in layers:
            X = layer(X)
        logits = output(nn.functional.layer_norm(X, (64,)))  # (B, T, 100)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), torch.arange(128) % 100)
        last = layers[-1].get_parameter("network.3.weight")
        norms.append(float(torch.autograd.grad(loss, last)[0].norm()))
    return float(np.mean(norms))


@cache
def gradients(norm_first: bool) -> np.ndarray:
    """Return last gradients, shape (depths, seeds)."""
    return np.array([[last_gradient(depth, norm_first, seed) for seed in range(4)] for depth in DEPTHS])


@claim(
    r"At the start of training the last layer's gradient does not shrink with depth if norms come after the "
    r"sum, as in 2017; with norms first it falls, to less than half at $24$ layers. Xiong et al. (2020) "
    r"trace the need of a warm-up to this."
)
def place_of_the_norm() -> Evidence:
    """Compare depths 1 and 24, and fit the exponent of the fall over all depths."""
    after, first = gradients(False), gradients(True)
    slopes = {
        name: float(np.polyfit(np.log(DEPTHS), np.log(norms.mean(axis=1)), 1)[0])
        for name, norms in (("after", after), ("first", first))
    }
    return Evidence(
        [
            at_least("norm after: 24 layers over 1, every seed", float((after[-1] / after[0]).min()), 0.7),
            at_most("norm first: 24 layers over 1, every seed", float((first[-1] / first[0]).max()), 0.5),
            at_most(
                "norm first, our block: 24 layers over 1", own_last_gradient(24) / own_last_gradient(1), 0.5
            ),
            close("norm after: exponent of depth", slopes["after"], 0, 0.15),
            close("norm first: exponent of depth", slopes["first"], -0.35, 0.15),
        ],
        {
            "after": dict(zip(map(str, DEPTHS), after.mean(axis=1).tolist(), strict=True)),
            "first": dict(zip(map(str, DEPTHS), first.mean(axis=1).tolist(), strict=True)),
            "slopes": slopes,
        },
    )


@claim(
    r"Decoding keeps $2 N d_\text{model}$ numbers a token: $12\,288$ for the big model's $6$ decoder "
    r"layers. If all $16$ heads share one key and one value, it keeps $768$, a sixteenth; with $4$ groups "
    r"$3072$, a quarter."
)
def shared_keys() -> Evidence:
    """Count the cache of a built layer after three steps, and multiply by hand."""
    d_model, n_head, n_layer, steps = 1024, 16, 6, 3
    layer = MultiHeadAttention(d_model, n_head, causal=True)
    cache_now = None
    with torch.no_grad():
        for _ in range(steps):
            _, cache_now = layer.step(torch.zeros(1, 1, d_model), cache_now)
    keys, values = cache_now or (torch.empty(0), torch.empty(0))
    kept = n_layer * (keys.numel() + values.numel()) // steps
    one_head = n_layer * (keys[:, 0].numel() + values[:, 0].numel()) // steps
    return Evidence(
        [
            equal("built layer, numbers kept a token", kept, 12_288),
            equal("by formula, all heads", 2 * n_layer * d_model, 12_288),
            equal("built layer, one head's share", one_head, 768),
            equal("by formula, one key and value", 2 * n_layer * (d_model // n_head), 768),
            equal("by formula, four groups", 4 * 2 * n_layer * (d_model // n_head), 3072),
        ],
        {"all": kept, "one": one_head, "four": 4 * one_head},
    )
