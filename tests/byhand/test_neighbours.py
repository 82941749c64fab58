"""Neighbours by cosine and analogies."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.neighbours import analogy, nearest, unit_rows


def test_length_does_not_matter() -> None:
    X = np.random.default_rng(0).normal(size=(9, 3))
    longer = X * np.arange(1, 10)[:, None]
    assert nearest(X, X[4], 9) == nearest(longer, 7 * X[4], 9)
    assert nearest(X, X[4], 1) == [4]
    assert 4 not in nearest(X, X[4], 8, exclude=4)


def test_analogy_leaves_the_question_out() -> None:
    X = [[1.0, 0.0], [1.0, 0.1], [1.0, 0.2], [0.0, 1.0]]
    assert analogy(X, 0, 1, 2, count=9) == [3]


def test_refuses() -> None:
    with pytest.raises(ValueError, match="X must have no row of zeros, got one at index 1"):
        unit_rows([[1.0], [0.0]])
