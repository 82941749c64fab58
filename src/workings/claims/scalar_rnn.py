"""The scalar network of the exam: its gradient, and what the wrong options are the gradients of."""

from __future__ import annotations

import sympy
import torch

from workings.byhand.scalar_rnn import scalar_rnn, scalar_rnn_gradient
from workings.claims.claim import Evidence, claim
from workings.claims.witness import close, equal

X, Y, W, A, RATE = (1.0, 0.5), 1.0, 0.8, 0.5, 0.1  # the example: x, y, w, a and the learning rate
TORCH = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": torch.clone}


def scalar_loss(
    w: torch.Tensor, a: torch.Tensor, h_0: float = 0.0, x: tuple[float, ...] = X, activation: str = "tanh"
) -> torch.Tensor:
    """Return the loss of the scalar network as a Torch graph."""
    h = torch.tensor(h_0, dtype=torch.float64)
    for number in x:
        h = TORCH[activation](w * h + a * number)
    return (h - Y) ** 2 / 2


def by_autograd(h_0: float = 0.0, x: tuple[float, ...] = X, activation: str = "tanh") -> tuple[float, float]:
    """Return dL/dw and dL/da of the example by autograd."""
    w, a = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (W, A))
    by_w, by_a = torch.autograd.grad(scalar_loss(w, a, h_0, x, activation), (w, a))
    return by_w.item(), by_a.item()


def symbolic(steps: int, first: sympy.Expr) -> tuple[sympy.Expr, dict[str, sympy.Expr]]:
    """Return the loss for a free function g, and its symbols and states by name."""
    w, a, y = sympy.symbols("w a y")
    g = sympy.Function("g")
    names: dict[str, sympy.Expr] = {"w": w, "a": a, "y": y, "h0": first}
    for t in range(1, steps + 1):
        names[f"x{t}"] = sympy.Symbol(f"x{t}")
        names[f"z{t}"] = w * names[f"h{t - 1}"] + a * names[f"x{t}"]
        names[f"h{t}"] = g(names[f"z{t}"])
    return (names[f"h{steps}"] - y) ** 2 / 2, names


def prime(z: sympy.Expr) -> sympy.Expr:
    """Return g' at z for the free function g."""
    u = sympy.Symbol("u")
    return sympy.Subs(sympy.diff(sympy.Function("g")(u), u), u, z)


def vanishes(expression: sympy.Expr) -> bool:
    """Say whether an expression is zero."""
    return bool(sympy.simplify(expression.doit()) == 0)


@claim(
    r"For $T = 2$ and $h_0 = 0$, $\dfrac{dL}{dw} = (h_2 - y)\, g'(z_2)\, h_1$ for every differentiable $g$: "
    r"the update is $w \leftarrow w - \eta\,(h_2 - y)\, g'(z_2)\, h_1$.",
    answers=("s4.1.6",),
)
def two_steps() -> Evidence:
    """Decide for a free function g in SymPy; for tanh, sigmoid and ReLU by autograd and by differences."""
    loss, s = symbolic(2, sympy.Integer(0))
    formula = (s["h2"] - s["y"]) * prime(s["z2"]) * s["h1"]
    z, h = scalar_rnn(X, W, A)
    by_formula = (h[2] - Y) * (1 - h[2] ** 2) * h[1]
    step = 1e-6
    up, down = ((scalar_rnn(X, W + sign * step, A)[1][-1] - Y) ** 2 / 2 for sign in (1, -1))
    others = [scalar_rnn_gradient(X, Y, W, A, activation=name) for name in ("sigmoid", "relu", "linear")]
    graphs = [by_autograd(activation=name)[0] for name in ("sigmoid", "relu", "linear")]
    return Evidence(
        [
            equal("SymPy, any g", vanishes(sympy.diff(loss, s["w"]) - formula), True),
            close("Torch autograd, tanh", by_autograd()[0], by_formula, 1e-15),
            close("central difference, tanh", (up - down) / (2 * step), by_formula, 1e-9),
            close("Torch autograd, sigmoid, ReLU, linear", graphs, others, 1e-15),
        ],
        {
            "x": list(X),
            "y": Y,
            "w": W,
            "a": A,
            "rate": RATE,
            "z": z.tolist(),
            "h": h.tolist(),
            "loss": float((h[2] - Y) ** 2 / 2),
            "error": float(h[2] - Y),
            "slopes": (1 - h[1:] ** 2).tolist(),
            "gradient": float(by_formula),
            "new_w": float(W - RATE * by_formula),
        },
    )


