"""Tables and figures of recurrent networks: the scalar gradient, reach against distance, clipping."""

from __future__ import annotations

from typing import Any

import numpy as np

from workings.byhand.recurrent import jacobian_norms
from workings.byhand.scalar_rnn import scalar_rnn, scalar_rnn_gradient
from workings.byhand.spectral import spectral_radius, step_bound
from workings.claims.recurrent import random_network
from workings.claims.recurrent_memory import by_distance, initial_weights, surviving
from workings.claims.recurrent_steps import cliff_loss, descend
from workings.claims.scalar_rnn import RATE, A, W, X, Y
from workings.exhibits.drawing import INK, SERIES, Figure, canvas
from workings.exhibits.exhibit import Table, exhibit

ACTIVATIONS = {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU"}
RADII = (0.5, 1.0, 2.0)
SEEDS, UNITS, STEPS = 5, 32, 200  # of the networks whose gradients are measured
KEPT_SEEDS, KEPT_UNITS, KEPT_STEPS = 3, 64, 200  # of the networks drawn by rules


@exhibit
def scalar_steps() -> Table:
    """Every number of the two-step example, from the inputs to the new weight."""
    z, h = scalar_rnn(X, W, A)
    error, slope = h[2] - Y, 1 - h[2] ** 2
    gradient = scalar_rnn_gradient(X, Y, W, A)
    rows: list[list[str | float]] = [
        ["$z_1 = a x_1$", z[0]],
        ["$h_1 = g(z_1)$", h[1]],
        ["$z_2 = w h_1 + a x_2$", z[1]],
        ["$h_2 = g(z_2)$", h[2]],
        ["$L = \\tfrac12 (h_2 - y)^2$", error**2 / 2],
        ["$h_2 - y$", error],
        ["$g'(z_1) = 1 - h_1^2$", 1 - h[1] ** 2],
        ["$g'(z_2) = 1 - h_2^2$", slope],
        ["$dL/dw = (h_2 - y)\\, g'(z_2)\\, h_1$", gradient],
        ["new $w$", W - RATE * gradient],
    ]
    return Table(["what", "value"], rows, ["", ".4f"])


def norms(activation: str, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the norms of dh_T/dh_{T-k} and their bounds for k = 1 to ``STEPS``, medians of networks."""
    measured, bounds = [], []
    for seed in range(SEEDS):
        _, _, W_hh, H = random_network(activation, radius, seed, UNITS, STEPS)
        measured.append(jacobian_norms(H[0], W_hh, activation))
        bounds.append(step_bound(W_hh, activation) ** np.arange(1.0, STEPS + 1.0))
    return np.median(measured, axis=0), np.median(bounds, axis=0)


@exhibit
def reach() -> Figure:
    """The norm of the product of Jacobians against distance: three activations, three spectral radii."""
    figure, panels = canvas(columns=3, sharey=True)
    values: dict[str, Any] = {"units": UNITS, "networks": SEEDS, "steps": STEPS}
    distances = np.arange(1, STEPS + 1)
    for axes, (activation, name) in zip(panels, ACTIVATIONS.items(), strict=True):
        for place, radius in enumerate(RADII):
            measured, _ = norms(activation, radius)
            axes.plot(distances, np.log10(measured), color=SERIES[place], label=f"ρ = {radius:g}")
            values[f"{activation}_{radius:g}".replace(".", "_")] = {
                str(k): float(measured[k - 1]) for k in (1, 10, 50, 100, 200)
            }
        axes.axhline(0, color=INK, linewidth=0.5)
        axes.set_title(name)
        axes.set_xticks([0, 100, 200])
        axes.set_ylim(-80, 32)
        axes.set_yticks([-80, -60, -40, -20, 0, 20], ["$10^{-80}$", "", "$10^{-40}$", "", "1", "$10^{20}$"])
    panels[1].set_xlabel("steps back")
    panels[0].legend(loc="lower left", handlelength=1.0, borderpad=0, frameon=False, labelcolor=INK)
    return Figure(
        figure,
        "Three panels of gradient norm, on a log scale, against 1 to 200 steps back. With tanh it falls "
        "for radius "
        "0.5 and 1 and rises a little for 2. With sigmoid it falls for all three. With ReLU it falls for "
        "0.5 and 1 "
        "and rises steeply for 2.",
        values,
    )


@exhibit
def norms_and_bounds() -> Table:
    """Measured norms beside their bounds at three distances."""
    rows: list[list[str | float]] = []
    for activation, name in ACTIVATIONS.items():
        for radius in RADII:
            measured, bounds = norms(activation, radius)
            rows.append([name, radius, measured[9], bounds[9], measured[199], bounds[199]])
    return Table(
        ["", "$\\rho$", "10 steps", "bound", "200 steps", "bound "],
        rows,
        ["", ".1f", ".0e", ".0e", ".0e", ".0e"],
        head=2,
    )


@exhibit
def parts_of_the_gradient() -> Table:
    """How much of a shared weight's gradient comes from each distance."""
    parts, total, _ = by_distance()
    sizes = np.linalg.norm(parts, axis=(1, 2))[::-1]
    running = np.cumsum(parts[::-1], axis=0)
    whole = np.linalg.norm(total)
    rows = [
        [k, sizes[k], float(np.linalg.norm(running[k] - total) / whole)] for k in (0, 1, 2, 5, 10, 20, 40, 58)
    ]
    return Table(["distance", "size", "missing"], rows, ["", ".2g", ".1e"])


def kept(kind: str, activation: str) -> float:
    """Return what is left of a gradient, the median of a few networks."""
    return surviving(kind, activation, KEPT_STEPS, KEPT_UNITS, KEPT_SEEDS)


@exhibit
def initialisations() -> Table:
    """What is left of a gradient after 200 steps, by how W_hh is drawn."""
    kinds = ("Xavier", "He", "orthogonal", "identity")
    rows: list[list[str | float]] = [
        [kind, *(kept(kind, name) for name in ("tanh", "relu", "linear"))] for kind in kinds
    ]
    rng = np.random.default_rng(0)
    radii = {kind: spectral_radius(initial_weights(kind, KEPT_UNITS, rng)) for kind in kinds}
    values = {"radii": radii, "steps": KEPT_STEPS, "units": KEPT_UNITS, "networks": KEPT_SEEDS}
    return Table(["$W_{hh}$", "tanh", "ReLU", "none"], rows, ["", ".0e", ".0e", ".0e"], values=values)


@exhibit
def cliff() -> Figure:
    """A loss with a cliff, and gradient descent over it with and without clipping."""
    figure, (left, right) = canvas(columns=2)
    weights = np.linspace(5.6, 7.2, 400)
    left.plot(weights, [cliff_loss(w) for w in weights], color=INK, linewidth=1)
    left.set_xlabel("weight $w$")
    left.set_title("loss")
    left.set_ylim(0, 0.35)
    free, clipped = descend(None), descend(0.2)
    steps = np.arange(len(free))
    right.plot(steps, free, color=SERIES[1], label="not clipped")
    right.plot(steps, clipped, color=SERIES[0], label="clipped")
    right.set_xlabel("step")
    right.set_title("weight")
    right.legend(loc="center left", handlelength=1.0, borderpad=0, frameon=False, labelcolor=INK)
    return Figure(
        figure,
        "Left: the loss against the weight: low up to 6.48, then a nearly vertical wall, then high. Right: "
        "the weight "
        "over 80 steps. Unclipped it falls slowly from 7 and then drops to about -47; clipped it settles "
        "near 6.4.",
        {"free_end": free[-1], "clipped_end": clipped[-1]},
    )
