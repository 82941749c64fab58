"""What a batch size buys: steps, examples, the largest rate, the noise at the end, a way out of a well."""

from __future__ import annotations

from functools import cache

import numpy as np
import sympy
import torch

from workings.byhand.minibatch import best_rate, contraction
from workings.claims.claim import Evidence, claim
from workings.claims.logistic_real import breast_cancer
from workings.claims.witness import at_least, at_most, close, equal, estimate

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
TARGET = 0.06  # mean loss, nats


def signed_features() -> np.ndarray:
    """Return y_i x_i of the real data, shape (N, D)."""
    Z, t, _ = breast_cancer()
    signed: np.ndarray = (2 * t - 1)[:, None] * np.hstack([np.ones((len(Z), 1)), Z])
    return signed


def steps_to_target(B: int, rate: float, seed: int, limit: int) -> int:
    """Return how many steps of SGD bring the mean loss below ``TARGET``, or ten times the limit."""
    signed = signed_features()
    picks = np.random.default_rng(seed).integers(0, len(signed), (limit, B))
    w = np.zeros(signed.shape[1])
    for step in range(limit):
        batch = signed[picks[step]]
        w = w + rate / B * (np.exp(-np.logaddexp(0, batch @ w)) @ batch)
        if np.logaddexp(0, -signed @ w).mean() < TARGET:
            return step + 1
    return 10 * limit


@cache
def best_steps(B: int) -> tuple[float, float]:
    """Return the fewest steps (median of three seeds) over a few rates, and the rate."""
    rates = [factor * min(B, 16) for factor in (0.1, 0.2, 0.4)]
    limit = 2_000 if B == 1 else 1_000
    found = [
        (float(np.median([steps_to_target(B, rate, s, limit) for s in range(3)])), rate) for rate in rates
    ]
    return min(found)


@claim(
    r"On real data, with the best of three rates for each $B$: to a loss of 0.06 the *steps* fall nearly as "
    r"$1/B$ up to $B \approx 16$ and hardly at all from 64 on. The *examples* are about level up to 16 and "
    r"grow with $B$ from 64 on.",
    answers=("s4.2.1",),
)
def steps_and_examples() -> Evidence:
    """Train the logistic model at five sizes; compare the small end by a Torch loop."""
    steps = {B: best_steps(B)[0] for B in (1, 4, 16, 64, 256)}
    signed = torch.from_numpy(signed_features())
    rate = best_steps(16)[1]
    picks = torch.from_numpy(np.random.default_rng(0).integers(0, len(signed), (1_000, 16)))
    w = torch.zeros(signed.shape[1], dtype=torch.float64)
    counted = 0
    while torch.nn.functional.softplus(-(signed @ w)).mean() >= TARGET:
        at = w.clone().requires_grad_()
        loss = torch.nn.functional.softplus(-(signed[picks[counted]] @ at)).mean()
        w = w - rate * torch.autograd.grad(loss, at)[0]
        counted += 1
    return Evidence(
        [
            at_least("by hand, steps at 1 over steps at 16", steps[1] / steps[16], 8),
            at_most("by hand, steps at 64 over steps at 256", steps[64] / steps[256], 2),
            at_least("by hand, examples at 256 over examples at 16", 256 * steps[256] / (16 * steps[16]), 4),
            equal("Torch, B = 16, the same batches", counted, steps_to_target(16, rate, 0, 1_000)),
        ],
        {
            "steps": {str(B): int(one) for B, one in steps.items()},
            "examples": {str(B): int(B * one) for B, one in steps.items()},
        },
    )


@claim(
    r"A case that can be solved: a linear model with features $x \sim N(0, I)$ in $D$ dimensions, labels "
    r"without noise. One step multiplies the squared error by $1 - 2\eta + \eta^2 (1 + \tfrac{D+1}{B})$ on "
    r"average. So the largest stable rate is $2B/(B + D + 1)$, and the best, half of it, needs steps in "
    r"proportion to $1 + \tfrac{D+1}{B}$.",
    answers=("s4.2.1",),
)
def solvable_case() -> Evidence:
    """Take the moments in symbols, draw batches at three sizes, and minimise over the rate."""
    eta, B, D = sympy.symbols("eta B D", positive=True)
    fourth = (D + 2) / B + (B - 1) / B  # mean of M^2 over the identity, M = the batch's mean of x x^T
    factor = 1 - 2 * eta + eta**2 * fourth
    best = sympy.solve(sympy.diff(factor, eta), eta)[0]
    rng = np.random.default_rng(0)
    witnesses = [
        equal("SymPy, the best rate", sympy.simplify(best - B / (B + D + 1)), 0),
        equal("SymPy, the factor there", sympy.simplify(factor.subs(eta, best) - (1 - best)), 0),
    ]
    error = np.eye(20)[0]
    for size in (1, 20, 100):
        rate = best_rate(size, 20)
        x = rng.normal(size=(4_000, size, 20))
        moved = error - rate / size * np.einsum("nbd,nb->nd", x, x @ error)
        witnesses.append(
            estimate(f"drawn, D = 20, B = {size}", (moved**2).sum(axis=1), contraction(rate, size, 20))
        )
    return Evidence(witnesses, {"rate": {str(one): best_rate(one, 20) for one in (1, 20, 100)}})


