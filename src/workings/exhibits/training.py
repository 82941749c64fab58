"""Tables and figures of training: gradient noise, batch sizes, gradients through depth, skip connections."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from workings.byhand.minibatch import minibatch_variance
from workings.claims.batch_size import SIZES, TARGET, best_steps
from workings.claims.dead_units import SHAPES, one_unit, share_dead
from workings.claims.minibatch_noise import real_gradients, strays
from workings.claims.skip_connections import HE, SMALL, curve
from workings.claims.step_times import seconds_per_step
from workings.claims.vanishing_depth import DEPTH, GAINS, NETWORKS, WIDTH, profile
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit

NAMES = {"relu": "ReLU", "leaky": "leaky ReLU", "gelu": "GELU", "tanh": "tanh", "sigmoid": "sigmoid"}


@exhibit
def noise() -> Figure:
    """The variance of a minibatch's gradient against its size, with and without replacement."""
    G = real_gradients()
    sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    figure, axes = canvas()
    for place, (replacement, name, mark) in enumerate(
        ((True, "with replacement", "o"), (False, "without", "s"))
    ):
        measured = [strays(B, replacement=replacement, draws=500).mean() for B in sizes]
        formula = [minibatch_variance(G, B, replacement=replacement) for B in sizes]
        axes.loglog(sizes, formula, color=SERIES[place], linewidth=1)
        axes.loglog(sizes, measured, mark, color=SERIES[place], markersize=4, label=name)
    axes.set_xlabel("batch size B")
    axes.set_ylabel("variance of the gradient")
    axes.set_xticks([1, 10, 100], ["1", "10", "100"])
    axes.minorticks_off()
    axes.legend(loc="lower left", labelcolor=INK, frameon=False)
    return Figure(
        figure,
        "Both variances fall from 5.5 at B = 1 along a straight line of slope minus 1 on log scales; without "
        "replacement the last points bend down, to a tenth of the other at 512 of 569 examples.",
        {"N": len(G)},
    )


@exhibit
def steps() -> Figure:
    """Steps and examples to a given loss against the batch size, at the best rate for each."""
    found = {B: best_steps(B) for B in SIZES}
    needed = np.array([one[0] for one in found.values()])
    figure, (left, right) = canvas(columns=2)
    left.loglog(SIZES, needed, "o-", color=SERIES[0], markersize=4)
    left.set_title("steps")
    right.loglog(SIZES, needed * SIZES, "o-", color=SERIES[1], markersize=4)
    right.set_title("examples")
    left.loglog(SIZES[:6], needed[0] / np.array(SIZES[:6]), color=INK, linewidth=0.8, linestyle=":")
    left.text(1.6, 60, "1 / B", color=INK)
    left.set_yticks([10, 100, 1_000], ["10", "100", "1000"])
    right.set_yticks([1_000, 10_000], ["1000", "$10^4$"])
    right.set_ylim(300, 20_000)
    for axes in (left, right):
        axes.set_xlabel("batch size B")
        axes.set_xticks([1, 10, 100], ["1", "10", "100"])
        axes.minorticks_off()
    return Figure(
        figure,
        "Left: steps fall from 796 at B = 1 nearly as 1 over B to about 60 at 16, then flatten at about "
        "26. Right: examples stay near 1000 up to B = 16 and then rise to 6700 at 256.",
        {"rate": {str(B): one[1] for B, one in found.items()}, "target": TARGET},
    )


@exhibit
def times() -> Table:
    """The time of a step and of an example, measured here."""
    rows: list[list[str | float]] = []
    for B in (1, 8, 64, 512, 4_096):
        seconds = seconds_per_step(B)
        rows.append([B, 1e6 * seconds, 1e6 * seconds / B])
    return Table(["$B$", "a step, µs", "an example, µs"], rows, ["", ",.0f", ",.2f"])


