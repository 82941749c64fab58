"""What attention without positions can and cannot see of the order of its tokens."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch import nn

from workings.byhand.heads import multi_head_attention
from workings.byhand.positions import sinusoidal_encoding
from workings.byhand.scaled_attention import attention, causal_mask
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

Weights = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def random_weights(d_model: int = 8, seed: int = 0) -> Weights:
    """Return W_Q, W_K, W_V and W_O with variance 1/d_model."""
    rng = np.random.default_rng(seed)
    W_Q, W_K, W_V, W_O = (rng.normal(0, d_model**-0.5, (d_model, d_model)) for _ in range(4))
    return W_Q, W_K, W_V, W_O


def permuted_gap(X: np.ndarray, weights: Weights, order: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Return how far the outputs of permuted tokens are from the permuted outputs."""
    outputs = multi_head_attention(X, *weights, 2, mask)
    return float(np.abs(multi_head_attention(X[order], *weights, 2, mask) - outputs[order]).max())


def last_row_gap(X: np.ndarray, layers: list[Weights], order: np.ndarray) -> float:
    """Return how far the last token's output moves when the tokens before it are permuted, causal layers."""
    mask = causal_mask(len(X))
    before, after = X, X[order]
    for weights in layers:
        before = before + multi_head_attention(before, *weights, 2, mask)
        after = after + multi_head_attention(after, *weights, 2, mask)
    return float(np.abs(before[-1] - after[-1]).max())


@claim(
    r"Without positions, self-attention is *equivariant*: permute the tokens and the same outputs come out, "
    r"permuted the same way, $f(\Pi X) = \Pi f(X)$ for every permutation matrix $\Pi$.",
    answers=("s3.7.1.a",),
)
def equivariant() -> Evidence:
    """Permute at random, by hand and through a whole Torch encoder; with letters for three tokens."""
    rng = np.random.default_rng(1)
    gaps = [
        permuted_gap(rng.normal(size=(7, 8)), random_weights(seed=seed), rng.permutation(7))
        for seed in range(50)
    ]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, dtype=torch.float64)
    X = torch.from_numpy(rng.normal(size=(1, 7, 8)))
    order = rng.permutation(7)
    torch_gap = (layer(layer(X[:, order])) - layer(layer(X))[:, order]).abs().max().item()
    x = sympy.symbols("x1:4")

    def scalar_attention(tokens: tuple[sympy.Symbol, ...]) -> list[sympy.Expr]:
        return [
            sum(sympy.exp(q * k) * k for k in tokens) / sum(sympy.exp(q * k) for k in tokens) for q in tokens
        ]

    plain, turned = scalar_attention(x), scalar_attention((x[2], x[0], x[1]))
    return Evidence(
        [
            close("by hand, 50 random layers and permutations", max(gaps), 0, 1e-13),
            close("Torch, two encoder layers with feed-forward", torch_gap, 0, 1e-12),
            equal("SymPy, three tokens of one component", turned, [plain[2], plain[0], plain[1]]),
        ],
        {"by_hand": max(gaps), "layers": len(gaps)},
    )


@claim(
    r"What is *invariant* is one query's output when keys and values are permuted together, and a mean or "
    r"maximum over all outputs. The outputs in their order are not, nor is anything when the keys move "
    r"without their values.",
    answers=("s3.7.1.a",),
)
def invariant() -> Evidence:
    """Permute keys and values together and apart, by hand; pool a Torch layer's outputs."""
    rng = np.random.default_rng(2)
    q, K, V = rng.normal(size=(1, 4)), rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    order = np.roll(np.arange(6), 1)
    together = np.abs(attention(q, K[order], V[order]) - attention(q, K, V)).max()
    apart = np.abs(attention(q, K[order], V) - attention(q, K, V)).max()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        layer = nn.MultiheadAttention(8, 2, batch_first=True, dtype=torch.float64)
    X = torch.from_numpy(rng.normal(size=(1, 6, 8)))
    plain, turned = (layer(rows, rows, rows)[0][0] for rows in (X, X[:, order]))
    pooled = (plain.mean(dim=0) - turned.mean(dim=0)).abs().max().item()
    rows = (plain - turned).abs().max().item()
    return Evidence(
        [
            close("by hand, one query, keys and values together", together, 0, 1e-14),
            close("Torch, mean of all outputs", pooled, 0, 1e-14),
            at_least("Torch, outputs in their order: change", rows, 0.05),
            at_least("by hand, keys without their values: change", apart, 0.05),
        ],
        {"rows": rows, "apart": float(apart), "pooled": pooled},
    )


