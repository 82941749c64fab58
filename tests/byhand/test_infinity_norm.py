"""The squared infinity norm against autograd, its subgradients by their definition, the step by autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from workings.byhand.infinity_norm import infinity_sgd_step, infinity_subgradients, squared_infinity_norm

NUMBERS = st.lists(st.integers(-3, 3), min_size=3, max_size=3)


@given(NUMBERS, NUMBERS, st.floats(0, 1))
def test_every_mean_of_corners_supports_the_norm(w: list[int], u: list[int], share: float) -> None:
    corners = infinity_subgradients(w)
    slope = share * corners[0] + (1 - share) * corners[-1]
    line = squared_infinity_norm(w) + slope @ (np.array(u) - np.array(w))
    assert squared_infinity_norm(u) >= line - 1e-12


@settings(deadline=None)
@given(NUMBERS.filter(lambda w: len({abs(one) for one in w}) == 3))
def test_one_corner_is_the_gradient(w: list[int]) -> None:
    at = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.linalg.vector_norm(at, ord=float("inf")) ** 2, at)
    assert infinity_subgradients(w).tolist() == [slope.tolist()]


def test_step_equals_autograd() -> None:
    w = torch.tensor([0.5, -2.0, 1.0], dtype=torch.float64, requires_grad=True)
    x = torch.tensor([1.0, 0.5, 2.0], dtype=torch.float64)
    loss = -torch.log(torch.sigmoid(-(w @ x))) + 0.7 / 2 * torch.linalg.vector_norm(w, ord=float("inf")) ** 2
    (slope,) = torch.autograd.grad(loss, w)
    expected = (w - 0.1 * slope).detach().numpy()
    assert np.allclose(infinity_sgd_step([0.5, -2.0, 1.0], x.numpy(), 0, 0.1, 0.7), expected, atol=1e-15)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="w must have 1 axis \\(D\\), got shape \\(1, 2\\)"):
        infinity_subgradients([[1.0, 2.0]])
    with pytest.raises(ValueError, match="penalty must be a finite number above 0, got 0"):
        infinity_sgd_step([1.0], [1.0], 1, 0.1, 0)
    with pytest.raises(ValueError, match="labels must be 0 or 1, got -1\\.0 at index 0"):
        infinity_sgd_step([1.0], [1.0], -1, 0.1, 1.0)
