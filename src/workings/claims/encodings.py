"""Sinusoidal encodings: what they are, a shift as a rotation, what a dot product of two of them sees."""

from __future__ import annotations

import math

import numpy as np
import sympy
import torch

from workings.byhand.positions import pair_frequencies, shift_matrix, sinusoidal_encoding
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal


def by_exp_log(seq_len: int, d_model: int) -> np.ndarray:
    """Return the sinusoids as most Torch programs write them: frequencies by exp and log, in Torch."""
    frequencies = torch.exp(torch.arange(0, d_model, 2).double() * (-math.log(10_000) / d_model))
    angles = torch.arange(seq_len).double()[:, None] * frequencies
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1).numpy()


@claim(
    r"The encoding of position $t$ holds $\sin \omega_i t$ at component $2i$ and $\cos \omega_i t$ at $2i + "
    r"1$, with $\omega_i = 10000^{-2i/d}$ and $i = 0, \dots, d/2 - 1$: for $d = 4$ the frequencies are $1$ "
    r"and $\tfrac1{100}$.",
    answers=("s3.7.1.b",),
)
def sinusoids() -> Evidence:
    """Compare with Torch's exp-log form, and with SymPy's exact sines for d = 4."""
    table = sinusoidal_encoding(4, 4)
    exact = [
        [float(f(w * t)) for w in (1, sympy.Rational(1, 100)) for f in (sympy.sin, sympy.cos)]
        for t in range(4)
    ]
    return Evidence(
        [
            close("SymPy, exact sines, d = 4", exact, table, 1e-15),
            close(
                "Torch, exp-log form, d = 64, 512 positions",
                by_exp_log(512, 64),
                sinusoidal_encoding(512, 64),
                1e-11,
            ),
            close(
                "SymPy, frequencies",
                [1, float(sympy.Integer(10_000) ** sympy.Rational(-1, 2))],
                pair_frequencies(4),
                1e-17,
            ),
        ],
        {
            "table": table.tolist(),
            "wavelengths": (2 * np.pi / pair_frequencies(512)[[0, -1]]).tolist(),
        },
    )


@claim(
    r"A shift is a rotation, exactly: one matrix $R_s$, free of $t$, maps the encoding of every position "
    r"$t$ to that of $t + s$. It is orthogonal, and $R_s R_u = R_{s+u}$.",
    answers=("s3.7.1.b",),
)
def shift_is_rotation() -> Evidence:
    """Prove it in symbols, try it on 2000 positions, and recover the matrix by least squares."""
    t, s, w = sympy.symbols("t s omega", real=True)
    row = sympy.Matrix([[sympy.sin(w * t), sympy.cos(w * t)]])
    R = sympy.Matrix([[sympy.cos(w * s), -sympy.sin(w * s)], [sympy.sin(w * s), sympy.cos(w * s)]])
    shifted = sympy.Matrix([[sympy.sin(w * (t + s)), sympy.cos(w * (t + s))]])
    P = sinusoidal_encoding(2000, 8)
    fitted = np.linalg.lstsq(P[:-7], P[7:], rcond=None)[0]
    by_hand = shift_matrix(7, 8)
    return Evidence(
        [
            equal(
                "SymPy, one pair",
                sympy.simplify((row * R - shifted).applyfunc(sympy.expand_trig)),
                sympy.zeros(1, 2),
            ),
            close("by hand, 1993 positions shifted by 7", P[:-7] @ by_hand, P[7:], 1e-12),
            close("least squares on the encodings alone", fitted, by_hand, 1e-6),
            close("orthogonal", by_hand @ by_hand.T, np.eye(8), 1e-15),
            close("shifts add", shift_matrix(3, 8) @ shift_matrix(4, 8), by_hand, 1e-14),
        ],
        {"matrix": shift_matrix(1, 4).tolist()},
    )


@claim(
    r"$P_t \cdot P_u = \sum_i \cos \omega_i (t - u)$ depends on the distance alone, and every encoding has "
    r"the same norm, $\sqrt{d/2}$.",
    answers=("s3.7.1.b",),
)
def dot_product_sees_distance() -> Evidence:
    """Compare all dot products with the cosine sum, in NumPy, and with Torch's exp-log encodings."""
    P = sinusoidal_encoding(300, 64)
    gram = P @ P.T  # (T, T)
    distance = np.arange(300) - np.arange(300)[:, None]
    formula = np.cos(distance[..., None] * pair_frequencies(64)).sum(axis=-1)
    theirs = by_exp_log(300, 64)
    diagonals = max(float(np.ptp(np.diagonal(gram, offset))) for offset in range(300))
    t, u, w = sympy.symbols("t u omega", real=True)
    pair = sympy.sin(w * t) * sympy.sin(w * u) + sympy.cos(w * t) * sympy.cos(w * u)
    return Evidence(
        [
            close("by hand, against the cosine sum", gram, formula, 1e-11),
            close("Torch's form, spread along each diagonal", diagonals, 0, 1e-11),
            equal("SymPy, one pair", sympy.simplify(pair - sympy.cos(w * (t - u))), 0),
            close("Torch's form, norms", np.linalg.norm(theirs, axis=1), np.full(300, 32**0.5), 1e-12),
        ],
        {
            "norm_512": 256**0.5,
            "at_0": float(gram[0, 0]),
            "at_1": float(gram[0, 1]),
            "at_10": float(gram[0, 10]),
        },
    )


@claim(
    r"Nearer is not always more alike: with $d = 64$ the dot product of two encodings first falls with "
    r"distance, then rises and falls again.",
    answers=("s3.7.1.b",),
)
def not_monotone() -> Evidence:
    """Look for distances where the similarity rises, in the encodings and in the cosine sum."""
    similarity = sinusoidal_encoding(200, 64) @ sinusoidal_encoding(1, 64)[0]
    cosines = np.array([math.fsum(math.cos(s * 10_000 ** (-i / 32)) for i in range(32)) for s in range(200)])
    rises = np.flatnonzero(np.diff(similarity) > 0)
    return Evidence(
        [
            at_least("by hand, largest rise over one step", float(np.diff(similarity).max()), 0.1),
            at_least("cosine sum, largest rise over one step", float(np.diff(cosines).max()), 0.1),
        ],
        {"first_rise": int(rises[0]), "rises": len(rises)},
    )
