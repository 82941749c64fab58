"""True or false: what a shut forget gate lets back, and what it does not."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.lstm import lstm_gates, lstm_states
from workings.byhand.lstm_gradient import lstm_jacobians
from workings.claims.claim import Evidence, claim
from workings.claims.lstm_gates import ZERO, zero_lstm
from workings.claims.witness import at_most, close, equal


def shut(i: float, f: float = -800.0, o: float = 800.0, u: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return U and b of one unit: its gates have the sums i, f and o, its candidate hears u times h."""
    return np.array([[0.0, 0.0, u, 0.0]]), np.array([i, f, 0.0, o])


def reach(i: float, steps: int = 50, start: float = 0.0) -> np.ndarray:
    """Return dh_t/dh_0 for t = 1, 2, ... of the unit with its forget gate shut."""
    U, b = shut(i)
    H, C, gates = lstm_states(np.zeros((1, steps, 1)), ZERO, U, b, h_0=[[start]])
    product, kept = np.eye(2), []
    for J in lstm_jacobians(H[0], C[0], gates[:, 0], U):
        product = product @ J
        kept.append(product[1, 1])
    return np.array(kept)


@claim(
    r"*False.* With $f_t = 0$ the error still goes back through $h_{t-1}$, which feeds $i_t$, $\tilde c_t$ "
    r"and $o_t$. For one unit with $i = o = 1$ and $u_c = 1$ the cell is $h_t = \tanh(\tanh h_{t-1})$, and "
    r"at $h = 0$ the gradient keeps its full size for 50 steps.",
    answers=("s3.3.b",),
)
def forget_shut() -> Evidence:
    """Multiply Jacobians by hand; differentiate Torch's own cell; decide the one-step slope in SymPy."""
    kept = reach(800.0)
    cell = zero_lstm()
    with torch.no_grad():
        cell.weight_hh.copy_(torch.tensor([[0.0], [0.0], [1.0], [0.0]]))
        cell.bias_ih.copy_(torch.tensor([800.0, -800.0, 0.0, 800.0]))
    start = h = torch.zeros(1, 1, dtype=torch.float64, requires_grad=True)
    c = torch.zeros(1, 1, dtype=torch.float64)
    for _ in range(50):
        h, c = cell(torch.zeros(1, 1, dtype=torch.float64), (h, c))
    (graph,) = torch.autograd.grad(h.sum(), start)
    x = sympy.Symbol("x")
    slope = sympy.diff(sympy.tanh(sympy.tanh(x)), x).subs(x, 0)
    f = lstm_gates([[0.0]], [[0.0]], ZERO, *shut(800.0))[1]
    return Evidence(
        [
            equal("by hand, the forget gate", float(f[0, 0]), 0.0),
            close("by hand, 50 steps", kept, np.ones(50), 1e-12),
            close("Torch autograd, 50 steps", graph.item(), 1, 1e-12),
            equal("SymPy, one step", slope, 1),
        ],
        {"after_50": float(kept[-1])},
    )


@claim(
    r"It takes an open input gate, though. With $f_t \approx 0$ *and* $i_t \approx 0$ the cell is empty, "
    r"$c_t \approx 0$, so the path through $o_t$, which carries $\tanh c_t$, is shut too: no error goes "
    r"back.",
    answers=("s3.3.b",),
)
def both_gates_shut() -> Evidence:
    """Shut both by hand and in Torch, with every recurrent weight nonzero."""
    rng = np.random.default_rng(13)
    U, b = rng.normal(size=(4, 16)), np.zeros(16)
    b[:8] = -40.0
    h, c = rng.normal(size=(1, 4)), rng.normal(size=(1, 4))
    H, C, gates = lstm_states(np.zeros((1, 1, 1)), np.zeros((1, 16)), U, b, h, c)
    by_hand = lstm_jacobians(H[0], C[0], gates[:, 0], U)[0]
    tensors = [torch.from_numpy(array) for array in (U, b, h, c)]

    def step(h_0: torch.Tensor, c_0: torch.Tensor) -> torch.Tensor:
        i, f, g, o = (h_0 @ tensors[0] + tensors[1]).chunk(4, dim=-1)
        memory = torch.sigmoid(f) * c_0 + torch.sigmoid(i) * torch.tanh(g)
        return torch.cat([memory, torch.sigmoid(o) * torch.tanh(memory)], dim=-1)

    graph = torch.func.jacrev(step, argnums=(0, 1))(tensors[2], tensors[3])
    return Evidence(
        [
            at_most("by hand, norm of the Jacobian of both states", float(np.linalg.norm(by_hand, 2)), 1e-14),
            at_most("Torch autograd, largest entry", max(float(one.abs().max()) for one in graph), 1e-14),
        ],
        {"norm": float(np.linalg.norm(by_hand, 2))},
    )


@claim(
    r"What carries a gradient back on the cell path is the sum, not the gate. Without a forget gate, $c_t = "
    r"c_{t-1} + i_t \tilde c_t$ (the cell of 1997), the factor is exactly 1 over any number of steps; a gate "
    r"below 1 only shrinks it: $0.9^{100} < 10^{-4}$.",
    answers=("s3.4.b",),
)
def sum_carries() -> Evidence:
    """Open the gate wholly by hand; leave it out in Torch and in SymPy, with the hidden state held."""
    zero = np.zeros((1, 4))
    ends = []
    for c_0 in (0.0, 1.0):  # inputs of size 2 write at every step
        gates = np.array([0.3, 800.0, 0.2, 0.0])
        ends.append(lstm_states(np.full((1, 100, 1), 2.0), zero, zero, gates, c_0=[[c_0]])[1][0, -1, 0])
    start = c = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    gated = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    shrunk = gated
    generator = torch.Generator().manual_seed(0)
    for _ in range(100):
        i, g = torch.randn(2, generator=generator, dtype=torch.float64)
        written = torch.sigmoid(i) * torch.tanh(g)
        c, shrunk = c + written, 0.9 * shrunk + written
    (without,) = torch.autograd.grad(c, start)
    (with_gate,) = torch.autograd.grad(shrunk, gated)
    c_0, a, b = sympy.symbols("c_0 a b")
    return Evidence(
        [
            close("by hand, gate at 1: two runs a unit apart, after 100 steps", ends[1] - ends[0], 1, 1e-12),
            equal("Torch autograd, no gate, 100 steps", without.item(), 1.0),
            equal("SymPy, no gate, two steps", sympy.diff(c_0 + a + b, c_0), 1),
            at_most("Torch autograd, a gate of 0.9, 100 steps", with_gate.item(), 1e-4),
        ],
        {"without": without.item(), "gated": with_gate.item()},
    )