@claim(
    r"The wrong options are other quantities: $(h_2 - y) g'(z_2) (x_2 + w\, g'(z_1)\, x_1)$ is $dL/da$, and "
    r"$(h_2 - y) g'(z_2)\, w$ is $dL/dh_1$. The third, $(h_2 - y) g'(z_2) g'(z_1)$, is $dL/dz_1$ without its "
    r"factor $w$. None is $dL/dw$.",
    answers=("s4.1.6",),
)
def wrong_options() -> Evidence:
    """Decide each for a free function g in SymPy and for tanh by autograd."""
    loss, s = symbolic(2, sympy.Integer(0))
    error = (s["h2"] - s["y"]) * prime(s["z2"])
    by_a = error * (s["x2"] + s["w"] * prime(s["z1"]) * s["x1"])
    u = sympy.Symbol("u")
    tail = (sympy.Function("g")(s["w"] * u + s["a"] * s["x2"]) - s["y"]) ** 2 / 2
    by_h1 = sympy.diff(tail, u).subs(u, s["h1"])
    by_z1 = by_h1 * prime(s["z1"])
    _, h = scalar_rnn(X, W, A)
    slopes = 1 - h[1:] ** 2
    first, second, third = (
        (h[2] - Y) * slopes[1] * factor for factor in (X[1] + W * slopes[0] * X[0], W, slopes[0])
    )
    w, a = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (W, A))
    z1 = a * X[0]
    h1 = torch.tanh(z1)
    graph = (torch.tanh(w * h1 + a * X[1]) - Y) ** 2 / 2
    torch_a, torch_h1, torch_z1 = (one.item() for one in torch.autograd.grad(graph, (a, h1, z1)))
    return Evidence(
        [
            equal(
                "SymPy, how many are dL/dw",
                sum(
                    vanishes(sympy.diff(loss, s["w"]) - option)
                    for option in (by_a, error * s["w"], error * prime(s["z1"]))
                ),
                0,
            ),
            equal("SymPy, the first is dL/da", vanishes(sympy.diff(loss, s["a"]) - by_a), True),
            equal("SymPy, the fourth is dL/dh1", vanishes(by_h1 - error * s["w"]), True),
            equal(
                "SymPy, the third times w is dL/dz1", vanishes(by_z1 - error * prime(s["z1"]) * s["w"]), True
            ),
            close("Torch autograd, dL/da", torch_a, first, 1e-15),
            close("Torch autograd, dL/dh1", torch_h1, second, 1e-15),
            close("Torch autograd, dL/dz1", torch_z1, W * third, 1e-15),
        ],
        {"by_a": float(first), "by_h1": float(second), "third": float(third), "by_z1": float(W * third)},
    )


@claim(
    r"The short form needs $h_0 = 0$ and $T = 2$. With another $h_0$, $\dfrac{dL}{dw} = (h_2 - y)\, g'(z_2)\,"
    r"(h_1 + w\, g'(z_1)\, h_0)$; with a third step, $(h_3 - y)\, g'(z_3)\,(h_2 + w\, g'(z_2)\, h_1)$.",
    answers=("s4.1.6",),
)
def longer_scalar() -> Evidence:
    """Decide both for a free g in SymPy, for tanh by autograd, and by hand."""
    started, s = symbolic(2, sympy.Symbol("h0"))
    formula = (s["h2"] - s["y"]) * prime(s["z2"]) * (s["h1"] + s["w"] * prime(s["z1"]) * s["h0"])
    longer, l = symbolic(3, sympy.Integer(0))  # noqa: E741
    third = (l["h3"] - l["y"]) * prime(l["z3"]) * (l["h2"] + l["w"] * prime(l["z2"]) * l["h1"])
    _, h = scalar_rnn(X, W, A, h_0=0.9)
    short = (h[2] - Y) * (1 - h[2] ** 2) * h[1]
    three = (*X, -0.4)
    by_hand = [scalar_rnn_gradient(X, Y, W, A, h_0=0.9), scalar_rnn_gradient(three, Y, W, A)]
    return Evidence(
        [
            equal("SymPy, h0 free", vanishes(sympy.diff(started, s["w"]) - formula), True),
            equal("SymPy, three steps", vanishes(sympy.diff(longer, l["w"]) - third), True),
            close("Torch autograd, both", [by_autograd(0.9)[0], by_autograd(x=three)[0]], by_hand, 1e-15),
        ],
        {"started": by_hand[0], "short_form": float(short), "three_steps": by_hand[1]},
    )
