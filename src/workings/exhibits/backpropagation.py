"""Tables and figures of backpropagation: the graph, the worked example, error curves, mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from workings.byhand.backpropagation import network_backward, network_forward, network_loss
from workings.claims.gradient_check import FORMATS, METHODS, STEPS, error_curve
from workings.claims.gradient_mistakes import check, mistakes
from workings.claims.one_hidden_layer import EXAMPLE, LABEL
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit

CHAIN = (  # what is computed, and the gradient at the edge below it
    ("$x$", r"$\delta_z W_1^\top$"),
    ("$z = xW_1 + b_1$", r"$\delta_z = \delta_h \circ h \circ (1 - h)$"),
    (r"$h = \sigma(z)$", r"$\delta_h = \delta_u W_2^\top$"),
    ("$u = hW_2 + b_2$", r"$\delta_u = \hat y - y$"),
    (r"$J = CE(y, \hat y)$", ""),
)
ASIDE = (  # parameters: their level, and the gradient at their edge
    ("$W_1$", 1, 0.5, r"$x^\top \delta_z$"),
    ("$b_1$", 1, -0.5, r"$\delta_z$"),
    ("$W_2$", 3, 0.5, r"$h^\top \delta_u$"),
    ("$b_2$", 3, -0.5, r"$\delta_u$"),
)
DOWN, MIDDLE, LEFT = 2.1, 5.5, 0.7  # the distance of levels, and the two columns


def box(axes: Axes, x: float, y: float, text: str) -> None:
    """Write a formula in a box."""
    style = {"boxstyle": "round,pad=0.35", "facecolor": "none", "edgecolor": INK, "linewidth": 0.8}
    axes.text(x, y, text, ha="center", va="center", color=INK, bbox=style, fontsize=13)


def edge(axes: Axes, start: tuple[float, float], end: tuple[float, float], backward: bool) -> None:
    """Draw an arrow, forward in ink or backward in colour."""
    colour = SERIES[1] if backward else INK
    look: dict[str, Any] = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.8 if backward else 0.9}
    axes.annotate("", end, start, arrowprops=look | {"shrinkA": 0, "shrinkB": 0, "mutation_scale": 11})


@exhibit
def graph() -> Figure:
    """The network as a graph: computed downwards, each edge with the gradient that goes back along it."""
    figure, axes = canvas(5.0, 5.2)
    axes.axis("off")
    axes.set_xlim(0, 10)
    axes.set_ylim(-0.6, 4 * DOWN + 0.6)
    for level, (formula, gradient) in enumerate(CHAIN):
        y = (4 - level) * DOWN
        box(axes, MIDDLE, y, formula)
        if gradient:
            edge(axes, (MIDDLE - 0.15, y - 0.45), (MIDDLE - 0.15, y - DOWN + 0.45), backward=False)
            edge(axes, (MIDDLE + 0.15, y - DOWN + 0.45), (MIDDLE + 0.15, y - 0.45), backward=True)
            axes.text(MIDDLE + 0.45, y - DOWN / 2, gradient, va="center", color=INK, fontsize=13)
    for name, level, shift, gradient in ASIDE:
        y = (4 - level) * DOWN + shift
        box(axes, LEFT, y, name)
        near = MIDDLE - 1.55
        edge(axes, (LEFT + 0.75, y + 0.1), (near, y - 0.7 * shift + 0.1), backward=False)
        edge(axes, (near, y - 0.7 * shift - 0.12), (LEFT + 0.75, y - 0.12), backward=True)
        above = 0.5 if shift > 0 else -0.5
        axes.text(
            (LEFT + near) / 2 + 0.2,
            y - 0.35 * shift + above,
            gradient,
            ha="center",
            va="center",
            color=INK,
            fontsize=13,
        )
    return Figure(
        figure,
        "A graph read downwards: x, then z = x W1 + b1, h = sigmoid of z, u = h W2 + b2, the loss J. From "
        "the left W1 and b1 enter z, W2 and b2 enter u. Along each edge a coloured arrow points back, with "
        "its gradient: y-hat minus y into u, that times W2 transposed into h, times h (1 - h) into z, "
        "times W1 transposed into x; into W1 x transposed times delta z, into W2 h transposed times delta u.",
    )


def written(array: np.ndarray) -> str:
    """Return a small matrix as rows in brackets."""
    rows = [", ".join(f"{number:.4f}" for number in row) for row in np.atleast_2d(array)]
    return "; ".join(rows)


@exhibit
def worked() -> Table:
    """Every number of the worked example, forward and backward."""
    h, u, y_hat = network_forward(**EXAMPLE)
    z = EXAMPLE["x"] @ EXAMPLE["W_1"] + EXAMPLE["b_1"]
    back = network_backward(y=LABEL, **EXAMPLE)
    rows: list[list[str]] = [
        ["$z = xW_1 + b_1$", written(z)],
        ["$h = \\sigma(z)$", written(h)],
        ["$u = hW_2 + b_2$", written(u)],
        ["$\\hat y$", written(y_hat)],
        ["$J = -\\log \\hat y_3$", f"{network_loss(y=LABEL, **EXAMPLE):.4f}"],
        ["$\\delta_u = \\hat y - y$", written(back["u"])],
        ["$\\delta_h = \\delta_u W_2^\\top$", written(back["h"])],
        ["$h \\circ (1 - h)$", written(h * (1 - h))],
        ["$\\delta_z$", written(back["z"])],
        ["$\\partial J/\\partial x$", written(back["x"])],
    ]
    return Table(["", "value"], rows)


@exhibit
def error_curves() -> Figure:
    """The gap between differences and the gradient against the step: two methods, two formats."""
    figure, panels = canvas(5.0, 3.2, columns=2, sharey=True)
    values: dict[str, Any] = {}
    for axes, name in zip(panels, FORMATS, strict=True):
        for place, method in enumerate(METHODS):
            gaps = error_curve(method, name)
            axes.plot(
                np.log10(STEPS[name]),
                np.log10(gaps),
                color=SERIES[place],
                label=method,
            )
            best = int(np.argmin(gaps))
            values[f"{method}_{name}".replace("-", "_")] = {
                "step": float(STEPS[name][best]),
                "gap": float(gaps[best]),
            }
        unit = np.log10(float(np.finfo(FORMATS[name]).eps))
        for place, power in enumerate((1 / 3, 1 / 2)):
            axes.axvline(power * unit, color=SERIES[place], linewidth=0.8, linestyle=(0, (2, 3)))
        axes.set_title(name)
        ticks = [-6, -4, -2, 0] if name == "float32" else [-12, -8, -4, 0]
        axes.set_xticks(ticks, [f"$10^{{{tick}}}$" if tick else "1" for tick in ticks])
        axes.set_yticks([-12, -9, -6, -3, 0], ["$10^{-12}$", "$10^{-9}$", "$10^{-6}$", "$10^{-3}$", "1"])
    figure.supxlabel("step $\\varepsilon$", fontsize=10, color=INK)
    panels[1].legend(loc="upper center", handlelength=1.0, borderpad=0, labelcolor=INK)
    return Figure(
        figure,
        "Two panels of gap against step on log scales, each with two V-shaped curves. In float32 central "
        "differences are best near a step of 0.01 with a gap near 1e-5, one-sided near 0.001 with 2e-4. In "
        "float64 central are best near 1e-5 with 2e-11, one-sided near 1e-7 with 1e-8.",
        values,
    )


@exhibit
def caught() -> Table:
    """The gap of the right gradient and of common mistakes to central differences."""
    names = {"W_1": "$W_1$", "W_2": "$W_2$", "b_1": "$b_1$", "x": "$x$"}
    rows: list[list[str | float]] = [[what, names[one[0]], check(one)] for what, one in mistakes().items()]
    return Table(["gradient", "by", "gap"], rows, ["", "", ".0e"], head=2)
