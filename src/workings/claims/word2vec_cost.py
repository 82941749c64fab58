"""What a pair costs: multiplications, exponentials and rows, by the full softmax and by negative sampling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy
import torch
from torch.utils.flop_counter import FlopCounterMode

from workings.byhand.counting import Rows, run_counted
from workings.byhand.negative_sampling import negative_sampling_gradients
from workings.byhand.word2vec import naive_gradients
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal
from workings.models.word2vec import SkipGram

TOKENS, REACH, WORDS, WIDTH, NEGATIVES = 10**9, 5, 10**5, 300, 5  # a text as large as published ones


def scores_and_gradients(centre: Sequence[Any], rows: Rows) -> list[list[Any]]:
    """Run one pair in plain loops: the scores, an exponential each, and both gradients."""
    weights = []
    for row in rows:
        score = centre[0] * row[0]
        for a, b in zip(centre[1:], row[1:], strict=True):
            score = score + a * b
        weights.append(np.exp(score))
    for_centre = [weights[0] * one for one in rows[0]]
    for weight, row in zip(weights[1:], rows[1:], strict=True):
        for_centre = [old + weight * one for old, one in zip(for_centre, row, strict=True)]
    return [for_centre, *([weight * one for one in centre] for weight in weights)]


def tally(n: int, d: int) -> dict[str, int]:
    """Count the operations of one pair with n rows of context vectors of d components."""

    def run(centre: Rows, rows: Rows) -> list[list[Any]]:
        return scores_and_gradients(centre[0], rows)

    return run_counted(run, np.full((1, d), 0.1), np.full((n, d), 0.1))[0]


def flops(loss: Callable[[], torch.Tensor]) -> int:
    """Return what Torch's own counter finds in the matrix products, forward and backward."""
    with FlopCounterMode(display=False) as counter:
        loss().backward()
    return int(counter.get_total_flops())


@claim(
    r"A pair costs the full softmax $3nd$ multiplications and $n$ exponentials: scores, gradient of the "
    r"centre, gradient of every context vector. Negative sampling has $K + 1$ in place of $n$, whatever the "
    r"vocabulary.",
    answers=("s0.1.3", "s0.1.4.ii"),
)
def multiplications() -> Evidence:
    """Count in plain loops, and let Torch count in its matrix products."""
    sizes = [(7, 3), (20, 5), (40, 8)]
    counted = [tally(n, d) for n, d in sizes]
    pairs, negatives = torch.tensor([[0, 1], [2, 3]]), torch.tensor([[4, 5, 5], [6, 4, 1]])
    naive, sampled = [], []
    for n, d in sizes:
        net = SkipGram(n, d)
        naive.append(flops(lambda net=net: net.naive_loss(pairs)))  # type: ignore[misc]
        sampled.append(
            flops(lambda net=net: net.negative_sampling_loss(pairs, negatives))  # type: ignore[misc]
        )
    n, d, K = sympy.symbols("n d K", positive=True)
    ratio = sympy.simplify(3 * n * d / (3 * (K + 1) * d))
    example = float(ratio.subs({n: WORDS, K: NEGATIVES}))
    pairs_of_text = 2 * REACH * TOKENS - REACH * (REACH + 1)
    return Evidence(
        [
            equal(
                "loops, multiplications",
                [one["multiplications"] for one in counted],
                [3 * n * d for n, d in sizes],
            ),
            equal("loops, exponentials", [one["exponentials"] for one in counted], [n for n, _ in sizes]),
            equal("Torch, full softmax, two pairs", naive, [2 * 2 * 3 * n * d for n, d in sizes]),
            equal("Torch, three negatives, two pairs", sampled, [2 * 2 * 3 * 4 * d for _, d in sizes]),
        ],
        {
            "naive": 3 * WORDS * WIDTH,
            "sampled": 3 * (NEGATIVES + 1) * WIDTH,
            "ratio": example,
            "pairs": pairs_of_text,
            "epoch": float(3 * WORDS * WIDTH * pairs_of_text),
            "epoch_sampled": float(3 * (NEGATIVES + 1) * WIDTH * pairs_of_text),
            "tokens": TOKENS,
            "vocabulary": WORDS,
            "width": WIDTH,
        },
    )