@exhibit
def depth() -> Figure:
    """The gradient's norm through 50 layers: three activations, two rules for the weights."""
    figure, panels = canvas(columns=2, sharey=True)
    layers = np.arange(DEPTH + 1)
    values: dict[str, Any] = {"units": WIDTH, "networks": NETWORKS, "layers": DEPTH}
    for axes, (rule, gain) in zip(panels, GAINS.items(), strict=True):
        for place, name in enumerate(("sigmoid", "tanh", "relu")):
            norms = profile(name, gain)
            axes.plot(layers[::2], np.log10(norms[::2]), color=SERIES[place], label=NAMES[name])
            values[f"{name}_{rule}"] = float(norms[0])
        axes.set_title(f"{rule}'s rule")
        axes.set_xlabel("layer")
        axes.set_xticks([0, 25, 50])
        axes.set_yticks([0, -10, -20, -30], ["1", "$10^{-10}$", "$10^{-20}$", "$10^{-30}$"])
    panels[1].legend(loc="lower right", labelcolor=INK, frameon=False)
    return Figure(
        figure,
        "Two panels: gradient norm, log scale, against layer 50 down to 0. The sigmoid falls to 1e-31 with "
        "Xavier's rule and 1e-25 with He's. tanh falls to a tenth, or grows sixfold. ReLU falls to 4e-8 "
        "with Xavier's rule and stays at 1 with He's.",
        values,
    )


@exhibit
def dead() -> Table:
    """A unit shut by its bias, and layers trained with long steps: five activations."""
    rows: list[list[str | float]] = []
    for name in SHAPES:
        first, loss = one_unit(name)
        rows.append([NAMES[name], first, loss, share_dead(name, 3.0)])
    return Table(["", "gradient", "loss", "dead"], rows, ["", ".3f", ".4f", ".0%"])


@exhibit
def skips() -> Figure:
    """The gradient's norm through 50 ReLU layers, plain and with skips."""
    figure, axes = canvas()
    layers = np.arange(DEPTH + 1)
    lines = {
        "skip, He": (HE, True, 1.0),
        "skip, He, 1/√50": (HE, True, DEPTH**-0.5),
        "plain, He": (HE, False, 1.0),
        "plain, Torch's": (SMALL, False, 1.0),
    }
    values: dict[str, Any] = {}
    for place, (name, (gain, skip, scale)) in enumerate(lines.items()):
        norms = profile("relu", gain, skip, scale)
        axes.plot(layers[::2], np.log10(norms[::2]), color=SERIES[place], label=name)
        values[("skip_full", "skip_scaled", "plain_he", "plain_torch")[place]] = float(norms[0])
    axes.set_xlabel("layer")
    axes.set_yticks([10, 0, -10, -20], ["$10^{10}$", "1", "$10^{-10}$", "$10^{-20}$"])
    axes.legend(loc="lower right", labelcolor=INK, frameon=False)
    return Figure(
        figure,
        "Gradient norm, log scale, against layers 50 down to 0. With skips and He's rule it grows to 5e10; "
        "with scaled branches it stays near 4; plain with He's rule near 1; plain with Torch's own weights "
        "it falls to 5e-20.",
        values,
    )


@exhibit
def curves() -> Figure:
    """The loss of six networks of 50 layers over their first steps."""
    figure, axes = canvas()
    values: dict[str, Any] = {}
    names = {
        "plain, sigmoid": "plain sigmoid",
        "plain, ReLU": "plain ReLU",
        "plain, ReLU, He": "plain ReLU, He",
        "skip, scaled": "skip, scaled",
        "skip, norm": "skip, scaled, norm",
    }
    for place, (name, label) in enumerate(names.items()):
        losses, right = curve(name)
        smooth = np.reshape(losses, (-1, 5)).mean(axis=1)
        style = "--" if name == "plain, ReLU" else "-"
        axes.plot(np.arange(len(smooth)) * 5 + 3, smooth, style, color=SERIES[place], label=label)
        values[name.replace(", ", "_").replace(" ", "_")] = right
    axes.axhline(math.log(10), color=INK, linewidth=0.5)
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.set_ylim(0, 2.9)
    axes.legend(loc="lower left", labelcolor=INK, fontsize=9, frameon=False)
    return Figure(
        figure,
        "Loss against 100 steps. Plain sigmoid and plain ReLU stay at ln 10, the loss of guessing. Plain "
        "ReLU with He's rule falls slowly to 1.7, skips with scaled branches to 1.4, and with a norm as "
        "well to 0.3.",
        values,
    )
