"""Windows and pairs at the ends of a text, and the worked example: five words, six tokens, one matrix."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import sympy
import torch

from workings.byhand.softmax import softmax
from workings.byhand.word2vec import (
    naive_loss,
    pair_counts,
    skip_gram_pairs,
    skip_gram_probabilities,
    window,
)
from workings.claims.claim import Evidence, claim
from workings.claims.witness import close, equal
from workings.data.skip_gram_example import TEXT, TOKENS, WORDS, M, W

CENTRE = 2  # position of the third token, and, by chance, the id of its word, c
T = len(TEXT)


@claim(
    r"In the text a e c b d c, the window of size 2 around the third token holds a, e, b and d: every word "
    r"of the vocabulary but c. The window around the last token holds only b and d, for the text ends.",
    answers=("s0.1.1",),
)
def windows() -> Evidence:
    """Cut by hand, mask a matrix of distances, and slide over a padded text in Torch."""
    by_hand = [[TEXT[s] for s in window(t, T, M)] for t in range(T)]
    apart = np.abs(np.subtract.outer(np.arange(T), np.arange(T)))  # (T, T)
    masked = [[TEXT[s] for s in np.flatnonzero((row > 0) & (row <= M))] for row in apart]
    padded = torch.nn.functional.pad(torch.tensor(TOKENS), (M, M), value=-1)  # (T + 2m,)
    slid = padded.unfold(0, 2 * M + 1, 1).tolist()  # (T, 2m + 1)
    cut = [[WORDS[one] for s, one in enumerate(row) if s != M and one >= 0] for row in slid]
    return Evidence(
        [
            equal("by hand, the third token", by_hand[CENTRE], ["a", "e", "b", "d"]),
            equal("by hand, the last token", by_hand[-1], ["b", "d"]),
            equal("distances, all windows", masked, by_hand),
            equal("Torch, a padded text unfolded, all windows", cut, by_hand),
        ],
        {"third": ", ".join(by_hand[CENTRE]), "sizes": [len(one) for one in by_hand]},
    )


@claim(
    r"A text of $T$ tokens has $2wT - w(w+1)$ pairs, $w = \min(m, T - 1)$: here $24 - 6 = 18$. The double "
    r"sum of the loss, read literally, has $2mT = 24$ terms; six of them name tokens that do not exist.",
    answers=("s0.1.1",),
)
def pair_total() -> Evidence:
    """Enumerate pairs of texts of many lengths, and sum the cut-off terms in SymPy."""
    t, m = sympy.symbols("T m", positive=True, integer=True)
    j = sympy.Symbol("j", integer=True)
    symbolic = sympy.expand(2 * sympy.summation(t - j, (j, 1, m)))
    gaps = []
    for length in range(1, 12):
        for reach in range(1, 15):
            w = min(reach, length - 1)
            found = len(skip_gram_pairs(np.zeros(length, dtype=int), reach, 1))
            gaps.append(found - (2 * w * length - w * (w + 1)))
    outside = sum(not 0 <= s + j < T for s in range(T) for j in range(-M, M + 1) if j != 0)
    return Evidence(
        [
            equal("SymPy, summed over distances", sympy.expand(2 * m * t - m * (m + 1) - symbolic), 0),
            equal("by hand, 154 texts enumerated", gaps, [0] * len(gaps)),
            equal("by hand, pairs here", len(skip_gram_pairs(TOKENS, M, 5)), 18),
            equal("counting, terms outside the text", outside, 6),
        ],
        {"pairs": 18, "printed_terms": 2 * M * T, "outside": outside},
    )


def exact_probabilities() -> sympy.Matrix:
    """Return P(j | i) for the five words in powers of e."""
    vectors = sympy.Matrix(W.astype(int))
    powers = (vectors * vectors.T).applyfunc(sympy.exp)  # (n, n)
    return sympy.Matrix(5, 5, lambda i, j: powers[i, j] / sum(powers[i, :]))


@claim(
    r"With the shared weights, c has the scores $-1, 0, 3, -3, 1$ with a, b, c, d, e, and $Z = e^3 + e + 1 + "
    r"e^{-1} + e^{-3}$. So $P(\text{a} \mid \text{c}) = e^{-1}/Z$, $P(\text{e} \mid \text{c}) = e/Z$, "
    r"$P(\text{b} \mid \text{c}) = 1/Z$ and $P(\text{d} \mid \text{c}) = e^{-3}/Z$.",
    answers=("s0.1.2",),
)
def worked_example() -> Evidence:
    """Compute by hand, in SymPy, in Torch, and with decimals of 28 digits."""
    by_hand = skip_gram_probabilities(W, W)  # (n, n)
    exact = exact_probabilities()
    vectors = torch.from_numpy(W)
    by_torch = torch.softmax(torch.einsum("d,nd->n", vectors[CENTRE], vectors), 0).numpy()
    scores = [sum(int(a) * int(b) for a, b in zip(W[CENTRE], row, strict=True)) for row in W]
    powers = [Decimal(score).exp() for score in scores]
    total = sum(powers, Decimal(0))
    e = sympy.E
    stated = [1 / e, sympy.Integer(1), e**3, e**-3, e]
    symbolic = [sympy.simplify(exact[CENTRE, j] - stated[j] / sum(stated)) for j in range(5)]
    p = dict(zip(WORDS, by_hand[CENTRE].tolist(), strict=True))
    return Evidence(
        [
            equal("whole numbers, the scores", scores, [-1, 0, 3, -3, 1]),
            equal("SymPy, the five probabilities", symbolic, [0] * 5),
            close("by hand against SymPy, all 25", by_hand, np.array(exact.evalf(), dtype=float), 1e-15),
            close("Torch", by_torch, by_hand[CENTRE], 1e-15),
            close("decimals", [float(one / total) for one in powers], by_hand[CENTRE], 1e-15),
        ],
        {
            "scores": dict(zip(WORDS, scores, strict=True)),
            "powers": dict(zip(WORDS, map(float, powers), strict=True)),
            "Z": float(total),
            "log_Z": math.log(total),
            "P": p,
            "minus_log": {word: -math.log(one) for word, one in p.items()},
            "in_window": sum(p[word] for word in "aebd"),
        },
    )


@claim(
    r"The sum in the denominator runs over the whole vocabulary, so the centre word c is in it, and takes "
    r"$P(\text{c} \mid \text{c}) = e^3/Z$, more than four fifths. Left out, every other probability would "
    r"grow by the same factor, $Z/(Z - e^3)$.",
    answers=("s0.1.2",),
)
def centre_in_the_denominator() -> Evidence:
    """Mask the centre by hand and in Torch; divide in SymPy."""
    scores = W @ W[CENTRE]
    scores[CENTRE] = -np.inf
    without = softmax(scores)  # (n,), zero at the centre
    keep = [0, 1, 3, 4]
    rest = torch.softmax(torch.from_numpy(W[keep] @ W[CENTRE]), 0).numpy()  # (4,)
    exact = exact_probabilities()
    e = sympy.E
    Z = e**3 + e + 1 + 1 / e + e**-3
    factor = sympy.simplify(Z / (Z - e**3))
    grown = [float((exact[CENTRE, j] * factor).evalf()) for j in keep]
    own = float(exact[CENTRE, CENTRE].evalf())
    return Evidence(
        [
            close("Torch, four words", rest, without[keep], 1e-15),
            close("SymPy, the common factor", grown, without[keep], 1e-15),
            close("by hand, the centre's own share", skip_gram_probabilities(W, W)[2, 2], own, 1e-15),
            equal("SymPy, more than four fifths", bool(exact[CENTRE, CENTRE] > sympy.Rational(4, 5)), True),
        ],
        {
            "own": own,
            "factor": float(factor),
            "Z": float(Z - e**3),
            "P": dict(zip([WORDS[j] for j in keep], rest.tolist(), strict=True)),
        },
    )


@claim(
    r"The loss of the third token is $4 \log Z + 3$, and that of the whole text is its 18 logarithms added "
    r"and divided by $T = 6$, not by 18.",
    answers=("s0.1.2",),
)
def text_loss() -> Evidence:
    """Add logarithms in SymPy pair by pair; compare with the by-hand counts and Torch's cross-entropy."""
    exact = exact_probabilities()
    pairs = skip_gram_pairs(TOKENS, M, 5)
    third = -sum(sympy.log(exact[CENTRE, WORDS.index(word)]) for word in "aebd")
    e = sympy.E
    Z = e**3 + e + 1 + 1 / e + e**-3
    whole = -sum(sympy.log(exact[int(i), int(j)]) for i, j in pairs) / T
    logits = torch.from_numpy(W @ W.T)[pairs[:, 0]]  # (18, n)
    by_torch = torch.nn.functional.cross_entropy(logits, torch.from_numpy(pairs[:, 1]), reduction="sum") / T
    by_hand = naive_loss(W, W, pair_counts(TOKENS, M, 5), T)
    return Evidence(
        [
            close("SymPy, the third token", float((third - 4 * sympy.log(Z) - 3).evalf()), 0, 1e-12),
            close("SymPy, the text", float(whole.evalf()), by_hand, 1e-12),
            close("Torch, the text", by_torch.item(), by_hand, 1e-12),
        ],
        {"third": float(third.evalf()), "text": by_hand, "per_pair": by_hand * T / len(pairs)},
    )
