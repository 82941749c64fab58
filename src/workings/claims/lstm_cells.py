"""The by-hand cells against Torch's, the documents' conventions, and where the reset gate acts."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy
import torch

from workings.byhand.gru import gru_gates, gru_step
from workings.byhand.lstm import lstm_states, lstm_step
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal
from workings.models.lstm_gru import gru_weights, lstm_weights


def torch_cell(kind: str, d_x: int = 3, d_h: int = 5, seed: int = 0) -> torch.nn.Module:
    """Return a Torch cell in float64 with weights of size 1, drawn by a generator of its own."""
    kinds: dict[str, Any] = {
        "lstm": torch.nn.LSTMCell,
        "gru": torch.nn.GRUCell,
        "lstms": torch.nn.LSTM,
        "grus": torch.nn.GRU,
    }
    with torch.random.fork_rng(devices=[]):
        cell: torch.nn.Module = kinds[kind](d_x, d_h, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in cell.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
    return cell


@claim(
    r"The LSTM cell by hand equals `torch.nn.LSTMCell` to $10^{-12}$ in float64, with $W$ = `weight_ih` "
    r"transposed, $U$ = `weight_hh` transposed and $b$ = `bias_ih` + `bias_hh`; over 30 steps it equals "
    r"`torch.nn.LSTM`."
)
def lstm_equals_torch() -> Evidence:
    """Run both on random inputs and states; check one unit against the formula in SymPy."""
    cell = torch_cell("lstm")
    W, U, b = lstm_weights(cell)  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    x, h, c = rng.normal(size=(4, 3)), rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    by_hand = lstm_step(x, h, c, W, U, b)
    graph = cell(torch.from_numpy(x), (torch.from_numpy(h), torch.from_numpy(c)))
    X = rng.normal(size=(2, 30, 3))
    many = torch_cell("lstms")
    with torch.no_grad():
        for name, value in (("weight_ih_l0", W.T), ("weight_hh_l0", U.T), ("bias_ih_l0", b)):
            getattr(many, name).copy_(torch.from_numpy(value.copy()))
        many.bias_hh_l0.zero_()  # type: ignore[operator]
    long = many(torch.from_numpy(X).transpose(0, 1))[0].transpose(0, 1)
    s = [sympy.Float(value, 30) for value in (x[0] @ W + h[0] @ U + b)[[0, 5, 10, 15]]]
    i, f, o = (1 / (1 + sympy.exp(-s[k])) for k in (0, 1, 3))
    memory = f * sympy.Float(c[0, 0], 30) + i * sympy.tanh(s[2])
    exact = [float(o * sympy.tanh(memory)), float(memory)]
    return Evidence(
        [
            close("Torch LSTMCell, h", graph[0].detach().numpy(), by_hand[0], 1e-12),
            close("Torch LSTMCell, c", graph[1].detach().numpy(), by_hand[1], 1e-12),
            close("Torch LSTM, 30 steps", long.detach().numpy(), lstm_states(X, W, U, b)[0][:, 1:], 1e-12),
            close(
                "SymPy, 30 digits, one unit from its four sums",
                exact,
                [by_hand[0][0, 0], by_hand[1][0, 0]],
                1e-12,
            ),
        ]
    )


@claim(
    r"The GRU cell by hand, reset gate after the product, equals `torch.nn.GRUCell` to $10^{-12}$ in "
    r"float64. The columns of $z$ change their sign on the way: Torch's $z$ is the share of the old state, "
    r"the exercise's of the new, and $\sigma(-x) = 1 - \sigma(x)$."
)
def gru_equals_torch() -> Evidence:
    """Run both on random inputs; run Torch's printed formula in SymPy; leave the sign as it was."""
    cell = torch_cell("gru")
    W, U, b, b_hidden = gru_weights(cell)  # type: ignore[arg-type]
    rng = np.random.default_rng(1)
    x, h = rng.normal(size=(4, 3)), rng.normal(size=(4, 5))
    by_hand = gru_step(x, h, W, U, b, b_hidden)
    graph = cell(torch.from_numpy(x), torch.from_numpy(h)).detach().numpy()
    raw = {name: value.detach().numpy() for name, value in cell.named_parameters()}
    from_x = raw["weight_ih"] @ x[0] + raw["bias_ih"]
    from_h = raw["weight_hh"] @ h[0] + raw["bias_hh"]
    exact = []
    for k in range(5):
        xs = [sympy.Float(from_x[k + 5 * gate], 30) for gate in range(3)]
        hs = [sympy.Float(from_h[k + 5 * gate], 30) for gate in range(3)]
        r, z = (1 / (1 + sympy.exp(-xs[gate] - hs[gate])) for gate in (0, 1))
        n = sympy.tanh(xs[2] + r * hs[2])
        exact.append(float((1 - z) * n + z * sympy.Float(h[0, k], 30)))
    sign = np.repeat([1.0, -1.0, 1.0], 5)
    unmapped = gru_step(x, h, W * sign, U * sign, b * sign, b_hidden)
    return Evidence(
        [
            close("Torch GRUCell", graph, by_hand, 1e-12),
            close("SymPy, Torch's printed formula", exact, by_hand[0], 1e-12),
            at_least(
                "by hand without the change of sign, how far off", float(np.abs(unmapped - graph).max()), 0.1
            ),
        ],
        {"unmapped": float(np.abs(unmapped - graph).max())},
    )


