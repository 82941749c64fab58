"""The network with one hidden layer, its worked example, and other ways to its gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy
import torch
from torch import Tensor
from torch.nn import functional

from workings.byhand.backpropagation import network_loss
from workings.models.backpropagation import OneHiddenLayer

NAMES = ("x", "W_1", "b_1", "W_2", "b_2")
Arrays = dict[str, np.ndarray]

EXAMPLE: Arrays = {  # the worked example: two features, two hidden units, three classes
    "x": np.array([[1.0, 2.0]]),
    "W_1": np.array([[0.5, -0.5], [0.0, 0.5]]),
    "b_1": np.array([0.5, -0.5]),
    "W_2": np.array([[1.0, 0.0, -1.0], [0.0, 2.0, 1.0]]),
    "b_2": np.array([0.0, 0.0, 0.5]),
}
LABEL = np.array([[0.0, 0.0, 1.0]])


def random_network(
    batch: int = 6, d_x: int = 4, d_h: int = 3, d_y: int = 5, seed: int = 0
) -> tuple[Arrays, np.ndarray]:
    """Draw inputs and parameters by name, and one-hot labels (B, D_y)."""
    rng = np.random.default_rng(seed)
    shapes = ((batch, d_x), (d_x, d_h), (d_h,), (d_h, d_y), (d_y,))
    arrays = {name: rng.normal(size=shape) for name, shape in zip(NAMES, shapes, strict=True)}
    return arrays, np.eye(d_y)[rng.integers(0, d_y, batch)]


def as_function(arrays: Arrays, y: np.ndarray, name: str) -> Callable[[np.ndarray], float]:
    """Return the loss as a function of one of the arrays, computed in that array's dtype."""

    def loss(moved: np.ndarray) -> float:
        return network_loss(
            y=y.astype(moved.dtype),
            **{key: one.astype(moved.dtype) for key, one in arrays.items()} | {name: moved},
        )

    return loss


def torch_loss(t: dict[str, Tensor], y: Tensor, reduction: str = "mean") -> Tensor:
    """Return the loss with Torch's own functions."""
    h = torch.sigmoid(t["x"] @ t["W_1"] + t["b_1"])
    return functional.cross_entropy(h @ t["W_2"] + t["b_2"], y, reduction=reduction)


def by_autograd(arrays: Arrays, y: np.ndarray, reduction: str = "mean") -> Arrays:
    """Return every gradient by Torch's autograd."""
    t = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    found = torch.autograd.grad(torch_loss(t, torch.tensor(y), reduction), list(t.values()))
    return {name: gradient.numpy() for name, gradient in zip(t, found, strict=True)}


def by_module(arrays: Arrays, y: np.ndarray) -> Arrays:
    """Return every gradient from the Torch module, whose weights lie transposed."""
    net = OneHiddenLayer(len(arrays["W_1"]), *arrays["W_2"].shape, dtype=torch.float64)
    net.load(*(torch.from_numpy(arrays[name]) for name in NAMES[1:]))
    x = torch.tensor(arrays["x"], requires_grad=True)
    functional.cross_entropy(net(x), torch.from_numpy(y)).backward()
    gradients = [x.grad, *(one.grad for one in net.parameters())]
    return {
        name: (one.T if name.startswith("W") else one).numpy()
        for name, one in zip(NAMES, gradients, strict=True)
        if one is not None
    }


def symbolic(
    batch: int = 1, d_x: int = 2, d_h: int = 2, d_y: int = 3
) -> tuple[sympy.Expr, dict[str, sympy.Matrix]]:
    """Return the mean loss for the first class as a formula, and its matrices of symbols by name."""
    shapes = ((batch, d_x), (d_x, d_h), (1, d_h), (d_h, d_y), (1, d_y))
    s = {
        name: sympy.Matrix(*shape, lambda i, j, name=name: sympy.Symbol(f"{name}{i}{j}"))
        for name, shape in zip(NAMES, shapes, strict=True)
    }
    ones = sympy.ones(batch, 1)
    h = (s["x"] * s["W_1"] + ones * s["b_1"]).applyfunc(lambda z: 1 / (1 + sympy.exp(-z)))
    u = h * s["W_2"] + ones * s["b_2"]
    losses = [sympy.log(sum(sympy.exp(u[n, j]) for j in range(d_y))) - u[n, d_y - 1] for n in range(batch)]
    return sum(losses) / batch, s


def by_sympy(arrays: Arrays) -> Arrays:
    """Return every gradient by differentiating the formula (label: the last class) and putting numbers in."""
    batch, d_x = arrays["x"].shape
    loss, s = symbolic(batch, d_x, *arrays["W_2"].shape)
    point = {
        symbol: sympy.Rational(float(number))
        for name, matrix in s.items()
        for symbol, number in zip(matrix, arrays[name].ravel(), strict=True)
    }
    return {
        name: np.array([float(sympy.diff(loss, one).subs(point).evalf(25)) for one in s[name]]).reshape(
            arrays[name].shape
        )
        for name in NAMES
    }


def gap(found: Arrays, expected: Arrays) -> float:
    """Return the largest absolute difference over all gradients."""
    return max(float(abs(found[name] - expected[name]).max()) for name in NAMES)
