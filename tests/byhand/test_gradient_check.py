"""Differences against known derivatives, in each dtype, and the distance of two gradients."""

from __future__ import annotations

import numpy as np
import pytest

from workings.byhand.gradient_check import central_differences, gradient_gap, one_sided_differences


@pytest.mark.parametrize(
    ("dtype", "central", "one_sided"), [(np.float32, 1e-3, 1e-2), (np.float64, 1e-9, 1e-6)]
)
def test_default_steps(dtype: type, central: float, one_sided: float) -> None:
    x = np.random.default_rng(0).normal(size=(3, 2)).astype(dtype)

    def f(a: np.ndarray) -> float:
        assert a.dtype == dtype
        return np.sin(a).sum()

    assert np.allclose(central_differences(f, x), np.cos(x), atol=central)
    assert np.allclose(one_sided_differences(f, x), np.cos(x), atol=one_sided)


def test_leaves_the_point_alone() -> None:
    x = np.array([1.0, 2.0])
    central_differences(np.sum, x)
    one_sided_differences(np.sum, x)
    assert x.tolist() == [1, 2]


def test_central_is_exact_for_parabolas() -> None:
    assert np.allclose(central_differences(lambda x: 3 * x[0] ** 2, [5.0], 0.5), 30, rtol=1e-14)


def test_gap() -> None:
    assert gradient_gap([0, 0], [0, 0]) == 0
    assert gradient_gap([1, 2], [1, 2]) == 0
    assert gradient_gap([1, 2], [0, 0]) == 1
    with pytest.raises(ValueError) as caught:
        gradient_gap([1, 2], [[1, 2]])
    assert str(caught.value) == "expected must have the shape of found, (2,), got (1, 2)"


@pytest.mark.parametrize("function", [central_differences, one_sided_differences])
def test_refuses_a_step_of_zero(function: object) -> None:
    with pytest.raises(ValueError) as caught:
        function(np.sum, [1.0], 0)  # type: ignore[operator]
    assert str(caught.value) == "epsilon must be a finite number above 0, got 0"