@claim(
    r"A causal mask sees order without any encoding. One causal layer gives the last token the same output "
    r"however the tokens before it are ordered; two causal layers do not.",
    answers=("s3.7.1.a",),
)
def causal_mask_sees_order() -> Evidence:
    """Permute all tokens but the last, through one and two causal layers, by hand and in Torch."""
    rng = np.random.default_rng(3)
    X, order = rng.normal(size=(6, 8)), np.array([4, 2, 0, 3, 1, 5])
    layers = [random_weights(seed=seed) for seed in (5, 6)]
    one, two = last_row_gap(X, layers[:1], order), last_row_gap(X, layers, order)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        stack = [
            nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True, dtype=torch.float64)
            for _ in range(2)
        ]
    later = torch.ones(6, 6, dtype=torch.bool).triu(1)  # True where Torch's layer may not attend
    plain = torch.from_numpy(X)[None]
    turned = plain[:, order]
    gaps = []
    for layer in stack:
        plain, turned = layer(plain, src_mask=later), layer(turned, src_mask=later)
        gaps.append((plain[0, -1] - turned[0, -1]).abs().max().item())
    return Evidence(
        [
            close("by hand, one layer: change", one, 0, 1e-14),
            close("Torch, one layer: change", gaps[0], 0, 1e-13),
            at_least("by hand, two layers: change", two, 0.01),
            at_least("Torch, two layers: change", gaps[1], 0.001),
            at_least(
                "by hand, the mask ends equivariance", permuted_gap(X, layers[0], order, causal_mask(6)), 0.05
            ),
        ],
        {"one_layer": one, "two_layers": two},
    )


@claim(
    r"Adding a position's vector to each token ends the equivariance: the same words in another order give "
    r"outputs that are not a permutation of the first.",
    answers=("s3.7.1.a",),
)
def encodings_break_the_tie() -> Evidence:
    """Swap two words of three with and without encodings, by hand and in Torch."""
    rng = np.random.default_rng(4)
    words, weights = rng.normal(size=(3, 8)), random_weights(seed=8)
    swap = np.array([2, 1, 0])
    P = sinusoidal_encoding(3, 8)
    without = permuted_gap(words, weights, swap)
    plain, swapped = (multi_head_attention(rows + P, *weights, 2) for rows in (words, words[swap]))
    with_encoding = float(np.abs(swapped - plain[swap]).max())
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        layer = nn.MultiheadAttention(8, 2, batch_first=True, dtype=torch.float64)
    rows, encoding = torch.from_numpy(words)[None], torch.from_numpy(P)
    outputs = [layer(x, x, x)[0][0] for x in (rows + encoding, rows[:, swap] + encoding)]
    torch_gap = (outputs[1] - outputs[0][swap]).abs().max().item()
    return Evidence(
        [
            close("by hand, no encoding", without, 0, 1e-14),
            at_least("by hand, with encoding", with_encoding, 0.05),
            at_least("Torch, with encoding", torch_gap, 0.01),
        ],
        {"without": without, "with_encoding": with_encoding},
    )


@claim(
    r"A dependency between tokens that match by content needs no positions at any distance: a query finds "
    r"its key among $10$ or $10\,000$ tokens with the same weight for every place where the key stands.",
    answers=("s3.7.1.a", "s3.7.1.b"),
)
def content_needs_no_positions() -> Evidence:
    """Hide one matching key among many others, far and near, by hand and in Torch."""
    found = {}
    for seq_len in (10, 1000, 10_000):
        keys = np.tile([[0.0, 8.0]], (seq_len, 1))
        for place in (0, seq_len // 2, seq_len - 1):
            K = keys.copy()
            K[place] = [8.0, 0.0]
            values = (np.arange(seq_len) == place).astype(float)[:, None]
            found[seq_len, place] = float(attention([[8.0, 0.0]], K, values)[0, 0])
    query, far = torch.tensor([[8.0, 0.0]]).double(), torch.tensor([[0.0, 8.0]]).double().repeat(10_000, 1)
    far[0] = torch.tensor([8.0, 0.0])
    kernel = nn.functional.scaled_dot_product_attention(query, far, torch.eye(10_000, 1).double()).item()
    spread = max(abs(found[seq_len, 0] - found[seq_len, place]) for seq_len, place in found)
    return Evidence(
        [
            at_least("by hand, least weight on the match", min(found.values()), 0.999999),
            at_least("Torch, weight on the match 9999 tokens back", kernel, 0.999999),
            at_most("by hand, difference between places", spread, 1e-15),
        ],
        {"least": min(found.values())},
    )
