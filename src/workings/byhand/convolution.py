"""Two-dimensional convolution as networks use it, and its transpose, in plain NumPy."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array, whole
from workings.byhand.cnn_shapes import convolution_size, pair, transposed_size


def convolution(
    images: np.ndarray,
    kernels: np.ndarray,
    bias: np.ndarray | None = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
) -> np.ndarray:
    r"""Slide kernels over images and take dot products: a cross-correlation, for no kernel is flipped.

    $$y_{b,o,i,j} = \beta_o + \sum_{c,u,v} w_{o,c,u,v}\, x_{b,\,c,\;s i + d u - p,\;s j + d v - p}$$

    Axes: ``B`` images, ``C`` channels, ``O`` kernels, heights ``H`` and ``k_h``, widths ``W`` and ``k_w``.

    Parameters
    ----------
    images : shape (B, C, H, W); zeros are added around. kernels : shape (O, C / groups, k_h, k_w).
    bias : shape (O,). groups : split the channels and the kernels into so many parts that do not mix.

    Returns shape (B, O, H_out, W_out).

    Raises
    ------
    ValueError : channels that do not match, or a kernel that does not fit into the image.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.convolution import convolution
    >>> image = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> print(convolution(image, [[[[1.0, 0.0], [0.0, -1.0]]]])[0, 0].tolist())
    [[-4.0, -4.0], [-4.0, -4.0]]

    Source: Goodfellow et al. 2016, section 9.1, equation 9.6.
    """
    x, w = real_array(images, "images", "B C H W"), real_array(kernels, "kernels", "O C k_h k_w")
    if w.shape[1] * whole(groups, "groups") != x.shape[1] or len(w) % groups:
        raise ValueError(
            f"kernels {w.shape} in {groups} groups need {w.shape[1] * groups} channels and a number of "
            f"kernels that {groups} divides, got images {x.shape}"
        )
    s, p, d = pair(stride, "stride"), pair(padding, "padding", 0), pair(dilation, "dilation")
    rows, columns = (convolution_size(x.shape[2 + a], w.shape[2 + a], s[a], p[a], d[a]) for a in (0, 1))
    padded = np.pad(x, ((0, 0), (0, 0), (p[0], p[0]), (p[1], p[1])))
    x_of, w_of = np.split(padded, groups, axis=1), np.split(w, groups)
    parts = []
    for one_x, one_w in zip(x_of, w_of, strict=True):
        part = np.zeros((len(x), len(one_w), rows, columns))
        for u in range(w.shape[2]):
            for v in range(w.shape[3]):  # every output place at once, one tap of the kernel at a time
                seen = one_x[:, :, u * d[0] :: s[0], v * d[1] :: s[1]][:, :, :rows, :columns]
                part += np.einsum("bchw,oc->bohw", seen, one_w[:, :, u, v])
        parts.append(part)
    result = np.concatenate(parts, axis=1)  # (B, O, H_out, W_out)
    if bias is not None:
        shift = real_array(bias, "bias", "O")
        if len(shift) != len(w):
            raise ValueError(f"bias must have shape ({len(w)},) to match kernels, got {shift.shape}")
        result += shift[:, None, None]
    return result


def transposed_convolution(
    images: np.ndarray,
    kernels: np.ndarray,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 0,
    output_padding: int | tuple[int, int] = 0,
    dilation: int | tuple[int, int] = 1,
) -> np.ndarray:
    r"""Stamp a kernel, scaled by each entry, onto a larger canvas: the transpose of :func:`convolution`.

    As a matrix it is the transpose of the convolution with the same kernels, stride, padding and dilation,
    so it is also that layer's backward pass: $\langle C x, y\rangle = \langle x, C^\top y\rangle$. It undoes
    the shape, not the values.

    Parameters
    ----------
    images : shape (B, O, H, W). kernels : shape (O, C, k_h, k_w), as of the convolution from C to O channels.

    Returns shape (B, C, H_out, W_out).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.convolution import transposed_convolution
    >>> print(transposed_convolution([[[[1.0, 2.0]]]], np.ones((1, 1, 1, 3)), stride=2)[0, 0].tolist())
    [[1.0, 1.0, 3.0, 2.0, 2.0]]

    Source: Dumoulin and Visin 2016, chapter 4.
    """
    y, w = real_array(images, "images", "B O H W"), real_array(kernels, "kernels", "O C k_h k_w")
    if y.shape[1] != len(w):
        raise ValueError(f"kernels {w.shape} need {len(w)} channels, got images {y.shape}")
    s, p, d = pair(stride, "stride"), pair(padding, "padding", 0), pair(dilation, "dilation")
    extra = pair(output_padding, "output_padding", 0)
    rows, columns = (
        transposed_size(y.shape[2 + a], w.shape[2 + a], s[a], p[a], extra[a], d[a]) for a in (0, 1)
    )
    canvas = np.zeros((len(y), w.shape[1], rows + 2 * p[0], columns + 2 * p[1]))
    for u in range(w.shape[2]):
        for v in range(w.shape[3]):
            hit = canvas[:, :, u * d[0] :: s[0], v * d[1] :: s[1]][:, :, : y.shape[2], : y.shape[3]]
            hit += np.einsum("bohw,oc->bchw", y, w[:, :, u, v])
    return canvas[:, :, p[0] : p[0] + rows, p[1] : p[1] + columns]  # (B, C, H_out, W_out)