def random_gru(d_h: int = 16, seed: int = 2, size: float = 1.0) -> tuple[np.ndarray, ...]:
    """Return inputs (1, 50, d_h), W and U of a GRU without biases, entries of deviation size/sqrt(d_h)."""
    rng = np.random.default_rng(seed)
    scale = size / np.sqrt(d_h)
    W, U = scale * rng.normal(size=(d_h, 3 * d_h)), scale * rng.normal(size=(d_h, 3 * d_h))
    return rng.normal(size=(1, 50, d_h)), W, U


def placement_gap(d_h: int = 16, size: float = 1.0) -> np.ndarray:
    """Return the largest difference between the two placements' states, for each of 50 steps."""
    X, W, U = random_gru(d_h, size=size)
    after, before = np.zeros((1, d_h)), np.zeros((1, d_h))
    gaps = []
    for t in range(50):
        after = gru_step(X[:, t], after, W, U)
        before = gru_step(X[:, t], before, W, U, reset="before")
        gaps.append(float(np.abs(after - before).max()))
    return np.array(gaps)


@claim(
    r"The two placements of the reset gate, $r \circ (h U)$ and $(r \circ h)\, U$, are different networks: "
    r"with the same random weights of 16 units the states of numbers below 1 differ by more than 0.1 within "
    r"50 steps. They agree where $r$ is the same for all units or $U$ is diagonal."
)
def reset_placement() -> Evidence:
    """Measure by hand; decide in SymPy when both agree; compare one step with plain loops."""
    X, W, U = random_gru()
    h = np.random.default_rng(5).normal(size=(1, 16)) / 2
    U_n = U[:, 32:]
    r = gru_gates(X[:, 0], h, W, U)[0]
    loop_before = [
        np.tanh(X[0, 0] @ W[:, 32 + k] + sum(r[0, j] * h[0, j] * U_n[j, k] for j in range(16)))
        for k in range(16)
    ]
    loop_after = [
        np.tanh(X[0, 0] @ W[:, 32 + k] + r[0, k] * sum(h[0, j] * U_n[j, k] for j in range(16)))
        for k in range(16)
    ]
    r1, r2, h1, h2 = sympy.symbols("r1 r2 h1 h2")
    matrix = sympy.Matrix(2, 2, sympy.symbols("u11 u12 u21 u22"))
    difference = sympy.Matrix([[h1 * r1, h2 * r2]]) * matrix - (
        sympy.Matrix([[h1, h2]]) * matrix
    ).multiply_elementwise(sympy.Matrix([[r1, r2]]))
    equal_gates = difference.subs(r2, r1).expand()
    diagonal = difference.subs({matrix[0, 1]: 0, matrix[1, 0]: 0}).expand()
    gaps = placement_gap()
    return Evidence(
        [
            close(
                "a plain loop, before", loop_before, gru_gates(X[:, 0], h, W, U, reset="before")[2][0], 1e-12
            ),
            close("a plain loop, after", loop_after, gru_gates(X[:, 0], h, W, U)[2][0], 1e-12),
            at_least("by hand, largest difference in 50 steps", float(gaps.max()), 0.1),
            equal("SymPy, equal gates", equal_gates, sympy.zeros(1, 2)),
            equal("SymPy, diagonal U", diagonal, sympy.zeros(1, 2)),
        ],
        {
            "first_steps": gaps[:4].tolist(),
            "largest": float(gaps.max()),
            "mean": float(gaps.mean()),
            "one_step": float(np.abs(np.array(loop_before) - loop_after).max()),
        },
    )


