"""The attentive network against the by-hand form, on every device and dtype there is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.attentive_rnn import attentive_rnn
from workings.models.attentive_rnn import AttentiveRecurrent

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-4)])
def test_agrees_with_the_by_hand_form(device: str, dtype: torch.dtype, tolerance: float) -> None:
    net = AttentiveRecurrent(3, 5, seed=1, device=device, dtype=dtype)
    X = torch.randn(2, 7, 3, generator=torch.Generator().manual_seed(0)).to(device, dtype)
    states, weights = net(X)
    matrices = [w.detach().double().cpu().numpy() for w in (net.step.W_xh, net.step.W_hh, net.step.b)]
    for x, H, rows in zip(X.double().cpu().numpy(), states, weights, strict=True):
        expected, expected_rows = attentive_rnn(x, *matrices)
        assert np.abs(H.detach().double().cpu().numpy() - expected).max() < tolerance
        assert np.abs(rows.detach().double().cpu().numpy() - expected_rows).max() < tolerance


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
def test_runs_in_every_dtype_and_gradients_flow(device: str, dtype: torch.dtype) -> None:
    net = AttentiveRecurrent(2, 3, device=device, dtype=dtype)
    states, weights = net(torch.ones(4, 6, 2, device=device, dtype=dtype))
    assert (states.dtype, states.shape, weights.shape) == (dtype, (4, 6, 3), (4, 6, 6))
    states.sum().backward()
    assert net.step.W_hh.grad is not None


def test_refuses_other_shapes() -> None:
    with pytest.raises(ValueError, match=r"X must have shape \(B, T, 2\), got \(1, 1, 3\)"):
        AttentiveRecurrent(2, 3)(torch.ones(1, 4, 3))
