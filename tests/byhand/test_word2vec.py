"""Windows, pairs, the full-softmax loss and its gradients, against enumeration and autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.word2vec import (
    naive_gradients,
    naive_loss,
    pair_counts,
    skip_gram_pairs,
    skip_gram_probabilities,
    window,
)

TEXTS = st.lists(st.integers(0, 4), min_size=1, max_size=12)


@given(TEXTS, st.integers(1, 15))
def test_pairs_are_all_neighbours(tokens: list[int], m: int) -> None:
    places = range(len(tokens))
    expected = [[tokens[t], tokens[s]] for t in places for s in places if 0 < abs(s - t) <= m]
    pairs = skip_gram_pairs(tokens, m, 5)
    assert pairs.tolist() == expected
    reach = min(m, len(tokens) - 1)
    assert len(pairs) == 2 * reach * len(tokens) - reach * (reach + 1)
    counts = np.zeros((5, 5), dtype=int)
    for centre, context in expected:
        counts[centre, context] += 1
    assert (pair_counts(tokens, m, 5) == counts).all()


def test_windows_end_at_the_text() -> None:
    assert window(0, 1, 3) == []
    assert window(1, 3, 9) == [0, 2]
    with pytest.raises(ValueError, match="t must be a position from 0 to 2, got 3"):
        window(3, 3, 1)


@pytest.mark.parametrize("shared", [False, True])
def test_loss_and_gradients_are_autograds(shared: bool) -> None:
    rng = np.random.default_rng(0)
    tokens = rng.integers(0, 7, size=30)
    U = rng.normal(size=(7, 3))
    V = U if shared else rng.normal(size=(7, 3))
    left = torch.from_numpy(U.copy()).requires_grad_()
    right = left if shared else torch.from_numpy(V.copy()).requires_grad_()
    pairs = torch.from_numpy(skip_gram_pairs(tokens, 2, 7))
    scores = left[pairs[:, 0]] @ right.T
    loss = torch.nn.functional.cross_entropy(scores, pairs[:, 1], reduction="sum") / 30
    counts = pair_counts(tokens, 2, 7)
    assert np.isclose(naive_loss(U, V, counts, 30), loss.item(), atol=1e-12)
    dU, dV = naive_gradients(U, V, counts, 30)
    loss.backward()  # type: ignore[no-untyped-call]
    assert left.grad is not None
    assert np.allclose(left.grad.numpy(), dU + dV if shared else dU, atol=1e-12)
    if not shared:
        assert right.grad is not None
        assert np.allclose(right.grad.numpy(), dV, atol=1e-12)


def test_huge_scores_do_not_overflow() -> None:
    U, V = [[1000.0], [-1000.0]], [[1000.0], [0.0]]
    assert skip_gram_probabilities(U, V).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert naive_loss(U, V, [[0, 1], [1, 0]], 1) == 2e6


def test_refuses() -> None:
    with pytest.raises(ValueError, match=r"tokens must have 1 axis \(T\) and not be empty, got shape \(0,\)"):
        skip_gram_pairs([], 1, 3)
    with pytest.raises(TypeError, match="tokens must be whole numbers, got dtype float64"):
        skip_gram_pairs([0.5], 1, 3)
    with pytest.raises(ValueError, match="tokens must be ids from 0 to 2, got -1"):
        pair_counts([0, -1], 1, 3)
    with pytest.raises(ValueError, match=r"V must have shape \(2, 1\), that of U, got \(3, 1\)"):
        skip_gram_probabilities([[1.0], [2.0]], [[1.0], [2.0], [3.0]])
    with pytest.raises(ValueError, match=r"counts must have shape \(1, 1\) and no entry below 0"):
        naive_loss([[1.0]], [[1.0]], [[-1]], 1)
    with pytest.raises(ValueError, match="m must be a whole number of 1 or more, got 0"):
        window(0, 3, 0)
