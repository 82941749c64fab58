"""Figures of the generated text: learnt inner products against true PMI, error against dimension and text."""

from __future__ import annotations

import numpy as np

from workings.byhand.pmi import pmi
from workings.claims.planted_words import neighbours, trained
from workings.claims.pmi import RANK, K, M, N, by_dimension, by_size
from workings.data.planted_words import WORDS, planted_text, true_joint
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit

DIMENSIONS = (1, 2, 4, 6, 7, 8, 9, 12)
LENGTHS = (3000, 10_000, 100_000, 1_000_000)
POINTS = 90


@exhibit
def excerpt() -> Table:
    """The first words of a generated text."""
    text = planted_text(14, np.random.default_rng(4))
    return Table(["text"], [[" ".join(WORDS[one] for one in text)]], head=0)


@exhibit
def learnt_against_true() -> Figure:
    """Draw learnt inner products against the true shifted PMI for some pairs of words."""
    U, V, _ = trained("sampling")
    scores, true = U @ V.T, pmi(true_joint(M)) - np.log(K)
    chosen = np.random.default_rng(0).choice(N * N, size=POINTS, replace=False)
    x, y = true.ravel()[chosen], scores.ravel()[chosen]
    figure, axes = canvas()
    ends = [float(true.min()), float(true.max())]
    axes.plot(ends, ends, color=FAINT, linewidth=1)
    axes.plot(x, y, color=SERIES[0], marker="o", markersize=3, linestyle="none")
    axes.set_xlabel("true PMI − log 5")
    axes.set_ylabel("learnt u · v")
    return Figure(
        figure,
        f"{POINTS} pairs of words: the learnt inner product against the true PMI less log 5. The points "
        f"lie along the diagonal.",
        {"points": POINTS, "pairs": N * N},
    )


@exhibit
def error_against_dimension() -> Figure:
    """Draw the error of SGNS and of a truncated SVD against the number of components."""
    measured = [by_dimension(M, d) for d in DIMENSIONS]
    figure, axes = canvas()
    for place, (key, name) in enumerate((("sgns", "SGNS"), ("svd", "SVD of PMI − log 5"))):
        errors = [one[key] for one in measured]
        axes.plot(DIMENSIONS, errors, color=SERIES[place], marker="o", markersize=3, label=name)
    axes.set_yscale("log")
    axes.set_xticks((1, 2, 4, 6, 9, 12), ("1", "2", "4", "6", "9", "12"))
    axes.minorticks_off()
    axes.set_xlabel("components d")
    axes.set_ylabel("error (root mean square)")
    axes.legend(frameon=False, labelcolor=INK)
    return Figure(
        figure,
        "Error of the inner products, on a log scale, against the number of components. Both lines fall "
        "slowly to 6 components and then steeply to 9.",
        {
            key: {str(d): one[key] for d, one in zip(DIMENSIONS, measured, strict=True)}
            for key in ("sgns", "svd", "correlation")
        },
    )


@exhibit
def error_against_text() -> Figure:
    """Draw the error against the length of the text, for three dimensions and for counting."""
    measured = [by_size(length) for length in LENGTHS]
    figure, axes = canvas()
    lines = (
        ("d_2", "SGNS, d = 2"),
        ("counted", "counted PMI"),
        (f"d_{N}", f"SGNS, d = {N}"),
        (f"d_{RANK}", f"SGNS, d = {RANK}"),
    )
    styles = ("-", "-", "--", "-")
    for place, (key, name) in enumerate(lines):
        axes.plot(
            LENGTHS, [one[key] for one in measured], color=SERIES[place], linestyle=styles[place], label=name,
            marker="o", markersize=3,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("tokens of text")
    axes.set_ylabel("error (root mean square)")
    axes.minorticks_off()
    axes.legend(frameon=False, labelcolor=INK)
    return Figure(
        figure,
        "Error against tokens of text, log scales. With 2 components it stays near 1. Counted PMI and 42 "
        "components fall together; 9 components fall below both.",
        {
            str(length): {
                key: one[key]
                for key in ("unseen", "counted", "d_2", f"d_{RANK}", f"d_{N}", f"correlation_{RANK}")
            }
            for length, one in zip(LENGTHS, measured, strict=True)
        },
    )


@exhibit
def nearest_words() -> Table:
    """The nearest neighbours of five words."""
    near = neighbours.decide().values["near"]
    return Table(["word", "nearest, by cosine"], [[word, words] for word, words in near.items()])
