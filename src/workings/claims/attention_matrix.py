"""Several queries at once: the matrix form, its shapes and transposes, read index by index."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch.nn.functional import scaled_dot_product_attention
from torch.utils.flop_counter import FlopCounterMode

from workings.byhand.scaled_attention import attention, attention_scores, attention_weights
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal


def matrices(n: int = 3, t: int = 5, d: int = 4, d_v: int = 2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return random queries (n, d), keys (t, d) and values (t, d_v), a row each."""
    rng = np.random.default_rng(11)
    return rng.normal(size=(n, d)), rng.normal(size=(t, d)), rng.normal(size=(t, d_v))


def one_by_one(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> list[list[float]]:
    """Return the outputs by the definition alone, a number at a time, in plain Python."""
    outputs = []
    for q in Q.tolist():
        powers = [math.exp(sum(a * b for a, b in zip(q, k, strict=True))) for k in K.tolist()]
        share = [power / sum(powers) for power in powers]
        outputs.append([sum(p * v for p, v in zip(share, column, strict=True)) for column in V.T.tolist()])
    return outputs


@claim(
    r"With queries, keys and values as rows, $Q$ of shape $(n, d)$, $K$ $(t, d)$, $V$ $(t, d_v)$, all $n$ "
    r"outputs at once are $\operatorname{softmax}(QK^\top)\,V$, softmax along each row: $QK^\top$ and the "
    r"weights have shape $(n, t)$, the outputs $(n, d_v)$.",
    answers=("s3.5.b",),
)
def matrix_form() -> Evidence:
    """Compare with loops over single numbers, with NumPy's einsum and with Torch's kernel; check shapes."""
    Q, K, V = matrices()
    outputs = attention(Q, K, V, scale=1)
    loops = one_by_one(Q, K, V)
    powers = np.exp(np.einsum("ic,jc->ij", Q, K))
    einsum = np.einsum("ij,jv->iv", powers / np.einsum("ij->i", powers)[:, None], V)
    q, k, v = (torch.from_numpy(x) for x in (Q, K, V))
    kernel = scaled_dot_product_attention(q, k, v, scale=1)
    shapes = [attention_scores(Q, K, scale=1).shape, attention_weights(Q, K, scale=1).shape, outputs.shape]
    return Evidence(
        [
            close("loops over single numbers", loops, outputs, 1e-14),
            close("NumPy einsum", einsum, outputs, 1e-14),
            close("Torch's kernel", kernel, outputs, 1e-14),
            equal("shapes, n = 3, t = 5, d = 4, d_v = 2", shapes, [(3, 5), (3, 5), (3, 2)]),
        ]
    )


@claim(
    r"With vectors as columns, $Q$ of shape $(d, n)$, $K$ $(d, t)$, $V$ $(d_v, t)$, the same outputs are the "
    r"columns of $V\,\operatorname{softmax}(K^\top Q)$, and softmax runs along each *column*.",
    answers=("s3.5.b",),
)
def column_form() -> Evidence:
    """Compare the transposed form, in NumPy and in Torch, with loops over single numbers."""
    Q, K, V = matrices()
    loops = np.array(one_by_one(Q, K, V)).T  # (d_v, n)
    q, k, v = (torch.from_numpy(x.T.copy()) for x in (Q, K, V))
    by_torch = v @ torch.softmax(k.T @ q, dim=0)
    powers = np.exp(K @ Q.T)  # (t, n)
    return Evidence(
        [
            close("Torch, softmax over dim 0", by_torch, loops, 1e-14),
            close("NumPy", V.T @ (powers / powers.sum(axis=0)), loops, 1e-14),
        ]
    )


@claim(
    r"The axis matters: with softmax along the columns of $QK^\top$ a query's weights no longer sum to 1, "
    r"and the outputs are others.",
    answers=("s3.5.b",),
)
def wrong_axis() -> Evidence:
    """Take the softmax along the wrong axis in Torch and in NumPy."""
    Q, K, V = matrices()
    wrong = torch.softmax(torch.from_numpy(Q @ K.T), dim=0).numpy()
    powers = np.exp(Q @ K.T)
    sums = (powers / powers.sum(axis=0)).sum(axis=1)
    return Evidence(
        [
            at_least("Torch, greatest distance of a row sum from 1", float(abs(wrong.sum(1) - 1).max()), 0.5),
            at_least("NumPy, the same", float(abs(sums - 1).max()), 0.5),
            close("what sums to 1 is each column", wrong.sum(axis=0), np.ones(5), 1e-15),
            at_least(
                "distance of the outputs", float(abs(wrong @ V - attention(Q, K, V, scale=1)).max()), 0.1
            ),
        ],
        {"row_sums": wrong.sum(axis=1).tolist()},
    )


class Counted:
    """A number that counts the multiplications it takes part in."""

    products = 0

    def __init__(self, value: float) -> None:
        """Keep the number."""
        self.value = value

    def __mul__(self, other: Counted) -> Counted:
        """Multiply, and count."""
        Counted.products += 1
        return Counted(self.value * other.value)

    def __add__(self, other: Counted) -> Counted:
        """Add, for free."""
        return Counted(self.value + other.value)


def products_of(left: np.ndarray, right: np.ndarray) -> int:
    """Count the multiplications of a matrix product of counted numbers."""
    counted: list[Any] = [np.vectorize(Counted, otypes=[object])(array) for array in (left, right)]
    Counted.products = 0
    _ = counted[0] @ counted[1]
    return Counted.products


@claim(
    r"The matrix form does the same $n\,t\,(d + d_v)$ multiplications as $n$ queries one after the other: "
    r"it saves calls, not arithmetic.",
    answers=("s3.5.b",),
)
def same_products() -> Evidence:
    """Count the multiplications of both forms with numbers that count, and with Torch's counter of FLOPs."""
    Q, K, V = matrices(6, 7, 5, 3)
    weights = attention_weights(Q, K, scale=1)
    together = products_of(Q, K.T) + products_of(weights, V)
    apart = sum(products_of(q[None], K.T) + products_of(p[None], V) for q, p in zip(Q, weights, strict=True))
    q, k, v = (torch.from_numpy(x) for x in (Q, K, V))
    with FlopCounterMode(display=False) as counter:
        _ = torch.softmax(q @ k.T, dim=1) @ v
    return Evidence(
        [
            equal(
                "Torch's counter, matrix form, half the FLOPs",
                counter.get_total_flops() // 2,
                6 * 7 * (5 + 3),
            ),
            equal("counted, matrix form", together, 6 * 7 * (5 + 3)),
            equal("counted, one query after the other", apart, 6 * 7 * (5 + 3)),
        ],
        {"products": together},
    )
