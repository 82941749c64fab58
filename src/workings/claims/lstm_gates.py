"""True or false: what an LSTM does when its input is zero, and what its gates are."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.lstm import lstm_states, lstm_step
from workings.byhand.sigmoid import sigmoid
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

ZERO = np.zeros((1, 4))


def zero_lstm(b: float = 0.0) -> torch.nn.LSTMCell:
    """Return a Torch cell of one unit whose weights are all zero and whose biases are ``b``."""
    with torch.random.fork_rng(devices=[]):
        cell = torch.nn.LSTMCell(1, 1, dtype=torch.float64)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.zero_()
        cell.bias_ih.fill_(b)
    return cell


@claim(
    r"*False.* The smallest counterexample has all weights zero: every gate is $\tfrac12$, so $c_t = "
    r"\tfrac12 c_{t-1}$ and $h_t = \tfrac12 \tanh c_t$. From $c_0 = 1$, $x = 0$: $h_1 = \tfrac12 \tanh "
    r"\tfrac12 = 0.2311$ and $h_2 = \tfrac12 \tanh \tfrac14 = 0.1225$.",
    answers=("s3.3.a",),
)
def zero_input() -> Evidence:
    """Run it by hand, in Torch, and exactly."""
    H, C, _ = lstm_states(np.zeros((1, 3, 1)), ZERO, ZERO, c_0=[[1.0]])
    cell, states = zero_lstm(), []
    h, c = torch.zeros(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
    for _ in range(3):
        h, c = cell(torch.zeros(1, 1, dtype=torch.float64), (h, c))
        states.append(h.item())
    half = sympy.Rational(1, 2)
    exact = [float(half * sympy.tanh(half**t)) for t in (1, 2, 3)]
    return Evidence(
        [
            close("Torch LSTMCell", states, H[0, 1:, 0], 1e-15),
            close("SymPy", exact, H[0, 1:, 0], 1e-15),
            close("SymPy, the printed numbers", exact[:2], [0.2311, 0.1225], 5e-5),
        ],
        {"h": H[0, :, 0].tolist(), "c": C[0, :, 0].tolist()},
    )


@claim(
    r"With $x_t = 0$ the input weights $W$ do nothing, whatever they are: only $U$, the biases and "
    r"$c_{t-1}$ act.",
    answers=("s3.3.a",),
)
def input_weights_idle() -> Evidence:
    """Replace W by another a hundred times as large, by hand and in Torch, and differentiate by W."""
    rng = np.random.default_rng(11)
    U, h, c = rng.normal(size=(3, 12)), rng.normal(size=(1, 3)), rng.normal(size=(1, 3))
    one, other = (
        lstm_step(np.zeros((1, 2)), h, c, size * rng.normal(size=(2, 12)), U) for size in (1.0, 100.0)
    )
    with torch.random.fork_rng(devices=[]):
        cell = torch.nn.LSTMCell(2, 3, dtype=torch.float64)
    hidden, memory = cell(torch.zeros(1, 2, dtype=torch.float64), (torch.from_numpy(h), torch.from_numpy(c)))
    (graph,) = torch.autograd.grad(hidden.sum() + memory.sum(), cell.weight_ih)
    return Evidence(
        [
            close("by hand, two W, h and c", np.array(one), np.array(other), 0),
            equal("Torch autograd, largest derivative by W", float(graph.abs().max()), 0.0),
        ]
    )


@claim(
    r"Sometimes nothing moves: without biases, $x_t = 0$, $h_{t-1} = 0$ and $c_{t-1} = 0$ give $h_t = 0$ "
    r"and $c_t = 0$ for every $W$ and $U$. One example proves the statement false, but it is true at such "
    r"fixed points.",
    answers=("s3.3.a",),
)
def fixed_point() -> Evidence:
    """Run it by hand and in Torch with random weights; evaluate the formula in SymPy."""
    rng = np.random.default_rng(12)
    h, c = lstm_step(
        np.zeros((1, 2)),
        np.zeros((1, 3)),
        np.zeros((1, 3)),
        rng.normal(size=(2, 12)),
        rng.normal(size=(3, 12)),
    )
    with torch.random.fork_rng(devices=[]):
        cell = torch.nn.LSTMCell(2, 3, bias=False)
    graph = cell(torch.zeros(1, 2))
    half = sympy.Rational(1, 2)
    exact = half * sympy.tanh(half * 0 + half * sympy.tanh(0))
    return Evidence(
        [
            close("by hand", np.array([h, c]), np.zeros((2, 1, 3)), 0),
            equal(
                "Torch LSTMCell without biases",
                [float(one.abs().max().detach()) for one in graph],
                [0.0, 0.0],
            ),
            equal("SymPy", exact, 0),
        ]
    )


@claim(
    r"*True.* No gate entry is negative, in exact arithmetic or in floats. In floats the open interval "
    r"closes: $\sigma(-800)$ is exactly 0 and $\sigma(40)$ exactly 1 in float64, $\sigma(17)$ exactly 1 in "
    r"float32.",
    answers=("s3.3.c",),
)
def non_negative() -> Evidence:
    """Look at every float16, at edges in NumPy and in Torch, and at the sign in SymPy."""
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]
    x = sympy.Symbol("x", real=True)
    edges = torch.sigmoid(torch.tensor([-800.0, 40.0], dtype=torch.float64)).tolist()
    return Evidence(
        [
            at_least("by hand, least over all 63 488 float16", float(sigmoid(finite).min()), 0),
            at_least(
                "Torch, least over all float16", float(torch.sigmoid(torch.from_numpy(finite)).min()), 0
            ),
            equal("SymPy, 1/(1 + exp(-x)) is positive", (1 / (1 + sympy.exp(-x))).is_positive, True),
            equal("by hand, float64 edges", sigmoid([-800.0, 40.0]).tolist(), [0.0, 1.0]),
            equal("Torch, float64 edges", edges, [0.0, 1.0]),
            equal("Torch, float32 at 17", float(torch.sigmoid(torch.tensor(17.0))), 1.0),
        ]
    )


@claim(
    r"The cell can be negative, and the forget gate can be what makes it so: with $c_{t-1} = 1$, $i = 1$ "
    r"and $\tilde c = -\tfrac12$, $f = 1$ gives $c_t = \tfrac12$, $f = \tfrac1{10}$ gives $c_t = -\tfrac25$.",
    answers=("s3.3.c",),
)
def negative_cell() -> Evidence:
    """Compute exactly, and run the cell by hand and in Torch at those gates."""
    exact = [f * 1 - sympy.Rational(1, 2) for f in (sympy.Integer(1), sympy.Rational(1, 10))]
    ends, tensors = [], []
    for f in (800.0, float(np.log(1 / 9))):
        b = np.array([800.0, f, np.arctanh(-0.5), 0.0])
        ends.append(lstm_step([[0.0]], [[0.0]], [[1.0]], ZERO, ZERO, b)[1][0, 0])
        cell = zero_lstm()
        with torch.no_grad():
            cell.bias_ih.copy_(torch.from_numpy(b))
        zero, one = torch.zeros(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
        tensors.append(cell(zero, (zero, one))[1].item())
    return Evidence(
        [
            equal("exact", exact, [sympy.Rational(1, 2), -sympy.Rational(2, 5)]),
            close("by hand", ends, [0.5, -0.4], 1e-15),
            close("Torch LSTMCell", tensors, [0.5, -0.4], 1e-15),
        ],
        {"open": ends[0], "nearly_shut": ends[1]},
    )


@claim(
    r"*False.* The entries of a gate of $n$ units can sum to anything between 0 and $n$: at zero weights "
    r"they sum to $n/2$. For $n = 2$ the sum is 1 exactly where the two inputs of the sigmoid are opposite, "
    r"since $\sigma(-x) = 1 - \sigma(x)$.",
    answers=("s3.3.d",),
)
def no_distribution() -> Evidence:
    """Sum gates by hand and in Torch; solve for the sum 1 in SymPy; find sums near both ends."""
    sums = [float(sigmoid(np.full(8, value)).sum()) for value in (-10.0, 0.0, 10.0)]
    tensors = [
        float(torch.sigmoid(torch.full((8,), value, dtype=torch.float64)).sum()) for value in (-10, 0, 10)
    ]
    x, y = sympy.symbols("x y", real=True)
    odds = sympy.solve(sympy.Eq(1 / (1 + 1 / x) + 1 / (1 + 1 / y), 1), y)  # x and y stand for e to the inputs
    return Evidence(
        [
            close("Torch, sums of eight", tensors, sums, 1e-14),
            close("by hand, zero weights", sums[1], 4, 0),
            at_most("by hand, all inputs -10", sums[0], 0.001),
            at_least("by hand, all inputs 10", sums[2], 7.999),
            equal("SymPy, two units with sum 1: odds are reciprocal", odds, [1 / x]),
        ],
        {"sums": sums},
    )
