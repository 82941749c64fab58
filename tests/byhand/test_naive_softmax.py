"""The naive form equals softmax where it can, and fails where it is said to."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.naive_softmax import naive_softmax
from workings.byhand.softmax import softmax


def test_equals_softmax_for_small_scores() -> None:
    x = np.random.default_rng(0).normal(size=(3, 5))
    assert np.allclose(naive_softmax(x), softmax(x), atol=1e-15)


@pytest.mark.parametrize(("dtype", "edge"), [(np.float16, 11), (np.float32, 88), (np.float64, 709)])
def test_breaks_in_three_ways(dtype: type, edge: int) -> None:
    assert np.isnan(naive_softmax(np.array([edge + 1, 0], dtype))[0])
    assert naive_softmax(np.full(8, edge, dtype)).tolist() == [0] * 8
    assert np.isnan(naive_softmax(np.array([-edge - 60, -edge - 60], dtype))).all()
    assert naive_softmax(np.array([1, 2], dtype)).dtype == dtype
