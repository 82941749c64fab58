"""Tables and figures of logistic regression: lost digits, separable data, a penalty with corners."""

from __future__ import annotations

from typing import Any

import numpy as np

from workings.byhand.infinity_norm import infinity_subgradients
from workings.byhand.logistic_regression import margin_descent, margin_loss
from workings.byhand.sigmoid import log_sigmoid, sigmoid
from workings.claims.implicit_bias import degrees
from workings.claims.infinity_norm import EXAMPLE, PENALTY, RATE, W, every_tied_index, objective, options
from workings.claims.logistic_real import breast_cancer, scikit_fit, torch_fit
from workings.claims.separable import ALPHAS, W_STAR, X, Y
from workings.claims.separable import RATE as DESCENT_RATE
from workings.exhibits.drawing import FAINT, INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit


@exhibit
def digits() -> Table:
    """The chance of the other class by two formulas, and its logarithm."""
    rows: list[list[str | float]] = []
    for x in (1.0, 10.0, 20.0, 30.0, 36.0, 40.0, 700.0):
        lost, kept = 1 - sigmoid([x])[0], sigmoid([-x])[0]
        rows.append([f"{x:.0f}", float(lost), float(kept), float(log_sigmoid([-x])[0])])
    columns = ["$x$", "$1 - \\sigma(x)$", "$\\sigma(-x)$", "$\\log \\sigma(-x)$"]
    return Table(columns, rows, ["", ".6g", ".6g", ".6g"])


@exhibit
def ray() -> Table:
    """The loss along the ray through a separating w, and the size of its gradient."""
    rows = [[alpha, margin_loss(alpha * W_STAR, X, Y)] for alpha in ALPHAS]
    return Table(["$\\alpha$", "$L(\\alpha w_*)$"], rows, ["", ".3g"])


@exhibit
def descent() -> Figure:
    """Loss and length of the weights over a hundred thousand steps of gradient descent."""
    steps = np.unique(np.geomspace(1, 100_000, 31).astype(int))
    path = margin_descent(X, Y, DESCENT_RATE, steps)
    figure, (left, right) = canvas(columns=2)
    left.loglog(steps, [margin_loss(w, X, Y) for w in path], color=SERIES[0])
    left.loglog(steps[8:], 17 / 9 / DESCENT_RATE / steps[8:], color=INK, linewidth=0.8, linestyle=":")
    left.set_title("loss")
    left.text(300, 0.2, "18.9 / t", color=INK)
    right.semilogx(steps, np.linalg.norm(path, axis=1), color=SERIES[1])
    right.set_title("length of w")
    for axes in (left, right):
        axes.set_xlabel("steps t")
        axes.set_xticks([1, 100, 10_000], ["1", "100", "$10^4$"])
        axes.minorticks_off()
    return Figure(
        figure,
        "Left: the loss against steps, both on log scales, falls along a straight line, as 18.9 over t. "
        "Right: the length of w against the logarithm of the steps rises along a straight line to 13 and "
        "does not level off.",
    )


@exhibit
def angle() -> Figure:
    """The angle between w and the widest margin's direction, against steps."""
    steps = np.unique(np.geomspace(1, 100_000, 31).astype(int))
    angles = [degrees(w, W_STAR) for w in margin_descent(X, Y, DESCENT_RATE, steps)]
    figure, axes = canvas()
    axes.loglog(steps, angles, color=SERIES[0])
    late = steps[steps >= 200]
    axes.loglog(late, angles[-1] * np.log(100_000) / np.log(late), color=INK, linewidth=0.8, linestyle=":")
    axes.text(2_000, 1.6, "as 1 / ln t", color=INK)
    axes.set_xlabel("steps t")
    axes.set_ylabel("angle in degrees")
    axes.set_yticks([1, 10], ["1°", "10°"])
    axes.minorticks_off()
    return Figure(
        figure,
        "The angle falls from 47 degrees at step 1 to 4 at step 100, and then ever more slowly, to 0.76 "
        "degrees at step 100 000, along a curve as 1 over ln t.",
        {"last": angles[-1]},
    )


