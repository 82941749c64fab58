"""The digits and their split."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from workings.data.digits import digits, enlarge


def test_the_split_is_of_all_and_always_the_same() -> None:
    found = digits()
    both = np.concatenate([found.train_images, found.test_images])
    assert both.sum() * 16 == load_digits().images.sum()
    assert (
        np.bincount(np.concatenate([found.train_labels, found.test_labels])).tolist()
        == np.bincount(load_digits().target).tolist()
    )
    digits.cache_clear()
    assert np.array_equal(digits().test_images, found.test_images)


def test_enlarged_digits_average_back() -> None:
    images = digits().test_images[:5]
    large = enlarge(images)
    assert large.shape == (5, 32, 32)
    assert np.array_equal(large.reshape(5, 8, 4, 8, 4).mean(axis=(2, 4)), images)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="test must be a whole number of 1 or more, got 0"):
        digits(0)
    with pytest.raises(ValueError, match=r"images must have 3 axes \(N, H, W\), got shape \(2, 2\)"):
        enlarge(np.ones((2, 2)))
