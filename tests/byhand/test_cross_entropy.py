"""Cross-entropy and its gradient against Torch, with hard and soft labels, far out, and the refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from workings.byhand.cross_entropy import cross_entropy, cross_entropy_from_logits, cross_entropy_gradient
from workings.byhand.softmax import softmax

SHAPES = array_shapes(min_dims=2, max_dims=2, max_side=5)
PAIRS = SHAPES.flatmap(
    lambda shape: st.tuples(
        arrays(np.float64, shape, elements=st.floats(-30, 30)),
        arrays(np.float64, shape, elements=st.floats(0, 1)),
    )
)


@given(PAIRS)
def test_equals_torch_whatever_the_labels_sum_to(pair: tuple[np.ndarray, np.ndarray]) -> None:
    theta, y = pair
    scores = torch.tensor(theta, requires_grad=True)
    losses = torch.nn.functional.cross_entropy(scores, torch.from_numpy(y), reduction="none")
    assert np.allclose(cross_entropy_from_logits(y, theta), losses.detach().numpy(), atol=1e-12)
    assert np.allclose(cross_entropy(y, softmax(theta)), losses.detach().numpy(), atol=1e-12)
    (gradient,) = torch.autograd.grad(losses.sum(), scores)
    assert np.allclose(cross_entropy_gradient(y, theta), gradient.numpy(), atol=1e-12)


def test_one_row_and_zeros() -> None:
    assert cross_entropy([0, 1], [0.0, 1.0]) == 0
    assert cross_entropy([1, 0], [0.0, 1.0]) == np.inf
    assert cross_entropy_from_logits([1, 0], [-1e5, 0.0]) == 1e5
    assert cross_entropy_from_logits([0, 1], [-1e308, 1e308]) == 0
    assert cross_entropy_gradient([1, 0], [-1e5, 0.0]).tolist() == [-1, 1]


@pytest.mark.parametrize(
    ("y", "other", "message"),
    [
        ([0, 1], [0.5, 0.25, 0.25], "y_hat must have the shape of y, (2,), got (3,)"),
        ([-1, 2], [0.5, 0.5], "y must hold weights of 0 or more, got -1.0"),
        ([0, 1], [-0.5, 1.5], "y_hat must hold weights of 0 or more, got -0.5"),
    ],
)
def test_refuses(y: object, other: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        cross_entropy(y, other)
    assert str(caught.value) == message


def test_gradient_refuses_scores_of_another_shape() -> None:
    with pytest.raises(ValueError) as caught:
        cross_entropy_gradient([0, 1], [[1.0, 2.0]])
    assert str(caught.value) == "theta must have the shape of y, (2,), got (1, 2)"
