"""Multiplications and longest chain of each kind of layer: counted, and formulas read off the counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy
import torch
from torch import Tensor, nn

from workings.byhand.counting import (
    attention_core,
    convolution_layer,
    matrix_product,
    recurrent_layer,
    run_counted,
)
from workings.claims.claim import Evidence, claim
from workings.claims.heads import flops
from workings.claims.witness import equal
from workings.models.heads import MultiHeadAttention

WIDTH, REACH = 3, 2  # of a convolution's kernel, of a restricted attention to each side
T, k = sympy.symbols("T k", positive=True)

PRODUCTS = {f"{name}Backward0" for name in ("Mm", "Bmm", "Addmm")}  # nodes of Torch's graph

Count = Callable[[int, int], tuple[dict[str, int], int]]


def ones(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Return arrays of these shapes to count on; their values do not matter."""
    return [np.full(shape, 0.1) for shape in shapes]


def attention(seq_len: int, width: int) -> tuple[dict[str, int], int]:
    """Run the core of self-attention on counting numbers: scores and weighted sums, no projections."""
    return run_counted(attention_core, *ones(*[(seq_len, width)] * 3))


def restricted(seq_len: int, width: int) -> tuple[dict[str, int], int]:
    """Run attention in which a token sees ``REACH`` neighbours to each side."""

    def near(*rows: list[list[object]]) -> list[list[object]]:
        Q, K, V = rows
        return attention_core(Q, K, V, lambda i, j: abs(i - j) <= REACH)

    return run_counted(near, *ones(*[(seq_len, width)] * 3))


def recurrent(seq_len: int, width: int) -> tuple[dict[str, int], int]:
    """Run a tanh network."""
    return run_counted(recurrent_layer, *ones((seq_len, width), (width, width), (width, width)))


def convolution(seq_len: int, width: int) -> tuple[dict[str, int], int]:
    """Run a causal convolution whose kernel is ``WIDTH`` tokens wide."""
    return run_counted(convolution_layer, *ones((seq_len, width), (WIDTH, width, width)))


def projections(seq_len: int, width: int) -> tuple[dict[str, int], int]:
    """Run the four projections of an attention layer: queries, keys, values, output."""
    tally, depth = run_counted(matrix_product, *ones((seq_len, width), (width, width)))
    return {name: 4 * count for name, count in tally.items()}, 2 * depth


def feed_forward(seq_len: int, width: int) -> tuple[dict[str, int], int]:
    """Run the two products of a feed-forward layer four times as wide as the tokens."""
    up, first = run_counted(matrix_product, *ones((seq_len, width), (width, 4 * width)))
    down, second = run_counted(matrix_product, *ones((seq_len, 4 * width), (4 * width, width)))
    return {"multiplications": up["multiplications"] + down["multiplications"]}, first + second


LAYERS: dict[str, Count] = {
    "self-attention": attention,
    "restricted attention": restricted,
    "recurrent": recurrent,
    "convolution": convolution,
}


def formula(count: Count) -> sympy.Expr:
    """Read the formula off the counts: solve for the coefficients at five sizes, try it at two others."""
    basis = [T**2 * k, T * k**2, T * k, k**2, k]
    sizes = [(4, 1), (5, 2), (6, 3), (7, 2), (8, 4)]
    rows = [[term.subs({T: t, k: w}) for term in basis] for t, w in sizes]
    counts = [count(t, w)[0]["multiplications"] for t, w in sizes]
    found = sympy.Matrix(rows).LUsolve(sympy.Matrix(counts))
    expression = sum(c * term for c, term in zip(found, basis, strict=True))
    for t, w in ((9, 3), (12, 5)):
        if expression.subs({T: t, k: w}) != count(t, w)[0]["multiplications"]:
            raise ValueError(f"the counts of {count.__name__} follow no formula in T and k of this form")
    return sympy.factor(expression)


def loop_rnn(X: Tensor, W_x: Tensor, W_h: Tensor) -> Tensor:
    """Run a tanh network in Torch, a product a step, as the counting loops do."""
    inputs = (X @ W_x).unbind(0)
    states = [torch.tanh(inputs[0][None])]
    for row in inputs[1:]:
        states.append(torch.tanh(row + states[-1] @ W_h))
    return torch.cat(states)


class LoopRNN(nn.Module):
    """The loop as a module, so that Torch can count it."""

    def __init__(self, width: int) -> None:
        """Keep two weights of zeros."""
        super().__init__()
        self.W_x, self.W_h = torch.zeros(width, width), torch.zeros(width, width)

    def forward(self, X: Tensor) -> Tensor:
        """Map (T, k) to (T, k)."""
        return loop_rnn(X, self.W_x, self.W_h)


