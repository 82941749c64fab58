"""The sigmoid against Torch, far out and in every dtype, and its refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.sigmoid import sigmoid


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_equals_torch(numbers: list[float]) -> None:
    expected = torch.sigmoid(torch.tensor(numbers, dtype=torch.float64))
    assert np.allclose(sigmoid(numbers), expected.numpy(), rtol=0, atol=1e-15)


@given(st.floats(-700, 700))
def test_opposite_shares_sum_to_one(x: float) -> None:
    assert abs(float(sigmoid([x])[0] + sigmoid([-x])[0]) - 1) < 1e-15


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_keeps_the_dtype_without_warnings(dtype: type) -> None:
    shares = sigmoid(np.array([-6e4, -1.0, 0.0, 6e4], dtype))
    assert shares.dtype == dtype
    assert shares[[0, 2, 3]].tolist() == [0.0, 0.5, 1.0]


def test_refuses() -> None:
    with pytest.raises(ValueError, match="x must be finite, got nan at index \\(1,\\)"):
        sigmoid([1.0, np.nan])
    with pytest.raises(TypeError, match="x must hold real numbers, got dtype <U1"):
        sigmoid(["a"])
