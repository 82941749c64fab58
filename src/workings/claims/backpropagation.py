"""Forward and backward through one hidden layer: every gradient, the input's, batches, columns."""

from __future__ import annotations

import numpy as np
import sympy
import torch
from torch.nn import functional

from workings.byhand.backpropagation import network_backward, network_forward, network_loss
from workings.byhand.gradient_check import central_differences
from workings.claims.claim import Evidence, claim
from workings.claims.one_hidden_layer import (
    EXAMPLE,
    LABEL,
    NAMES,
    as_function,
    by_autograd,
    by_module,
    by_sympy,
    gap,
    random_network,
    symbolic,
    torch_loss,
)
from workings.claims.witness import at_most, close, equal
from workings.models.backpropagation import OneHiddenLayer


@claim(
    r"Forward: $h = \sigma(xW_1 + b_1)$, $\hat y = \operatorname{softmax}(hW_2 + b_2)$ by hand equals Torch, "
    r"for one input and for a batch, where each row is computed as if it were alone.",
    answers=("s1.1.c",),
)
def forward() -> Evidence:
    """Compare with Torch's functions, with the module, and row by row."""
    arrays, y = random_network()
    h, u, y_hat = network_forward(**arrays)
    t = {name: torch.from_numpy(one) for name, one in arrays.items()}
    hidden = torch.sigmoid(t["x"] @ t["W_1"] + t["b_1"])
    net = OneHiddenLayer(4, 3, 5, dtype=torch.float64).load(*(t[name] for name in NAMES[1:]))
    alone = [network_forward(**(arrays | {"x": row[None]}))[2][0] for row in arrays["x"]]
    h_1, u_1, y_1 = network_forward(**EXAMPLE)
    return Evidence(
        [
            close("Torch functions, hidden units", hidden.numpy(), h, 1e-15),
            close("Torch module, scores", net(t["x"]).detach().numpy(), u, 1e-14),
            close(
                "Torch, loss", torch_loss(t, torch.from_numpy(y)).item(), network_loss(y=y, **arrays), 1e-14
            ),
            close("by hand, row by row", alone, y_hat, 1e-15),
        ],
        {
            "z": (EXAMPLE["x"] @ EXAMPLE["W_1"] + EXAMPLE["b_1"]).tolist(),
            "h": h_1.tolist(),
            "u": u_1.tolist(),
            "y_hat": y_1.tolist(),
            "loss": network_loss(y=LABEL, **EXAMPLE),
        }
        | {name: np.atleast_2d(one).tolist() for name, one in EXAMPLE.items()},
    )


@claim(
    r"Backward: with $\delta_u = \hat y - y$, $\delta_z = (\delta_u W_2^\top) \circ h \circ (1 - h)$ the "
    r"gradients by $W_1, b_1, W_2, b_2$ are $x^\top \delta_z$, $\delta_z$, $h^\top \delta_u$, $\delta_u$, "
    r"and that by $x$ is $\delta_z W_1^\top$.",
    answers=("s1.1.b", "s1.1.c"),
)
def every_gradient() -> Evidence:
    """Compare all five with autograd, the module, central differences and SymPy."""
    arrays, y = random_network()
    by_hand = network_backward(y=y, **arrays)
    differences = {name: central_differences(as_function(arrays, y, name), arrays[name]) for name in NAMES}
    example = network_backward(y=LABEL, **EXAMPLE)
    slope = network_forward(**EXAMPLE)[0] * (1 - network_forward(**EXAMPLE)[0])
    return Evidence(
        [
            close(
                "Torch autograd, batch of six, five gradients", gap(by_autograd(arrays, y), by_hand), 0, 1e-15
            ),
            close("Torch module with nn.Linear, the same", gap(by_module(arrays, y), by_hand), 0, 1e-15),
            close("central differences, the same", gap(differences, by_hand), 0, 1e-9),
            close("SymPy, the worked example", gap(by_sympy(EXAMPLE), example), 0, 1e-15),
        ],
        {name: np.atleast_2d(one).tolist() for name, one in example.items()} | {"slope": slope.tolist()},
    )


