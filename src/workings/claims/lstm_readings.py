"""The published gradient of W_g, symbol by symbol: which reading is right, and by how much the others err."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.lstm import lstm_states
from workings.byhand.lstm_gradient import candidate_sensitivities, lstm_backward
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

READINGS = {
    "right": "the right one",
    "o_only": r"$\partial h_t/\partial h_{t-1}$ with $C_t$ held: through $o_t$ alone",
    "moving": r"$\partial h_t/\partial h_{t-1}$ with $C_{t-1}$ moving along",
    "both_total": r"$\partial C_t/\partial W_g$ total, as at $t - 1$",
    "both_direct": r"$\partial C_{t-1}/\partial W_g$ direct, as at $t$",
    "total_J": r"$\partial J/\partial h_t$ total",
}


def example(steps: int, d_x: int = 3, d_h: int = 4, seed: int = 14) -> dict[str, np.ndarray]:
    """Return a random LSTM, its run over one sequence, and a loss with a random weight on every state."""
    rng = np.random.default_rng(seed)
    W, U = rng.normal(size=(d_x, 4 * d_h)), rng.normal(size=(d_h, 4 * d_h))
    X = rng.normal(size=(20, d_x))[:steps]
    weight = rng.normal(size=(21, d_h))[: steps + 1]
    weight[0] = 0
    H, C, gates = lstm_states(X[None], W, U)
    return {"W": W, "U": U, "X": X, "weight": weight, "H": H[0], "C": C[0], "gates": gates[:, 0]}


def autograd_candidate(run: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return dJ/dW_g by Torch's own LSTM and autograd, and the total gradients of J by each h."""
    d_x, d_h = run["X"].shape[1], run["U"].shape[0]
    with torch.random.fork_rng(devices=[]):
        cell = torch.nn.LSTMCell(d_x, d_h, bias=False, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(torch.from_numpy(run["W"].T))
        cell.weight_hh.copy_(torch.from_numpy(run["U"].T))
    h, c = (torch.zeros(1, d_h, dtype=torch.float64) for _ in "hc")
    states = []
    for row in torch.from_numpy(run["X"]):
        h, c = cell(row[None], (h, c))
        states.append(h)
    loss = (torch.cat(states) * torch.from_numpy(run["weight"][1:])).sum()
    graph = torch.autograd.grad(loss, [cell.weight_ih, *states])
    total = np.concatenate([np.zeros((1, d_h)), *(one.numpy() for one in graph[1:])])
    return graph[0].numpy().T[:, 2 * d_h : 3 * d_h], total


def published(run: dict[str, np.ndarray], reading: str) -> np.ndarray:
    """Evaluate the published sum with each symbol at its true value under a reading."""
    X, H, C = run["X"], run["H"], run["C"]
    i, f, g, o = run["gates"]  # (T, d_h) each
    U_i, U_f, U_g, U_o = np.split(run["U"], 4, axis=1)
    by_h, by_c = candidate_sensitivities(X, H, C, run["gates"], run["U"])  # (T + 1, d_x, d_h, d_h)
    weight = autograd_candidate(run)[1] if reading == "total_J" else run["weight"]
    direct = np.zeros_like(by_c)
    for t in range(len(X)):
        direct[t + 1] = X[t][:, None, None] * np.diag(i[t] * (1 - g[t] ** 2))
    total = np.zeros(by_h.shape[1:3])
    for t in range(len(X)):
        S = o[t] * (1 - np.tanh(C[t + 1]) ** 2)  # ∂h_t/∂C_t
        through_o = U_o * (np.tanh(C[t + 1]) * o[t] * (1 - o[t]))
        through_c = (
            U_i * (g[t] * i[t] * (1 - i[t]))
            + U_f * (C[t] * f[t] * (1 - f[t]))
            + U_g * (i[t] * (1 - g[t] ** 2))
        ) * S
        by_state = through_o if reading == "o_only" else through_o + through_c  # ∂h_t/∂h_{t−1}
        if reading == "moving" and t:
            by_state = by_state + np.diag(f[t] * S / (o[t - 1] * (1 - np.tanh(C[t]) ** 2)))
        c_now = by_c[t + 1] if reading == "both_total" else direct[t + 1]
        c_before = direct[t] if reading == "both_direct" else by_c[t]
        total += ((c_now + c_before * f[t]) * S + by_h[t] @ by_state) @ weight[t + 1]
    return total


def relative_error(reading: str, steps: int) -> float:
    """Return how far a reading is from the gradient, over the gradient's norm."""
    run = example(steps)
    truth, _ = autograd_candidate(run)
    return float(np.linalg.norm(published(run, reading) - truth) / np.linalg.norm(truth))


@claim(
    r"The gradient of an LSTM's $W_g$ through $T$ steps by hand, backward and forward, equals autograd's to "
    r"$10^{-12}$, for $T = 1, 2, 6$ and 20.",
    answers=("s3.4.a",),
)
def weight_gradient() -> Evidence:
    """Compare both by-hand routes with autograd through Torch's cell, and one weight with differences."""
    gaps = {"backward": 0.0, "forward": 0.0}
    for steps in (1, 2, 6, 20):
        run = example(steps)
        truth, _ = autograd_candidate(run)
        batch = (run["X"][None], run["H"][None], run["C"][None], run["gates"][:, None])
        backward = lstm_backward(*batch, run["U"], run["weight"][None])[0][:, 8:12]
        by_h, _ = candidate_sensitivities(run["X"], run["H"], run["C"], run["gates"], run["U"])
        forward = np.einsum("tpqk,tk->pq", by_h, run["weight"])
        gaps["backward"] = max(gaps["backward"], float(np.abs(backward - truth).max()))
        gaps["forward"] = max(gaps["forward"], float(np.abs(forward - truth).max()))
    step, run = 1e-6, example(20)
    losses = []
    for sign in (1, -1):
        W = run["W"].copy()
        W[1, 10] += sign * step
        losses.append(float((lstm_states(run["X"][None], W, run["U"])[0][0] * run["weight"]).sum()))
    return Evidence(
        [
            close("Torch autograd against the backward route", gaps["backward"], 0, 1e-12),
            close("Torch autograd against the forward route", gaps["forward"], 0, 1e-12),
            close("central difference, one weight", (losses[0] - losses[1]) / (2 * step), truth[1, 2], 1e-8),
        ]
    )


@claim(
    r"The published sum is right in one reading: $\partial J/\partial h_t$ direct (later states held), "
    r"$\partial h_t/\partial h_{t-1}$ with $C_{t-1}$ held, through all four gates, $\partial C_t/\partial "
    r"W_g$ direct ($h_{t-1}$ and $C_{t-1}$ held), and $\partial C_{t-1}/\partial W_g$, $\partial "
    r"h_{t-1}/\partial W_g$ total. Each of five others errs by a tenth of the gradient's length or more "
    r"after 20 steps of a random LSTM, and by nothing at $T = 1$.",
    answers=("s3.4.a",),
)
def one_right_reading() -> Evidence:
    """Compare the six readings with autograd; decide the right one in SymPy for two steps."""
    errors = {
        reading: {str(steps): relative_error(reading, steps) for steps in (1, 2, 6, 20)}
        for reading in READINGS
    }
    wrong = [errors[reading] for reading in READINGS if reading != "right"]
    return Evidence(
        [
            at_most("Torch autograd, the right reading, worst", max(errors["right"].values()), 1e-12),
            close("SymPy, the right reading, two steps of one unit", symbolic_gap(), 0, 1e-15),
            at_least("Torch autograd, the others at T = 20, least", min(one["20"] for one in wrong), 0.1),
            at_most("Torch autograd, the others at T = 20, largest", max(one["20"] for one in wrong), 1),
            at_most("Torch autograd, the others at T = 1, largest", max(one["1"] for one in wrong), 1e-12),
        ],
        errors,
    )


def symbolic_gap() -> float:
    """Differentiate two steps of a one-unit LSTM in SymPy; return the right reading's distance from it."""

    def sigmoid(z: sympy.Expr) -> sympy.Expr:
        return 1 / (1 + sympy.exp(-z))

    w_g, w = sympy.Symbol("w_g"), sympy.Rational(7, 10)
    x = [sympy.Rational(1, 2), sympy.Rational(-3, 4)]
    u = {
        "i": sympy.Rational(2, 3),
        "f": sympy.Rational(-1, 2),
        "g": sympy.Rational(4, 5),
        "o": sympy.Rational(1, 3),
    }
    H, C = sympy.symbols("H C")  # the states before, as free symbols

    def cell(
        x_t: sympy.Expr, h: sympy.Expr, c: sympy.Expr, weight: sympy.Expr
    ) -> tuple[sympy.Expr, sympy.Expr]:
        memory = sigmoid(w * x_t + u["f"] * h) * c + sigmoid(w * x_t + u["i"] * h) * sympy.tanh(
            weight * x_t + u["g"] * h
        )
        return sigmoid(w * x_t + u["o"] * h) * sympy.tanh(memory), memory

    at = {w_g: sympy.Rational(9, 10)}
    h1, c1 = cell(x[0], sympy.Integer(0), sympy.Integer(0), w_g)
    h2, _ = cell(x[1], h1, c1, w_g)
    truth = (sympy.diff(h1, w_g) + sympy.diff(h2, w_g)).evalf(30, subs=at)  # J = h_1 + h_2
    h2_free, c2_free = cell(x[1], H, C, w_g)
    memory = sympy.Symbol("memory")
    by_c = sympy.diff(sigmoid(w * x[1] + u["o"] * H) * sympy.tanh(memory), memory).subs(memory, c2_free)
    formula = (
        by_c * (sympy.diff(c2_free, w_g) + sympy.diff(c2_free, C) * sympy.diff(c1, w_g))
        + sympy.diff(h2_free, H) * sympy.diff(h1, w_g)
        + sympy.diff(h1, w_g)
    )
    places = at | {H: h1.evalf(40, subs=at), C: c1.evalf(40, subs=at)}
    return float(abs(formula.evalf(30, subs=places) - truth))


@claim(
    r"The answer uses $\partial h_t/\partial C_t$, which the exercise does not list. The list suffices: "
    r"since $\partial h_t/\partial o_t = \tanh C_t$, it is $o_t\,(1 - (\partial h_t/\partial o_t)^2)$; and "
    r"$\partial C_t/\partial \tilde C_t = i_t$ is the factor before $\partial \tilde C_t/\partial W_g$.",
    answers=("s3.4.a",),
)
def from_the_list() -> Evidence:
    """Decide the three identities in SymPy, and by autograd at random gates."""
    i, f, o, c, n = sympy.symbols("i f o c n")
    memory, m = f * c + i * n, sympy.Symbol("m")
    h = o * sympy.tanh(m)
    gap = sympy.simplify(sympy.diff(h, m) - o * (1 - sympy.diff(h, o) ** 2))
    rng = np.random.default_rng(15)
    values = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in rng.uniform(size=5)]
    i_t, f_t, o_t, c_t, n_t = values
    total = f_t * c_t + i_t * n_t
    hidden = o_t * torch.tanh(total)
    by_c, by_o = torch.autograd.grad(hidden, (total, o_t), retain_graph=True)
    (by_n,) = torch.autograd.grad(total, n_t)
    return Evidence(
        [
            equal("SymPy, by C from by o", gap, 0),
            equal("SymPy, by the candidate", sympy.diff(memory, n), i),
            close("Torch autograd, by C from by o", by_c.item(), (o_t * (1 - by_o**2)).item(), 1e-15),
            close("Torch autograd, by the candidate", by_n.item(), i_t.item(), 0),
        ]
    )