@claim(
    r"A pair's gradient by the full softmax touches one row of $U$ and all $n$ rows of $V$; by negative "
    r"sampling one row of $U$ and at most $K + 1$ of $V$, fewer if negatives repeat. A window of $2m$ pairs "
    r"touches at most $1 + 2m(K + 1)$ rows of $2n$.",
    answers=("s0.1.3", "s0.1.4.ii"),
)
def rows_touched() -> Evidence:
    """Count the rows that are not zero by hand, and the indices of Torch's sparse gradients."""
    rng = np.random.default_rng(0)
    n, d = 50, 4
    U, V = rng.normal(size=(2, n, d))
    counts = np.zeros((n, n))
    counts[3, 7] = 1

    def rows(gradients: tuple[np.ndarray, np.ndarray]) -> list[int]:
        return [int((np.abs(one).sum(axis=1) > 0).sum()) for one in gradients]

    naive = rows(naive_gradients(U, V, counts, 1))
    apart = rows(negative_sampling_gradients(U, V, 3, 7, [10, 11, 12, 13, 14]))
    repeated = rows(negative_sampling_gradients(U, V, 3, 7, [10, 10, 12, 13, 7]))
    net = SkipGram(n, d, sparse=True)
    touched = []
    for negatives in ([10, 11, 12, 13, 14], [10, 10, 12, 13, 7]):
        net.zero_grad()
        net.negative_sampling_loss(torch.tensor([[3, 7]]), torch.tensor([negatives])).backward()
        grads = [one.grad for one in (net.U, net.V)]
        touched.append([int(one.coalesce().indices().numel()) for one in grads if one is not None])
    net.zero_grad()
    window = torch.tensor([[3, context] for context in (20, 21, 22, 23)])  # m = 2
    drawn = torch.arange(24, 44).reshape(4, 5)
    net.negative_sampling_loss(window, drawn).backward()
    whole = [int(one.grad.coalesce().indices().numel()) for one in (net.U, net.V) if one.grad is not None]
    return Evidence(
        [
            equal("by hand, full softmax", naive, [1, n]),
            equal("by hand, five negatives", apart, [1, 6]),
            equal("by hand, one repeated and one the context", repeated, [1, 4]),
            equal("Torch's sparse gradients, both draws", touched, [[1, 6], [1, 4]]),
            equal("Torch, a window of four pairs", whole, [1, 24]),
        ],
        {"naive": sum(naive), "sampled": sum(apart), "window": sum(whole)},
    )


@claim(
    r"Few rows in the gradient are no saving by themselves. Torch's dense gradient of an embedding has all "
    r"$nd$ numbers, nearly all zero, and Adam goes on moving rows that were touched in earlier steps only. "
    r"Sparse gradients with SparseAdam move the rows of this step alone.",
    answers=("s0.1.4.ii",),
)
def dense_gradients() -> Evidence:
    """Take two steps on pairs that share no word and count the rows that the second step moves."""
    moved, stored = {}, {}
    for sparse in (False, True):
        net = SkipGram(1000, 8, sparse=sparse, dtype=torch.float64)
        kind = torch.optim.SparseAdam if sparse else torch.optim.Adam
        optimiser = kind(list(net.parameters()), lr=0.01)
        for step in range(2):
            words = torch.arange(10 * step, 10 * step + 7)
            before = net.V.detach().clone()
            optimiser.zero_grad()
            net.negative_sampling_loss(words[None, :2], words[None, 2:]).backward()
            optimiser.step()  # type: ignore[no-untyped-call]
        moved[sparse] = int((net.V.detach() != before).any(dim=1).sum())
        gradient = net.V.grad
        stored[sparse] = 0 if gradient is None else int((gradient._values() if sparse else gradient).numel())
    return Evidence(
        [
            equal("Torch, rows that Adam's second step moves", moved[False], 12),
            equal("Torch, rows that SparseAdam's second step moves", moved[True], 6),
            equal("counting, numbers stored", [stored[False], stored[True]], [1000 * 8, 6 * 8]),
        ],
        {"dense": stored[False], "sparse": stored[True]},
    )


@claim(
    r"The denominator belongs to the centre, not to the pair: with one pass over the vocabulary for each "
    r"centre instead of each pair, the full softmax costs $2m$ times less, and still grows with $n$.",
    answers=("s0.1.3",),
)
def one_denominator() -> Evidence:
    """Compute a window's loss both ways in Torch, and count the products of each."""
    n, d = 60, 6
    context = torch.tensor([5, 9, 11, 30])
    values, costs = [], []
    for grouped in (False, True):
        net = SkipGram(n, d, dtype=torch.float64)

        def loss(net: SkipGram = net, grouped: bool = grouped) -> torch.Tensor:
            if not grouped:
                return 4 * net.naive_loss(torch.stack([torch.full((4,), 3), context], dim=1))
            logs = torch.log_softmax(net.U[3:4] @ net.V.T, 1)  # (1, n)
            return -logs[0, context].sum()

        costs.append(flops(loss))
        values.append(loss().item())
    return Evidence(
        [
            close("Torch, the same loss", values[0], values[1], 1e-12),
            equal("Torch's counter, four times the products", costs[0], 4 * costs[1]),
            equal("formula, grouped", costs[1], 2 * 3 * n * d),
            at_least("and still more than 5 negatives for each pair", costs[1], 2 * 3 * 4 * 6 * d),
        ],
    )
