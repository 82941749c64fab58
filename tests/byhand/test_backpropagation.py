"""The network by hand against Torch's autograd, for random shapes, and its refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workings.byhand.backpropagation import network_backward, network_forward, network_loss

SIDE = st.integers(1, 5)
NAMES = ("x", "W_1", "b_1", "W_2", "b_2")


def draw(B: int, D_x: int, D_h: int, D_y: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = ((B, D_x), (D_x, D_h), (D_h,), (D_h, D_y), (D_y,))
    arrays = {name: rng.normal(size=shape) for name, shape in zip(NAMES, shapes, strict=True)}
    return arrays, np.eye(D_y)[rng.integers(0, D_y, B)]


@given(SIDE, SIDE, SIDE, SIDE, st.integers(0, 99))
def test_equals_autograd(B: int, D_x: int, D_h: int, D_y: int, seed: int) -> None:
    arrays, y = draw(B, D_x, D_h, D_y, seed)
    t = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    h = torch.sigmoid(t["x"] @ t["W_1"] + t["b_1"])
    u = h @ t["W_2"] + t["b_2"]
    loss = torch.nn.functional.cross_entropy(u, torch.from_numpy(y))
    ours = network_forward(**arrays)
    for mine, theirs in zip(ours, (h, u, torch.softmax(u, -1)), strict=True):
        assert np.allclose(mine, theirs.detach().numpy(), atol=1e-14)
    assert abs(network_loss(y=y, **arrays) - loss.item()) < 1e-13
    expected = torch.autograd.grad(loss, [t[name] for name in NAMES] + [h, u], materialize_grads=True)
    gradients = network_backward(y=y, **arrays)
    for name, gradient in zip((*NAMES, "h", "u"), expected, strict=True):
        assert gradients[name].shape == gradient.shape
        assert np.allclose(gradients[name], gradient.numpy(), atol=1e-13), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W_1": np.ones((3, 2))}, "W_1 must have shape (2, 2) to fit the layers, got (3, 2)"),
        ({"b_1": np.ones(3)}, "b_1 must have shape (2,) to fit the layers, got (3,)"),
        ({"b_1": np.ones((1, 2))}, "b_1 must have 1 axis (D_h), got shape (1, 2)"),
        ({"W_2": np.ones((3, 2))}, "W_2 must have shape (2, 2) to fit the layers, got (3, 2)"),
        ({"b_2": np.ones(1)}, "b_2 must have shape (2,) to fit the layers, got (1,)"),
        ({"x": np.ones(2)}, "x must have 2 axes (B, D_x), got shape (2,)"),
        ({"y": np.ones((1, 3))}, "y must have the shape of the scores, (4, 2), got (1, 3)"),
    ],
)
def test_refuses(change: dict[str, np.ndarray], message: str) -> None:
    arrays, y = draw(4, 2, 2, 2, 0)
    with pytest.raises(ValueError) as caught:
        network_backward(**({**arrays, "y": y} | change))
    assert str(caught.value) == message
