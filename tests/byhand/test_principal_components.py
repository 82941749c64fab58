"""Components against scikit-learn's, angles against a plane's, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.decomposition import PCA

from workings.byhand.principal_components import principal_angles, principal_components, project


@pytest.mark.parametrize("k", [1, 3, 6])
def test_equals_scikit_learn(k: int) -> None:
    rng = np.random.default_rng(k)
    X, new = rng.normal(size=(30, 6)) @ rng.normal(size=(6, 6)), rng.normal(size=(4, 6))
    mean, components, variances = principal_components(X, k)
    theirs = PCA(k, svd_solver="full").fit(X)
    assert np.allclose(np.abs((theirs.components_ * components).sum(axis=1)), 1)
    assert np.allclose(theirs.explained_variance_ * 29 / 30, variances[:k])
    assert np.allclose(theirs.inverse_transform(theirs.transform(new)), project(new, mean, components)[1])
    assert (components[np.arange(k), np.abs(components).argmax(axis=1)] > 0).all()


def test_tiny_angles_are_kept() -> None:
    turned = [[1.0, 0.0, 0.0], [0.0, np.cos(1e-10), np.sin(1e-10)]]
    assert np.allclose(principal_angles([[1.0, 0, 0], [0, 1.0, 0]], turned), [0, 1e-10], rtol=1e-4, atol=0)
    A = np.random.default_rng(0).normal(size=(3, 7))
    mixed = np.random.default_rng(1).normal(size=(3, 3)) @ A
    assert np.allclose(principal_angles(A, mixed), 0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: principal_components(np.ones((2, 5)), 3),
            "n_components must be at most 2 for X (2, 5), got 3",
        ),
        (
            lambda: project(np.ones((2, 5)), np.ones(4), np.ones((1, 5))),
            "X, mean and components need one d, got (2, 5), (4,) and (1, 5)",
        ),
        (
            lambda: principal_angles(np.ones((1, 5)), np.ones((2, 5))),
            "A and B must have one shape, got (1, 5) and (2, 5)",
        ),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
