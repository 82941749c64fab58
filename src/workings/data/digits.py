"""Handwritten digits that come with scikit-learn: 1,797 images of 8 by 8, ten classes."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_digits

from workings.byhand.arguments import real_array, whole


class Digits(NamedTuple):
    """Images (N, 8, 8) between 0 and 1 and their labels (N,), for training and for the test."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


@cache
def digits(test: int = 360) -> Digits:
    """Return the digits, split at random but always in the same way.

    The split mixes writers: some people wrote for both sides, so that the test is easier than digits of
    people never seen.

    Examples
    --------
    >>> from workings.data.digits import digits
    >>> found = digits()
    >>> print(found.train_images.shape, found.test_images.shape, found.test_images.max())
    (1437, 8, 8) (360, 8, 8) 1.0

    Source: UCI, Optical recognition of handwritten digits (Alpaydin and Kaynak 1998), its test part.
    """
    found = load_digits()
    order = np.random.default_rng(0).permutation(len(found.images))
    images, labels = found.images[order] / 16, found.target[order]
    cut = len(images) - whole(test, "test")
    return Digits(images[:cut], labels[:cut], images[cut:], labels[cut:])


def enlarge(images: np.ndarray, times: int = 4) -> np.ndarray:
    """Repeat every pixel in both directions: (N, H, W) becomes (N, times H, times W).

    Examples
    --------
    >>> from workings.data.digits import enlarge
    >>> print(enlarge([[[1.0, 2.0]]], 2).tolist())
    [[[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0]]]
    """
    each = real_array(images, "images", "N H W")
    return each.repeat(whole(times, "times"), axis=1).repeat(times, axis=2)
