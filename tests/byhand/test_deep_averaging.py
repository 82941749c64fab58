"""The averaging network against Torch, contributions that add up, naive Bayes against scikit-learn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.naive_bayes import MultinomialNB

from workings.byhand.deep_averaging import (
    average_words,
    deep_score,
    deletion_effects,
    linear_score,
    word_contributions,
)
from workings.byhand.naive_bayes import naive_bayes_score, naive_bayes_weights

TOKENS = st.lists(st.integers(0, 5), min_size=2, max_size=12)
TABLE = np.random.default_rng(0).normal(size=(6, 3))
W = np.array([1.0, -0.5, 2.0])


@given(TOKENS)
def test_mean_equals_torch(tokens: list[int]) -> None:
    expected = torch.nn.functional.embedding_bag(
        torch.tensor(tokens), torch.from_numpy(TABLE), torch.tensor([0]), mode="mean"
    )
    assert np.allclose(average_words(TABLE, tokens), expected[0].numpy(), atol=1e-14)


@given(TOKENS, st.floats(-2, 2))
def test_contributions_and_deletions(tokens: list[int], bias: float) -> None:
    shares = word_contributions(TABLE, tokens, W)
    assert shares.sum() + bias == pytest.approx(linear_score(TABLE, tokens, W, bias), abs=1e-12)
    effects = deletion_effects(lambda some: linear_score(TABLE, some, W, bias), tokens)
    expected = (shares * len(tokens) - shares.sum()) / (len(tokens) - 1)
    assert np.allclose(effects, expected, atol=1e-12)
    assert effects.sum() == pytest.approx(0, abs=1e-11)


@given(TOKENS, st.randoms(use_true_random=False))
def test_order_does_not_matter(tokens: list[int], random: object) -> None:
    W_1, b_1, w_2 = np.ones((3, 2)), np.zeros(2), np.array([1.0, -3.0])
    shuffled = sorted(tokens)
    assert deep_score(TABLE, shuffled, W_1, b_1, w_2) == pytest.approx(
        deep_score(TABLE, tokens, W_1, b_1, w_2), abs=1e-12
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(TOKENS, min_size=4, max_size=8), st.floats(0.1, 3))
def test_naive_bayes_equals_scikit_learn(texts: list[list[int]], smoothing: float) -> None:
    labels = [place % 2 == 0 for place in range(len(texts))]
    present = np.zeros((len(texts), 6))
    for row, text in enumerate(texts):
        present[row, text] = 1
    theirs = MultinomialNB(alpha=smoothing).fit(present, labels).predict_log_proba(present)
    weights, odds = naive_bayes_weights(texts, labels, 6, smoothing)
    ours = [naive_bayes_score(text, weights, odds) for text in texts]
    assert np.allclose(ours, theirs[:, 1] - theirs[:, 0], atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: average_words(TABLE, []), "tokens must be one word or more in one axis, got shape (0,)"),
        (lambda: average_words(TABLE, [6]), "tokens must be from 0 to 5, got [6]"),
        (lambda: average_words([1.0], [0]), "table must have 2 axes (V, d), got shape (1,)"),
        (lambda: deletion_effects(len, [1]), "deleting a word must leave one or more, got 1 in all"),
        (
            lambda: naive_bayes_weights([[0]], [True], 1),
            "both classes need texts, got 1 texts, 1 of them positive",
        ),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
