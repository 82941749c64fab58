"""How long a gradient lives in an LSTM: on the cell path, in total, and where it leaves the cell."""

from __future__ import annotations

import numpy as np
import sympy
import torch

from workings.byhand.cell_path import forget_bias, lifetime
from workings.byhand.lstm import lstm_states
from workings.byhand.lstm_gradient import lstm_jacobians
from workings.byhand.sigmoid import sigmoid
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal


def random_lstm(
    bias: float, size: float = 1.0, seed: int = 16, d_h: int = 16, steps: int = 100
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return U, the Jacobians (T, 2 d_h, 2 d_h) and the gates of a random LSTM with a forget bias.

    Weights are uniform within size over the root of d_h, as Torch draws them at size 1.
    """
    rng = np.random.default_rng(seed)
    W, U = (size * rng.uniform(-1, 1, size=(n, 4 * d_h)) / np.sqrt(d_h) for n in (4, d_h))
    b = np.concatenate([np.zeros(d_h), np.full(d_h, bias), np.zeros(2 * d_h)])
    H, C, gates = lstm_states(rng.normal(size=(1, steps, 4)), W, U, b)
    return U, lstm_jacobians(H[0], C[0], gates[:, 0], U), gates[:, 0]


def reach_of_cell(bias: float, size: float = 1.0, steps: int = 100) -> tuple[np.ndarray, np.ndarray]:
    """Return the norms of dc_T/dc_{T-k} in total, and of the cell path alone, for k = 1 to ``steps``."""
    _, jacobians, gates = random_lstm(bias, size, steps=steps)
    d_h = gates.shape[2]
    product, path, total, alone = np.eye(2 * d_h), np.ones(d_h), [], []
    for J, f in zip(jacobians[::-1], gates[1][::-1], strict=True):
        product, path = J @ product, f * path
        total.append(np.linalg.norm(product[:d_h, :d_h], 2))
        alone.append(path.max())
    return np.array(total), np.array(alone)


@claim(
    r"With $h_{t-1}$ held, $\partial c_t/\partial c_{t-1} = \operatorname{diag}(f_t)$, and along $k$ steps "
    r"the cell path carries the product of the forget gates.",
    answers=("s3.4.b",),
)
def cell_path() -> Evidence:
    """Compare with autograd and with differences on a random cell; multiply in SymPy."""
    rng = np.random.default_rng(17)
    sums, c = rng.normal(size=(4, 5)), rng.normal(size=5)
    f = sigmoid(sums[1])
    tensors = torch.from_numpy(sums)

    def memory(c_0: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(tensors[1]) * c_0 + torch.sigmoid(tensors[0]) * torch.tanh(tensors[2])

    graph = torch.func.jacrev(memory)(torch.from_numpy(c)).numpy()
    step = 1e-6 * np.eye(5)
    gates = sigmoid(sums[0]) * np.tanh(sums[2])
    differences = ((f * (c + step) + gates) - (f * (c - step) + gates)) / 2e-6
    f_1, f_2, c_0, a, b = sympy.symbols("f_1 f_2 c_0 a b")
    return Evidence(
        [
            close("Torch autograd", graph, np.diag(f), 1e-15),
            close("central differences", differences, np.diag(f), 1e-9),
            equal("SymPy, two steps", sympy.diff(f_2 * (f_1 * c_0 + a) + b, c_0), f_1 * f_2),
        ]
    )


@claim(
    r"At a gate held at $f$ a gradient on the cell path halves in $\ln 2 / \ln(1/f)$ steps: 1 step at 0.5, "
    r"6.6 at 0.9, 69 at 0.99, 693 at 0.999. To remember $T$ steps, set $f = 1 - 1/T$, a bias of $\ln(T - "
    r"1)$: then $1/e$ is left.",
    answers=("s3.4.b",),
)
def half_lives() -> Evidence:
    """Count steps by multiplying, by hand; take the derivative by autograd; take the limit in SymPy."""
    formula = [lifetime(f) for f in (0.5, 0.9, 0.99, 0.999)]
    counted = []
    for f in (0.5, 0.9, 0.99, 0.999):
        rest, steps = 1.0, 0
        while rest > 0.5:
            rest, steps = rest * f, steps + 1
        counted.append(steps)
    start = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    c = start
    for _ in range(100):
        c = torch.sigmoid(torch.tensor(forget_bias(100), dtype=torch.float64)) * c
    (graph,) = torch.autograd.grad(c, start)
    steps_symbol = sympy.Symbol("T", positive=True)
    limit = sympy.limit((1 - 1 / steps_symbol) ** steps_symbol, steps_symbol, sympy.oo)
    return Evidence(
        [
            close("the printed numbers", formula, [1, 6.6, 69, 693], 0.5),
            equal("counted by multiplying", counted, [int(np.ceil(steps - 1e-9)) for steps in formula]),
            close("Torch autograd, bias for 100 steps", graph.item(), 0.99**100, 1e-12),
            equal("SymPy, the limit", limit, sympy.exp(-1)),
        ],
        {
            "half_lives": formula,
            "left_after_100": graph.item(),
            "left_after_1000": 0.99**1000,
            "bias_0": float(sigmoid([0.0])[0]),
            "bias_1": float(sigmoid([1.0])[0]),
            "bias_for": [forget_bias(steps) for steps in (10, 100, 1000)],
        },
    )


@claim(
    r"The total derivative of $c_T$ by $c_t$ holds more than the cell path: $h$ carries the rest. With "
    r"weights as Torch draws them and forget bias 1, the total is more than ten times the path over 20 "
    r"steps; with weights five times as large, more than a hundred times.",
    answers=("s3.4.b",),
)
def total_derivative() -> Evidence:
    """Multiply whole Jacobians by hand; differentiate Torch's own cell over the same steps."""
    ratios = {}
    for size in (1.0, 5.0):
        total, alone = reach_of_cell(1.0, size, steps=20)
        ratios[size] = float(total[-1] / alone[-1])
    U, _, _ = random_lstm(1.0, 5.0, steps=20)
    rng = np.random.default_rng(16)
    W = 5.0 * rng.uniform(-1, 1, size=(4, 64)) / 4
    rng.uniform(size=(16, 64))
    X = torch.from_numpy(rng.normal(size=(1, 20, 4)))
    with torch.random.fork_rng(devices=[]):
        cell = torch.nn.LSTMCell(4, 16, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(torch.from_numpy(W.T))
        cell.weight_hh.copy_(torch.from_numpy(U.T))
        cell.bias_ih.copy_(torch.cat([torch.zeros(16), torch.ones(16), torch.zeros(32)]))
        cell.bias_hh.zero_()

    def run(c_0: torch.Tensor) -> torch.Tensor:
        h, c = torch.zeros(1, 16, dtype=torch.float64), c_0[None]
        for t in range(20):
            h, c = cell(X[:, t], (h, c))
        return c[0]

    graph = torch.autograd.functional.jacobian(run, torch.zeros(16, dtype=torch.float64))
    total = reach_of_cell(1.0, 5.0, steps=20)[0][-1]
    return Evidence(
        [
            close(
                "Torch autograd, total norm, relative",
                float(torch.linalg.matrix_norm(graph, 2)) / total,
                1,
                1e-9,
            ),
            at_least("by hand, small weights, total over path", ratios[1.0], 10),
            at_least("by hand, large weights, total over path", ratios[5.0], 100),
        ],
        {"small": ratios[1.0], "large": ratios[5.0]},
    )


@claim(
    r"An LSTM does not keep a gradient by being an LSTM. With weights as Torch draws them and forget bias "
    r"0, less than $10^{-15}$ of a gradient on the cell is left after 100 steps. With bias 5 it does not "
    r"vanish; it grows.",
    answers=("s3.4.b",),
)
def bias_decides() -> Evidence:
    """Multiply Jacobians by hand; differentiate Torch's own LSTM with its own draw."""
    by_hand = {bias: float(reach_of_cell(bias)[0][-1]) for bias in (0.0, 5.0)}
    graphs = {}
    for bias in (0.0, 5.0):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            cell = torch.nn.LSTMCell(4, 16, dtype=torch.float64)
        with torch.no_grad():
            cell.bias_ih[16:32] = bias
            cell.bias_hh[16:32] = 0
        generator = torch.Generator().manual_seed(1)
        start = c = torch.zeros(1, 16, dtype=torch.float64, requires_grad=True)
        h = torch.zeros(1, 16, dtype=torch.float64)
        for _ in range(100):
            h, c = cell(torch.randn(1, 4, generator=generator, dtype=torch.float64), (h, c))
        rows = [torch.autograd.grad(c[0, k], start, retain_graph=True)[0][0] for k in range(16)]
        graphs[bias] = float(torch.linalg.matrix_norm(torch.stack(rows), 2))
    return Evidence(
        [
            at_most("by hand, bias 0", by_hand[0.0], 1e-15),
            at_most("Torch autograd, bias 0", graphs[0.0], 1e-15),
            at_least("by hand, bias 5", by_hand[5.0], 1),
            at_least("Torch autograd, bias 5", graphs[5.0], 1),
        ],
        {"bias_0": by_hand[0.0], "bias_5": by_hand[5.0], "torch_0": graphs[0.0], "torch_5": graphs[5.0]},
    )


@claim(
    r"An open forget gate alone is no identity. With $f = i = 1$ and $\tilde c = 1$ the cell counts, $c_t = "
    r"c_0 + t$; and the gradient on its way out is $o_t (1 - \tanh^2 c_t)$, below $10^{-7}$ at $c = 9$. An "
    r"identity takes $i = 0$ as well.",
    answers=("s3.4.b",),
)
def open_is_no_identity() -> Evidence:
    """Count by hand and in Torch; differentiate the way out in SymPy and by autograd."""
    zero = np.zeros((1, 4))
    _, C, _ = lstm_states(np.zeros((1, 9, 1)), zero, zero, np.array([800.0, 800.0, 20.0, 800.0]))
    _, kept, _ = lstm_states(
        np.zeros((1, 9, 1)), zero, zero, np.array([-800.0, 800.0, 20.0, 0.0]), c_0=[[0.7]]
    )
    with torch.random.fork_rng(devices=[]):
        cell = torch.nn.LSTMCell(1, 1, dtype=torch.float64)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.zero_()
        cell.bias_ih.copy_(torch.tensor([800.0, 800.0, 20.0, 800.0]))
    h = torch.zeros(1, 1, dtype=torch.float64)
    start = c = torch.zeros(1, 1, dtype=torch.float64, requires_grad=True)
    counts = []
    for _ in range(9):
        h, c = cell(torch.zeros(1, 1, dtype=torch.float64), (h, c))
        counts.append(c.item())
    (way_out,) = torch.autograd.grad(h.sum(), start)
    x = sympy.Symbol("x")
    exact = float(sympy.diff(sympy.tanh(x), x).subs(x, 9).evalf(30))
    return Evidence(
        [
            close("by hand, the count", C[0, :, 0], np.arange(10.0), 1e-12),
            close("Torch LSTMCell, the count", counts, np.arange(1.0, 10.0), 1e-12),
            close("Torch autograd against SymPy, the way out", way_out.item(), exact, 1e-12),
            at_most("SymPy, the way out at 9", exact, 1e-7),
            close("by hand, input gate shut: kept", kept[0, :, 0], np.full(10, 0.7), 1e-15),
        ],
        {"way_out": exact, "count": C[0, :, 0].tolist()},
    )
