"""What is wrong in the published answers on positions and heads (documents 003, 7.1 and 7.2; 004, 1.8)."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from workings.byhand.counting import attention_core, run_counted
from workings.byhand.heads import multi_head_attention
from workings.byhand.positions import pair_frequencies, sinusoidal_encoding
from workings.byhand.scaled_attention import attention, attention_weights
from workings.byhand.softmax import softmax_jacobian
from workings.claims import encodings, heads, other_encodings, positions, two_places
from workings.claims.claim import Evidence, erratum
from workings.claims.positions import last_row_gap, random_weights
from workings.claims.witness import at_least, at_most, close, equal
from workings.models.two_places import train_two_places


@erratum(
    r"Self-attention is permutation-invariant.",
    truth=r"It is permutation-*equivariant*: permute the tokens and the outputs are permuted likewise, so "
    r"the matrix of outputs changes. Invariant is one query's output when keys and values move together, or "
    r"a mean of all outputs.",
    question="s3.7.1.a",
    corrected=positions.equivariant,
)
def invariant_not_equivariant() -> Evidence:
    """Permute five tokens; compare the two matrices of outputs as they stand, by hand and in Torch."""
    X = np.random.default_rng(1).normal(size=(5, 8))
    order = np.array([3, 0, 4, 1, 2])
    plain, turned = (multi_head_attention(rows, *random_weights(), 2) for rows in (X, X[order]))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layer = nn.MultiheadAttention(8, 2, batch_first=True, dtype=torch.float64)
    rows = torch.from_numpy(X)[None]
    theirs = [layer(x, x, x)[0].detach().numpy() for x in (rows, rows[:, order])]
    return Evidence(
        [
            close("by hand, f(permuted) is f", turned, plain, 1e-9),
            close("Torch, f(permuted) is f", theirs[1], theirs[0], 1e-9),
        ],
        {"by_hand": float(np.abs(turned - plain).max())},
    )


@erratum(
    r"A transformer has no built-in sense of word order, because it lacks recurrence and convolution.",
    truth=r"So it is for an encoder. A decoder's causal mask is a sense of order: from two layers on, the "
    r"last token's output depends on the order of those before it, with no encoding added.",
    question="s3.7.1.a",
    corrected=positions.causal_mask_sees_order,
    certainty="arguable",
    reading="attention without a mask is meant, as in an encoder",
)
def no_sense_of_order() -> Evidence:
    """Permute the tokens before the last, through two causal layers without encodings."""
    X, layers = np.random.default_rng(3).normal(size=(6, 8)), [random_weights(seed=seed) for seed in (5, 6)]
    orders = [np.array([4, 2, 0, 3, 1, 5]), np.array([1, 0, 2, 3, 4, 5])]
    gaps = [last_row_gap(X, layers, order) for order in orders]
    return Evidence(
        [
            close("shuffled, change of the last output", gaps[0], 0, 1e-9),
            close("first two swapped, change of the last output", gaps[1], 0, 1e-9),
        ],
        {"shuffled": gaps[0], "swapped": gaps[1]},
    )


@erratum(
    r"Positions are crucial for capturing long-range dependencies.",
    truth=r"Range is not what positions add. A query finds a key that matches by content at any distance "
    r"without them. They are needed where the dependency is *defined* by order or distance (the previous "
    r"token, the third word).",
    question="s3.7.1.a",
    corrected=positions.content_needs_no_positions,
    certainty="arguable",
    reading="dependencies that are defined by order or distance are meant",
)
def positions_for_long_range() -> Evidence:
    """Ask for a value 9999 tokens away, without positions: the statement needs it to be out of reach."""
    K = np.tile([[0.0, 8.0]], (10_000, 1))
    K[0] = [8.0, 0.0]
    values = (np.arange(10_000) == 0).astype(float)[:, None]
    far = float(attention([[8.0, 0.0]], K, values)[0, 0])
    return Evidence([at_most("weight on a match 9999 tokens away", far, 0.5)], {"far": far})


@erratum(
    r"In $\sin(pos / 10000^{2i/d})$ at component $2i$ and $\cos$ at $2i + 1$, $i$ is the dimension index "
    r"and $d$ the embedding dimension.",
    truth=r"$i$ counts *pairs* of components, $0$ to $d/2 - 1$. Were it the component, the formulas would "
    r"fill components up to $2d - 1$ of $d$; and a program that puts the component into the exponent gets "
    r"frequencies down to $10000^{-2(d-1)/d}$.",
    question="s3.7.1.b",
    corrected=encodings.sinusoids,
    certainty="arguable",
    reading="the index of a pair is meant; the paper, too, writes only that $i$ is the dimension",
)
def i_is_the_dimension() -> Evidence:
    """Run the formulas for d = 8 with i over the eight dimensions: count components, compare frequencies."""
    d = 8
    filled = {component for i in range(d) for component in (2 * i, 2 * i + 1)}
    misread = np.array([10_000.0 ** (-2 * i / d) for i in range(d)])
    table = np.array(
        [[np.sin(t * w) if i % 2 == 0 else np.cos(t * w) for i, w in enumerate(misread)] for t in range(4)]
    )
    return Evidence(
        [
            equal("components that the formulas fill", len(filled), d),
            close(
                "the component in the exponent, against the encoding", table, sinusoidal_encoding(4, d), 1e-9
            ),
        ],
        {
            "filled": len(filled),
            "misread_last": float(misread[-1]),
            "true_last": float(pair_frequencies(d)[-1]),
        },
    )


@erratum(
    r"The encodings are added directly to the token embeddings before these enter the transformer.",
    truth=r"In the model that introduced them embeddings are multiplied by $\sqrt{d_\text{model}}$ first "
    r"(Vaswani et al. 2017, section 3.4) and the sum goes through dropout (section 5.4). Added directly to "
    r"embeddings of norm about $1$, an encoding of norm $\sqrt{d/2}$ drowns the token.",
    question="s3.7.1.b",
    corrected=other_encodings.embeddings_are_scaled,
    certainty="arguable",
    reading="embeddings are drawn large enough (variance 1 a component), or the factor counts as theirs",
)
def added_directly() -> Evidence:
    """Two tokens at one place, unscaled, against one token at two: the place must not outweigh the token."""
    rng = np.random.default_rng(6)
    tokens = rng.normal(0, 512**-0.5, (1000, 512))
    share = float(np.linalg.norm(tokens, axis=1).mean() / np.linalg.norm(sinusoidal_encoding(2, 512)[1]))
    first, other = tokens[:500], tokens[500:]
    P = sinusoidal_encoding(2, 512)[1]
    alike = float(((first + P) * (other + P)).sum(axis=1).mean() / ((first + P) ** 2).sum(axis=1).mean())
    return Evidence(
        [
            at_least("norm of a token over norm of its encoding", share, 0.5),
            at_most("cosine of two different tokens at one place", alike, 0.5),
        ],
        {"share": share, "cosine": alike},
    )


@erratum(
    r"Each head learns a different type of dependency; this prevents over-reliance on a single attention "
    r"pattern.",
    truth=r"Nothing makes heads differ but their random start: heads that start alike get equal gradients "
    r"and stay alike, with one pattern between them. Heads *can* differ, and often do; many trained heads "
    r"can be removed with little loss (Michel et al. 2019).",
    question="s3.7.2.a",
    corrected=two_places.twins_stay_twins,
)
def heads_must_differ() -> Evidence:
    """Train two heads from one start: their patterns would have to part."""
    run = train_two_places(2, 0, twins=True)
    apart = float(np.abs(np.array(run.look[0]) - run.look[1]).max())
    return Evidence([at_least("largest difference between the two patterns", apart, 0.01)], {"apart": apart})


@erratum(
    r"An advantage of several heads is parallel computation: unlike recurrent networks, self-attention "
    r"computes in parallel.",
    truth=r"One head computes in parallel too. At one $d_\text{model}$ the longest chain of operations of "
    r"one wide head and of eight narrow ones differs by the sum over the shorter dot product, $\log_2 8 = "
    r"3$ steps; the multiplications are the same.",
    question="s3.7.2.a",
    corrected=heads.heads_are_free,
    certainty="arguable",
    reading="self-attention with any number of heads is compared with recurrence",
)
def parallel_because_of_heads() -> Evidence:
    """Count the longest chain for one head at two lengths: the reason needs a step a token."""
    depths = {(T, w): run_counted(attention_core, *[np.ones((T, w))] * 3)[1] for T in (8, 32) for w in (1, 8)}
    return Evidence(
        [
            at_least(
                "one head, steps more from 8 tokens to 32, a step a token", depths[32, 8] - depths[8, 8], 24
            ),
            at_least("one head deeper than eight, by the tokens", depths[32, 8] - depths[32, 1], 32),
        ],
        {"one_8": depths[8, 8], "one_32": depths[32, 8], "eight_32": depths[32, 1]},
    )


@erratum(
    r"Several heads improve representation: more types of dependency than one head can hold.",
    truth=r"At one $d_\text{model}$, more heads are narrower heads, and each loses rank: width $4$ lets "
    r"four tokens each attend to themselves, four heads of width $1$ cannot make one such pattern.",
    question="s3.7.2.a",
    corrected=heads.rank_bottleneck,
    certainty="arguable",
    reading="heads are added at a fixed width, or the task needs several patterns at once",
)
def more_heads_more_power() -> Evidence:
    """Look for a head of width 1 that makes each of four tokens prefer itself, in 4000 draws."""
    rng = np.random.default_rng(7)
    best = max(
        int(
            (
                attention_weights(rng.normal(size=(4, 1)), rng.normal(size=(4, 1))).argmax(axis=1) == range(4)
            ).sum()
        )
        for _ in range(4000)
    )
    return Evidence([at_least("queries of four that prefer their own key, width 1", best, 4)], {"best": best})


@erratum(
    r"Multi-head attention scales the scores by the square root of the keys' dimension, which stabilises "
    r"training and prevents vanishing gradients.",
    truth=r"It *divides* by $\sqrt{d_k}$. Multiplied by it, the weights saturate and the gradient through "
    r"the softmax vanishes.",
    question="s4.1.8",
    corrected=heads.equals_torch,
    certainty="arguable",
    reading="to scale by a number is to divide by it here",
)
def multiplied_by_root() -> Evidence:
    """Multiply the scores of 200 random queries by the root of d_k = 64 and weigh the softmax's Jacobian."""
    rng = np.random.default_rng(8)
    norms: dict[float, list[float]] = {8.0: [], 1 / 8: []}
    for _ in range(200):
        q, K = rng.normal(size=(1, 64)), rng.normal(size=(10, 64))
        for scale, kept in norms.items():
            kept.append(float(np.linalg.norm(softmax_jacobian(attention_weights(q, K, scale=scale)[0]))))
    multiplied, divided = (float(np.median(norms[scale])) for scale in (8.0, 1 / 8))
    return Evidence(
        [at_least("norm of the Jacobian, multiplied over divided", multiplied / divided, 1)],
        {"multiplied": multiplied, "divided": divided},
    )
