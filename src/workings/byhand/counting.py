r"""Numbers that count: run a layer's loops on them and read off its multiplications and its longest chain.

Axes: ``T`` tokens, ``k`` components of a token. Rows are lists, so that any kind of number will do: the
loops give a layer's outputs on floats and its cost on :class:`Counted` numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

Rows = Sequence[Sequence[Any]]


class Counted:
    """A float that notes every multiplication in a tally shared with its fellows, and its own depth.

    ``depth`` is the length of the longest chain of operations that leads to the number: what would still
    have to be done one after another if there were processors without end.

    Examples
    --------
    >>> from workings.byhand.counting import Counted
    >>> tally = {}
    >>> x, y = Counted(2.0, tally), Counted(3.0, tally)
    >>> z = x * y + x
    >>> print(z.value, z.depth, tally)
    8.0 2 {'multiplications': 1, 'additions': 1}
    """

    def __init__(self, value: float, tally: dict[str, int], depth: int = 0) -> None:
        """Keep the value, the shared tally, and the depth."""
        self.value, self.tally, self.depth = value, tally, depth

    def __add__(self, other: Self) -> Self:
        """Add, and count one addition."""
        return self._result("additions", self.value + other.value, other.depth)

    def __mul__(self, other: Self) -> Self:
        """Multiply, and count one multiplication."""
        return self._result("multiplications", self.value * other.value, other.depth)

    def __truediv__(self, other: Self) -> Self:
        """Divide, and count one division."""
        return self._result("divisions", self.value / other.value, other.depth)

    def exp(self) -> Self:
        """Return the exponential, and count one; ``np.exp`` calls this."""
        return self._result("exponentials", float(np.exp(self.value)), 0)

    def tanh(self) -> Self:
        """Return the hyperbolic tangent, and count one; ``np.tanh`` calls this."""
        return self._result("exponentials", float(np.tanh(self.value)), 0)

    def _result(self, kind: str, value: float, other_depth: int) -> Self:
        self.tally[kind] = self.tally.get(kind, 0) + 1
        return type(self)(value, self.tally, max(self.depth, other_depth) + 1)


def tree_sum(terms: Sequence[Any]) -> Any:
    r"""Add numbers in pairs, then the sums in pairs: $\lceil \log_2 n \rceil$ steps deep, not $n - 1$.

    Examples
    --------
    >>> from workings.byhand.counting import Counted, tree_sum
    >>> total = tree_sum([Counted(1.0, {}) for _ in range(8)])
    >>> print(total.value, total.depth)
    8.0 3
    """
    level = list(terms)
    while len(level) > 1:
        pairs = [level[i] + level[i + 1] for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]


def matrix_product(left: Rows, right: Rows) -> list[list[Any]]:
    """Multiply matrices given as rows, one product of two numbers at a time.

    Examples
    --------
    >>> from workings.byhand.counting import matrix_product
    >>> print(matrix_product([[1, 2]], [[3], [4]]))
    [[11]]
    """
    columns = list(zip(*right, strict=True))
    return [
        [tree_sum([a * b for a, b in zip(row, column, strict=True)]) for column in columns] for row in left
    ]


def attention_core(
    Q: Rows, K: Rows, V: Rows, allowed: Callable[[int, int], bool] | None = None
) -> list[list[Any]]:
    r"""Attend, in plain loops: scores, exponentials, weights, weighted sums; no scale, no projections.

    ``allowed(i, j)`` says which keys query $i$ may see; a pair that is not allowed costs nothing.
    Shapes: Q (T_q, k), K and V (T_k, k).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.counting import attention_core
    >>> print(np.round(attention_core([[0.0]], [[1.0], [2.0]], [[1.0], [3.0]]), 3).tolist())
    [[2.0]]
    """
    outputs = []
    for i, query in enumerate(Q):
        seen = [j for j in range(len(K)) if allowed is None or allowed(i, j)]
        powers = [np.exp(tree_sum([a * b for a, b in zip(query, K[j], strict=True)])) for j in seen]  # (T_k,)
        total = tree_sum(powers)
        weights = [power / total for power in powers]  # (T_k,)
        outputs.append(
            [tree_sum([w * V[j][c] for w, j in zip(weights, seen, strict=True)]) for c in range(len(V[0]))]
        )
    return outputs


def recurrent_layer(X: Rows, W_x: Rows, W_h: Rows) -> list[list[Any]]:
    r"""Run $h_t = \tanh(x_t W_x + h_{t-1} W_h)$ from $h_0 = 0$, in plain loops; return every $h_t$.

    Shapes: X (T, k), W_x and W_h (k, k). The first step has no product with $W_h$.

    Examples
    --------
    >>> from workings.byhand.counting import recurrent_layer
    >>> print([round(float(h[0]), 3) for h in recurrent_layer([[1.0], [0.0]], [[1.0]], [[2.0]])])
    [0.762, 0.909]
    """
    inputs = matrix_product(X, W_x)  # (T, k)
    states: list[list[Any]] = []
    for row in inputs:
        if states:
            carried = matrix_product([states[-1]], W_h)[0]  # (k,)
            row = [a + b for a, b in zip(row, carried, strict=True)]
        states.append([np.tanh(a) for a in row])
    return states


def convolution_layer(X: Rows, kernel: Sequence[Rows]) -> list[list[Any]]:
    r"""Run a causal convolution, $y_t = \sum_s x_{t-s}\, W_s$, in plain loops, without padding.

    Shapes: X (T, k), kernel (width, k, k).

    Examples
    --------
    >>> from workings.byhand.counting import convolution_layer
    >>> print(convolution_layer([[1.0], [2.0], [3.0]], [[[1.0]], [[10.0]]]))
    [[1.0], [12.0], [23.0]]
    """
    outputs = []
    for t in range(len(X)):
        parts = [matrix_product([X[t - s]], W)[0] for s, W in enumerate(kernel) if s <= t]
        outputs.append([tree_sum(column) for column in zip(*parts, strict=True)])
    return outputs


def run_counted(layer: Callable[..., list[list[Any]]], *arrays: object) -> tuple[dict[str, int], int]:
    r"""Run a layer on counted numbers; return the tally and the depth of its deepest output.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.counting import matrix_product, run_counted
    >>> print(run_counted(matrix_product, np.ones((2, 4)), np.ones((4, 3))))
    ({'multiplications': 24, 'additions': 18}, 3)
    """
    tally: dict[str, int] = {}

    def count(value: Any) -> Any:
        return [count(part) for part in value] if isinstance(value, list) else Counted(float(value), tally)

    outputs = layer(*(count(np.asarray(array).tolist()) for array in arrays))
    return tally, max(number.depth for row in outputs for number in row)
