"""Perplexity and its conversions, counted models that sum to one, EM, vectors from counts; every refusal."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workings.byhand.count_vectors import count_vectors
from workings.byhand.ngrams import bigram_parts, count_ngrams, mixture_weights, ngram_logs, witten_bell
from workings.byhand.perplexity import convert_perplexity, perplexity, price_unknowns

TOKENS = st.lists(st.integers(0, 4), min_size=3, max_size=40)


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=30))
def test_perplexity_equals_torch(p: list[float]) -> None:
    expected = torch.exp(-torch.log(torch.tensor(p, dtype=torch.float64)).mean()).item()
    assert perplexity(np.log(p)) == pytest.approx(expected, rel=1e-12)


def test_perplexity_at_its_edges() -> None:
    assert perplexity([-np.inf, 0.0]) == np.inf
    assert perplexity([0.0]) == 1.0


@given(st.floats(1, 50), st.integers(1, 60), st.integers(1, 60))
def test_converting_there_and_back(value: float, tokens: int, units: int) -> None:
    there = convert_perplexity(value, tokens, units)
    assert np.log(there) * units == pytest.approx(np.log(value) * tokens, rel=1e-9, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(TOKENS, st.integers(1, 4), st.lists(st.integers(0, 5), max_size=3))
def test_witten_bell_sums_to_one(tokens: list[int], order: int, context: list[int]) -> None:
    counts = count_ngrams(tokens, order)
    total = sum(witten_bell(counts, context[: order - 1], token, 6) for token in range(6))
    assert total == pytest.approx(1, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(TOKENS, TOKENS, st.integers(1, 4))
def test_logs_are_those_of_single_tokens(train: list[int], text: list[int], order: int) -> None:
    counts = count_ngrams(train, order)
    expected = [
        witten_bell(counts, text[max(0, place - order + 1) : place], token, 6)
        for place, token in enumerate(text)
    ]
    assert np.allclose(np.exp(ngram_logs(counts, text, order, 6)), expected, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(TOKENS, TOKENS)
def test_bigram_parts_are_counts(train: list[int], text: list[int]) -> None:
    pairs = list(itertools.pairwise(train))
    for row, (before, word) in zip(bigram_parts(train, text, 6), itertools.pairwise(text), strict=True):
        seen = sum(first == before for first, _ in pairs)
        assert row[0] == pytest.approx(pairs.count((before, word)) / max(seen, 1))
        assert row[1] == pytest.approx(train.count(word) / len(train))
        assert row[2] == pytest.approx(1 / 6)


def test_mixture_weights_beat_a_grid() -> None:
    parts = np.random.default_rng(0).uniform(0.01, 1, size=(60, 2))
    best = mixture_weights(parts, 500)
    grid = [np.log(parts @ [a, 1 - a]).mean() for a in np.linspace(0.001, 0.999, 999)]
    assert np.log(parts @ best).mean() >= max(grid) - 1e-9
    assert best.sum() == pytest.approx(1)


def test_count_vectors_rebuild_the_counts() -> None:
    tokens = np.random.default_rng(1).integers(5, size=200).tolist()
    whole = count_vectors(tokens, 5, 5)
    assert np.allclose(whole.T @ whole, np.diag(np.diag(whole.T @ whole)), atol=1e-9)
    near = np.zeros((5, 5))
    for distance in (1, 2):
        for left, right in zip(tokens, tokens[distance:], strict=False):
            near[left, right] += 1 / distance
            near[right, left] += 1 / distance
    values = np.linalg.svd(np.log1p(near))[1]
    assert np.allclose(np.diag(whole.T @ whole), values)
    assert (whole[np.abs(whole).argmax(axis=0), np.arange(5)] > 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: perplexity([0.1]), "log_probabilities must be 0 or less, got 0.1"),
        (lambda: perplexity([np.nan]), "log_probabilities must be 0 or less, got nan"),
        (lambda: convert_perplexity(0.5, 1, 1), "value must be a perplexity of 1 or more, got 0.5"),
        (lambda: convert_perplexity(2.0, 0, 1), "tokens must be a whole number of 1 or more, got 0"),
        (lambda: price_unknowns([-1.0], [1], 2), "unknown must be booleans of shape (1,), got int64 (1,)"),
        (lambda: price_unknowns([-1.0], [True], 0), "kinds must be a whole number of 1 or more, got 0"),
        (lambda: count_ngrams([0], 0), "order must be a whole number of 1 or more, got 0"),
        (
            lambda: mixture_weights([[0.0, 0.0]]),
            "parts must be 0 or more, with a model above 0 for every token",
        ),
        (lambda: count_vectors([0, 1], 2, 3), "d must be at most vocab_size, 2, got 3"),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
