"""Tables and figures of the softmax: the worked example, ranges of the formats, temperature, gradients."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from workings.byhand.cross_entropy import cross_entropy_gradient
from workings.byhand.softmax import softmax, softmax_jacobian
from workings.claims.cross_entropy import LABEL, gradient
from workings.claims.softmax import EXAMPLE
from workings.claims.softmax_floats import FORMATS, overflow, sum_overflow, underflow
from workings.claims.temperature import Z
from workings.claims.temperature_floats import first_nan, first_one, first_uniform, last_zero
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit

TEMPERATURES = (0.1, 0.25, 0.5, 1.0, 2.0, 10.0, 100.0)


@exhibit
def worked() -> Table:
    """Every number of the worked example: scores, powers, weights, label, gradient."""
    theta, y = np.array(EXAMPLE), np.array(LABEL)
    powers, weights = np.exp(theta), softmax(theta)
    rows = [[i + 1, theta[i], powers[i], weights[i], y[i], (weights - y)[i]] for i in range(theta.size)]
    return Table(
        ["$i$", "$\\theta_i$", "$e^{\\theta_i}$", "$\\hat y_i$", "$y_i$", "$\\hat y_i - y_i$"],
        rows,
        ["", ".0f", ".4f", ".4f", ".0f", ".4f"],
        values={"sum": float(powers.sum()), "lse": float(np.log(powers.sum()))},
    )


@exhibit
def ranges() -> Table:
    """Where powers of e overflow and underflow in four formats."""
    rows: list[list[str | float]] = [
        [
            name,
            underflow(name)[0],
            sum_overflow(name)[0],
            overflow(name)[0],
            torch.finfo(dtype).max,
        ]
        for name, dtype in FORMATS.items()
    ]
    return Table(
        ["", "$e^x > 0$ from", "sum finite to", "$e^x$ finite to", "largest"],
        rows,
        ["", ".2f", ".2f", ".2f", ".2g"],
    )


@exhibit
def witnesses() -> Table:
    """The gradient of the worked example, by each witness."""
    found = gradient.decide().values["by_witness"]
    rows = [
        [name, *numbers, f"{float(np.abs(np.subtract(numbers, found['by hand'])).max()):.0e}"]
        for name, numbers in found.items()
    ]
    return Table(
        ["witness", "$\\theta_1$", "$\\theta_2$", "$\\theta_3$", "off by"],
        rows,
        ["", ".6f", ".6f", ".6f", ""],
    )


@exhibit
def temperatures() -> Figure:
    """The weights of (4, 3, 2, 1) against the temperature, on a log axis."""
    figure, axes = canvas()
    dial = np.geomspace(0.05, 100, 60)
    weights = np.array([softmax(Z, temperature=t) for t in dial])
    for place, score in enumerate(Z):
        axes.plot(dial, weights[:, place], color=SERIES[place])
        axes.annotate(
            f"{score:.0f}",
            (0.5, np.interp(0.5, dial, weights[:, place])),
            xytext=(2, 4),
            textcoords="offset points",
            color=INK,
        ) if place < 3 else None
    axes.axhline(0.25, color=INK, linewidth=0.5, linestyle=(0, (2, 3)))
    axes.set_xscale("log")
    axes.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    axes.minorticks_off()
    axes.set_xlabel("temperature $T$")
    axes.set_title("weight")
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    return Figure(
        figure,
        "Four curves against temperature. At 0.05 the weight of score 4 is one and the others are zero; "
        "towards 100 all four meet at a quarter. The curve of score 3 rises above a quarter before it does.",
    )


@exhibit
def temperature_table() -> Table:
    """The weights of (4, 3, 2, 1) at seven temperatures, and their entropy."""
    rows = []
    for t in TEMPERATURES:
        p = softmax(Z, temperature=t)
        rows.append([t, *p, float(-(p * np.log(p)).sum())])
    return Table(
        ["$T$", "$p_1$", "$p_2$", "$p_3$", "$p_4$", "entropy"],
        rows,
        ["g", ".4f", ".4f", ".4f", ".4f", ".3f"],
        heat=["$p_1$", "$p_2$", "$p_3$", "$p_4$"],
        values={
            "by_t": {f"{t:g}".replace(".", "_"): softmax(Z, temperature=t).tolist() for t in TEMPERATURES}
        },
    )


@exhibit
def temperature_edges() -> Table:
    """At which temperatures the weights of (4, 3, 2, 1) stop being what they are on paper."""
    rows: list[list[str | float]] = [
        [
            name,
            first_nan(name),
            last_zero(name, 1),
            last_zero(name, 3),
            first_one(name),
            first_uniform(name),
        ]
        for name in FORMATS
    ]
    return Table(
        ["", "`nan`", "3 zeros", "1 zero", "$p_1 = 1$", "uniform"],
        rows,
        ["", ".0e", ".2g", ".2g", ".2g", ".0e"],
    )


@exhibit
def losses_in_floats() -> Table:
    """The loss of a wrong and sure prediction in float32, from the weights and from the scores."""
    rows: list[list[str | float]] = []
    for gap in (10.0, 50.0, 100.0, 104.0, 200.0):
        scores = torch.tensor([[-gap, 0.0]], requires_grad=True)
        through = -torch.softmax(scores, -1)[0, 0].log()
        (slope,) = torch.autograd.grad(through, scores)
        direct = functional.cross_entropy(scores, torch.tensor([0]))
        (right,) = torch.autograd.grad(direct, scores)
        rows.append(
            [
                gap,
                f"{through.item():.5g}",
                f"{slope[0, 0].item():.4g}",
                f"{direct.item():.5g}",
                f"{right[0, 0].item():.4g}",
            ]
        )
    return Table(
        ["gap", "$-\\log p_k$", "its gradient", "$\\operatorname{lse} - \\theta_k$", "its gradient "],
        rows,
        ["g", "", "", "", ""],
    )


@exhibit
def margins() -> Figure:
    """The length of the gradient against the margin: cross-entropy and squared error."""
    figure, axes = canvas()
    margin = np.linspace(-12, 6, 55)
    crossed, squared = [], []
    for m in margin:
        theta, y = np.array([m, 0.0]), np.array([1.0, 0.0])
        y_hat = softmax(theta)
        crossed.append(float(np.linalg.norm(cross_entropy_gradient(y, theta))))
        squared.append(float(np.linalg.norm(softmax_jacobian(y_hat) @ (y_hat - y))))
    axes.plot(margin, crossed, color=SERIES[0])
    axes.plot(margin, squared, color=SERIES[1])
    axes.annotate("cross-entropy", (-11.5, 1.3), color=INK)
    axes.annotate("squared error", (-11.5, 0.08), color=INK)
    axes.set_xlabel("margin $\\theta_k - \\theta_j$ (negative: wrong)")
    axes.set_title("length of the gradient")
    axes.set_ylim(-0.03, 1.55)
    peak = int(np.argmax(squared))
    return Figure(
        figure,
        "Gradient length against margin from -12 to 6. Cross-entropy stays near 1.41 while wrong, and falls "
        "to zero when right. Squared error is near zero at both ends, with a hump around zero.",
        {"peak_margin": float(margin[peak]), "peak": squared[peak], "wrong_by_12": squared[0]},
    )
