"""Radius, norm and scaling, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from workings.byhand.spectral import spectral_radius, step_bound, with_radius


def test_radius_of_a_rotation_and_of_powers() -> None:
    angle = 0.7
    rotation = 1.5 * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    assert np.isclose(spectral_radius(rotation), 1.5, rtol=1e-12)
    W = with_radius(np.random.default_rng(0).normal(size=(6, 6)), 0.8)
    assert np.isclose(spectral_radius(np.linalg.matrix_power(W, 5)), 0.8**5, rtol=1e-9)


def test_radius_is_at_most_the_bound() -> None:
    for seed in range(20):
        W = np.random.default_rng(seed).normal(size=(5, 5))
        assert spectral_radius(W) <= step_bound(W) + 1e-12
        assert step_bound(W, "sigmoid") == step_bound(W) / 4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spectral_radius([[1.0, 2.0]]), "W must be square, got shape (1, 2)"),
        (
            lambda: with_radius([[0.0, 1.0], [0.0, 0.0]], 1),
            "W must have a spectral radius above 0 to be scaled, got 0",
        ),
        (lambda: with_radius([[1.0]], -1), "radius must be a finite number above 0, got -1"),
        (lambda: step_bound([[1.0]], "sin"), "activation must be tanh, sigmoid, relu or linear, got 'sin'"),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
