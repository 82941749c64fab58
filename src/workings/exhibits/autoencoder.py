"""Figures and tables of autoencoders: error against latent size, two latent planes, what comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path as MplPath

from workings.byhand.principal_components import principal_components, project
from workings.claims.autoencoder import codes_of, decoded, deep_error, trained_deep
from workings.claims.principal_components import pca_error, pixels
from workings.data.digits import digits
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import exhibit

SIZES = (1, 2, 4, 8, 16, 32)
SHOWN = 160  # digits in each panel of the latent planes
LEVELS = 5  # of ink, in restored digits


@exhibit
def error_curve() -> Figure:
    """The error of a pixel against the size of the code: PCA and a net, training and test."""
    pca = np.array([pca_error(k) for k in SIZES])  # (sizes, 2)
    deep = np.array([deep_error(k) for k in SIZES])
    figure, axes = canvas()
    for place, (errors, name) in enumerate(((pca, "PCA"), (deep, "autoencoder"))):
        axes.plot(SIZES, errors[:, 1], "o-", color=SERIES[place], markersize=4, label=f"{name}, test")
        axes.plot(SIZES, errors[:, 0], ":", color=SERIES[place], label=f"{name}, training")
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(SIZES, [str(k) for k in SIZES])
    axes.set_yticks([0.003, 0.01, 0.03], ["0.003", "0.01", "0.03"])
    axes.minorticks_off()
    axes.set_xlabel("latent numbers")
    axes.set_ylabel("squared error of a pixel")
    axes.legend(loc="lower left", labelcolor=INK, frameon=False)
    return Figure(
        figure,
        "Error against 1 to 32 latent numbers, both axes logarithmic. All curves fall. The autoencoder "
        "lies below PCA up to 16 numbers, most at 8, and above it at 32; its test error is a little above "
        "its training error.",
        {
            name: {
                str(k): {"train": float(row[0]), "test": float(row[1])}
                for k, row in zip(SIZES, one, strict=True)
            }
            for name, one in (("pca", pca), ("deep", deep))
        },
    )


@exhibit
def planes() -> Figure:
    """Digits of the test in the plane of two components, and in that of two latent numbers."""
    train, test = pixels()
    labels = digits().test_labels
    mean, components, _ = principal_components(train, 2)
    spots = {
        "PCA": project(test, mean, components)[0],
        "autoencoder": codes_of(trained_deep(2), test),
    }
    figure, panels = canvas(5.0, 3.0, columns=2)
    for axes, (name, codes) in zip(panels, spots.items(), strict=True):
        low, high = np.quantile(codes, [0.0, 1.0], axis=0)
        for (x, y), label in zip(codes[:SHOWN], labels[:SHOWN], strict=False):
            axes.text(x, y, str(label), color=SERIES[label % 6], fontsize=8, ha="center", va="center")
        pad = 0.05 * (high - low)
        axes.set_xlim(low[0] - pad[0], high[0] + pad[0])
        axes.set_ylim(low[1] - pad[1], high[1] + pad[1])
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_title(name)
    return Figure(
        figure,
        "Two scatters of digits, each drawn as its own figure. In PCA's plane a few groups can be made out "
        "and most overlap in the middle. In the autoencoder's some groups stand apart and others still "
        "overlap.",
        {"shown": SHOWN},
    )


def runs(row: np.ndarray, level: int) -> list[tuple[int, int, int]]:
    """Return the stretches of one grey level in an image: column, line and length of each."""
    found = []
    for y, line in enumerate(np.rint(np.clip(row, 0, 1) * LEVELS).reshape(8, 8)):
        edges = np.flatnonzero(np.diff(line == level, prepend=False, append=False))
        found += [(int(x), y, int(end - x)) for x, end in zip(edges[::2], edges[1::2], strict=True)]
    return found


@exhibit
def restored() -> Figure:
    """Six digits and what comes back of them from 2 and 8 numbers."""
    train, test = pixels()
    rows: dict[str, Any] = {"digit": test}
    for k in (2, 8):
        mean, components, _ = principal_components(train, k)
        rows[f"PCA, {k}"] = project(test, mean, components)[1]
        rows[f"net, {k}"] = decoded(trained_deep(k), codes_of(trained_deep(k), test))
    labels = digits().test_labels
    chosen = [int(np.flatnonzero(labels == label)[0]) for label in (0, 2, 3, 5, 8, 9)]
    figure, axes = canvas(5.0, 3.6)
    for level in range(1, LEVELS + 1):
        corners = [
            (9 * column + x, 9 * row + y, width)
            for row, images in enumerate(rows.values())
            for column, place in enumerate(chosen)
            for x, y, width in runs(images[place], level)
        ]
        squares = [
            MplPath([(x, y), (x + width, y), (x + width, y + 1), (x, y + 1), (x, y)], closed=True)
            for x, y, width in corners
        ]
        whole = MplPath.make_compound_path(*squares)
        axes.add_patch(PathPatch(whole, facecolor=INK, alpha=level / LEVELS, linewidth=0))
    for row, name in enumerate(rows):
        axes.text(-1.5, 9 * row + 4, name, color=INK, ha="right", va="center")
    axes.set_xlim(-14, 9 * len(chosen))
    axes.set_ylim(9 * len(rows), -1)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return Figure(
        figure,
        "A grid of small images, six digits in columns. The first row shows them; below what PCA and the "
        "net restore from 2 numbers, blurred and often another digit, and from 8, where the net's are "
        "sharper.",
    )
