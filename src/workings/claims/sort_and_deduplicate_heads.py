"""The exam's second head, a copy of the first, and what the output matrix must be for nothing to change."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.sort_and_deduplicate import decoder_logits
from workings.claims.claim import Evidence, claim
from workings.claims.sort_and_deduplicate import (
    HEAD,
    PUBLISHED,
    RIGHT,
    TARGETS,
    by_hand,
    counted,
    exact_losses,
    fractions,
    numbers,
    torch_logits,
    written,
)
from workings.claims.witness import close, equal
from workings.data.sort_and_deduplicate import TOKENS, W_O, E, W
from workings.models.one_layer_decoder import OneLayerDecoder


@claim(
    r"With the head doubled and $W_O = I_4$, each row is $[Z, Z] = (a, b, a, b)$ where one head gave $(b, "
    r"a, b, a)$: the logits of A and B change places, and those of C and D. On rows 4, 5, 6 the loss falls "
    r"by exactly $\tfrac94$; on rows 5, 6, 7 it grows by exactly 6.",
    answers=("s4.3.2.4",),
)
def duplicated_head() -> Evidence:
    """Compare fractions and SymPy with the by-hand loss and Torch's, on both choices of rows."""
    mixed = counted()[1]
    losses = {name: by_hand(rows, heads=2) for name, rows in (("right", RIGHT), ("published", PUBLISHED))}
    change = [
        sympy.expand(sum(exact_losses(rows, 2)) - sum(exact_losses(rows))) for rows in (RIGHT, PUBLISHED)
    ]
    by_torch = [
        float(
            torch.nn.functional.cross_entropy(torch_logits(2)[rows], torch.tensor(TARGETS), reduction="sum")
        )
        for rows in (RIGHT, PUBLISHED)
    ]
    logits = np.array([written(pair, heads=2) for pair in mixed], dtype=np.float64)
    return Evidence(
        [
            equal("SymPy over counted fractions, change of the loss", change, [-sympy.Rational(9, 4), 6]),
            close("by hand, logits", decoder_logits(TOKENS, E, [HEAD] * 2, np.eye(4), 0), logits, 1e-15),
            close("Torch, logits", torch_logits(2).numpy(), logits, 1e-15),
            close("Torch, losses as by hand", by_torch, [losses[n].sum() for n in losses], 1e-12),
            close(
                "by hand, change, rows 4 to 6", float((losses["right"] - by_hand(RIGHT)).sum()), -2.25, 1e-12
            ),
            close(
                "by hand, change, rows 5 to 7",
                float((losses["published"] - by_hand(PUBLISHED)).sum()),
                6,
                1e-12,
            ),
        ],
        {name: numbers(row) for name, row in losses.items()}
        | {"R": fractions([written(pair, heads=2)[:4] for pair in mixed])},
    )


@claim(
    r"Two equal heads change nothing if $W_O$ is one of: the old $W_O$ over zeros; half of it twice, "
    r"$\tfrac12 [W_O; W_O]$; or the permutation that swaps columns 1 and 2, and 3 and 4.",
    answers=("s4.3.2.4",),
)
def harmless_copies() -> Evidence:
    """Multiply the exact values by each matrix; compare the logits by hand and in Torch with one head's."""
    swap = np.kron(np.eye(2), [[0.0, 1.0], [1.0, 0.0]])  # (4, 4)
    choices = {
        "over zeros": np.vstack([W_O, 0 * W_O]),
        "half twice": np.vstack([W_O, W_O]) / 2,
        "swap": swap,
    }
    once = decoder_logits(TOKENS, E, [HEAD], W_O, temperature=0)
    Z = sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in pair] for pair in counted()[1]])
    double = np.stack([W, W])
    witnesses = []
    for name, mixing in choices.items():
        exact = sympy.Matrix(mixing.tolist()).applyfunc(sympy.nsimplify)
        expected = Z * sympy.Matrix(W_O.astype(int).tolist())
        with torch.no_grad():
            decoder = OneLayerDecoder(E, double, double, double, mixing, temperature=0)
            logits = decoder(torch.tensor([TOKENS]))[0].numpy()
        witnesses += [
            equal(f"SymPy, {name}", Z.row_join(Z) * exact, expected),
            close(f"by hand, {name}", decoder_logits(TOKENS, E, [HEAD] * 2, mixing, 0), once, 1e-15),
            close(f"Torch, {name}", logits, once, 1e-15),
        ]
    return Evidence(witnesses)
