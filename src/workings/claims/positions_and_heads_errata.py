"""What is wrong in the published answers on positions and heads (document 003, 7.1 and 7.2)."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from workings.byhand.counting import attention_core, run_counted
from workings.byhand.heads import multi_head_attention
from workings.byhand.positions import sinusoidal_encoding
from workings.byhand.scaled_attention import attention
from workings.claims import encodings, heads, positions, two_places
from workings.claims.claim import Evidence, erratum
from workings.claims.encodings import by_exp_log
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
    certainty="arguable",
    reading="each token's own output is meant, which stays when the tokens around it change places",
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
    r"In $PE_{(pos, 2i)} = \sin(pos / 10000^{2i/d})$ and $PE_{(pos, 2i+1)} = \cos(pos / 10000^{2i/d})$, $i$ "
    r"is the index of the dimension.",
    truth=r"$i$ counts *pairs* of components, $0, \dots, d/2 - 1$. If it ran over all $d$ dimensions, the "
    r"indices $2i$ and $2i + 1$ would run to $2d - 1$; put a component's own number for $i$ in the exponent, "
    r"and the frequencies are others: at $d = 4$, position 1, the third component is $\sin 10^{-4}$ in place "
    r"of $\sin 10^{-2}$.",
    question="s3.7.1.b",
    corrected=encodings.sinusoids,
)
def index_of_the_dimension() -> Evidence:
    """Let i run over four dimensions and list what is filled; put a component's number in the exponent."""
    d = 4
    filled = sorted({place for i in range(d) for place in (2 * i, 2 * i + 1)})
    own = np.array([(np.sin, np.cos)[j % 2](1 / 10_000 ** (2 * j / d)) for j in range(d)])
    return Evidence(
        [
            equal("counting, components that are filled", filled, list(range(d))),
            close("by hand, a component's number in the exponent", own, sinusoidal_encoding(2, d)[1], 1e-9),
            close("the same against Torch's exp-log form", own, by_exp_log(2, d)[1], 1e-9),
        ],
        {"filled": filled[-1]},
    )


@erratum(
    r"Each head learns a different type of dependency; this prevents over-reliance on a single attention "
    r"pattern.",
    truth=r"Nothing makes heads differ but their random start: heads that start alike get equal gradients "
    r"and stay alike, with one pattern between them. Heads *can* differ, and often do; many trained heads "
    r"can be removed with little loss (Michel et al. 2019).",
    question="s3.7.2.a",
    corrected=two_places.twins_stay_twins,
    certainty="arguable",
    reading="heads start at random, and what is meant is what they may learn",
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
