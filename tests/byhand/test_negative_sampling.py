"""The negative-sampling loss and gradients against autograd, repeats and all; the noise and its draws."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.negative_sampling import (
    draw_negatives,
    negative_sampling_gradients,
    negative_sampling_loss,
    noise_distribution,
)

WORD = st.integers(0, 4)


@given(WORD, WORD, st.lists(WORD, min_size=1, max_size=6))
def test_loss_and_gradients_are_autograds(centre: int, context: int, negatives: list[int]) -> None:
    rng = np.random.default_rng(1)
    U, V = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    left, right = (torch.from_numpy(one.copy()).requires_grad_() for one in (U, V))
    logs = torch.nn.functional.logsigmoid
    loss = -logs(left[centre] @ right[context]) - logs(-(right[negatives] @ left[centre])).sum()
    assert np.isclose(negative_sampling_loss(U, V, centre, context, negatives), loss.item(), atol=1e-12)
    graph = torch.autograd.grad(loss, (left, right))
    for one, other in zip(negative_sampling_gradients(U, V, centre, context, negatives), graph, strict=True):
        assert np.allclose(one, other.numpy(), atol=1e-12)


def test_noise() -> None:
    assert noise_distribution([4, 0, 1], 0).tolist() == [0.5, 0.0, 0.5]
    assert noise_distribution([4, 0, 1], 1).tolist() == [0.8, 0.0, 0.2]
    with pytest.raises(ValueError, match="counts must be 0 or more and not all 0, got"):
        noise_distribution([0, 0])
    with pytest.raises(ValueError, match="power must be a finite number above 0, got -1"):
        noise_distribution([1, 2], -1)


def test_draws() -> None:
    rng = np.random.default_rng(0)
    q = [0.1, 0.2, 0.3, 0.4]
    drawn = draw_negatives(q, 20_000, rng)
    assert np.allclose(np.bincount(drawn) / 20_000, q, atol=0.02)
    assert sorted(draw_negatives(q, 3, rng, forbidden=[1], replace=False).tolist()) == [0, 2, 3]
    with pytest.raises(ValueError, match="cannot draw 2 negatives: the noise and what is forbidden leave 1"):
        draw_negatives(q, 2, rng, forbidden=[0, 1, 2], replace=False)
    with pytest.raises(ValueError, match="leave 0 words"):
        draw_negatives(q, 2, rng, forbidden=[0, 1, 2, 3])
