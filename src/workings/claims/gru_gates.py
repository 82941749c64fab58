"""True or false: what a GRU does when its gates are nearly open or nearly shut."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.gru import gru_gates, gru_step
from workings.claims.claim import Evidence, claim
from workings.claims.lstm_cells import random_gru, torch_cell
from workings.claims.witness import at_least, at_most, close, equal


def biased_gru(z: float, r: float, d_h: int = 8, seed: int = 6) -> tuple[np.ndarray, ...]:
    """Return inputs (50, d_h), W, U and b of a random GRU whose gates are held at z and r."""
    X, W, U = random_gru(d_h, seed)
    for share, columns in ((r, slice(0, d_h)), (z, slice(d_h, 2 * d_h))):
        W[:, columns], U[:, columns] = 0, 0
        if not 0 < share < 1:
            raise ValueError(f"a gate lies between 0 and 1, got {share}")
    b = np.concatenate([np.full(d_h, np.log(share / (1 - share))) for share in (r, z)] + [np.zeros(d_h)])
    return X[0], W, U, b


def moved(z: float, steps: int = 1) -> float:
    """Return the largest change of any unit in some steps from a random state, the update gate held at z."""
    X, W, U, b = biased_gru(z, 0.5)
    start = h = np.random.default_rng(7).uniform(-1, 1, size=(1, 8))
    for t in range(steps):
        h = gru_step(X[None, t % 50], h, W, U, b)
    return float(np.abs(h - start).max())


@claim(
    r"*True.* No unit moves by more than its gate: $\lvert h_t - h_{t-1} \rvert = z_t\, \lvert \hat h_t - "
    r"h_{t-1} \rvert \le 2 z_t$ while $\lvert h_{t-1} \rvert \le 1$. With $z = 0.01$ a step moves less than "
    r"0.02.",
    answers=("s3.2.b",),
)
def small_update() -> Evidence:
    """Derive the identity in SymPy; measure by hand and with Torch's cell, whose gate is 1 - z."""
    h, n, z = sympy.symbols("h n z", real=True)
    step = sympy.expand(((1 - z) * h + z * n - h) - z * (n - h))
    cell = torch_cell("gru", 8, 8)
    with torch.no_grad():
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            getattr(cell, name)[8:16] = 0
        cell.bias_ih[8:16] = float(np.log(0.99 / 0.01))  # type: ignore[operator]
    rng = np.random.default_rng(8)
    before = rng.uniform(-1, 1, size=(1000, 8))
    after = cell(torch.from_numpy(rng.normal(size=(1000, 8))), torch.from_numpy(before)).detach().numpy()
    return Evidence(
        [
            equal("SymPy, the identity", step, 0),
            at_most("by hand, z = 0.01, largest move", moved(0.01), 0.02),
            at_most(
                "Torch GRUCell, its gate at 0.99, largest of 1000", float(np.abs(after - before).max()), 0.02
            ),
        ],
        {"largest": moved(0.01), "torch": float(np.abs(after - before).max()), "half": moved(0.5)},
    )


@claim(
    r"A small gate forgets slowly, but it forgets: where the candidate hears the input alone, $(1 - z)^k$ "
    r"of the start is left after $k$ steps at a gate $z$. With $z = 0.01$ that is 0.366 after 100 steps and "
    r"0.0066 after 500. For the gate to keep a state over $T$ steps it takes $z \ll 1/T$.",
    answers=("s3.2.b",),
)
def small_update_adds_up() -> Evidence:
    """Take the derivative of the state by its start: by powers, by autograd, by a difference of two runs."""
    X, W, U, b = biased_gru(0.01, 0.5)
    U[:, 16:] = 0  # the candidate hears the input alone, so that only the gate carries the state
    ends = []
    for shift in (0.0, 1.0):
        h = np.full((1, 8), -0.5 + shift)
        for t in range(500):
            h = gru_step(X[None, t % 50], h, W, U, b)
            if t in (99, 499):
                ends.append(h[0, 0])
    start = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    state, kept = start, []
    for t in range(500):
        state = 0.99 * state + 0.01 * torch.tanh(torch.tensor(float(X[t % 50, 0])))
        if t in (99, 499):
            kept.append(torch.autograd.grad(state, start, retain_graph=True)[0].item())
    powers = [float(sympy.Rational(99, 100) ** k) for k in (100, 500)]
    return Evidence(
        [
            close("by hand, two runs a unit apart", [ends[2] - ends[0], ends[3] - ends[1]], powers, 1e-12),
            close("Torch autograd, one unit written out", kept, powers, 1e-12),
            close("exact powers, the printed numbers", powers, [0.366, 0.0066], 5e-5),
        ],
        {"after_100": powers[0], "after_500": powers[1], "half_life": float(np.log(0.5) / np.log(0.99))},
    )


