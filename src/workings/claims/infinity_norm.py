"""The squared infinity norm: its subgradients, what ties do to them, and the step that uses one."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import sympy
import torch

from workings.byhand.infinity_norm import infinity_sgd_step, infinity_subgradients, squared_infinity_norm
from workings.byhand.sigmoid import log_sigmoid, sigmoid
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

W, EXAMPLE, LABEL, RATE, PENALTY = [0.5, -2.0, 0.75], [1.0, 0.5, 2.0], 0, 0.1, 1.0


def supports(slope: object, w: object) -> bool:
    """Test the definition in fractions: the line at w with this slope is nowhere above the squared norm."""
    g, at = [[Fraction(float(one)) for one in np.asarray(side, float)] for side in (slope, w)]
    here = max(abs(one) for one in at) ** 2
    far = [tuple(map(Fraction, point)) for point in product(range(-3, 4), repeat=len(at))]
    near = [
        tuple(b + Fraction(c, 16) for b, c in zip(at, point, strict=True))
        for point in product((-1, 0, 1), repeat=len(at))
    ]
    return all(
        max(abs(one) for one in u) ** 2 >= here + sum(s * (a - b) for s, a, b in zip(g, u, at, strict=True))
        for u in far + near
    )


def objective(w: object, example: object, label: int, penalty: float) -> float:
    """Return the loss of one example plus the penalty."""
    z = np.array([np.dot(np.asarray(w, float), np.asarray(example, float))])
    fit = -label * log_sigmoid(z)[0] - (1 - label) * log_sigmoid(-z)[0]
    return float(fit + penalty / 2 * squared_infinity_norm(w))


SHARES = {1: np.ones(1), 2: np.array([0.25, 0.75]), 3: np.array([0.5, 0.25, 0.25])}  # exact in floats


@claim(
    r"$g = 2 w_i e_i$, with $i$ any one index of the largest $|w_i|$, satisfies $\lVert u \rVert_\infty^2 "
    r"\ge \lVert w \rVert_\infty^2 + g \cdot (u - w)$ for every $u$: ties and $w = 0$ included. So does "
    r"every weighted mean of such $g$.",
    answers=("s4.1.3",),
)
def subgradients() -> Evidence:
    """Test the definition in fractions on a grid, prove it in symbols, and look at what Torch takes."""
    corners, means = True, True
    for w in ([1, -3, 2], [2, 2, 1], [2, -2, 1], [-1, 1, -1], [0, 0, 0], [0, 0, 3]):
        rows = infinity_subgradients(w)
        corners &= all(supports(row, w) for row in rows)
        means &= supports(rows.mean(axis=0), w)
        means &= supports(SHARES[len(rows)] @ rows, w)
    a, b = sympy.symbols("a b", real=True)  # u_i and w_i at the chosen index
    square = sympy.factor(a**2 - b**2 - 2 * b * (a - b))
    at = torch.tensor([2.0, -2.0, 1.0], dtype=torch.float64, requires_grad=True)
    (graph,) = torch.autograd.grad(torch.linalg.vector_norm(at, ord=float("inf")) ** 2, at)
    first = torch.autograd.grad((at**2).max(), at)[0]
    return Evidence(
        [
            equal("fractions, six w, 370 u each: corners", corners, True),
            equal("fractions, six w, 370 u each: their means, even and weighted", means, True),
            equal("SymPy, what is left is a square", square, (a - b) ** 2),
            equal("Torch, norm of order inf at a tie: the mean", graph.tolist(), [2.0, -2.0, 0.0]),
            equal("Torch, largest square at a tie", supports(first.numpy(), at.detach().numpy()), True),
        ],
        {"torch_norm": graph.tolist(), "torch_max": first.tolist()},
    )


@claim(
    r"Where two indices tie for $\max_j |w_j| > 0$ the squared norm has no partial derivative by either: at "
    r"$w = (1, 1)$ the slope in $w_1$ is 2 to the right and 0 to the left. At $w = 0$ it has: there the "
    r"gradient is 0.",
    answers=("s4.1.3",),
)
def no_derivative_at_ties() -> Evidence:
    """Take one-sided differences in fractions and by hand."""
    shrinking = [Fraction(1, 2**k) for k in range(1, 40)]
    right = [(max((1 + h) ** 2, Fraction(1)) - 1) / h - 2 for h in shrinking]
    left = [(1 - max((1 - h) ** 2, Fraction(1))) / h for h in shrinking]
    step = 2.0**-20
    sides = [
        (squared_infinity_norm([1 + step, 1]) - 1) / step,
        (1 - squared_infinity_norm([1 - step, 1])) / step,
    ]
    rng = np.random.default_rng(0)
    at_zero = max(squared_infinity_norm(step * u) / step for u in rng.uniform(-1, 1, size=(100, 3)))
    return Evidence(
        [
            equal("fractions, 39 steps h: right slope 2 + h, left 0", [right, left], [shrinking, [0] * 39]),
            close("by hand, right and left", sides, [2, 0], 1e-5),
            at_most("by hand, slope at 0 in 100 directions", at_zero, step),
        ],
        {"right": sides[0], "left": sides[1]},
    )


def largest_square(v: torch.Tensor) -> torch.Tensor:
    """Return the penalty as the largest of the squares."""
    largest: torch.Tensor = (v**2).max(dim=0).values
    return largest


def infinity_norm_squared(v: torch.Tensor) -> torch.Tensor:
    """Return the penalty as the square of Torch's norm."""
    squared: torch.Tensor = torch.linalg.vector_norm(v, ord=float("inf")) ** 2
    return squared


