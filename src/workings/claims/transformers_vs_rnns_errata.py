"""What is wrong in the published answers on cost (document 003, problem 7.3)."""

from __future__ import annotations

import torch

from workings.claims import crossovers, decoding, encoder_reuse, layer_costs, masking
from workings.claims.claim import Evidence, erratum
from workings.claims.crossovers import M, N, cross_attention, k
from workings.claims.decoding import generation_cost
from workings.claims.encoder_reuse import DECODER, counted
from workings.claims.heads import flops
from workings.claims.witness import at_least, at_most, equal
from workings.models.heads import MultiHeadAttention


@erratum(
    r"$O(M^2 k + M k^2) = O(M^2 k)$: the $M^2 k$ term dominates because typically $M > k$.",
    truth=r"The orders are equal where $M$ grows at least as fast as $k$; in general it is $O(M k "
    r"\max(M, k))$. And $M > k$ does not make the $M^2$ terms the larger: with their factors they lead from "
    r"$M = 2k$ on, with the feed-forward layer from $6k$.",
    question="s3.7.3.a",
    corrected=crossovers.crossovers,
    certainty="arguable",
    reading="texts longer than the model is wide are meant, and bare terms without their factors",
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


def square_shares(tokens: int, width: int) -> tuple[float, float]:
    """Return the shares of encoder's and decoder's blocks that grow with the square of their tokens.

    Counted by Torch: at twice the tokens, what is more than double comes from products of two lengths.
    """
    single, double = (counted(n, n, width) for n in (tokens, 2 * tokens))
    encoder, decoder = ((two - 2 * one) / 2 / one for one, two in zip(single, double, strict=True))
    return encoder, decoder


@erratum(
    r"Typically $M > k$, and $M$ and $N$ are usually larger than $k$; so $M^2 k$ and $MNk$ dominate.",
    truth=r"Sentences, which the exercise translates, have tens of tokens, and the model of 2017 has $k = "
    r"512$. At 30 tokens the terms with two lengths are less than $2$ % of an encoder's block and of a "
    r"decoder's. Texts of thousands of tokens do pass $k$.",
    question="s3.7.3.a",
    corrected=crossovers.crossovers,
    certainty="arguable",
    reading="long texts are meant, or models a few dozen components wide",
)
def usually_longer_than_wide() -> Evidence:
    """Count blocks in Torch at 30 tokens and k = 512, and ask that the squares take half of the work."""
    encoder, decoder = square_shares(30, 512)
    return Evidence(
        [
            at_least("Torch's counter, encoder, share of M²", encoder, 0.5),
            at_least("Torch's counter, decoder, share of MN and N²", decoder, 0.5),
        ],
        {"encoder": encoder, "decoder": decoder},
    )


@erratum(
    r"$O(Nk^2 + Mk^2 + MNk) = O(MNk)$: the last term dominates since $M$ and $N$ are usually larger than "
    r"$k$.",
    truth=r"$MNk > (M + N)k^2$ needs $\tfrac{MN}{M+N} > k$, that is $M = N > 2k$ for equal lengths. For $M "
    r"= N = 100$, $k = 80$ both are larger than $k$, and the projections lead.",
    question="s3.7.3.b",
    corrected=crossovers.cross_attention_terms,
    certainty="arguable",
    reading="each term is compared with $MNk$ alone, and texts longer than the model is wide are meant",
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
    r"Under the decoder's mask each token can only attend to previous tokens.",
    truth=r"To previous tokens *and to itself*. A mask that leaves previous tokens alone empties the first "
    r"row: its softmax is $0/0$. The allowed pairs are $\tfrac12 N(N+1)$, not $\tfrac12 N(N-1)$.",
    question="s3.7.3.c",
    corrected=masking.no_future,
    certainty="arguable",
    reading="“previous” includes the token itself, which is known when it attends",
)
def only_previous_tokens() -> Evidence:
    """Read weights off Torch's causal kernel, and let a mask without the diagonal leave each row some."""
    zero, values = torch.zeros(1, 6, 4, dtype=torch.float64), torch.eye(6, dtype=torch.float64)[None]
    kernel = torch.nn.functional.scaled_dot_product_attention(zero, zero, values, is_causal=True)[0]
    strict = torch.zeros(6, 6, dtype=torch.float64).masked_fill(torch.ones(6, 6).triu() > 0, -torch.inf)
    rows = torch.softmax(strict, dim=-1).isfinite().all(dim=-1)
    return Evidence(
        [
            at_most("Torch's causal kernel, a token's weight on itself", kernel.diagonal().max().item(), 0),
            equal("Torch, strict mask, rows of six that are weights", int(rows.sum()), 6),
        ],
        {"rows": int(rows.sum())},
    )


@erratum(
    r"Another target sequence costs the decoder's self-attention and its attention to the encoder, $O(N^2 k) "
    r"+ O(MNk)$; with the constant $k$ left out, $O(N^2 + MN)$.",
    truth=r"The order holds for a fixed $k$ and growing lengths. The cost of a sentence lies in what is left "
    r"out, $Nk^2$, $Mk^2$ and the feed-forward layer: at $M = N = 30$ and $k = 512$ the terms that are kept "
    r"are less than $2$ % of the decoder's multiplications.",
    question="s3.7.4.b",
    corrected=encoder_reuse.projections_dominate,
    certainty="arguable",
    reading=r"$k$ is fixed and $M$ and $N$ grow without bound",
)
def square_terms_alone() -> Evidence:
    """Ask that the kept terms be half of the decoder's work, by formula and by Torch's counter."""
    kept = (2 * N**2 * k + 2 * M * N * k) / DECODER
    return Evidence(
        [
            at_least("by formula, M = N = 30, k = 512", float(kept.subs({M: 30, N: 30, k: 512})), 0.5),
            at_least("Torch's counter, the same", square_shares(30, 512)[1], 0.5),
        ],
        {"share": square_shares(30, 512)[1]},
    )