@claim(
    r"*False.* As $z_t \to 1$ and $r_t \to 0$, $h_t \to \tanh(W x_t)$: the past is replaced, for either "
    r"placement of the reset gate.",
    answers=("s3.2.c",),
)
def overwritten() -> Evidence:
    """Take the limit in SymPy; close the gates by hand in both placements and in Torch's cell."""
    h, x, u, w, z, r = sympy.symbols("h x u w z r", real=True)
    limit = ((1 - z) * h + z * sympy.tanh(w * x + r * u * h)).subs({z: 1, r: 0})
    rng = np.random.default_rng(9)
    states = rng.uniform(-1, 1, size=(2, 1, 8))
    gaps = {}
    for reset in ("after", "before"):
        X, W, U, b = biased_gru(1 - 1e-12, 1e-12)
        target = np.tanh(X[:1] @ W[:, 16:])
        ends = [gru_step(X[:1], h_0, W, U, b, reset=reset) for h_0 in states]
        gaps[reset] = max(float(np.abs(end - target).max()) for end in ends)
    cell = torch_cell("gru", 8, 8)
    with torch.no_grad():
        cell.weight_hh[:16], cell.weight_ih[:16] = 0, 0  # type: ignore[operator]
        cell.bias_ih[:16] = -800.0  # type: ignore[operator]
        cell.bias_hh[:] = 0  # type: ignore[operator]
        x_t = torch.from_numpy(rng.normal(size=(1, 8)))
        raw = [dict(cell.named_parameters())[name] for name in ("weight_ih", "bias_ih")]
        ends_t = [cell(x_t, torch.from_numpy(h_0)) for h_0 in states]
        target_t = torch.tanh(x_t @ raw[0][16:].T + raw[1][16:])
    return Evidence(
        [
            equal("SymPy, the limit", sympy.simplify(limit - sympy.tanh(w * x)), 0),
            close("by hand, after the product", gaps["after"], 0, 1e-10),
            close("by hand, before the product", gaps["before"], 0, 1e-10),
            close("Torch GRUCell, two pasts", ends_t[0].numpy(), ends_t[1].numpy(), 0),
            close("Torch GRUCell, tanh of the input", ends_t[0].numpy(), target_t.numpy(), 1e-12),
        ]
    )


@claim(
    r"Near the limit the past leaks. With $z = 0.99$ and $r = 0.01$, $\partial h_t/\partial h_{t-1} = (1 - "
    r"z) I + z\, r\, U \operatorname{diag}(1 - \hat h_t^2)$ is not zero: a hundredth of each unit stays, "
    r"and a hundredth of each product.",
    answers=("s3.2.c",),
)
def the_past_leaks() -> Evidence:
    """Compare the formula with central differences by hand and with autograd; the gates are held."""
    X, W, U, b = biased_gru(0.99, 0.01)
    h = np.random.default_rng(10).uniform(-1, 1, size=(1, 8))
    candidate = gru_gates(X[:1], h, W, U, b)[2]
    formula = 0.01 * np.eye(8) + 0.99 * 0.01 * U[:, 16:] * (1 - candidate**2)
    step = 1e-6
    differences = np.array(
        [
            (gru_step(X[:1], h + step * unit, W, U, b) - gru_step(X[:1], h - step * unit, W, U, b))[0]
            / (2 * step)
            for unit in np.eye(8)
        ]
    )
    u, drive = torch.from_numpy(U[:, 16:]), torch.from_numpy(X[0] @ W[:, 16:])
    graph = torch.func.jacrev(lambda v: 0.01 * v + 0.99 * torch.tanh(drive + 0.01 * (v @ u)))(
        torch.from_numpy(h[0])
    )
    return Evidence(
        [
            close("central differences", differences, formula, 1e-8),
            close("Torch autograd", graph.numpy().T, formula, 1e-12),
            at_least("by hand, norm", float(np.linalg.norm(formula, 2)), 0.01),
        ],
        {"norm": float(np.linalg.norm(formula, 2))},
    )


@claim(
    r"A small reset gate is not a shut one. With $z = 1$, $r = \tfrac1{100}$, a recurrent weight of 1000 and "
    r"input 0, a unit at $h_{t-1} = \pm\tfrac12$ goes to $\pm\tanh 5 = \pm 0.9999$: the sign of the past is "
    r"kept.",
    answers=("s3.2.c",),
)
def small_reset_large_weight() -> Evidence:
    """Take the step by hand, in Torch's cell, whose update gate is 1 - z, and in SymPy."""
    reset, start = float(np.log(0.01 / 0.99)), np.array([[0.5], [-0.5]])
    U = np.array([[0.0, 0.0, 1000.0]])
    by_hand = gru_step(np.zeros((2, 1)), start, np.zeros((1, 3)), U, np.array([reset, 800.0, 0.0]))
    cell = torch_cell("gru", 1, 1)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.zero_()
        cell.weight_hh[2] = 1000.0  # type: ignore[operator]
        cell.bias_ih[0], cell.bias_ih[1] = reset, -800.0  # type: ignore[operator]
        by_torch = cell(torch.zeros(2, 1, dtype=torch.float64), torch.from_numpy(start))
    exact = float(sympy.tanh(5))
    return Evidence(
        [
            close("by hand against SymPy", by_hand, [[exact], [-exact]], 1e-12),
            close("Torch GRUCell against SymPy", by_torch, [[exact], [-exact]], 1e-12),
            close("SymPy, the printed number", exact, 0.9999, 5e-5),
        ],
        {"state": exact},
    )
