"""Softmax against Torch, and its Jacobian against Torch's autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from workings.byhand.softmax import softmax, softmax_jacobian

SCORES = arrays(np.float64, array_shapes(max_dims=3, max_side=5), elements=st.floats(-1e4, 1e4))


@given(SCORES, st.floats(1e-3, 1e3))
def test_equals_torch(x: np.ndarray, temperature: float) -> None:
    expected = torch.softmax(torch.from_numpy(x) / temperature, dim=-1)
    assert np.allclose(softmax(x, temperature=temperature), expected.numpy(), rtol=1e-9, atol=1e-300)


@given(SCORES, st.floats(-1e3, 1e3))
def test_a_shift_changes_nothing_and_rows_sum_to_one(x: np.ndarray, shift: float) -> None:
    weights = softmax(x)
    assert (weights >= 0).all()
    assert np.allclose(weights.sum(axis=-1), 1, rtol=0, atol=1e-12)
    assert np.allclose(softmax(x + shift), weights, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_axes(axis: int) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert np.allclose(softmax(x, axis), torch.softmax(torch.from_numpy(x), axis).numpy(), atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_keeps_the_floating_dtype(dtype: type) -> None:
    assert softmax(np.array([1, 2], dtype=dtype)).dtype == dtype
    assert softmax([1, 2]).dtype == np.float64


def test_masked_scores_and_extremes() -> None:
    assert softmax([[0.0, -np.inf], [-np.inf, 5.0]]).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert softmax([1e308, -1e308]).tolist() == [1.0, 0.0]
    assert softmax([1e4, 1e4]).tolist() == [0.5, 0.5]
    assert softmax([2.0, 1.0], temperature=1e-300).tolist() == [1.0, 0.0]
    assert softmax(np.array([2, 1], np.float32), temperature=1e-300).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("x", "options", "error", "message"),
    [
        ([1, 2], {"temperature": 0}, ValueError, "temperature must be a finite number above 0, got 0"),
        ([1, 2], {"temperature": -1.5}, ValueError, "temperature must be a finite number above 0, got -1.5"),
        ([1, 2], {"temperature": "hot"}, TypeError, "temperature must be a number, got str"),
        ([1, np.nan], {}, ValueError, "x must hold finite scores, or -inf where masked, got nan or +inf"),
        ([1, np.inf], {}, ValueError, "x must hold finite scores, or -inf where masked, got nan or +inf"),
        (
            [[0.0, 1.0], [-np.inf, -np.inf]],
            {},
            ValueError,
            "x must hold a finite score in every slice, got one that is wholly -inf (masked)",
        ),
        ([], {}, ValueError, "x must not be empty, got shape (0,)"),
        (3.0, {}, ValueError, "x must have one axis or more, got the single number 3.0"),
        (["a"], {}, TypeError, "x must hold real numbers, got dtype <U1"),
        ([1j], {}, TypeError, "x must hold real numbers, got dtype complex128"),
        ([1, 2], {"axis": 1}, ValueError, "axis 1 is out of bounds for array of dimension 1"),
    ],
)
def test_softmax_refuses(x: object, options: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        softmax(x, **options)  # type: ignore[arg-type]
    assert str(caught.value) == message


@given(arrays(np.float64, st.integers(1, 6), elements=st.floats(-30, 30)))
def test_jacobian_equals_autograd(x: np.ndarray) -> None:
    expected = torch.autograd.functional.jacobian(lambda t: torch.softmax(t, 0), torch.from_numpy(x))
    assert np.allclose(softmax_jacobian(softmax(x)), expected.numpy(), atol=1e-13)


@pytest.mark.parametrize(
    ("p", "message"),
    [
        ([[0.5, 0.5]], "p must have 1 axis (n), got shape (1, 2)"),
        ([0.5, 0.6], "p must hold weights of 0 or more with sum 1, got [0.5, 0.6]"),
        ([1.5, -0.5], "p must hold weights of 0 or more with sum 1, got [1.5, -0.5]"),
        ([np.nan, 1.0], "p must be finite, got nan at index (0,)"),
    ],
)
def test_jacobian_refuses(p: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        softmax_jacobian(p)
    assert str(caught.value) == message
