"""Several heads: equal to Torch's, what they cost, what they buy and what they do not."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import sympy
import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention
from torch.utils.flop_counter import FlopCounterMode

from workings.byhand.counting import attention_core, matrix_product, run_counted
from workings.byhand.heads import join_heads, multi_head_attention, split_heads
from workings.byhand.scaled_attention import attention, attention_scores, causal_mask
from workings.claims.claim import Evidence, claim
from workings.claims.positions import random_weights
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.heads import MultiHeadAttention


def torch_multihead(weights: tuple[np.ndarray, ...], n_head: int) -> nn.MultiheadAttention:
    """Return Torch's own module with the by-hand weights: stacked, and transposed."""
    W_Q, W_K, W_V, W_O = (torch.from_numpy(weight) for weight in weights)
    layer = nn.MultiheadAttention(len(W_Q), n_head, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.cat([W_Q, W_K, W_V], dim=1).T)
        layer.out_proj.weight.copy_(W_O.T)
    return layer


@claim(
    r"Multi-head attention by hand equals `torch.nn.MultiheadAttention` and `scaled_dot_product_attention` "
    r"to $10^{-12}$ in float64, masked and unmasked, to itself and to a memory.",
    answers=("s3.7.2.a", "s4.1.8"),
)
def equals_torch() -> Evidence:
    """Map the weights into Torch's module; split the heads for the fused kernel; three numbers of heads."""
    rng = np.random.default_rng(1)
    far = {"torch.nn.MultiheadAttention": 0.0, "scaled_dot_product_attention": 0.0, "to a memory": 0.0}
    for n_head, masked in product((1, 2, 4), (False, True)):
        X, weights = rng.normal(size=(7, 8)), random_weights(seed=n_head)
        by_hand = multi_head_attention(X, *weights, n_head, causal_mask(7) if masked else None)
        rows, theirs = torch.from_numpy(X)[None], torch_multihead(weights, n_head)
        later = torch.ones(7, 7, dtype=torch.bool).triu(1) if masked else None  # True: may not attend
        outputs = theirs(rows, rows, rows, attn_mask=later)[0][0].detach().numpy()
        heads = [torch.from_numpy(split_heads(X @ weight, n_head))[None] for weight in weights[:3]]
        fused = scaled_dot_product_attention(heads[0], heads[1], heads[2], is_causal=masked)
        memory = rng.normal(size=(5, 8))
        answer = torch.from_numpy(memory)[None]
        crossed = theirs(rows, answer, answer)[0][0].detach().numpy()
        for name, left, right in (
            ("torch.nn.MultiheadAttention", outputs, by_hand),
            ("scaled_dot_product_attention", join_heads(fused[0].numpy()) @ weights[3], by_hand),
            ("to a memory", crossed, multi_head_attention(X, *weights, n_head, memory=memory)),
        ):
            far[name] = max(far[name], float(np.abs(left - right).max()))
    return Evidence([close(name, gap, 0, 1e-12) for name, gap in far.items()], {"far": far})


@claim(
    r"Concatenating the heads and multiplying by $W_O$ is a *sum over heads*: "
    r"$\sum_h \operatorname{head}_h W_O^{(h)}$, with $W_O^{(h)}$ the rows of $W_O$ that head $h$ meets.",
    answers=("s4.1.8",),
)
def sum_of_heads() -> Evidence:
    """Add the heads' contributions by hand; prove it for two heads in symbols."""
    X, weights = np.random.default_rng(2).normal(size=(5, 8)), random_weights(seed=3)
    parts = [split_heads(X @ weight, 4) for weight in weights[:3]]
    contributions = [
        attention(q, k, v) @ block for q, k, v, block in zip(*parts, weights[3].reshape(4, 2, 8), strict=True)
    ]
    left, right = sympy.MatrixSymbol("H_1", 3, 2), sympy.MatrixSymbol("H_2", 3, 2)
    up, down = sympy.MatrixSymbol("W_1", 2, 4), sympy.MatrixSymbol("W_2", 2, 4)
    joined = (
        sympy.BlockMatrix([[left, right]]).as_explicit() * sympy.BlockMatrix([[up], [down]]).as_explicit()
    )
    added = left.as_explicit() * up.as_explicit() + right.as_explicit() * down.as_explicit()
    return Evidence(
        [
            close("by hand, four heads", sum(contributions), multi_head_attention(X, *weights, 4), 1e-14),
            equal("SymPy, two heads", (joined - added).expand(), sympy.zeros(3, 4)),
        ]
    )