@claim(
    r"For $T$ tokens of width $k$, self-attention takes $2T^2 k$ multiplications (no projections), a "
    r"recurrent layer $2Tk^2 - k^2$, a convolution of width $3$ $3(T - 1)k^2$, an attention restricted to "
    r"$2$ neighbours a side $(10T - 12)\,k$.",
    answers=("s0.3.3", "s3.7.3.a"),
)
def multiplications() -> Evidence:
    """Read formulas off the counting numbers; compare with Torch's counter at other sizes."""
    found = {name: formula(count) for name, count in LAYERS.items()}
    stated = {
        "self-attention": 2 * T**2 * k,
        "restricted attention": (10 * T - 12) * k,
        "recurrent": (2 * T - 1) * k**2,
        "convolution": 3 * (T - 1) * k**2,
    }
    core = MultiHeadAttention(16, 1, fused=False, device="meta")
    with_projections = flops(core, torch.empty(1, 40, 16, device="meta")) // 2
    loop = flops(LoopRNN(16), torch.ones(40, 16)) // 2
    sizes = {T: 40, k: 16}
    return Evidence(
        [
            equal(
                "counting numbers, formulas read off",
                [sympy.expand(found[name] - stated[name]) for name in stated],
                [0, 0, 0, 0],
            ),
            equal(
                "Torch's counter, attention less 4 T k²",
                with_projections - 4 * 40 * 16**2,
                int(stated["self-attention"].subs(sizes)),
            ),
            equal("Torch's counter, a loop over the steps", loop, int(stated["recurrent"].subs(sizes))),
        ],
        {
            name.replace(" ", "_").replace("-", "_"): sympy.latex(expression)
            for name, expression in found.items()
        },
    )


@claim(
    r"With sums taken in pairs, the longest chain of operations in self-attention grows by 2 when the "
    r"tokens double; in a recurrent layer of width $4$ it grows by 5 a *token*. So attention is $O(\log T)$ "
    r"deep in scalar operations, $O(1)$ in matrix products, and a recurrent layer $O(T)$ in both.",
    answers=("s0.3.3", "s4.1.7"),
)
def chains() -> Evidence:
    """Read depths off counting numbers; walk Torch's autograd graph for the longest chain of products."""
    depth = {name: [LAYERS[name](t, 4)[1] for t in (8, 16, 32)] for name in LAYERS}
    torch_chains = {}
    layer = MultiHeadAttention(4, 1, fused=False)
    weights = [torch.ones(4, 4, requires_grad=True) for _ in range(2)]
    for t in (8, 16, 32):
        torch_chains["attention", t] = matrix_chain(layer(torch.ones(1, t, 4, requires_grad=True)))
        torch_chains["recurrent", t] = matrix_chain(loop_rnn(torch.ones(t, 4), *weights))
    return Evidence(
        [
            equal(
                "counting numbers, attention, steps more a doubling",
                np.diff(depth["self-attention"]).tolist(),
                [2, 2],
            ),
            equal("counting numbers, recurrent, steps more", np.diff(depth["recurrent"]).tolist(), [40, 80]),
            equal(
                "Torch's graph, products in a chain, attention",
                [torch_chains["attention", t] for t in (8, 16, 32)],
                [4, 4, 4],
            ),
            equal(
                "Torch's graph, products in a chain, recurrent",
                [torch_chains["recurrent", t] for t in (8, 16, 32)],
                [8, 16, 32],
            ),
        ],
        {
            "attention": depth["self-attention"],
            "recurrent": depth["recurrent"],
            "convolution": depth["convolution"],
        },
    )


def matrix_chain(output: Tensor) -> int:
    """Return the largest number of matrix products that wait for one another, from Torch's autograd graph.

    Torch's fused attention is one node of the graph and two products: scores, then weighted sums.
    """
    longest: dict[object, int] = {}
    stack = [output.grad_fn]
    while stack:
        node = stack[-1]
        before = [parent for parent, _ in node.next_functions if parent is not None]  # type: ignore[union-attr]
        unknown = [parent for parent in before if parent not in longest]
        if unknown:
            stack += unknown
            continue
        name = node.name()  # type: ignore[union-attr]
        own = 2 if name.startswith("ScaledDotProduct") else int(name in PRODUCTS)
        longest[node] = own + max((longest[parent] for parent in before), default=0)
        stack.pop()
    return longest[output.grad_fn]
