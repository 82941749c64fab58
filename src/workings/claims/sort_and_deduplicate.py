"""The exam's decoder, step by step: its attention matrix, its logits, its losses on two choices of rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import numpy as np
import sympy
import torch
from torch.nn.functional import cross_entropy, scaled_dot_product_attention

from workings.byhand.sort_and_deduplicate import decoder_logits, decoder_weights, token_losses
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal
from workings.data.sort_and_deduplicate import START, STOP, TOKENS, W_O, E, W
from workings.models.one_layer_decoder import OneLayerDecoder, next_token_loss

HEAD = (W, W, W)
TARGETS = TOKENS[4:]  # A D STOP
RIGHT, PUBLISHED = slice(3, 6), slice(4, 7)  # rows 4 to 6, and rows 5 to 7, counted from 1
PICKED = {0: (0, 3), 1: (1, 2), 2: (2, 1), 3: (3, 0), START: (0, 0), STOP: (0, 0)}  # rows of W

Pair = tuple[Fraction, Fraction]


def counted(tokens: Sequence[int] = TOKENS) -> tuple[list[list[Fraction]], list[Pair]]:
    """Return the argmax weights and the mixed values as fractions, by comparing and counting tokens."""
    weights, mixed = [], []
    for place, asking in enumerate(tokens):
        scores = [PICKED[asking][0] * PICKED[t][0] + PICKED[asking][1] * PICKED[t][1] for t in tokens]
        seen = scores[: place + 1]
        winners = [j for j, score in enumerate(seen) if score == max(seen)]
        weights.append([Fraction(int(j in winners), len(winners)) for j in range(len(tokens))])
        total = [sum(PICKED[tokens[j]][c] for j in winners) for c in (0, 1)]
        mixed.append((Fraction(total[0], len(winners)), Fraction(total[1], len(winners))))
    return weights, mixed


def written(pair: Pair, heads: int = 1) -> list[Fraction]:
    """Return the six logits of (a, b): (b, a, b, a, 0, 0) by W_O, (a, b, a, b, 0, 0) by two heads and I_4."""
    a, b = pair
    return [b, a, b, a, Fraction(0), Fraction(0)] if heads == 1 else [a, b, a, b, Fraction(0), Fraction(0)]


def exact_losses(rows: slice, heads: int = 1) -> list[sympy.Expr]:
    """Return the losses of A, D and STOP from the given rows, in exact terms."""
    losses = []
    for pair, target in zip(counted()[1][rows], TARGETS, strict=True):
        logits = [sympy.Rational(z.numerator, z.denominator) for z in written(pair, heads)]
        losses.append(sympy.log(sum(sympy.exp(z) for z in logits)) - logits[target])
    return losses


def by_hand(rows: slice, heads: int = 1) -> np.ndarray:
    """Return the three losses by the by-hand functions; two heads come with the identity for W_O."""
    logits = decoder_logits(TOKENS, E, [HEAD] * heads, W_O if heads == 1 else np.eye(4), temperature=0)
    return token_losses(logits[rows], TARGETS)


def torch_logits(heads: int = 1, temperature: float = 1e-3) -> torch.Tensor:
    """Return the logits (7, 6) of Torch's fused kernel at a temperature where nothing but argmax is left."""
    stacked = np.stack([W] * heads)  # (n_head, 4, 2)
    mixing = W_O if heads == 1 else np.eye(4)
    with torch.no_grad():
        decoder = OneLayerDecoder(E, stacked, stacked, stacked, mixing, temperature)
        return decoder(torch.tensor([TOKENS]))[0]  # type: ignore[no-any-return]


def numbers(losses: np.ndarray) -> dict[str, object]:
    """Return losses, probabilities, sum and mean, for pages to quote."""
    return {
        "losses": losses.tolist(),
        "probabilities": np.exp(-losses).tolist(),
        "sum": float(losses.sum()),
        "mean": float(losses.mean()),
    }


def fractions(
    rows: Sequence[Sequence[Fraction]], strut: str = r"\rule[-0.5em]{0pt}{1.6em}"
) -> list[list[str]]:
    """Write a matrix of fractions in TeX; the strut keeps rows of them apart."""
    return [
        [str(x) if x.denominator == 1 else rf"{strut}\tfrac{{{x.numerator}}}{{{x.denominator}}}" for x in row]
        for row in rows
    ]


