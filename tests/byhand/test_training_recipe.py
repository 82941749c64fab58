"""The schedule's shape and the smoothed loss against Torch's, and every refusal by its words."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.training_recipe import least_smoothed_loss, smoothed_target, warmup_rate


@given(st.integers(1, 4096), st.integers(2, 5000))
def test_rises_then_falls(d_model: int, warmup: int) -> None:
    rates = warmup_rate(np.arange(1, 2 * warmup + 2), d_model, warmup)
    assert rates.argmax() == warmup - 1
    assert np.isclose(rates.max(), (d_model * warmup) ** -0.5)
    assert (np.diff(rates[:warmup]) > 0).all()
    assert (np.diff(rates[warmup - 1 :]) < 0).all()


@given(st.integers(2, 50), st.floats(0.01, 0.9))
def test_smoothed_loss_is_torchs_at_its_least(vocab_size: int, epsilon: float) -> None:
    target = torch.from_numpy(smoothed_target(1, vocab_size, epsilon))
    loss = torch.nn.functional.cross_entropy(target.log()[None], torch.tensor([1]), label_smoothing=epsilon)
    assert np.isclose(loss.item(), least_smoothed_loss(vocab_size, epsilon))
    worse = target.log()[None] + torch.randn(1, vocab_size, dtype=torch.float64)
    other = torch.nn.functional.cross_entropy(worse, torch.tensor([1]), label_smoothing=epsilon)
    assert other >= loss - 1e-12


def test_refuses() -> None:
    for call, words in (
        (lambda: warmup_rate([0]), "step must be 1 or more, got 0"),
        (lambda: warmup_rate([1], warmup=0), "warmup must be a whole number of 1 or more, got 0"),
        (lambda: smoothed_target(5, 5), "label must be below vocab_size = 5, got 5"),
        (lambda: smoothed_target(0, 5, 1.0), "epsilon must be below 1, got 1.0"),
    ):
        with pytest.raises(ValueError) as caught:
            call()
        assert str(caught.value) == words
