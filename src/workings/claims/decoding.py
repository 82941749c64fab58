"""The key-value cache: one token at a time gives what one pass over all gives, and what it saves."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.counting import attention_core, matrix_product, run_counted
from workings.byhand.heads import decode_step, multi_head_attention
from workings.byhand.scaled_attention import causal_mask
from workings.claims.claim import Evidence, claim
from workings.claims.heads import flops, torch_multihead
from workings.claims.positions import Weights, random_weights
from workings.claims.witness import at_least, close, equal
from workings.models.heads import Cache, MultiHeadAttention, load_multihead


def decode(X: np.ndarray, weights: Weights, n_head: int) -> np.ndarray:
    """Feed the rows one at a time through the cached step; return the outputs, shape (T, d_model)."""
    cache, outputs = None, []
    for x in X:
        output, cache = decode_step(x, cache, *weights, n_head)
        outputs.append(output)
    return np.array(outputs)


def torch_decode(layer: MultiHeadAttention, X: torch.Tensor) -> tuple[torch.Tensor, Cache]:
    """Feed the tokens (B, T, d_model) one at a time through the Torch layer; return outputs and cache."""
    cache: Cache | None = None
    outputs = []
    for t in range(X.shape[1]):
        output, cache = layer.step(X[:, t : t + 1], cache)
        outputs.append(output)
    if cache is None:
        raise ValueError("X must hold one token or more, got none")
    return torch.cat(outputs, dim=1), cache


@claim(
    r"Decoding token by token with a key-value cache gives what one parallel pass under the causal mask "
    r"gives: to $10^{-12}$ in float64 and to $10^{-6}$ in float32.",
    answers=("s4.1.7",),
)
def cache_equals_parallel() -> Evidence:
    """Compare by hand and in Torch, both ways, in two precisions; Torch's own module is the reference."""
    X, weights = np.random.default_rng(1).normal(size=(12, 8)), random_weights(seed=1)
    parallel = multi_head_attention(X, *weights, 2, causal_mask(12))
    theirs = torch_multihead(weights, 2)
    rows = torch.from_numpy(X)[None]
    later = torch.ones(12, 12, dtype=torch.bool).triu(1)
    reference = theirs(rows, rows, rows, attn_mask=later)[0].detach()
    layer = load_multihead(MultiHeadAttention(8, 2, causal=True, dtype=torch.float64), theirs)
    double = torch_decode(layer, rows)[0].detach()
    single = torch_decode(layer.float(), rows.float())[0].detach()
    gaps = [
        float(np.abs(decode(X, weights, 2) - parallel).max()),
        (double - reference).abs().max().item(),
        (single - layer(rows.float())).abs().max().item(),
    ]
    return Evidence(
        [
            close("by hand, steps against one pass, float64", gaps[0], 0, 1e-12),
            close("Torch, steps against nn.MultiheadAttention, float64", gaps[1], 0, 1e-12),
            close("Torch, steps against one pass, float32", gaps[2], 0, 1e-6),
        ],
        {"by_hand": gaps[0], "torch": gaps[1], "float32": gaps[2]},
    )


@claim(
    r"The cache is right only because of the causal mask. Without the mask a new token changes the outputs "
    r"of all earlier ones, so that the next layer's cached keys and values would be stale.",
    answers=("s4.1.7",),
)
def cache_needs_the_mask() -> Evidence:
    """Append a token and watch the outputs of the earlier ones, with the mask and without it."""
    X, weights = np.random.default_rng(2).normal(size=(6, 8)), random_weights(seed=2)
    masked = multi_head_attention(X, *weights, 2, causal_mask(6))[:5] - multi_head_attention(
        X[:5], *weights, 2, causal_mask(5)
    )
    free = multi_head_attention(X, *weights, 2)[:5] - multi_head_attention(X[:5], *weights, 2)
    theirs, rows = torch_multihead(weights, 2), torch.from_numpy(X)[None]
    longer, shorter = (theirs(x, x, x)[0][0, :5] for x in (rows, rows[:, :5]))
    change = float(np.abs(free).max())
    return Evidence(
        [
            close("by hand, masked: change", np.abs(masked).max(), 0, 1e-15),
            at_least("by hand, unmasked: change", change, 0.05),
            close("Torch, unmasked: the same change", (longer - shorter).abs().max().item(), change, 1e-13),
        ],
        {"unmasked": change},
    )


