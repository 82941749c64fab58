"""The module against the network by hand, on the device, and its refusals."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workings.byhand.backpropagation import network_forward
from workings.models.backpropagation import OneHiddenLayer
from workings.models.device import device


def test_equals_the_network_by_hand() -> None:
    rng = np.random.default_rng(0)
    x, W_1, b_1, W_2, b_2 = (rng.normal(size=shape) for shape in ((6, 4), (4, 3), (3,), (3, 5), (5,)))
    net = OneHiddenLayer(4, 3, 5, device=device(), dtype=torch.float64)
    net.load(*(torch.from_numpy(one) for one in (W_1, b_1, W_2, b_2)))
    scores = net(torch.from_numpy(x).to(device()))
    assert np.allclose(scores.detach().cpu().numpy(), network_forward(x, W_1, b_1, W_2, b_2)[1], atol=1e-14)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64])
def test_keeps_the_dtype_and_the_seed(dtype: torch.dtype) -> None:
    nets = [OneHiddenLayer(2, 3, 4, seed=seed, device=device(), dtype=dtype) for seed in (1, 1, 2)]
    x = torch.ones(2, 2, device=device(), dtype=dtype)
    assert nets[0](x).dtype == dtype
    assert torch.equal(nets[0](x), nets[1](x))
    assert not torch.equal(nets[0](x), nets[2](x))


def test_refuses() -> None:
    net = OneHiddenLayer(2, 3, 4)
    with pytest.raises(ValueError) as caught:
        net(torch.ones(2))
    assert str(caught.value) == "x must have shape (B, 2), got (2,)"
    with pytest.raises(ValueError) as caught:
        net.load(torch.ones(3, 2), torch.ones(3), torch.ones(3, 4), torch.ones(4))
    assert str(caught.value) == "a parameter must have shape (3, 2), got (2, 3)"
