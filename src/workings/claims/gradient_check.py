"""How well differences know a gradient: the error against the step, and what a check can and cannot see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
import torch

from workings.byhand.backpropagation import network_backward
from workings.byhand.gradient_check import central_differences, gradient_gap, one_sided_differences
from workings.claims.claim import Evidence, claim
from workings.claims.one_hidden_layer import NAMES, as_function, random_network, torch_loss
from workings.claims.witness import at_least, at_most, close, equal

Differences = Callable[[Callable[[np.ndarray], float], object, float], np.ndarray]
METHODS: dict[str, Differences] = {"central": central_differences, "one-sided": one_sided_differences}
FORMATS: dict[str, type[np.floating[Any]]] = {"float32": np.float32, "float64": np.float64}
STEPS = {name: 10.0 ** np.arange(low, 0.01, 0.5) for name, low in (("float32", -7.0), ("float64", -14.0))}


def error_curve(method: str, name: str, seed: int = 0) -> np.ndarray:
    """Return the gap to the gradient by hand in float64, for each step, over all arrays of a network."""
    arrays, y = random_network(4, 3, 2, 3, seed)
    expected = network_backward(y=y, **arrays)
    flat = np.concatenate([expected[one].ravel() for one in NAMES])
    gaps = []
    for step in STEPS[name]:
        found = [
            METHODS[method](as_function(arrays, y, one), arrays[one].astype(FORMATS[name]), float(step))
            for one in NAMES
        ]
        gaps.append(gradient_gap(np.concatenate([one.ravel() for one in found]), flat))
    return np.array(gaps)


def torch_curve(method: str, name: str) -> np.ndarray:
    """Return the same for the output weights of another network, computed by Torch throughout."""
    arrays, labels = random_network(4, 3, 2, 3, seed=1)
    dtype = getattr(torch, name)
    t = {one: torch.tensor(array, requires_grad=True) for one, array in arrays.items()}
    y = torch.from_numpy(labels)
    exact = torch.autograd.grad(torch_loss(t, y), t["W_2"])[0].ravel()
    low = {one: array.detach().to(dtype) for one, array in t.items()}
    units = torch.eye(exact.numel(), dtype=dtype).reshape(
        -1, *low["W_2"].shape
    )  # one component moved in each
    at = torch.func.vmap(lambda W: torch_loss({**low, "W_2": W}, y.to(dtype)))
    gaps = []
    for step in STEPS[name].tolist():
        back = step if method == "central" else 0.0
        found = (at(low["W_2"] + step * units).double() - at(low["W_2"] - back * units).double()) / (
            step + back
        )
        gaps.append(float((found - exact).norm() / (found.norm() + exact.norm())))
    return np.array(gaps)


def arms(gaps: np.ndarray, steps: np.ndarray) -> tuple[float, float]:
    """Return the slopes of the rounding arm and of the truncation arm on log-log axes.

    The truncation arm is fitted on steps from 0.01 to 0.1, the rounding arm on the smallest third.
    """
    right = (steps > 0.009) & (steps < 0.11)
    left = steps <= steps[len(steps) // 3]
    fits = [np.polyfit(np.log(steps[part]), np.log(gaps[part]), 1)[0] for part in (left, right)]
    return float(fits[0]), float(fits[1])


@claim(
    r"For a smooth $f$, $\dfrac{f(x + \varepsilon) - f(x - \varepsilon)}{2\varepsilon}$ is "
    r"$f'(x) + \tfrac{\varepsilon^2}{6} f^{(3)}(x) + O(\varepsilon^4)$, and "
    r"$\dfrac{f(x + \varepsilon) - f(x)}{\varepsilon}$ is "
    r"$f'(x) + \tfrac{\varepsilon}{2} f^{(2)}(x) + O(\varepsilon^2)$."
)
def truncation() -> Evidence:
    """Expand in Taylor coefficients; fit the arms of measured curves, by hand and in Torch."""
    e, *c = sympy.symbols("epsilon c0:6")  # c_k is the k-th derivative over k!
    f = sympy.Poly.from_list(c[::-1], e).as_expr()  # f at x + epsilon
    central = sympy.expand((f - f.subs(e, -e)) / (2 * e))
    one_sided = sympy.expand((f - c[0]) / e)
    third, second = 6 * c[3], 2 * c[2]
    rest = [
        sympy.expand(central - c[1] - e**2 * third / 6 - c[5] * e**4),
        sympy.expand(one_sided - c[1] - e * second / 2).coeff(e, 1),
    ]
    slopes = {method: arms(error_curve(method, "float64"), STEPS["float64"])[1] for method in METHODS}
    by_torch = {method: arms(torch_curve(method, "float64"), STEPS["float64"])[1] for method in METHODS}
    return Evidence(
        [
            equal("SymPy, both Taylor series", rest, [0, 0]),
            close("by hand, slopes of the right arms", list(slopes.values()), [2, 1], 0.1),
            close("Torch, slopes of the right arms", list(by_torch.values()), [2, 1], 0.1),
        ],
        slopes,
    )


@claim(
    r"The rounding of $f$, about one machine epsilon $u$, is divided by $\varepsilon$. So the total error is "
    r"least near $\varepsilon = u^{1/3}$ for central differences, where about $u^{2/3}$ is left, and near "
    r"$u^{1/2}$ for one-sided ones, where about $u^{1/2}$ is left: within a factor of ten or so here."
)
def best_step() -> Evidence:
    """Minimise the sum of both errors in symbols; find the least gap of measured curves in two formats."""
    e, u, m = sympy.symbols("epsilon u m", positive=True)
    best = [sympy.solve(sympy.diff(u / e + m * e**power, e), e)[0] for power in (2, 1)]
    orders = [
        sympy.degree(one.subs(m, 1).subs(u, e**6).simplify(), e)
        for one in (best[0] * 2 ** sympy.Rational(1, 3), best[1])
    ]
    witnesses, values = [], {}
    for name, dtype in FORMATS.items():
        unit = float(np.finfo(dtype).eps)
        for method, power in (("central", 1 / 3), ("one-sided", 1 / 2)):
            for source, curve in (
                ("by hand", error_curve(method, name)),
                ("Torch", torch_curve(method, name)),
            ):
                place = int(np.argmin(curve))
                off = float(np.log10(STEPS[name][place] / unit**power))
                witnesses.append(
                    close(f"{source}, {name}, {method}: best step over the rule, decades", off, 0, 1.2)
                )
                left = float(np.log10(curve[place] / unit ** (2 / 3 if method == "central" else 1 / 2)))
                witnesses.append(
                    close(f"{source}, {name}, {method}: error left over the rule, decades", left, 0, 1.2)
                )
                if source == "by hand":
                    key = f"{method}_{name}".replace("-", "_")
                    values[key] = {"step": float(STEPS[name][place]), "gap": float(curve[place])}
    rules = {
        name: {
            "cube_root": float(np.cbrt(np.finfo(dtype).eps)),
            "square_root": float(np.sqrt(np.finfo(dtype).eps)),
        }
        for name, dtype in FORMATS.items()
    }
    return Evidence(
        [equal("SymPy, powers of u in the best step, in sixths", orders, [2, 3]), *witnesses],
        values | {"rules": rules},
    )


@claim(
    r"A step that is good in float64 is useless in float32: with $\varepsilon = 10^{-6}$ the gap is below "
    r"$10^{-8}$ in float64 and above a hundredth in float32."
)
def step_of_the_wrong_format() -> Evidence:
    """Read both curves at that step, by hand and in Torch."""
    at = {name: int(np.argmin(abs(np.log10(STEPS[name]) + 6))) for name in FORMATS}
    by_hand = {name: float(error_curve("central", name)[at[name]]) for name in FORMATS}
    by_torch = {name: float(torch_curve("central", name)[at[name]]) for name in FORMATS}
    return Evidence(
        [
            at_most("by hand, float64", by_hand["float64"], 1e-8),
            at_most("Torch, float64", by_torch["float64"], 1e-8),
            at_least("by hand, float32", by_hand["float32"], 0.01),
            at_least("Torch, float32", by_torch["float32"], 0.01),
        ],
        by_hand,
    )
