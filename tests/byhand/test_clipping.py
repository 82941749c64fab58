"""Clipping against Torch's, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.clipping import clip_by_norm, clip_by_value


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5), st.floats(0.1, 100))
def test_equals_torch(numbers: list[float], limit: float) -> None:
    parameters = [torch.nn.Parameter(torch.zeros((), dtype=torch.float64)) for _ in numbers]
    for parameter, number in zip(parameters, numbers, strict=True):
        parameter.grad = torch.tensor(number, dtype=torch.float64)
    norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
    clipped, before = clip_by_norm([[number] for number in numbers], limit)
    assert np.isclose(before, norm.item(), rtol=1e-12)
    expected = [parameter.grad.item() for parameter in parameters if parameter.grad is not None]
    assert np.allclose(np.ravel(clipped), expected, rtol=1e-5, atol=1e-5)  # Torch adds 1e-6 to the norm


def test_zero_and_short_gradients_stay() -> None:
    assert clip_by_norm([[0.0, 0.0]], 1)[0][0].tolist() == [0.0, 0.0]
    assert clip_by_norm([[0.3]], 1)[0][0].tolist() == [0.3]
    assert clip_by_value([[-0.3, 7.0]], 0.5)[0].tolist() == [-0.3, 0.5]


def test_a_norm_past_float32_is_mended() -> None:
    clipped, norm = clip_by_norm([np.array([2.0**100], np.float32)], 1)
    assert norm == 2.0**100
    assert clipped[0].tolist() == [1.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clip_by_norm([], 1), "gradients must hold an array or more, got none"),
        (lambda: clip_by_norm([[1.0], [np.nan]], 1), "gradients[1] must be finite, got nan at index (0,)"),
        (lambda: clip_by_norm([[1.0]], 0), "max_norm must be a finite number above 0, got 0"),
        (lambda: clip_by_value([[1.0]], -1), "limit must be a finite number above 0, got -1"),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