def every_tied_index(w: object) -> np.ndarray:
    """Follow the printed cases: 2 w_i wherever no other entry is larger (without bars), 0 elsewhere."""
    weights = np.asarray(w, float)
    return np.where(weights == weights.max(), 2 * weights, 0.0)


@claim(
    r"Putting $2 w_i$ at *every* tied index gives no subgradient: at $w = (1, 1)$ it is $(2, 2)$, and at $u "
    r"= (2, 2)$ the norm is 4, below the line's $1 + 4 = 5$. Subgradients there are $(2s, 2 - 2s)$ with $0 "
    r"\le s \le 1$.",
    answers=("s4.1.3",),
)
def sum_is_no_subgradient() -> Evidence:
    """Test the definition in fractions; find all subgradients at the tie from directional slopes."""
    w, u = np.array([1.0, 1]), np.array([2.0, 2])
    line = squared_infinity_norm(w) + every_tied_index(w) @ (u - w)
    kept = [
        (Fraction(i, 4), Fraction(j, 4))
        for i in range(-4, 13)
        for j in range(-4, 13)
        if supports([i / 4, j / 4], w)
    ]
    segment = [(Fraction(i, 4), 2 - Fraction(i, 4)) for i in range(9)]
    at = torch.tensor([1.0, 1.0], dtype=torch.float64, requires_grad=True)
    outward = torch.autograd.functional.jvp(infinity_norm_squared, at, torch.ones(2, dtype=torch.float64))[
        1
    ].item()
    return Evidence(
        [
            equal("by hand, value and line at (2, 2)", [squared_infinity_norm(u), line], [4.0, 5.0]),
            equal("fractions, the rule's slope supports", supports(every_tied_index(w), w), False),
            equal("fractions, all slopes of a grid that support", sorted(kept), sorted(segment)),
            close("Torch, the slope along (1, 1); the rule says 4", outward, 2, 0),
        ],
        {"value": squared_infinity_norm(u), "line": float(line), "slope": every_tied_index(w).tolist()},
    )


