"""What the by-hand functions accept, and the words in which they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.arguments import positive, real_array, whole


@pytest.mark.parametrize("value", [[1, 2], (True, False), np.array([1, 2], dtype=np.uint8)])
def test_whole_numbers_become_float64(value: object) -> None:
    assert real_array(value, "x").dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_stay_and_are_not_copied(dtype: type) -> None:
    value = np.ones((2, 3), dtype=dtype)
    assert real_array(value, "x", "a b") is value


def test_infinities_where_allowed() -> None:
    assert real_array([-np.inf, 0], "x", finite=False)[0] == -np.inf


@pytest.mark.parametrize(
    ("value", "axes", "error", "message"),
    [
        ([[1], [2, 3]], "", ValueError, "x must be an array with rows of one length, got [[1], [2, 3]]"),
        (None, "", TypeError, "x must hold real numbers, got dtype object"),
        ([1 + 2j], "", TypeError, "x must hold real numbers, got dtype complex128"),
        ("word", "", TypeError, "x must hold real numbers, got dtype <U4"),
        ([1], "T d", ValueError, "x must have 2 axes (T, d), got shape (1,)"),
        ([[1]], "n", ValueError, "x must have 1 axis (n), got shape (1, 1)"),
        (5, "", ValueError, "x must have one axis or more, got the single number 5"),
        ([[]], "T d", ValueError, "x must not be empty, got shape (1, 0)"),
        ([[0, 1], [2, -np.inf]], "T d", ValueError, "x must be finite, got -inf at index (1, 1)"),
    ],
)
def test_real_array_refuses(value: object, axes: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        real_array(value, "x", axes)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [1, 0.5, np.float32(2), np.int64(3)])
def test_positive_returns_a_float(value: object) -> None:
    assert type(positive(value, "T")) is float


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (0, ValueError, "T must be a finite number above 0, got 0"),
        (-1e-9, ValueError, "T must be a finite number above 0, got -1e-09"),
        (float("inf"), ValueError, "T must be a finite number above 0, got inf"),
        (float("nan"), ValueError, "T must be a finite number above 0, got nan"),
        (True, TypeError, "T must be a number, got bool"),
        ("1", TypeError, "T must be a number, got str"),
        ([1], TypeError, "T must be a number, got list"),
    ],
)
def test_positive_refuses(value: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        positive(value, "T")
    assert str(caught.value) == message


def test_whole_returns_an_int() -> None:
    assert type(whole(np.int32(4), "n")) is int
    assert whole(0, "n", least=0) == 0


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (0, ValueError, "n must be a whole number of 1 or more, got 0"),
        (-3, ValueError, "n must be a whole number of 1 or more, got -3"),
        (2.0, TypeError, "n must be a whole number, got float 2.0"),
        (True, TypeError, "n must be a whole number, got bool True"),
        (None, TypeError, "n must be a whole number, got NoneType None"),
    ],
)
def test_whole_refuses(value: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        whole(value, "n")
    assert str(caught.value) == message