@claim(
    r"$\dfrac{\partial J}{\partial x} = \big[(\hat y - y)\, W_2^\top \circ h \circ (1 - h)\big]\, W_1^\top$, "
    r"a row of the shape of $x$.",
    answers=("s1.1.b",),
)
def input_gradient() -> Evidence:
    """Decide for free symbols in SymPy, by autograd, by differences and by changing x a little."""
    loss, s = symbolic()
    h = (s["x"] * s["W_1"] + s["b_1"]).applyfunc(lambda z: 1 / (1 + sympy.exp(-z)))
    powers = (h * s["W_2"] + s["b_2"]).applyfunc(sympy.exp)
    error = powers / sum(powers) - sympy.Matrix([[0, 0, 1]])
    formula = (error * s["W_2"].T).multiply_elementwise(h).multiply_elementwise(sympy.ones(1, 2) - h) * s[
        "W_1"
    ].T
    numbers = {
        one: sympy.Rational(value, 7)
        for one, value in zip([a for m in s.values() for a in m], range(-8, 90, 5), strict=False)
    }
    off = [
        abs((sympy.diff(loss, a) - b).subs(numbers).evalf(40)) for a, b in zip(s["x"], formula, strict=True)
    ]
    arrays, y = random_network(batch=1)
    found = network_backward(y=y, **arrays)["x"]
    differences = central_differences(as_function(arrays, y, "x"), arrays["x"])
    return Evidence(
        [
            at_most("SymPy, the derivative against the formula, 40 digits", float(max(off)), 1e-30),
            close("Torch autograd", by_autograd(arrays, y)["x"], found, 1e-15),
            close("central differences", differences, found, 1e-9),
            equal("by hand, the shape", found.shape, arrays["x"].shape),
        ]
    )


@claim(
    r"In a batch each row of $\partial J / \partial x$ depends on its own input alone, while the gradients "
    r"of the parameters are sums over the rows: also those of the biases. With the mean loss everything is "
    r"divided by $B$, with the sum it is not.",
    answers=("s1.1.c",),
)
def batches() -> Evidence:
    """Add up the gradients of single inputs; ask autograd for the mean and for the sum."""
    arrays, y = random_network()
    whole = network_backward(y=y, **arrays)
    single = [network_backward(y=y[[n]], **(arrays | {"x": arrays["x"][[n]]})) for n in range(6)]
    mean = {name: np.mean([one[name] for one in single], axis=0) for name in NAMES[1:]}
    rows = np.concatenate([one["x"] for one in single]) / 6
    summed = by_autograd(arrays, y, "sum")
    per_input = torch.func.vmap(
        torch.func.grad(lambda b, x, label: torch_loss({**t, "x": x[None], "b_1": b}, label[None])),
        (None, 0, 0),
    )
    t = {name: torch.from_numpy(one) for name, one in arrays.items()}
    biases = per_input(t["b_1"], t["x"], torch.from_numpy(y))  # (B, D_h)
    return Evidence(
        [
            close("by hand, mean over single inputs", gap(mean | {"x": rows}, whole), 0, 1e-15),
            close(
                "Torch autograd, six times the mean is the sum",
                max(float(abs(6 * whole[name] - summed[name]).max()) for name in NAMES),
                0,
                1e-14,
            ),
            close("Torch vmap, bias gradients of single inputs", biases.mean(0).numpy(), whole["b_1"], 1e-15),
        ],
        {"per_input": list(biases.shape), "bias": list(whole["b_1"].shape)},
    )


@claim(
    r"With columns instead of rows, $h = \sigma(V_1 x + b_1)$ and $u = V_2 h + b_2$ with $V = W^\top$, "
    r"every gradient is the transpose: $\delta_z = (V_2^\top \delta_u) \circ h \circ (1 - h)$, $\partial "
    r"J/\partial V_1 = \delta_z x^\top$, $\partial J/\partial x = V_1^\top \delta_z$."
)
def columns() -> Evidence:
    """Compute the column network on its own by autograd and by the column formulas; transpose."""
    arrays, y = random_network(batch=1)
    rows = network_backward(y=y, **arrays)
    V_1, V_2 = arrays["W_1"].T, arrays["W_2"].T
    x, b_1, b_2, label = arrays["x"].T, arrays["b_1"][:, None], arrays["b_2"][:, None], y.T
    h = 1 / (1 + np.exp(-(V_1 @ x + b_1)))  # (D_h, 1)
    powers = np.exp(V_2 @ h + b_2)  # (D_y, 1)
    by_u = powers / powers.sum() - label
    by_z = (V_2.T @ by_u) * h * (1 - h)
    t = [torch.tensor(one, requires_grad=True) for one in (x, V_1, b_1, V_2, b_2)]
    scores = t[3] @ torch.sigmoid(t[1] @ t[0] + t[2]) + t[4]
    found = torch.autograd.grad(functional.cross_entropy(scores.T, torch.from_numpy(y)), t)
    expected = [rows["x"].T, rows["W_1"].T, rows["b_1"][:, None], rows["W_2"].T, rows["b_2"][:, None]]
    return Evidence(
        [
            close("columns by hand, V_1", by_z @ x.T, rows["W_1"].T, 1e-15),
            close("columns by hand, x", V_1.T @ by_z, rows["x"].T, 1e-15),
            close(
                "Torch autograd on columns, all five",
                max(float(abs(a.numpy() - b).max()) for a, b in zip(found, expected, strict=True)),
                0,
                1e-15,
            ),
        ]
    )
