"""Counting numbers: the loops give what NumPy gives, and count what can be counted on paper."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.counting import (
    attention_core,
    convolution_layer,
    matrix_product,
    recurrent_layer,
    run_counted,
    tree_sum,
)
from workings.byhand.scaled_attention import attention, causal_mask

RNG = np.random.default_rng(0)


def test_loops_compute_what_they_count() -> None:
    X, W_x, W_h = RNG.normal(size=(5, 3)), RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3))
    assert np.allclose(matrix_product(X.tolist(), W_x.tolist()), X @ W_x)
    states, h = [], np.zeros(3)
    for x in X:
        h = np.tanh(x @ W_x + h @ W_h)
        states.append(h)
    assert np.allclose(recurrent_layer(X.tolist(), W_x.tolist(), W_h.tolist()), states)
    moved = np.vstack([np.zeros((1, 3)), X[:-1]])
    assert np.allclose(convolution_layer(X.tolist(), [W_x.tolist(), W_h.tolist()]), X @ W_x + moved @ W_h)


def test_attention_core_equals_attention() -> None:
    Q, K, V = RNG.normal(size=(3, 5, 4))
    assert np.allclose(attention_core(Q.tolist(), K.tolist(), V.tolist()), attention(Q, K, V, scale=1))
    causal = attention_core(Q.tolist(), K.tolist(), V.tolist(), lambda i, j: j <= i)
    assert np.allclose(causal, attention(Q, K, V, causal_mask(5), scale=1))


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 9])
def test_tree_sum_is_a_sum_of_logarithmic_depth(n: int) -> None:
    assert tree_sum(list(range(n))) == sum(range(n))
    tally, depth = run_counted(lambda rows: [[tree_sum(rows[0])]], np.ones((1, n)))
    assert depth == int(np.ceil(np.log2(n)))
    assert tally.get("additions", 0) == n - 1