@claim(
    r"The exercise's $r_t \circ U h_{t-1}$, read as mathematics, gates the product: it is Torch's "
    r"placement, *after*. Typed into NumPy as `r * U @ h` it is the other one, $U (r \circ h)$, *before*, "
    r"for `*` and `@` bind alike and group from the left."
)
def printed_formula() -> Evidence:
    """Evaluate the expression as Python groups it and as printed, with columns as in the exercise."""
    rng = np.random.default_rng(3)
    r, U, h = rng.uniform(size=4), rng.normal(size=(4, 4)), rng.normal(size=4)
    typed = r * U @ h
    tensor = torch.from_numpy(r) * torch.from_numpy(U) @ torch.from_numpy(h)
    before = [sum(U[k, j] * r[j] * h[j] for j in range(4)) for k in range(4)]
    after = [r[k] * sum(U[k, j] * h[j] for j in range(4)) for k in range(4)]
    return Evidence(
        [
            close("NumPy, r * U @ h", typed, before, 1e-14),
            close("Torch, r * U @ h", tensor.numpy(), before, 1e-14),
            close("NumPy, r * (U @ h)", r * (U @ h), after, 1e-14),
            at_least("NumPy, how far apart", float(np.abs(typed - after).max()), 0.1),
        ],
        {"apart": float(np.abs(typed - after).max())},
    )


@claim(
    r"Columns or rows make no difference but a transpose: the exercise's $\sigma(W x_t + U h_{t-1})$ with "
    r"columns is $\sigma(x_t W^\top + h_{t-1} U^\top)$ with rows, and a batch is a stack of rows."
)
def rows_and_columns() -> Evidence:
    """Run the exercise's LSTM with column vectors in Torch, and one gate entry by plain sums."""
    rng = np.random.default_rng(4)
    W, U = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))  # i, f, g, o stacked, two units each
    x, h, c = rng.normal(size=3), rng.normal(size=2), rng.normal(size=2)
    by_hand = lstm_step(x[None], h[None], c[None], W.T, U.T)
    z = (torch.from_numpy(W) @ torch.from_numpy(x) + torch.from_numpy(U) @ torch.from_numpy(h)).view(4, 2)
    memory = torch.sigmoid(z[1]) * torch.from_numpy(c) + torch.sigmoid(z[0]) * torch.tanh(z[2])
    hidden = torch.sigmoid(z[3]) * torch.tanh(memory)
    plain = sum(W[3, k] * x[k] for k in range(3)) + sum(U[3, k] * h[k] for k in range(2))
    return Evidence(
        [
            close("Torch, columns, c", memory.numpy(), by_hand[1][0], 1e-14),
            close("Torch, columns, h", hidden.numpy(), by_hand[0][0], 1e-14),
            close("plain sums, one entry", plain, (x @ W.T + h @ U.T)[3], 1e-14),
        ]
    )