@claim(
    r"At a tie a step along one corner does not lower the penalty at all: from $(1, 1)$ the first index "
    r"shrinks and the second still holds the norm at 1. The mean of the corners, the shortest subgradient, "
    r"lowers it.",
    answers=("s4.1.3",),
)
def one_corner_does_not_descend() -> Evidence:
    """Step by hand in fractions of the rate, and in Torch with both of its forms."""
    w = np.array([1.0, 1.0])
    corner, mean = infinity_subgradients(w)[0], infinity_subgradients(w).mean(axis=0)
    after = [squared_infinity_norm(w - 0.1 * slope) for slope in (corner, mean)]
    in_torch = []
    for form in (largest_square, infinity_norm_squared):
        at = torch.ones(2, dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(form(at), at)
        in_torch.append(float(form((at - 0.1 * slope).detach())))
    path, norms = w, []
    for _ in range(6):
        path = path - 0.1 * infinity_subgradients(path)[0]
        norms.append(squared_infinity_norm(path))
    return Evidence(
        [
            close("by hand", after, [1, 0.81], 1e-15),
            close("Torch", in_torch, [1, 0.81], 1e-15),
            equal(
                "by hand, each second step of six lowers it",
                [a < b for a, b in zip(norms[1:], norms, strict=False)],
                [True, False, True, False, True],
            ),
        ],
        {"corner": after[0], "mean": after[1], "path": norms},
    )


def options() -> dict[str, np.ndarray]:
    """Return the new weights by each of the four rules that are offered."""
    w, x = np.array(W), np.array(EXAMPLE)
    pull = (sigmoid([w @ x])[0] - LABEL) * x
    by_weight, by_feature = np.eye(3)[np.abs(w).argmax()], np.eye(3)[np.abs(x).argmax()]
    penalties = [w * by_weight, w * by_feature, by_weight, by_feature]
    return {str(i + 1): w - RATE * (pull + PENALTY * one) for i, one in enumerate(penalties)}


@claim(
    r"Away from ties the step is $w \leftarrow w - \eta\,((p - t)\,x + \lambda\, w \circ e_i)$ with $i$ the "
    r"index of the largest $|w_i|$, the first of the four rules. From $w = (\tfrac12, -2, \tfrac34)$, $x = "
    r"(1, \tfrac12, 2)$, $t = 0$, $\eta = \tfrac1{10}$, $\lambda = 1$ it goes to $(0.4269, -1.8366, "
    r"0.6038)$.",
    answers=("s4.1.3",),
)
def sgd_step() -> Evidence:
    """Compare with autograd and central differences of the objective; show how far the other rules are."""
    at = torch.tensor(W, dtype=torch.float64, requires_grad=True)
    z = at @ torch.tensor(EXAMPLE, dtype=torch.float64)
    whole = (
        torch.nn.functional.softplus(z) + PENALTY / 2 * torch.linalg.vector_norm(at, ord=float("inf")) ** 2
    )
    (graph,) = torch.autograd.grad(whole, at)
    steps = 1e-6 * np.eye(3)
    differences = [
        (objective(W + s, EXAMPLE, LABEL, PENALTY) - objective(W - s, EXAMPLE, LABEL, PENALTY)) / 2e-6
        for s in steps
    ]
    new = infinity_sgd_step(W, EXAMPLE, LABEL, RATE, PENALTY)
    offered = options()
    p = float(sigmoid([np.dot(W, EXAMPLE)])[0])
    apart = {rule: float(np.abs(one - new).max()) for rule, one in offered.items()}
    return Evidence(
        [
            close("Torch autograd", np.array(W) - RATE * graph.numpy(), new, 1e-15),
            close("central differences", np.array(W) - RATE * np.array(differences), new, 1e-9),
            close("the printed numbers", new, [0.4269, -1.8366, 0.6038], 5e-5),
            equal("the first rule", apart["1"], 0.0),
            at_least("each other rule is off by", min(apart[rule] for rule in "234"), 0.05),
        ],
        {
            "z": float(np.dot(W, EXAMPLE)),
            "p": p,
            "of_loss": [p * x for x in EXAMPLE],
            "new": new.tolist(),
            "rules": {rule: one.tolist() for rule, one in offered.items()},
            "before": objective(W, EXAMPLE, LABEL, PENALTY),
            "after": {rule: objective(one, EXAMPLE, LABEL, PENALTY) for rule, one in offered.items()},
        },
    )
