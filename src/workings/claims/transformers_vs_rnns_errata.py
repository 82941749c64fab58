"""What is wrong in the published answers on cost (document 003, problem 7.3)."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch import nn

from workings.byhand.scaled_attention import causal_mask
from workings.claims import crossovers, decoding, layer_costs, masking
from workings.claims.claim import Evidence, erratum
from workings.claims.crossovers import M, N, cross_attention, k
from workings.claims.decoding import generation_cost
from workings.claims.heads import flops
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.heads import MultiHeadAttention


@erratum(
    r"$O(M^2 k + M k^2) = O(M^2 k)$.",
    truth=r"Only where $M$ grows at least as fast as $k$. For $M$ fixed and $k \to \infty$ the sum is not "
    r"$O(M^2 k)$; in general it is $O(M k \max(M, k))$.",
    question="s3.7.3.a",
    corrected=crossovers.both_terms_stay,
)
def drops_the_projections() -> Evidence:
    """Bound the ratio of the two by a constant, in symbols and on counts of Torch: it is not bounded."""
    ratio = ((M**2 * k + M * k**2) / (M**2 * k)).subs(M, 10)
    counts = []
    for width in (16, 256, 4096):
        layer = MultiHeadAttention(width, 1, fused=False, device="meta")
        total = flops(layer, torch.empty(1, 10, width, device="meta")) // 2
        counts.append(total / (total - 4 * 10 * width**2))
    return Evidence(
        [
            equal(
                "SymPy, limit of the ratio at M = 10 is finite",
                sympy.limit(ratio, k, sympy.oo).is_finite,
                True,
            ),
            at_most("Torch's counter, all over core at k = 4096, as at k = 16", counts[2], 2 * counts[0]),
        ],
        {"ratios": counts},
    )


@erratum(
    r"The $M^2 k$ term dominates because typically $M > k$.",
    truth=r"$M > k$ is not enough: three projections of $M k^2$ lead up to $M = 3k$, with the output's and "
    r"both products counted up to $2k$, with the feed-forward layer up to $6k$. Nor is it typical: a "
    r"sentence of 30 tokens in a model of width 512 spends about $1$ % on the $M^2$ terms.",
    question="s3.7.3.a",
    corrected=crossovers.crossovers,
)
def m_above_k_is_enough() -> Evidence:
    """Count at M = k + 1, where the statement says that scores lead."""
    core, projected = layer_costs.attention(9, 8)[0], layer_costs.projections(9, 8)[0]
    layer = MultiHeadAttention(64, 1, fused=False, device="meta")
    total = flops(layer, torch.empty(1, 65, 64, device="meta")) // 2
    linear = 4 * flops(layer.query, torch.empty(1, 65, 64, device="meta")) // 2
    return Evidence(
        [
            at_least(
                "counting numbers, M = 9, k = 8: core over projections",
                core["multiplications"] / projected["multiplications"],
                1,
            ),
            at_least("Torch's counter, M = 65, k = 64: core over projections", (total - linear) / linear, 1),
        ],
        {"core": core["multiplications"], "projections": projected["multiplications"]},
    )


@erratum(
    r"$O(Nk^2 + Mk^2 + MNk) = O(MNk)$: the last term dominates since $M$ and $N$ are usually larger than "
    r"$k$.",
    truth=r"$MNk > (M + N)k^2$ needs $\tfrac{MN}{M+N} > k$, that is $M = N > 2k$ for equal lengths. For $M "
    r"= N = 100$, $k = 80$ both are larger than $k$, and the projections lead.",
    question="s3.7.3.b",
    corrected=crossovers.cross_attention_terms,
)
def cross_term_leads() -> Evidence:
    """Count at M = N = 100, k = 80, in Torch, and evaluate the published terms."""
    projected, core = cross_attention(100, 100, 80)
    terms = {M: 100, N: 100, k: 80}
    return Evidence(
        [
            at_least("Torch's counter, core over projections", core / projected, 1),
            at_least(
                "published terms, MNk over Nk² + Mk²",
                float((M * N * k / (N * k**2 + M * k**2)).subs(terms)),
                1,
            ),
        ],
        {"core": core, "projections": projected, "ratio": core / projected},
    )


@erratum(
    r"Decoder self-attention, over all tokens generated so far, costs $O(N^2 k)$ in all.",
    truth=r"With a key-value cache, or in training, and besides $O(Nk^2)$. A decoder that generates and "
    r"runs the whole text again at each step spends $\tfrac13 N(N+1)(2N+1)k$ on it: $O(N^3 k)$.",
    question="s3.7.3.c",
    corrected=decoding.what_the_cache_saves,
    certainty="arguable",
    reading="keys and values are kept, or the pass is one of training",
)
def needs_a_cache() -> Evidence:
    """Count generation without a cache at 8 and 16 tokens: doubling N would multiply a square by 4."""
    width = 1
    counts = {n: generation_cost(n, width, cached=False) - 2 * n * (n + 1) * width**2 for n in (8, 16, 32)}
    layer = MultiHeadAttention(1, 1, causal=True, fused=False, device="meta")
    by_torch = {
        n: sum(flops(layer, torch.empty(1, t, 1, device="meta")) // 2 - 4 * t for t in range(1, n + 1))
        for n in (32, 64)
    }
    return Evidence(
        [
            at_most("counting numbers, growth from 16 tokens to 32", counts[32] / counts[16], 4.5),
            at_most("Torch's counter, growth from 32 tokens to 64", by_torch[64] / by_torch[32], 4.5),
        ],
        {"growth": counts[32] / counts[16]},
    )


@erratum(
    r"In decoder self-attention a score is needed for every pair of tokens of the output.",
    truth=r"For every pair of a token and one not after it: $\tfrac12 N(N+1)$ of the $N^2$. Computing all "
    r"is a choice of the kernel, half of whose work is masked away; the order stays $O(N^2 k)$.",
    question="s3.7.3.c",
    corrected=crossovers.causal_half,
    certainty="arguable",
    reading="a kernel that computes the full matrix is meant, or the count is up to a factor",
)
def every_pair() -> Evidence:
    """Count the pairs that may attend; spoil the scores of the others and compare outputs."""
    needed = int(causal_mask(8).sum())
    generator = torch.Generator().manual_seed(1)
    Q, K, V = (torch.randn(8, 4, generator=generator, dtype=torch.float64) for _ in range(3))
    later = torch.ones(8, 8, dtype=torch.bool).triu(1)
    spoiled = (Q @ K.T / 2).masked_fill(later, 1e6).masked_fill(later, -torch.inf)  # never looked at
    reference = nn.functional.scaled_dot_product_attention(Q, K, V, is_causal=True)
    gap = (torch.softmax(spoiled, dim=-1) @ V - reference).abs().max().item()
    return Evidence(
        [
            equal("pairs that may attend", needed, 64),
            at_least("change of the outputs when the other scores are spoiled", gap, 1e-6),
        ],
        {"needed": needed},
    )


@erratum(
    r"Under the mask of the decoder's self-attention each token can attend to previous tokens only.",
    truth=r"To previous tokens *and itself*. A mask that lets a token see only earlier ones leaves the "
    r"first with no key, and its softmax has nothing to divide by.",
    question="s3.7.3.c",
    corrected=masking.no_future,
    certainty="arguable",
    reading="each token counts among its own predecessors",
)
def previous_only() -> Evidence:
    """Mask the diagonal as well, and ask that every row of weights sum to one."""
    allowed = torch.from_numpy(causal_mask(4) & ~np.eye(4, dtype=bool))
    weights = nn.functional.scaled_dot_product_attention(
        torch.ones(4, 2), torch.ones(4, 2), torch.eye(4), attn_mask=allowed
    )
    sums = weights.sum(dim=1).nan_to_num(0.0).numpy()
    return Evidence([close("row sums of the weights", sums, np.ones(4), 1e-6)], {"sums": sums.tolist()})
