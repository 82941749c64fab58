"""The scalar network's gradient against autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.scalar_rnn import scalar_rnn, scalar_rnn_gradient

SMALL = st.floats(-2, 2)


@given(
    st.lists(SMALL, min_size=1, max_size=6),
    SMALL,
    SMALL,
    SMALL,
    SMALL,
    st.sampled_from(["tanh", "sigmoid", "linear"]),
)
def test_gradient_equals_autograd(
    x: list[float], y: float, w: float, a: float, h_0: float, activation: str
) -> None:
    phi = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "linear": torch.clone}[activation]
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    h = torch.tensor(h_0, dtype=torch.float64)
    for number in x:
        h = phi(weight * h + a * number)
    (graph,) = torch.autograd.grad((h - y) ** 2 / 2, weight)
    by_hand = scalar_rnn_gradient(x, y, w, a, h_0, activation)
    assert np.isclose(by_hand, graph.item(), rtol=1e-9, atol=1e-9)
    assert np.isclose(scalar_rnn(x, w, a, h_0, activation)[1][-1], h.item(), rtol=1e-12, atol=1e-12)


def test_refuses() -> None:
    with pytest.raises(ValueError, match="x must have 1 axis \\(T\\), got shape \\(1, 2\\)"):
        scalar_rnn([[1, 2]], 1, 1)
    with pytest.raises(ValueError, match="w, a, h_0 must be finite, got nan at index \\(0,\\)"):
        scalar_rnn([1, 2], float("nan"), 1)