@exhibit
def boundaries() -> Figure:
    """The points, the boundary after 1, 10 and 100 000 steps, and the widest margin."""
    path = margin_descent(X, Y, DESCENT_RATE, [1, 10, 100_000])
    figure, axes = canvas(height=3.6)
    across = np.array([-3.0, 5.0])

    def line(w: np.ndarray, level: float = 0.0, **style: Any) -> None:
        axes.plot(across, (level - w[0] - w[1] * across) / w[2], **style)

    line(W_STAR, 1, color=INK, linewidth=0.8, linestyle=":")
    line(W_STAR, -1, color=INK, linewidth=0.8, linestyle=":")
    for place, (w, steps) in enumerate(zip(path, ("1 step", "10 steps", "$10^5$ steps"), strict=True)):
        line(w, color=SERIES[(2, 3, 4)[place]], label=steps)
    for sign, mark, colour, name in ((1, "o", SERIES[0], "y = +1"), (-1, "s", SERIES[1], "y = −1")):
        points = X[sign == Y]
        axes.plot(points[:, 1], points[:, 2], mark, color=colour, markersize=7, label=name)
    axes.set_xlim(-3, 5)
    axes.set_ylim(-2.6, 3.8)
    axes.set_aspect("equal")
    axes.set_xlabel("$x_1$")
    axes.set_ylabel("$x_2$")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), labelcolor=INK, handlelength=1.2, frameon=False)
    return Figure(
        figure,
        "Eight points in the plane. The boundary after one step leaves one of the negative squares on the "
        "wrong side; after 10 steps it separates the classes; after 100 000 it lies midway between two "
        "dotted parallel lines, the widest margin, which pass through one circle and two squares.",
    )


@exhibit
def corner() -> Figure:
    """The subgradients of the squared infinity norm at a tie, and the printed rule's vector."""
    figure, (left, right) = canvas(columns=2)
    w = np.array([1.0, 1.0])
    rows, rule = infinity_subgradients(w), every_tied_index(w)
    left.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], color=INK, linewidth=0.8)
    left.plot([-2, 2, 2, -2, -2], [-2, -2, 2, 2, -2], color=FAINT, linewidth=0.8)
    left.plot([1], [1], "o", color=INK, markersize=4)
    left.text(-0.9, 0.6, "norm² = 1", color=INK)
    left.text(-1.9, 1.6, "norm² = 4", color=INK)
    left.set_title("weights")
    right.plot(rows[:, 0], rows[:, 1], color=SERIES[0], linewidth=3, solid_capstyle="round")
    right.plot([rule[0]], [rule[1]], "x", color=SERIES[1], markersize=9, markeredgewidth=2)
    right.plot([1], [1], "o", color=SERIES[0], markersize=6)
    right.text(1.9, 2.15, "sum", color=INK, ha="center")
    right.text(1.12, 1.08, "mean", color=INK)
    right.text(0.1, 0.35, "subgradients", color=INK)
    right.set_title("slopes at (1, 1)")
    for axes, lower in ((left, -2.3), (right, -0.3)):
        axes.set_aspect("equal")
        axes.set_xlim(lower, 2.6)
        axes.set_ylim(lower, 2.6)
        axes.set_xticks([0, 1, 2] if lower > -1 else [-2, 0, 2])
        axes.set_yticks([0, 1, 2] if lower > -1 else [-2, 0, 2])
    return Figure(
        figure,
        "Left: the level sets of the squared norm are squares, and the weights (1, 1) are a corner of one. "
        "Right: the subgradients there fill the segment from (2, 0) to (0, 2), with the mean (1, 1) in the "
        "middle; the sum (2, 2) lies off it.",
    )


@exhibit
def rules() -> Table:
    """The four rules of the multiple choice, run from one place."""
    shown = ["$w \\circ e_{\\arg\\max \\lvert w \\rvert}$", "$w \\circ e_{\\arg\\max \\lvert x \\rvert}$"]
    shown += ["$e_{\\arg\\max \\lvert w \\rvert}$", "$e_{\\arg\\max \\lvert x \\rvert}$"]
    rows: list[list[str | float]] = [["start", *W, objective(W, EXAMPLE, 0, PENALTY)]]
    for name, new in zip(shown, options().values(), strict=True):
        rows.append([name, *new.tolist(), objective(new, EXAMPLE, 0, PENALTY)])
    columns = ["penalty's part", "$w_1$", "$w_2$", "$w_3$", "objective"]
    return Table(columns, rows, ["", ".3f", ".3f", ".3f", ".3f"], values={"rate": RATE})


@exhibit
def coefficients() -> Table:
    """The largest coefficients on real data, from Torch and from scikit-learn."""
    _, _, names = breast_cancer()
    ours, theirs = torch_fit(1.0), scikit_fit(1.0)
    order = np.argsort(-np.abs(ours[1:]))[:6]
    rows: list[list[str | float]] = [["(bias)", ours[0], theirs[0]]]
    rows += [[names[i], ours[1 + i], theirs[1 + i]] for i in order]
    return Table(["measurement", "Torch", "scikit-learn"], rows, ["", ".6f", ".6f"])