@claim(
    r"With a constant rate SGD does not settle: on $\tfrac12 w^2$ with gradient noise of variance "
    r"$\sigma^2/B$ it ends up straying with variance $\dfrac{\eta\,\sigma^2}{B\,(2 - \eta)}$. A smaller "
    r"batch needs a smaller rate for the same loss at the end; what counts is nearly $\eta/B$.",
    answers=("s4.2.1",),
)
def noise_floor() -> Evidence:
    """Solve for the fixed point in symbols, and let many runs settle, by hand and in Torch."""
    eta, B, s, v = sympy.symbols("eta B sigma v", positive=True)
    settled = sympy.solve(sympy.Eq(v, (1 - eta) ** 2 * v + eta**2 * s**2 / B), v)[0]
    formula = eta * s**2 / (B * (2 - eta))
    rng = np.random.default_rng(1)
    finals = {}
    for size in (1, 16):
        w = np.zeros(4_000)
        for _ in range(100):
            w = w - 0.1 * (w + rng.normal(size=w.size) / np.sqrt(size))
        finals[size] = w**2
    generator = torch.Generator().manual_seed(2)
    w_ = torch.zeros(4_000, dtype=torch.float64)
    for _ in range(100):
        w_ = w_ - 0.4 * (w_ + torch.randn(4_000, generator=generator, dtype=torch.float64) / 2)
    return Evidence(
        [
            equal("SymPy, the fixed point", sympy.simplify(settled - formula), 0),
            estimate("by hand, rate 0.1, B = 1", finals[1], 0.1 / 1.9),
            estimate("by hand, rate 0.1, B = 16", finals[16], 0.1 / 1.9 / 16),
            estimate("Torch, rate 0.4, B = 4", (w_**2).numpy(), 0.4 / 1.6 / 4),
        ],
        {"at_1": float(finals[1].mean()), "at_16": float(finals[16].mean())},
    )


TILT, NOISE, START, TIME = 0.15, 4.0, 0.9, 100.0


def slope_of_wells(w: np.ndarray) -> np.ndarray:
    """Return the slope of w^4/4 - w^2/2 + 0.15 w: a shallow well near 0.9, a deep one near -1.1."""
    slope: np.ndarray = w**3 - w + TILT
    return slope


def escaped(B: int, rate: float, runs: int = 1_000) -> np.ndarray:
    """Return which of many runs from the shallow well are in the deep one after ``TIME`` / rate steps."""
    rng = np.random.default_rng(B)
    w = np.full(runs, START)
    for _ in range(round(TIME / rate)):
        w = w - rate * (slope_of_wells(w) + NOISE / np.sqrt(B) * rng.normal(size=runs))
    return (w < 0).astype(float)


def chance_of_escape(B: int, rate: float, cells: int = 801) -> float:
    """Return the chance of the same, from the transition matrix between cells of a grid: no draws."""
    x = np.linspace(-3, 3, cells)
    spread = rate * NOISE / np.sqrt(B)
    matrix = np.exp(-((x[None] - (x - rate * slope_of_wells(x))[:, None]) ** 2) / (2 * spread**2))
    matrix /= matrix.sum(axis=1, keepdims=True)
    chance = np.zeros(cells)
    chance[np.abs(x - START).argmin()] = 1
    for _ in range(round(TIME / rate)):
        chance = chance @ matrix
    return float(chance[x < 0].sum())


@claim(
    r"Noise can carry SGD out of a shallow well. From the shallow one of two wells, with $\eta = "
    r"\tfrac1{20}$: with $B = 8$ most runs end in the deep one, with $B = 16$ most do not. But it is "
    r"$\eta/B$ that decides: $B = 4$ with $\eta = \tfrac1{80}$ stays as often as $B = 16$, and $B = 64$ "
    r"with $\eta = \tfrac15$ too.",
    answers=("s4.2.1",),
)
def wells() -> Evidence:
    """Run a thousand times each, and compute the chances from a transition matrix."""
    cases = {"8": (8, 0.05), "16": (16, 0.05), "4_slow": (4, 0.0125), "64_fast": (64, 0.2)}
    chances = {name: chance_of_escape(*case) for name, case in cases.items() if name != "4_slow"}
    runs = {name: escaped(*case) for name, case in cases.items()}
    return Evidence(
        [
            estimate("a thousand runs against the matrix, B = 8", runs["8"], chances["8"]),
            estimate("a thousand runs against the matrix, B = 16", runs["16"], chances["16"]),
            estimate("a thousand runs against the matrix, B = 64", runs["64_fast"], chances["64_fast"]),
            close(
                "runs, B = 4 and a rate a quarter as large, against 16",
                runs["4_slow"].mean(),
                runs["16"].mean(),
                0.06,
            ),
            close(
                "matrix, B = 64 and a rate four times as large, against 16",
                chances["64_fast"],
                chances["16"],
                0.06,
            ),
            at_least("matrix, B = 8 over B = 16", chances["8"] / chances["16"], 4),
        ],
        {"share": {name: float(run.mean()) for name, run in runs.items()}, "chance": chances},
    )
