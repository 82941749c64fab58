"""Where M²k overtakes Mk², for each way of counting: solved, and confirmed by counting on both sides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sympy
import torch

from workings.byhand.counting import attention_core, run_counted
from workings.claims import layer_costs
from workings.claims.claim import Evidence, claim
from workings.claims.heads import flops
from workings.claims.witness import at_most, close, equal
from workings.models.heads import MultiHeadAttention
from workings.models.transformer import TransformerBlock

M, N, k = sympy.symbols("M N k", positive=True)


@dataclass(frozen=True)
class Way:
    """One way of counting: the terms that grow as M² and as M, and code that counts each."""

    name: str
    square: sympy.Expr
    linear: sympy.Expr
    count_square: Callable[[int, int], int]
    count_linear: Callable[[int, int], int]

    @property
    def crossover(self) -> sympy.Expr:
        """The M from which the square term is the larger."""
        return sympy.solve(sympy.Eq(self.square, self.linear), M)[0]


def _core(length: int, width: int) -> int:
    return layer_costs.attention(length, width)[0]["multiplications"]


def _projected(length: int, width: int) -> int:
    return layer_costs.projections(length, width)[0]["multiplications"]


def _network(length: int, width: int) -> int:
    return layer_costs.feed_forward(length, width)[0]["multiplications"]


def _scores(length: int, width: int) -> int:
    return _core(length, width) // 2


WAYS = (
    Way("scores, one product", M**2 * k, M * k**2, _scores, lambda m, w: _projected(m, w) // 4),
    Way("scores, $Q$ $K$ $V$", M**2 * k, 3 * M * k**2, _scores, lambda m, w: 3 * _projected(m, w) // 4),
    Way("attention layer", 2 * M**2 * k, 4 * M * k**2, _core, _projected),
    Way(
        "with feed-forward",
        2 * M**2 * k,
        12 * M * k**2,
        _core,
        lambda m, w: _projected(m, w) + _network(m, w),
    ),
)


@claim(
    r"$M^2 k$ overtakes $M k^2$ at $M = k$ if only scores and one projection count, at $3k$ for scores "
    r"against $Q$, $K$, $V$, at $2k$ for a whole attention layer, and at $6k$ with the feed-forward layer.",
    answers=("s3.7.3.a", "s0.3.3"),
)
def crossovers() -> Evidence:
    """Solve in symbols; count on both sides of each crossover; count a whole block in Torch."""
    solved = [way.crossover for way in WAYS]
    width = 2
    signs = []
    for way in WAYS:
        at = int(way.crossover.subs(k, width))
        signs.append([way.count_square(m, width) - way.count_linear(m, width) for m in (at - 1, at, at + 1)])
    block = TransformerBlock(16, 2, device="meta")
    totals = [flops(block, torch.empty(1, m, 16, device="meta")) // 2 for m in (96, 192)]
    # a M² + b M through two counts: a M = b at the crossover
    a = (totals[1] / 192 - totals[0] / 96) / 96
    b = totals[0] / 96 - a * 96
    return Evidence(
        [
            equal("SymPy, solved", solved, [k, 3 * k, 2 * k, 6 * k]),
            equal(
                "counting numbers, sign one token before, at, after",
                [[(x > 0) - (x < 0) for x in row] for row in signs],
                [[-1, 0, 1]] * 4,
            ),
            close("Torch's counter, whole block at k = 16", b / a, 6 * 16, 1e-9),
        ],
        {
            "at_512": [int(root.subs(k, 512)) for root in solved],
            "share_30_512": float(sympy.Rational(2 * 30**2 * 512, 2 * 30**2 * 512 + 12 * 30 * 512**2)),
        },
    )


@claim(
    r"$O(M^2 k + M k^2)$ is not $O(M^2 k)$ unless $M$ grows at least as fast as $k$: for $M = 1$ the ratio "
    r"of the two is $k + 1$. The sum is $O(M k \max(M, k))$.",
    answers=("s3.7.3.a",),
)
def both_terms_stay() -> Evidence:
    """Take limits in symbols; count a layer of one token at growing widths."""
    ratio = sympy.simplify((M**2 * k + M * k**2) / (M**2 * k))
    counted = [_projected(1, w) / _core(1, w) for w in (2, 4, 8)]
    top = sympy.Max(M, k)
    worst = max(
        float(((M**2 * k + M * k**2) / (M * k * top)).subs({M: m, k: w}))
        for m in (1, 10, 1000)
        for w in (1, 10, 1000)
    )
    return Evidence(
        [
            equal("SymPy, ratio at M = 1", sympy.expand(ratio.subs(M, 1)), k + 1),
            equal("SymPy, its limit for k to infinity", sympy.limit(ratio.subs(M, 1), k, sympy.oo), sympy.oo),
            equal("counting numbers, projections over core, M = 1", counted, [4.0, 8.0, 16.0]),
            at_most("the sum over M k max(M, k), largest", worst, 2),
        ]
    )


def cross_attention(source: int, target: int, width: int) -> tuple[int, int]:
    """Count decoder-encoder attention in Torch: its projections, and its scores and sums."""
    layer = MultiHeadAttention(width, 1, fused=False, device="meta")
    X, memory = (torch.empty(1, n, width, device="meta") for n in (target, source))
    total = flops(layer, X, memory) // 2
    one, two = (
        flops(part, torch.empty(1, n, width, device="meta")) // 2
        for part, n in ((layer.query, target), (layer.key, source))
    )
    return 2 * one + 2 * two, total - 2 * one - 2 * two


@claim(
    r"Decoder-encoder attention takes $2MNk$ multiplications for scores and sums and $2(M + N)k^2$ for "
    r"projections. The first is the larger where $\tfrac{MN}{M + N} > k$: for $M = N$ only from $M = 2k$ "
    r"on, so $M, N > k$ is not enough.",
    answers=("s3.7.3.b",),
)
def cross_attention_terms() -> Evidence:
    """Count in Torch at several shapes, solve for M = N, and look between k and 2k."""
    counts = {
        shape: cross_attention(*shape) for shape in ((5, 7, 4), (100, 100, 80), (16, 16, 8), (17, 17, 8))
    }
    root = sympy.solve(sympy.Eq(2 * M**2 * k, 2 * (M + M) * k**2), M)
    small = cross_attention(5, 5, 4)
    return Evidence(
        [
            equal("Torch's counter, projections and core", list(counts[5, 7, 4]), [2 * 12 * 16, 2 * 35 * 4]),
            equal("SymPy, crossover for M = N", root, [2 * k]),
            equal(
                "Torch's counter, at M = N = 2k, and one more",
                [counts[16, 16, 8][0] - counts[16, 16, 8][1], counts[17, 17, 8][0] < counts[17, 17, 8][1]],
                [0, True],
            ),
            equal(
                "counting numbers, core at M = N = 5",
                layer_costs.attention(5, 4)[0]["multiplications"],
                small[1],
            ),
            equal(
                "Torch's counter, M = N = 100, k = 80: projections lead",
                counts[100, 100, 80][0] > counts[100, 100, 80][1],
                True,
            ),
        ],
        {"projections_100": counts[100, 100, 80][0], "core_100": counts[100, 100, 80][1]},
    )


@claim(
    r"Decoder self-attention needs $\tfrac12 N(N+1)$ scores, a pair for each token and those up to it. A "
    r"kernel that masks computes all $N^2$ and throws nearly half away; either way it is $O(N^2 k)$ besides "
    r"$O(N k^2)$.",
    answers=("s3.7.3.c",),
)
def causal_half() -> Evidence:
    """Count allowed pairs on counting numbers, and what Torch's masked layer does."""

    def causal(Q: list[list[object]], K: list[list[object]], V: list[list[object]]) -> list[list[object]]:
        return attention_core(Q, K, V, lambda i, j: j <= i)

    needed = [run_counted(causal, *layer_costs.ones(*[(n, 3)] * 3))[0] for n in (4, 8)]
    layer = MultiHeadAttention(3, 1, causal=True, fused=False, device="meta")
    done = flops(layer, torch.empty(1, 8, 3, device="meta")) // 2 - 4 * 8 * 9
    return Evidence(
        [
            equal(
                "counting numbers, exponentials for 4 and 8 tokens",
                [tally["exponentials"] for tally in needed],
                [10, 36],
            ),
            equal("counting numbers, multiplications for 8 tokens", needed[1]["multiplications"], 8 * 9 * 3),
            equal("Torch's counter, masked, 8 tokens", done, 2 * 8 * 8 * 3),
        ],
        {"needed": needed[1]["multiplications"], "done": done},
    )