def multiplications(seq_len: int, d_model: int, n_head: int) -> int:
    """Count the multiplications of a multi-head layer by running its loops on counted numbers."""
    X, weight = np.ones((seq_len, d_model)), np.ones((d_model, d_model))
    projection, _ = run_counted(matrix_product, X, weight)
    head = np.ones((seq_len, d_model // n_head))
    core, _ = run_counted(attention_core, head, head, head)
    return 4 * projection["multiplications"] + n_head * core["multiplications"]


def flops(layer: nn.Module, *inputs: torch.Tensor) -> int:
    """Return what Torch counts for a pass: two operations a multiplication, matrix products only."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        layer(*inputs)
    return int(counter.get_total_flops())


@claim(
    r"At one $d_\text{model}$ the number of heads changes neither the parameters, $4\,d_\text{model}^2$, "
    r"nor the multiplications, $4 T d_\text{model}^2 + 2 T^2 d_\text{model}$. What grows is the softmax's "
    r"part: $h\,T^2$ exponentials.",
    answers=("s3.7.2.a",),
)
def heads_are_free() -> Evidence:
    """Count by running loops on counting numbers, and by Torch's counter; 1, 2, 4 and 8 heads."""
    counted = [multiplications(6, 8, n_head) for n_head in (1, 2, 4, 8)]
    layers = [MultiHeadAttention(8, n_head, fused=False) for n_head in (1, 2, 4, 8)]
    by_torch = [flops(layer, torch.ones(1, 6, 8)) for layer in layers]
    parameters = [sum(weight.numel() for weight in layer.parameters()) for layer in layers]
    powers = [
        n_head * run_counted(attention_core, *[np.ones((6, 8 // n_head))] * 3)[0]["exponentials"]
        for n_head in (1, 2, 4, 8)
    ]
    formula = 4 * 6 * 8**2 + 2 * 6**2 * 8
    return Evidence(
        [
            equal("counting numbers", counted, [formula] * 4),
            equal("Torch's counter, halved", [count // 2 for count in by_torch], [formula] * 4),
            equal("parameters", parameters, [4 * 8**2] * 4),
            equal("exponentials", powers, [6**2 * n_head for n_head in (1, 2, 4, 8)]),
        ],
        {"multiplications": formula, "parameters": 256, "exponentials": powers},
    )


@claim(
    r"Narrow heads pay in rank: a head's scores $Q K^\top$ have rank at most $d_\text{head}$. One head of "
    r"width $4$ can make each of four tokens attend to itself with weight above $\tfrac{99}{100}$; of width "
    r"$1$ at most two tokens can prefer themselves: on a line every query points to one of the two ends.",
    answers=("s3.7.2.a",),
)
def rank_bottleneck() -> Evidence:
    """Measure ranks; attend to oneself with identity keys; for width 1, order keys on a line."""
    rng = np.random.default_rng(4)
    ranks = [
        int(np.linalg.matrix_rank(rng.normal(size=(8, d)) @ rng.normal(size=(d, 8)))) for d in (1, 2, 4, 8)
    ]
    eye = 4 * np.eye(4)
    wide = attention(eye, eye, np.eye(4)).diagonal().min()
    best = 0
    for _ in range(2000):
        scores = attention_scores(rng.normal(size=(4, 1)), rng.normal(size=(4, 1)))
        best = max(best, int((scores.argmax(axis=1) == np.arange(4)).sum()))
    values = [Fraction(n) for n in range(-2, 3)]
    exact = max(
        sum(q * k[i] > max(q * k[i - 1], q * k[i - 2]) for i, q in enumerate(queries))
        for queries, k in product(product(values, repeat=3), repeat=2)
    )
    return Evidence(
        [
            equal("NumPy, ranks at width 1, 2, 4, 8", ranks, [1, 2, 4, 8]),
            at_least("width 4, least weight on oneself", float(wide), 0.99),
            at_most("width 1, 2000 draws, most queries of four that prefer their own key", best, 2),
            equal("width 1, all fractions on a grid, most queries of three", exact, 2),
        ],
        {"wide": float(wide)},
    )


@claim(
    r"Multi-head attention is *not* one weighted average of the values: with one head an output lies in the "
    r"convex hull of the values, with two it can lie outside it.",
    answers=("s4.1.8",),
)
def not_one_average() -> Evidence:
    """Two tokens, two heads that look at different ones: the output is off the segment between the values."""
    values = np.array([[1.0, 1.0], [-1.0, -1.0]])
    Q = np.array([[30.0, -30.0]])
    K = np.array([[1.0, 1.0], [-1.0, -1.0]])
    heads = [attention(Q[:, h : h + 1], K[:, h : h + 1], values[:, h : h + 1])[0, 0] for h in (0, 1)]
    shares = np.linspace(0, 1, 1001)[:, None]
    segment = shares * values[0] + (1 - shares) * values[1]
    nearest = float(np.linalg.norm(segment - heads, axis=1).min())
    single = attention(Q[:, :1], K[:, :1], values)[0]
    q, k, v = (torch.from_numpy(rows).reshape(len(rows), 2, 1).transpose(0, 1) for rows in (Q, K, values))
    kernel = scaled_dot_product_attention(q, k, v).flatten().numpy()  # (n_head * d_head,)
    exact = sympy.Matrix([1, -1])
    line = sympy.Symbol("s", real=True) * sympy.Matrix([1, 1])
    distance = sympy.sqrt(sympy.minimum((exact - line).dot(exact - line), sympy.Symbol("s", real=True)))
    return Evidence(
        [
            close("by hand, distance from the segment", nearest, 2**0.5, 1e-6),
            close("Torch's kernel, the output", kernel, [1, -1], 1e-12),
            equal("SymPy, distance of (1, -1) from the line", distance, sympy.sqrt(2)),
            close("one head, on the segment", single[0] - single[1], 0, 1e-15),
        ],
        {"output": [float(h) for h in heads], "distance": nearest},
    )
