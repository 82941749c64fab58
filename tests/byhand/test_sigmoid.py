"""The sigmoid against Torch, far out and in every dtype, and its refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.sigmoid import log_sigmoid, sigmoid, softplus


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


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=9))
def test_softplus_and_log_sigmoid_equal_torch(numbers: list[float]) -> None:
    x = torch.tensor(numbers, dtype=torch.float64)
    assert np.allclose(log_sigmoid(numbers), torch.nn.functional.logsigmoid(x).numpy(), rtol=1e-14, atol=0)
    expected = torch.logaddexp(x, torch.zeros_like(x)).numpy()
    assert np.allclose(softplus(numbers), expected, rtol=1e-14, atol=0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_logarithms_keep_the_dtype_without_warnings(dtype: type) -> None:
    far = np.array([-6e4, 0.0, 6e4], dtype)
    assert softplus(far).dtype == log_sigmoid(far).dtype == dtype
    assert softplus(far)[[0, 2]].tolist() == [0.0, float(far[2])]
    assert log_sigmoid(far)[[0, 2]].tolist() == [float(far[0]), 0.0]
