"""Log-sum-exp and log-softmax against Torch, far out, masked, and their refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from workings.byhand.log_sum_exp import log_softmax, log_sum_exp

SCORES = arrays(np.float64, array_shapes(max_dims=3, max_side=5), elements=st.floats(-1e4, 1e4))


@given(SCORES)
def test_equals_torch(x: np.ndarray) -> None:
    scores = torch.from_numpy(x)
    assert np.allclose(log_sum_exp(x), torch.logsumexp(scores, -1).numpy(), rtol=1e-14, atol=1e-12)
    assert np.allclose(log_softmax(x), torch.log_softmax(scores, -1).numpy(), rtol=1e-14, atol=1e-12)


@given(SCORES)
def test_between_the_maximum_and_that_plus_log_n(x: np.ndarray) -> None:
    above = log_sum_exp(x) - x.max(axis=-1)
    assert (above >= 0).all()
    assert (above <= np.log(x.shape[-1]) + 1e-11).all()


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_axes(axis: int) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3))
    assert log_sum_exp(x, axis).shape == x.sum(axis=axis).shape
    assert np.allclose(np.exp(log_softmax(x, axis)).sum(axis=axis), 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_keeps_the_dtype(dtype: type) -> None:
    x = np.array([1, 2], dtype=dtype)
    assert log_sum_exp(x).dtype == log_softmax(x).dtype == dtype


def test_masked_and_far_out() -> None:
    assert log_softmax([[0.0, -np.inf]]).tolist() == [[0.0, -np.inf]]
    assert log_sum_exp([1e308, -1e308]).tolist() == 1e308
    assert log_softmax([1e300, 1e300]).tolist() == [-np.log(2)] * 2


@pytest.mark.parametrize("function", [log_sum_exp, log_softmax])
def test_refuses(function: object) -> None:
    for x, message in (
        ([0.0, np.nan], "x must hold finite scores, or -inf where masked, got nan or +inf"),
        (
            [-np.inf, -np.inf],
            "x must hold a finite score in every slice, got one that is wholly -inf (masked)",
        ),
        ([], "x must not be empty, got shape (0,)"),
    ):
        with pytest.raises(ValueError) as caught:
            function(x)  # type: ignore[operator]
        assert str(caught.value) == message