@claim(
    r"Under causal argmax attention the seven rows of $P$ share their weight evenly among 1, 1, 2, 4, 3, 2 "
    r"and 7 keys: A and D attend to their own copies so far, START and STOP to everything so far.",
    answers=("s4.3.2.2",),
)
def attention_matrix() -> Evidence:
    """Compare counting in fractions with the weights by hand, Torch's kernel near T = 0, SymPy's limit."""
    weights = decoder_weights(TOKENS, E, W, W, temperature=0)
    exact, _ = counted()
    floats = np.array(exact, dtype=np.float64)
    X, Q = E[list(TOKENS)], E[list(TOKENS)] @ W  # (7, 4), (7, 2)
    q = torch.from_numpy(Q)[None]  # (1, 7, 2), the keys too
    kernel = scaled_dot_product_attention(q, q, torch.eye(7).double()[None], is_causal=True, scale=1e3)
    t = sympy.Symbol("t", positive=True)
    powers = [sympy.exp(s / t) for s in (0, 9, 9, 0, 9)]  # the scores of row 5
    limits = [sympy.limit(power / sum(powers), t, 0, "+") for power in powers]
    return Evidence(
        [
            equal("counting in fractions: keys that share", [sum(map(bool, r)) for r in exact], SHARED),
            close("by hand", weights, floats, 0),
            close("Torch, fused kernel at T = 1/1000", kernel[0].numpy(), floats, 1e-15),
            equal("SymPy, limit of row 5", limits, [0, *[sympy.Rational(1, 3)] * 2, 0, sympy.Rational(1, 3)]),
        ],
        {
            "E": E.tolist(),
            "W": W.tolist(),
            "W_O": W_O.tolist(),
            "X": X.tolist(),
            "Q": Q.tolist(),
            "K_transposed": Q.T.tolist(),
            "scores": (Q @ Q.T).tolist(),
            "P": fractions(exact),
        },
    )


SHARED = [1, 1, 2, 4, 3, 2, 7]


@claim(
    r"The mixed values $Z = PV$ of the rows that predict, 4 to 6, are $(\tfrac34, \tfrac32)$, $(0, 3)$ and "
    r"$(3, 0)$; their logits are $(\tfrac32, \tfrac34, \tfrac32, \tfrac34, 0, 0)$, $(3, 0, 3, 0, 0, 0)$ and "
    r"$(0, 3, 0, 3, 0, 0)$. Row 7 has $(\tfrac67, \tfrac97)$ and $(\tfrac97, \tfrac67, \tfrac97, \tfrac67, "
    r"0, 0)$.",
    answers=("s4.3.2.3",),
)
def logits() -> Evidence:
    """Compare counting in fractions with the by-hand logits and Torch's."""
    _, mixed = counted()
    rows = [written(pair) for pair in mixed]
    f = Fraction
    expected = [(f(3, 4), f(3, 2)), (f(0), f(3)), (f(3), f(0)), (f(6, 7), f(9, 7))]
    floats = np.array(rows, dtype=np.float64)
    byhand = decoder_logits(TOKENS, E, [HEAD], W_O, temperature=0)
    return Evidence(
        [
            equal("counting in fractions, rows 4 to 7", mixed[3:], expected),
            close("by hand, all logits", byhand, floats, 1e-15),
            close("Torch, all logits", torch_logits().numpy(), floats, 1e-15),
        ],
        {
            "Z": fractions(mixed),
            "R": fractions([row[:4] for row in rows]),
            "logits": fractions(rows),
        },
    )