@claim(
    r"An attention layer with its projections, $4Mk^2 + 2M^2k$, is never cheaper than a tanh RNN of that "
    r"width, $(2M - 1)k^2$, and dearer than an LSTM, about $8Mk^2$, from $M = 2k$ on.",
    answers=("s0.3.3", "s3.7.3.a"),
)
def against_recurrence() -> Evidence:
    """Compare formulas in symbols; count Torch's own cells step by step."""
    attention, rnn, lstm = 4 * M * k**2 + 2 * M**2 * k, (2 * M - 1) * k**2, 8 * M * k**2
    cells = {}
    for name, cell in (("rnn", torch.nn.RNNCell(8, 8)), ("lstm", torch.nn.LSTMCell(8, 8))):
        cells[name] = flops(cell, torch.ones(1, 8)) // 2
    layer = MultiHeadAttention(8, 1, fused=False, device="meta")
    counted = {m: flops(layer, torch.empty(1, m, 8, device="meta")) // 2 for m in (15, 16, 17)}
    return Evidence(
        [
            equal(
                "SymPy, attention less RNN has positive terms",
                sympy.expand(attention - rnn).is_positive,
                True,
            ),
            equal("SymPy, attention equals LSTM", sympy.solve(sympy.Eq(attention, lstm), M), [2 * k]),
            equal("Torch's counter, a step of each cell", cells, {"rnn": 2 * 64, "lstm": 8 * 64}),
            equal(
                "Torch's counter, attention less LSTM at 15, 16, 17 tokens of width 8",
                [(counted[m] > m * cells["lstm"]) - (counted[m] < m * cells["lstm"]) for m in (15, 16, 17)],
                [-1, 0, 1],
            ),
        ]
    )
