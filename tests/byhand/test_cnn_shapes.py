"""Sizes against Torch over drawn settings, and every refusal by its words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from workings.byhand.cnn_shapes import (
    convolution_size,
    convolution_weights,
    pair,
    pooling_size,
    same_padding,
    transposed_size,
)

small = st.integers(1, 6)


def size_or_none(compute: Callable[[], int | torch.Tensor]) -> int | None:
    try:
        result = compute()
    except (ValueError, RuntimeError):
        return None
    return result if isinstance(result, int) else result.shape[-1]


@settings(deadline=None)  # Torch takes long the first time
@given(st.integers(1, 20), small, small, st.integers(0, 4), st.integers(1, 4))
def test_convolution(n: int, k: int, s: int, p: int, d: int) -> None:
    x, w = torch.ones(1, 1, n), torch.ones(1, 1, k)
    by_torch = size_or_none(lambda: F.conv1d(x, w, stride=s, padding=p, dilation=d))
    assert size_or_none(lambda: convolution_size(n, k, s, p, d)) == by_torch


@settings(deadline=None)  # Torch takes long the first time
@given(st.integers(1, 20), small, small, st.integers(0, 4), st.integers(1, 3), st.booleans())
def test_pooling(n: int, k: int, s: int, p: int, d: int, up: bool) -> None:
    x = torch.ones(1, 1, n)
    by_torch = size_or_none(lambda: F.max_pool1d(x, k, s, p, d, ceil_mode=up))
    assert size_or_none(lambda: pooling_size(n, k, s, p, d, up)) == by_torch


@settings(deadline=None)  # Torch takes long the first time
@given(st.integers(1, 9), small, small, st.integers(0, 4), st.integers(0, 4), st.integers(1, 4))
def test_transposed(n: int, k: int, s: int, p: int, o: int, d: int) -> None:
    x, w = torch.ones(1, 1, n), torch.ones(1, 1, k)
    by_torch = size_or_none(lambda: F.conv_transpose1d(x, w, None, s, p, o, 1, d))
    assert size_or_none(lambda: transposed_size(n, k, s, p, o, d)) == by_torch


@given(small, st.integers(1, 4))
def test_same_padding_keeps_the_size(k: int, d: int) -> None:
    left, right = same_padding(k, d)
    assert 0 <= right - left <= 1
    assert 9 + left + right - d * (k - 1) == 9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: convolution_size(3, 5),
            "a kernel that reaches over 5 does not fit into 3, padding included",
        ),
        (lambda: pooling_size(8, 2, padding=2), "padding must be at most half of kernel_size 2, got 2"),
        (
            lambda: pooling_size(1, 9, 2, ceil_mode=True),
            "a window of 9 with dilation 1 fits nowhere into 1",
        ),
        (lambda: transposed_size(1, 2, padding=1), "padding 1 at each end leaves nothing of 2"),
        (
            lambda: transposed_size(1, 2, output_padding=1),
            "output_padding must be below stride or dilation, 1 and 1, got 1",
        ),
        (lambda: pair((1, 2, 3), "stride"), "stride must be one number or two, got (1, 2, 3)"),
        (lambda: convolution_weights(3, 4, 1, groups=2), "groups must divide 3 and 4 channels, got 2"),
        (lambda: convolution_size(8, 0), "kernel_size must be a whole number of 1 or more, got 0"),
    ],
)
def test_refuses(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