@claim(
    r"The cross-entropy of A, D, STOP, each predicted by the row before it (rows 4, 5, 6), sums to "
    r"$\log(2e^{3/2} + 2e^{3/4} + 2) - \tfrac32 + 2\log(2e^3 + 4)$.",
    answers=("s4.3.2.3",),
)
def loss() -> Evidence:
    """Compare the closed form with SymPy over counted fractions, the by-hand loss and Torch's."""
    losses = by_hand(RIGHT)
    e = sympy.E
    first = sympy.log(2 * e ** sympy.Rational(3, 2) + 2 * e ** sympy.Rational(3, 4) + 2)
    closed = first - sympy.Rational(3, 2) + 2 * sympy.log(2 * e**3 + 4)
    by_torch = next_token_loss(torch_logits(), TOKENS, start=3)
    return Evidence(
        [
            equal("SymPy over counted fractions", sympy.expand(sum(exact_losses(RIGHT)) - closed), 0),
            close("by hand", float(losses.sum()), float(closed), 1e-12),
            close("Torch, cross_entropy", float(by_torch), float(closed), 1e-12),
        ],
        numbers(losses),
    )


@claim(
    r"On rows 5, 6, 7, each of which already holds the token that it is asked for, the same three terms sum "
    r"to $2(\log(2e^3 + 4) - 3) + \log(2e^{9/7} + 2e^{6/7} + 2)$: the published arithmetic is right for "
    r"these rows."
)
def loss_of_published_rows() -> Evidence:
    """Compare the closed form with SymPy over counted fractions, the by-hand loss and Torch's."""
    losses = by_hand(PUBLISHED)
    e = sympy.E
    last = sympy.log(2 * e ** sympy.Rational(9, 7) + 2 * e ** sympy.Rational(6, 7) + 2)
    closed = 2 * (sympy.log(2 * e**3 + 4) - 3) + last
    by_torch = cross_entropy(torch_logits()[PUBLISHED], torch.tensor(TARGETS), reduction="sum")
    return Evidence(
        [
            equal("SymPy over counted fractions", sympy.expand(sum(exact_losses(PUBLISHED)) - closed), 0),
            close("by hand", float(losses.sum()), float(closed), 1e-12),
            close("Torch, cross_entropy", float(by_torch), float(closed), 1e-12),
        ],
        numbers(losses),
    )


def total_probability(rows: slice) -> float:
    """Sum, over all 216 outputs of three tokens, the product of their three probabilities."""
    total = 0.0
    for output in product(range(6), repeat=3):
        text = (*TOKENS[:4], *output)
        total += np.exp(-token_losses(decoder_logits(text, E, [HEAD], W_O, 0)[rows], output).sum())
    return float(total)


@claim(
    r"Read from rows 4, 5, 6, the probabilities of all $6^3$ outputs of three tokens sum to 1. Read from "
    r"rows 5, 6, 7 they sum to more than $\tfrac43$: that is no distribution, so the number made from it is "
    r"no cross-entropy.",
    answers=("s4.3.2.3",),
)
def rows_that_predict() -> Evidence:
    """Sum over all outputs by hand and in one Torch batch; let the target vary and count what changes."""
    outputs = torch.tensor(list(product(range(6), repeat=3)))  # (216, 3)
    texts = torch.cat([torch.tensor(TOKENS[:4]).expand(216, 4), outputs], dim=1)  # (216, 7)
    with torch.no_grad():
        predicted = OneLayerDecoder(E, W, W, W, W_O, 1e-3)(texts).log_softmax(dim=-1)  # (216, 7, 6)
    sums = {
        name: float(predicted[:, rows].gather(2, outputs[..., None]).sum(dim=(1, 2)).exp().sum())
        for name, rows in (("right", RIGHT), ("published", PUBLISHED))
    }
    other = [written(counted((*TOKENS[:4], token))[1][3]) for token in range(6)]
    same = [written(counted((*TOKENS[:4], token))[1][4]) for token in range(6)]
    published = total_probability(PUBLISHED)
    return Evidence(
        [
            close("by hand, rows 4 to 6", total_probability(RIGHT), 1, 1e-12),
            close("Torch, rows 4 to 6", sums["right"], 1, 1e-12),
            at_least("by hand, rows 5 to 7", published, 4 / 3),
            close("Torch, rows 5 to 7 as by hand", sums["published"], published, 1e-12),
            equal("counting: kinds of row 4 as token 5 varies", len(set(map(tuple, other))), 1),
            equal("counting: kinds of row 5 as token 5 varies", len(set(map(tuple, same))), 3),
        ],
        {"right": sums["right"], "published": published},
    )