def generation_cost(seq_len: int, d_model: int, *, cached: bool) -> int:
    """Count the multiplications of generating ``seq_len`` tokens, on counting numbers."""
    total = 0
    weight = np.ones((d_model, d_model))
    for t in range(1, seq_len + 1):
        rows = np.ones((1 if cached else t, d_model))
        keys = np.ones((t, d_model))
        total += 4 * run_counted(matrix_product, rows, weight)[0]["multiplications"]
        total += run_counted(attention_core, rows, keys, keys)[0]["multiplications"]
    return total


@claim(
    r"Generating $T$ tokens takes $4 T k^2 + T(T+1)\,k$ multiplications with a cache. Running the whole "
    r"text again for every token takes $2 T(T+1)\,k^2 + \tfrac13 T(T+1)(2T+1)\,k$: a power of $T$ more in "
    r"each term.",
    answers=("s3.7.3.c", "s4.1.7"),
)
def what_the_cache_saves() -> Evidence:
    """Sum in symbols, count with counting numbers, count in Torch."""
    T, k, t = sympy.symbols("T k t", positive=True, integer=True)
    cached = sympy.summation(4 * k**2 + 2 * t * k, (t, 1, T))
    again = sympy.summation(4 * t * k**2 + 2 * t**2 * k, (t, 1, T))
    stated = (4 * T * k**2 + T * (T + 1) * k, 2 * T * (T + 1) * k**2 + T * (T + 1) * (2 * T + 1) * k / 3)
    counts = {flag: generation_cost(8, 4, cached=flag) for flag in (True, False)}
    layer = MultiHeadAttention(4, 1, causal=True, fused=False)
    recomputed = sum(flops(layer, torch.ones(1, n, 4)) for n in range(1, 9)) // 2
    size = {T: 8, k: 4}
    long = {T: 1024, k: 64}
    return Evidence(
        [
            equal(
                "SymPy, sums over the steps",
                [sympy.expand(a - b) for a, b in zip((cached, again), stated, strict=True)],
                [0, 0],
            ),
            equal("counting numbers, cached", counts[True], int(stated[0].subs(size))),
            equal("counting numbers, recomputed", counts[False], int(stated[1].subs(size))),
            equal("Torch's counter, recomputed", recomputed, int(stated[1].subs(size))),
        ],
        {
            "cached": counts[True],
            "recomputed": counts[False],
            "cached_1024": int(stated[0].subs(long)),
            "recomputed_1024": int(stated[1].subs(long)),
            "ratio_1024": float(stated[1].subs(long) / stated[0].subs(long)),
        },
    )


@claim(
    r"The cache holds $2\,T\,d_\text{model}$ numbers a layer, however many heads share them out, and grows "
    r"with every token.",
    answers=("s4.1.7", "s0.3.4"),
)
def cache_bytes() -> Evidence:
    """Weigh the cache of 100 tokens in Torch and by hand, for 1, 2 and 4 heads."""
    X, weights = np.random.default_rng(3).normal(size=(100, 8)), random_weights(seed=3)
    held = []
    for n_head in (1, 2, 4):
        _, cache = torch_decode(MultiHeadAttention(8, n_head), torch.ones(1, 100, 8))
        held.append(sum(part.numel() * part.element_size() for part in cache))
    kept = None
    for x in X:
        _, kept = decode_step(x, kept, *weights, 2)
    by_hand = 0 if kept is None else sum(part.size for part in kept)
    return Evidence(
        [
            equal("Torch, bytes in float32, 1, 2 and 4 heads", held, [2 * 100 * 8 * 4] * 3),
            equal("by hand, numbers", by_hand, 2 * 100 * 8),
        ],
        {"bytes": held[0]},
    )
