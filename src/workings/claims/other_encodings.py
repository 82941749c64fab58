"""Learned, relative and rotary positions, and where encodings end: precision and size."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from workings.byhand.positions import relative_attention, relative_bias, rotary, sinusoidal_encoding
from workings.claims.claim import Evidence, claim
from workings.claims.encodings import by_exp_log
from workings.claims.witness import at_least, at_most, close, equal


@claim(
    r"A learned encoding is a table with a row a position. A row gets a gradient only from texts that reach "
    r"it, and there is no row past the end; the sinusoids have a value everywhere.",
    answers=("s3.7.1.b",),
)
def learned_rows() -> Evidence:
    """Look at the gradients of a table of 8 rows after a text of 5 tokens, and ask for row 8."""
    table = nn.Embedding(8, 4)
    layer = nn.Linear(4, 1)
    (layer(table(torch.arange(5))) ** 2).sum().backward()
    gradient = table.weight.grad
    reached = [] if gradient is None else [bool(row.any()) for row in gradient]
    one_hot = nn.functional.one_hot(torch.arange(5), 8).float() @ table.weight
    try:
        table(torch.tensor([8]))
        message = "no error"
    except IndexError as error:
        message = type(error).__name__
    return Evidence(
        [
            equal("autograd, rows with a gradient", reached, [True] * 5 + [False] * 3),
            close(
                "one-hot times the table",
                one_hot.detach().numpy(),
                table(torch.arange(5)).detach().numpy(),
                0,
            ),
            equal("Torch, row 8 of 8", message, "IndexError"),
            equal(
                "sinusoids, position 100000",
                bool(np.isfinite(sinusoidal_encoding(100_001, 4)[-1]).all()),
                True,
            ),
        ]
    )


@claim(
    r"With relative or rotary positions a whole text can move and nothing changes: scores depend on $j - i$ "
    r"only. With sinusoids added to the tokens this is not so.",
    answers=("s3.7.1.b",),
)
def relative_survives_shift() -> Evidence:
    """Move six tokens by 500 places: rotary by hand and in complex numbers, relative, sinusoids."""
    rng = np.random.default_rng(5)
    Q, K, V = (rng.normal(size=(6, 8)) for _ in range(3))
    here, there = (rotary(Q, first) @ rotary(K, first).T for first in (0, 500))

    def complex_scores(first: int) -> np.ndarray:
        turn = np.exp(1j * np.outer(first + np.arange(6), 10_000.0 ** (-np.arange(4) / 4)))
        q, k = ((rows[:, 0::2] + 1j * rows[:, 1::2]) * turn for rows in (Q, K))
        return np.asarray((q @ k.conj().T).real)

    biases = rng.normal(size=13)
    B = relative_bias(biases, 6, 6)
    far_q, far_k, far_v = (np.vstack([np.zeros((500, 8)), rows]) for rows in (Q, K, V))
    mask = np.zeros((506, 506), dtype=bool)
    mask[:500, :500] = mask[500:, 500:] = True
    moved = relative_attention(far_q, far_k, far_v, biases, mask)[500:]
    P = sinusoidal_encoding(506, 8)
    added = [(Q + P[first : first + 6]) @ (K + P[first : first + 6]).T for first in (0, 500)]
    return Evidence(
        [
            close("rotary, by hand, moved by 500", there, here, 1e-11),
            close("rotary, complex numbers, moved by 500", complex_scores(500), here, 1e-11),
            close("relative bias, moved by 500", moved, relative_attention(Q, K, V, biases), 1e-13),
            close("relative bias, along its diagonals", B[:-1, :-1], B[1:, 1:], 0),
            at_least("sinusoids added, change of the scores", float(np.abs(added[0] - added[1]).max()), 1),
        ],
        {"sinusoids": float(np.abs(added[0] - added[1]).max())},
    )


@claim(
    r"Positions kept in bfloat16 collide: 256 and 257 are the same number there, and so are 2048 and 2049 "
    r"in float16. Compute the angles in float32 or better.",
    answers=("s3.7.1.b",),
)
def low_precision_collides() -> Evidence:
    """Find the first position that equals its predecessor, by casting; compare with the mantissa's bits."""
    first = {}
    for name, dtype in (("bfloat16", torch.bfloat16), ("float16", torch.float16)):
        positions = torch.arange(5000).to(dtype)
        first[name] = int((positions[1:] == positions[:-1]).nonzero()[0]) + 1
    bits = {name: round(-math.log2(torch.finfo(getattr(torch, name)).eps)) for name in first}
    exact, cast = (
        torch.stack([p.double().sin(), p.double().cos()], dim=-1)
        for p in (torch.arange(5000), torch.arange(5000).to(torch.bfloat16))
    )
    apart = (exact[257] - exact[256]).norm().item()
    return Evidence(
        [
            equal("casting, first collision", first, {"bfloat16": 257, "float16": 2049}),
            equal(
                "from the spacing, 2^(bits + 1) + 1", {n: 2 ** (b + 1) + 1 for n, b in bits.items()}, first
            ),
            at_most("bfloat16, encodings of 256 and 257 apart", (cast[257] - cast[256]).norm().item(), 0),
            at_least("float64, encodings of 256 and 257 apart", apart, 0.5),
        ],
        {"apart": apart},
    )


@claim(
    r"If embeddings start with variance $1/d$ a component, a token's vector has norm about $1$ and its "
    r"position's $\sqrt{d/2}$, which drowns it: at $d = 512$ two different tokens at one place then have a "
    r"cosine above $\tfrac{99}{100}$. Multiplied by $\sqrt d$ the token is the longer of the two.",
    answers=("s3.7.1.b",),
)
def embeddings_are_scaled() -> Evidence:
    """Draw 1000 embeddings of 512 components and compare norms with the encodings', before and after."""
    rng = np.random.default_rng(6)
    tokens = rng.normal(0, 512**-0.5, (1000, 512))
    norms = np.linalg.norm(tokens, axis=1)
    placed = tokens + sinusoidal_encoding(2, 512)[1]  # all at position 1, not scaled
    alike = (placed[:500] * placed[500:]).sum(axis=1) / np.prod(
        np.linalg.norm(placed.reshape(2, 500, 512), axis=2), axis=0
    )
    position = np.linalg.norm(sinusoidal_encoding(100, 512), axis=1)
    theirs = np.linalg.norm(by_exp_log(100, 512), axis=1)
    return Evidence(
        [
            close("by hand, norm of a position", position, np.full(100, 16.0), 1e-12),
            close("Torch's form, norm of a position", theirs, np.full(100, 16.0), 1e-12),
            close("drawn, mean norm of a token", norms.mean(), 1, 0.01),
            at_least("drawn, not scaled: cosine of two different tokens at one position", alike.mean(), 0.99),
            close("drawn, mean norm of a scaled token", (512**0.5 * norms).mean(), 512**0.5, 0.2),
        ],
        {
            "token": float(norms.mean()),
            "position": 16.0,
            "scaled_token": float(512**0.5 * norms.mean()),
            "alike": float(alike.mean()),
        },
    )
