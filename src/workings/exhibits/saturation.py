"""Scores, weights and gradients against d_k, with scaling and without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axis import Axis

from workings.claims.moments import draw, squares, standard_error
from workings.claims.saturation import entropies, jacobian_norms, query_gradient_norms, random_weights
from workings.exhibits.drawing import SERIES, Figure, canvas
from workings.exhibits.exhibit import Cell, Table, exhibit

SIZES = (1, 4, 16, 64, 256, 1024)
SCALINGS = {"not scaled": 0.0, "scaled": 0.5}  # the power of d_k that divides the dot products


@exhibit
def spread() -> Figure:
    """Draw the standard deviation of a score against d_k: points with error bars over the formula's line."""
    figure, axes = canvas()
    values: dict[str, Any] = {}
    for colour, (name, power) in zip(SERIES, SCALINGS.items(), strict=False):
        samples = [squares(draw(np.zeros(d), 1.0, count=4000, seed=d) / d**power) for d in SIZES]
        deviations = [float(np.sqrt(sample.mean())) for sample in samples]
        errors = [1.5 * standard_error(s) / sd for s, sd in zip(samples, deviations, strict=True)]
        formula = [d ** (0.5 - power) for d in SIZES]
        axes.plot(SIZES, formula, color=colour)
        axes.errorbar(SIZES, deviations, yerr=errors, fmt="o", markersize=4, color=colour)
        axes.text(SIZES[-1], formula[-1] * 1.25, name, color=colour, ha="right", va="bottom")
        values[name.replace(" ", "_")] = dict(zip(map(str, SIZES), deviations, strict=True))
        values["draws"] = samples[0].size
    axes.set_xscale("log", base=2)
    axes.set_yscale("log", base=2)
    axes.set_ylim(0.5, 64)
    _ticks(axes.xaxis, {d: str(d) for d in SIZES})
    _ticks(axes.yaxis, {d: str(d) for d in (1, 4, 16, 64)})
    axes.set_xlabel("$d_k$")
    axes.set_ylabel("standard deviation of a score")
    alt = (
        "Standard deviation of a score against d_k, both on log scales. Not scaled, the points lie on the "
        f"line √d_k, from 1 to {values['not_scaled']['1024']:.0f}; scaled by 1/√d_k, they stay at 1."
    )
    return Figure(figure, alt, values)


@exhibit
def jacobian_norm() -> Figure:
    """Draw the norm of the softmax Jacobian against d_k: median and quartiles of 1000 queries."""
    figure, axes = canvas()
    values: dict[str, Any] = {}
    for colour, (name, power) in zip(SERIES, SCALINGS.items(), strict=False):
        norms = np.array([jacobian_norms(random_weights(d, d**-power, seed=d)[0]) for d in SIZES])
        low, median, high = np.quantile(norms, [0.25, 0.5, 0.75], axis=1)
        axes.fill_between(SIZES, low, high, color=colour, alpha=0.25, linewidth=0)
        axes.plot(SIZES, median, color=colour, marker="o", markersize=4)
        place = (SIZES[3], median[3] / 40) if power == 0 else (SIZES[-1], 0.6)
        axes.text(*place, name, color=colour, ha="right", va="bottom")
        values[name.replace(" ", "_")] = dict(zip(map(str, SIZES), median.tolist(), strict=True))
        values["queries"] = norms.shape[1]
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_ylim(1e-8, 5)
    _ticks(axes.xaxis, {d: str(d) for d in SIZES})
    _ticks(axes.yaxis, {10.0**-n: f"$10^{{{-n}}}$" if n else "1" for n in (0, 2, 4, 6, 8)})
    axes.set_xlabel("$d_k$")
    axes.set_ylabel("norm of the Jacobian")
    alt = (
        "Norm of the softmax Jacobian against d_k, log scales: median and quartiles. Not scaled, it "
        f"falls from {values['not_scaled']['4']:.2f} at 4 to {values['not_scaled']['1024']:.0e} at 1024; "
        f"scaled by 1/√d_k, it stays at {values['scaled']['1024']:.2f}."
    )
    return Figure(figure, alt, values)


@exhibit
def sharpening() -> Table:
    """Show the median largest weight and the median entropy of ten weights against d_k."""
    rows: list[list[Cell]] = []
    for d in SIZES[1:]:
        row: list[Cell] = [d]
        for scale in (1.0, d**-0.5):
            weights, _ = random_weights(d, scale, seed=d)
            row += [float(np.median(weights.max(axis=1))), float(np.median(entropies(weights)))]
        rows.append(row)
    columns = ["$d_k$", "largest", "entropy", "largest, scaled", "entropy, scaled"]
    return Table(
        columns,
        rows,
        formats=["d", ".3f", ".3f", ".3f", ".3f"],
        heat=["largest", "largest, scaled"],
        values={"queries": len(weights)},
    )


@exhibit
def query_gradients() -> Table:
    """Show the gradient of the weights by the query: most queries get none, a few get much."""
    rows: list[list[Cell]] = []
    for d in (16, 64, 256, 1024):
        plain = query_gradient_norms(*random_weights(d, 1.0, seed=d), 1.0)
        scaled = query_gradient_norms(*random_weights(d, d**-0.5, seed=d), d**-0.5)
        middle, even = float(np.median(plain)), float(np.median(scaled))
        rows.append([d, middle, float(plain.mean()), float(plain.max()), even, float(scaled.max())])
    columns = ["$d_k$", "median", "mean", "largest", "median, scaled", "largest, scaled"]
    formats = ["d", ".2g", ".2f", ".1f", ".2f", ".2f"]
    return Table(columns, rows, formats=formats, values={"queries": plain.size})


def _ticks(axis: Axis, places: Mapping[float, str]) -> None:
    """Label an axis at few places."""
    axis.set_ticks(list(places), list(places.values()))
    axis.set_ticks([], minor=True)
