"""Max and average pooling, and which entries their gradients reach."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array
from workings.byhand.cnn_shapes import pair, pooling_size


def windows(
    images: np.ndarray,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] | None = None,
) -> np.ndarray:
    r"""Cut images into the windows of a pooling layer: shape (B, C, H_out, W_out, k_h, k_w).

    Windows may overlap; what the last one leaves over at the edge is dropped.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.pooling import windows
    >>> print(windows(np.arange(8.0).reshape(1, 1, 2, 4), 2)[0, 0, 0].tolist())
    [[[0.0, 1.0], [4.0, 5.0]], [[2.0, 3.0], [6.0, 7.0]]]
    """
    x, k = real_array(images, "images", "B C H W"), pair(kernel_size, "kernel_size")
    s = k if stride is None else pair(stride, "stride")
    rows, columns = (pooling_size(x.shape[2 + a], k[a], s[a]) for a in (0, 1))
    every = np.lib.stride_tricks.sliding_window_view(x, k, axis=(2, 3))
    return every[:, :, :: s[0], :: s[1]][:, :, :rows, :columns]


def max_pooling(
    images: np.ndarray, kernel_size: int | tuple[int, int], stride: int | tuple[int, int] | None = None
) -> np.ndarray:
    r"""Keep the greatest entry of each window, in each channel on its own.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.pooling import max_pooling
    >>> print(max_pooling([[[[1.0, -9.0, 0.0, 0.0], [2.0, 0.0, 0.0, 4.0]]]], 2).tolist())
    [[[[2.0, 4.0]]]]
    """
    result: np.ndarray = windows(images, kernel_size, stride).max(axis=(4, 5))
    return result


def average_pooling(
    images: np.ndarray, kernel_size: int | tuple[int, int], stride: int | tuple[int, int] | None = None
) -> np.ndarray:
    r"""Keep the mean of each window, in each channel on its own.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.pooling import average_pooling
    >>> print(average_pooling([[[[1.0, -9.0, 0.0, 0.0], [2.0, 0.0, 0.0, 4.0]]]], 2).tolist())
    [[[[-1.5, 1.0]]]]
    """
    result: np.ndarray = windows(images, kernel_size, stride).mean(axis=(4, 5))
    return result


def max_pooling_gradient(images: np.ndarray, upstream: np.ndarray, kernel_size: int) -> np.ndarray:
    r"""Send each window's gradient to its greatest entry; of several equal ones, to the first.

    For windows side by side. ``upstream`` is $\partial L/\partial$ output, shape (B, C, H_out, W_out).
    First means first in reading order. At a tie the maximum has no gradient; this is one subgradient.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.pooling import max_pooling_gradient
    >>> print(max_pooling_gradient([[[[1.0, 3.0], [3.0, 2.0]]]], np.ones((1, 1, 1, 1)), 2).tolist())
    [[[[0.0, 1.0], [0.0, 0.0]]]]
    """
    cut = windows(images, kernel_size)  # (B, C, H_out, W_out, k, k)
    flat = cut.reshape(*cut.shape[:4], -1)
    first = (np.arange(flat.shape[-1]) == flat.argmax(axis=-1)[..., None]).reshape(cut.shape)
    return _lay_back(images, first * _fitting(upstream, cut)[..., None, None])


def average_pooling_gradient(images: np.ndarray, upstream: np.ndarray, kernel_size: int) -> np.ndarray:
    r"""Share each window's gradient out evenly over its entries.

    For windows side by side. ``upstream`` has shape (B, C, H_out, W_out).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.pooling import average_pooling_gradient
    >>> print(average_pooling_gradient([[[[1.0, 3.0], [3.0, 2.0]]]], np.ones((1, 1, 1, 1)), 2).tolist())
    [[[[0.25, 0.25], [0.25, 0.25]]]]
    """
    cut = windows(images, kernel_size)
    each = np.ones(cut.shape) / cut[0, 0, 0, 0].size
    return _lay_back(images, each * _fitting(upstream, cut)[..., None, None])


def _fitting(upstream: np.ndarray, cut: np.ndarray) -> np.ndarray:
    given = real_array(upstream, "upstream", "B C H_out W_out")
    if given.shape != cut.shape[:4]:
        raise ValueError(f"upstream must have the output's shape {cut.shape[:4]}, got {given.shape}")
    return given


def _lay_back(images: np.ndarray, cut: np.ndarray) -> np.ndarray:
    """Put windows that lie side by side back in their places: (B, C, H, W), zero where none was."""
    batch, channels, rows, columns, k, _ = cut.shape
    result = np.zeros(np.shape(images))
    whole_part = cut.swapaxes(3, 4).reshape(batch, channels, rows * k, columns * k)
    result[:, :, : rows * k, : columns * k] = whole_part
    return result
