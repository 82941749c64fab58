"""One matrix for centres and contexts: what U = V forces."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.word2vec import naive_loss, pair_counts, skip_gram_pairs, skip_gram_probabilities
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.skip_gram_example import WORDS, W
from workings.models.word2vec import SkipGram, train


@claim(
    r"With $U = V$ the scores are a Gram matrix: symmetric, with no eigenvalue below 0, and on its diagonal "
    r"each vector's squared length. So the word with the longest vector is its own most probable "
    r"neighbour, $P(i \mid i) \ge 1/n$, whatever the text. The probabilities are not symmetric.",
    answers=("s0.1.2",),
)
def gram() -> Evidence:
    """Take the worked example in whole numbers, and random matrices by hand and in Torch."""
    exact = sympy.Matrix(W.astype(int))
    scores = exact * exact.T
    characteristic = sorted(complex(one).real for one in np.linalg.eigvals(W @ W.T))
    rng = np.random.default_rng(0)
    shares, least = [], []
    for _ in range(300):
        n, d = int(rng.integers(2, 30)), int(rng.integers(1, 12))
        X = rng.normal(size=(n, d)) * rng.uniform(0.1, 3)
        P = skip_gram_probabilities(X, X)
        longest = int(np.argmax((X**2).sum(axis=1)))
        shares.append(n * P[longest, longest])
        top = torch.from_numpy(X) @ torch.from_numpy(X[longest])
        least.append(float(top[longest] - top.max()))
    P = skip_gram_probabilities(W, W)
    return Evidence(
        [
            equal("SymPy, symmetric", scores, scores.T),
            equal("SymPy, the diagonal", [scores[i, i] for i in range(5)], [int(one @ one) for one in W]),
            at_least("NumPy, least eigenvalue of the example", characteristic[0], -1e-12),
            at_least("by hand, n P(i | i) of the longest, 300 matrices", min(shares), 1),
            close("Torch, its own score is the largest", min(least), 0, 1e-12),
        ],
        {
            "lengths": dict(zip(WORDS, [int(one @ one) for one in W], strict=True)),
            "rank": scores.rank(),
            "a_given_c": float(P[2, 0]),
            "c_given_a": float(P[0, 2]),
        },
    )


@claim(
    r"With $U = V$, for any two words $P(j \mid i)\, P(i \mid j) = P(i \mid i)\, P(j \mid j)\, "
    r"e^{-\lVert u_i - u_j \rVert^2}$. So both cannot be large: $P(j \mid i)\, P(i \mid j) \le \tfrac14$.",
    answers=("s0.1.2",),
)
def product_bound() -> Evidence:
    """Cancel in SymPy; compare both sides in Torch for random words; look for a product above a quarter."""
    a, b = sympy.symbols("a1:4", real=True), sympy.symbols("b1:4", real=True)
    dot = [sum(x * y for x, y in zip(u, v, strict=True)) for u, v in ((a, b), (a, b), (a, a), (b, b))]
    apart = sum((x - y) ** 2 for x, y in zip(a, b, strict=True))
    exponent = sympy.expand(dot[0] + dot[1] - dot[2] - dot[3] + apart)  # the normalisers cancel
    rng = np.random.default_rng(1)
    gap, most = 0.0, 0.0
    for _ in range(400):
        X = torch.from_numpy(rng.normal(size=(int(rng.integers(2, 6)), 2)) * 3)
        logs = torch.log_softmax(X @ X.T, 1)
        left = logs[0, 1] + logs[1, 0]
        right = logs[0, 0] + logs[1, 1] - ((X[0] - X[1]) ** 2).sum()
        gap = max(gap, abs(float(left - right)))
        most = max(most, float(left.exp()))
    P = skip_gram_probabilities(W, W)
    distances = ((W[:, None] - W[None]) ** 2).sum(axis=2)  # (n, n)
    other = np.outer(np.diag(P), np.diag(P)) * np.exp(-distances)
    return Evidence(
        [
            equal("SymPy, the exponents", exponent, 0),
            close("Torch, logarithms of both sides, 400 draws", gap, 0, 1e-10),
            close("by hand, the worked example", P * P.T, other, 1e-15),
            at_most("Torch, the largest product", most, 0.25),
        ],
        {"largest": most},
    )


@claim(
    r"In the text a b a b … with $m = 1$ a word never stands next to itself. Two matrices learn that, and "
    r"the loss of a pair goes to 0; one shared matrix cannot get below $\log 2$, which is chance.",
    answers=("s0.1.2",),
)
def alternating_text() -> Evidence:
    """Train both in Torch, and search the shared losses of random vectors by hand."""
    tokens = [0, 1] * 20
    pairs = torch.from_numpy(skip_gram_pairs(tokens, 1, 2))
    counts = pair_counts(tokens, 1, 2)
    last = {}
    for shared in (False, True):
        net = SkipGram(2, 3, shared=shared, dtype=torch.float64)
        last[shared] = train(net, pairs, steps=300, batch_size=32, rate=0.1)[-1]
    rng = np.random.default_rng(2)
    tried = []
    for _ in range(2000):
        X = rng.normal(size=(2, 3)) * rng.uniform(0, 4)
        tried.append(naive_loss(X, X, counts, 40) * 40 / counts.sum())
    return Evidence(
        [
            at_most("Torch, two matrices", last[False], 0.01),
            close("Torch, one matrix", last[True], np.log(2), 0.02),
            at_least("by hand, the least of 2000 shared matrices", min(tried), float(np.log(2))),
        ],
        {"apart": last[False], "shared": last[True], "chance": float(np.log(2))},
    )
