"""Structures that a head can follow, each built by hand: a place, a kind of word, an earlier occurrence."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention

from workings.byhand.positions import shift_matrix, sinusoidal_encoding
from workings.byhand.scaled_attention import attention_weights, causal_mask
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal


def kernel_weights(Q: np.ndarray, K: np.ndarray) -> np.ndarray:
    """Return the causal attention weights of Torch's kernel: its output for identity values."""
    q, k = torch.from_numpy(Q), torch.from_numpy(K)
    return scaled_dot_product_attention(q, k, torch.eye(len(K)).double(), is_causal=True).numpy()


@claim(
    r"A head that looks at the previous token: with sinusoidal positions, $W_Q = c\,R_{-1}$ and $W_K = I$ "
    r"put more than $\tfrac{99}{100}$ of the weight one place back, at every position.",
    answers=("s3.7.2.b",),
)
def previous_token() -> Evidence:
    """Turn every position back by one and compare with all positions, by hand and in Torch."""
    P = sinusoidal_encoding(40, 64)
    Q = 60 * P @ shift_matrix(-1, 64)
    by_hand, theirs = attention_weights(Q, P, causal_mask(40)), kernel_weights(Q, P)
    back = np.diagonal(by_hand, -1)
    return Evidence(
        [
            at_least("by hand, least weight one place back", float(back.min()), 0.99),
            close("Torch's kernel", theirs, by_hand, 1e-12),
            equal("by hand, where each row is largest", by_hand[1:].argmax(axis=1).tolist(), list(range(39))),
        ],
        {"least": float(back.min())},
    )


@claim(
    r"A head that finds a grammatical partner: a verb whose query asks for the feature *subject* takes that "
    r"word's number (singular or plural) from $3$ or $300$ words back, past nouns of the other number.",
    answers=("s3.7.2.b",),
)
def subject_of_verb() -> Evidence:
    """Build words of three features (subject, noun, plural); let the last, a verb, ask for its subject."""
    got, theirs = [], []
    for distance in (3, 300):
        for plural in (0.0, 1.0):
            words = np.tile([[0.0, 1.0, 1 - plural]], (distance + 1, 1))  # nouns of the other number
            words[0] = [1.0, 1.0, plural]
            words[-1] = [0.0, 0.0, 0.0]  # the verb
            Q = np.tile([[30.0, 0.0]], (len(words), 1))
            weights = attention_weights(Q, words[:, :2])
            got.append(float(weights[-1] @ words[:, 2]))
            q, k, v = (torch.from_numpy(rows) for rows in (Q, words[:, :2].copy(), words[:, 2:].copy()))
            theirs.append(scaled_dot_product_attention(q, k, v)[-1].item())
    return Evidence(
        [
            close("by hand, number received", got, [0, 1, 0, 1], 1e-6),
            close("Torch's kernel, number received", theirs, [0, 1, 0, 1], 1e-6),
        ],
        {"received": got},
    )


@claim(
    r"Two heads in two layers continue a pattern (an *induction head*): after `... A B ... A` the first "
    r"tells each token its predecessor, the second looks for the token whose predecessor is the present "
    r"one, and finds `B`.",
    answers=("s3.7.2.b",),
)
def induction() -> Evidence:
    """Build both heads by hand on random texts; compare with a search through the text in plain Python."""
    rng = np.random.default_rng(1)
    found, searched, kernel = [], [], []
    P = sinusoidal_encoding(12, 64)
    back = attention_weights(60 * P @ shift_matrix(-1, 64), P, causal_mask(12))
    for _ in range(50):
        text = rng.permutation(11)
        text = np.append(text, text[rng.integers(1, 9)])  # the last token has occurred once before
        E = np.eye(11)[text]  # (T, vocab_size)
        predecessor = back @ E
        Q = 40 * E
        found.append(int((attention_weights(Q, predecessor, causal_mask(12)) @ E)[-1].argmax()))
        kernel.append(int((kernel_weights(Q, predecessor) @ E)[-1].argmax()))
        searched.append(int(text[list(text[:-1]).index(text[-1]) + 1]))
    return Evidence(
        [
            equal("by hand, against a search through 50 texts", found, searched),
            equal("Torch's kernel, against the search", kernel, searched),
        ]
    )
