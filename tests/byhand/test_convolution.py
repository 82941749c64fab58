"""The convolution and its transpose against Torch's, and every refusal by its words."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from workings.byhand.convolution import convolution, transposed_convolution

sides = st.tuples(st.integers(1, 3), st.integers(1, 3))


@settings(max_examples=60, deadline=None)  # Torch takes long the first time
@given(
    st.integers(0, 999), sides, sides, st.tuples(st.integers(0, 2), st.integers(0, 2)), sides, st.booleans()
)
def test_equals_torch(
    seed: int, k: tuple[int, int], s: tuple[int, int], p: tuple[int, int], d: tuple[int, int], split: bool
) -> None:
    rng = np.random.default_rng(seed)
    groups = 2 if split else 1
    x, w, b = rng.normal(size=(2, 4, 9, 8)), rng.normal(size=(6, 4 // groups, *k)), rng.normal(size=6)
    by_torch = F.conv2d(*map(torch.from_numpy, (x, w, b)), s, p, d, groups)
    assert np.allclose(convolution(x, w, b, s, p, d, groups), by_torch.numpy(), atol=1e-12)


@settings(max_examples=60, deadline=None)  # Torch takes long the first time
@given(st.integers(0, 999), sides, sides, sides)
def test_transpose_equals_torch(
    seed: int, k: tuple[int, int], s: tuple[int, int], d: tuple[int, int]
) -> None:
    rng = np.random.default_rng(seed)
    y, w = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(3, 2, *k))
    extra = (max(s[0], d[0]) - 1, max(s[1], d[1]) - 1)
    by_torch = F.conv_transpose2d(torch.from_numpy(y), torch.from_numpy(w), None, s, 0, extra, 1, d)
    assert np.allclose(transposed_convolution(y, w, s, 0, extra, d), by_torch.numpy(), atol=1e-12)


def test_refuses() -> None:
    x = np.ones((1, 4, 3, 3))
    with pytest.raises(ValueError, match=r"kernels \(2, 3, 1, 1\) in 1 groups need 3 channels"):
        convolution(x, np.ones((2, 3, 1, 1)))
    with pytest.raises(ValueError, match=r"bias must have shape \(2,\) to match kernels, got \(3,\)"):
        convolution(x, np.ones((2, 4, 1, 1)), np.ones(3))
    with pytest.raises(ValueError, match="a kernel that reaches over 5 does not fit into 3"):
        convolution(x, np.ones((1, 4, 5, 1)))
    with pytest.raises(
        ValueError, match=r"kernels \(2, 3, 1, 1\) need 2 channels, got images \(1, 4, 3, 3\)"
    ):
        transposed_convolution(x, np.ones((2, 3, 1, 1)))
