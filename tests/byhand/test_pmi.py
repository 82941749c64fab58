"""PMI, the expected loss and its minimum."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.negative_sampling import negative_sampling_loss, noise_distribution
from workings.byhand.pmi import pmi, sgns_expected_gradients, sgns_expected_loss, sgns_optimum

RNG = np.random.default_rng(0)
COUNTS = RNG.integers(1, 20, size=(4, 4))
NOISE = noise_distribution(COUNTS.sum(axis=0))


def test_pmi_of_independent_words_is_zero() -> None:
    assert np.allclose(pmi(np.outer([1, 2, 3], [4, 5, 6])), 0, atol=1e-14)
    assert pmi([[0, 1], [1, 0]]).tolist() == [[-np.inf, np.log(2)], [np.log(2), -np.inf]]


def test_expected_loss_is_the_mean_over_pairs_and_draws() -> None:
    U, V = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 2))
    share, one_by_one = COUNTS / COUNTS.sum(), 0.0
    for i in range(4):
        for j in range(4):
            for x in range(4):
                loss = negative_sampling_loss(U, V, i, j, [x])
                one_by_one += share[i, j] * NOISE[x] * loss
    assert np.isclose(sgns_expected_loss(U, V, COUNTS, 1, NOISE), one_by_one, atol=1e-12)


def test_gradients_are_autograds_and_vanish_at_the_optimum() -> None:
    U, V = RNG.normal(size=(4, 2)), RNG.normal(size=(4, 2))
    left, right = (torch.from_numpy(one.copy()).requires_grad_() for one in (U, V))
    share = torch.from_numpy(COUNTS / COUNTS.sum())
    chance = 3 * share.sum(1, keepdim=True) * torch.from_numpy(NOISE)
    s, logs = left @ right.T, torch.nn.functional.logsigmoid
    loss = -(share * logs(s) + chance * logs(-s)).sum()
    for one, other in zip(
        sgns_expected_gradients(U, V, COUNTS, 3, NOISE),
        torch.autograd.grad(loss, (left, right)),
        strict=True,
    ):
        assert np.allclose(one, other.numpy(), atol=1e-12)
    best = sgns_optimum(COUNTS, 3, NOISE)
    for gradient in sgns_expected_gradients(best, np.eye(4), COUNTS, 3, NOISE):
        assert np.abs(gradient).max() < 1e-14


def test_refuses() -> None:
    with pytest.raises(ValueError, match="joint must have no row and no column of zeros"):
        pmi([[1, 0], [1, 0]])
    with pytest.raises(
        ValueError, match=r"counts must be square, 0 or more and not all 0, got shape \(1, 2\)"
    ):
        pmi([[1, 0]])
    with pytest.raises(ValueError, match=r"noise must have shape \(4,\) and every entry above 0"):
        sgns_optimum(COUNTS, 1, [0.5, 0.5])
