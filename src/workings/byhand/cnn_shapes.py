"""How large a layer's output is, along one axis of an image, and how many weights the layer has."""

from __future__ import annotations

from workings.byhand.arguments import whole


def convolution_size(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    r"""Count the places where a kernel fits along one axis: the output size of a convolution.

    $$M = \left\lfloor \frac{N + 2p - d(k - 1) - 1}{s} \right\rfloor + 1$$

    Parameters
    ----------
    size : $N$, entries of the input along this axis. kernel_size : $k$. stride : $s$.
    padding : $p$, zeros added at *each* end. dilation : $d$, the distance between two taps of the kernel.

    Raises
    ------
    ValueError : the kernel is longer than the padded input, so that it fits nowhere.

    Examples
    --------
    >>> from workings.byhand.cnn_shapes import convolution_size
    >>> print(convolution_size(128, 3), convolution_size(128, 5, stride=3), convolution_size(7, 4, padding=1))
    126 42 6

    Source: Dumoulin and Visin 2016, relationship 15 (relationship 6 for $d = 1$).
    """
    whole(size, "size")
    whole(stride, "stride")
    padded = size + 2 * whole(padding, "padding", least=0)
    reach = whole(dilation, "dilation") * (whole(kernel_size, "kernel_size") - 1) + 1
    if reach > padded:
        raise ValueError(f"a kernel that reaches over {reach} does not fit into {padded}, padding included")
    return (padded - reach) // stride + 1


def pooling_size(
    size: int,
    kernel_size: int,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    r"""Count the windows of a pooling layer along one axis; the stride is the window's length unless given.

    Without ``ceil_mode`` this is :func:`convolution_size`. With it a last window may hang over the end:
    $\lceil \cdot \rceil$ in place of $\lfloor \cdot \rfloor$, less one if that window would begin past
    the last entry and its left padding.

    Raises
    ------
    ValueError : no window fits, or the padding is more than half of the window (it could lie in padding
        alone).

    Examples
    --------
    >>> from workings.byhand.cnn_shapes import pooling_size
    >>> print(pooling_size(28, 4), pooling_size(7, 2), pooling_size(7, 2, ceil_mode=True))
    7 3 4
    """
    window, step = whole(kernel_size, "kernel_size"), stride
    step = window if step is None else whole(step, "stride")
    if whole(padding, "padding", least=0) > window // 2:
        raise ValueError(f"padding must be at most half of kernel_size {window}, got {padding}")
    if not ceil_mode:
        return convolution_size(size, window, step, padding, dilation)
    left_over = whole(size, "size") + 2 * padding - whole(dilation, "dilation") * (window - 1) - 1
    count = -(-left_over // step) + 1
    if (count - 1) * step >= size + padding:
        count -= 1
    if count < 1:
        raise ValueError(f"a window of {window} with dilation {dilation} fits nowhere into {size}")
    return count


def transposed_size(
    size: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    r"""Return the output size of a transposed convolution along one axis.

    $$M = (N - 1) s - 2p + d(k - 1) + o + 1$$

    The inverse of :func:`convolution_size` up to what its floor has dropped, which ``output_padding`` $o$
    gives back: it picks one of the $s$ sizes that a convolution maps to $N$.

    Raises
    ------
    ValueError : nothing would be left, or $o$ is below neither stride nor dilation.

    Examples
    --------
    >>> from workings.byhand.cnn_shapes import convolution_size, transposed_size
    >>> print([convolution_size(n, 3, stride=2) for n in (7, 8)])
    [3, 3]
    >>> print([transposed_size(3, 3, stride=2, output_padding=o) for o in (0, 1)])
    [7, 8]

    Source: Dumoulin and Visin 2016, chapter 4.
    """
    step, gap = whole(stride, "stride"), whole(dilation, "dilation")
    if whole(output_padding, "output_padding", least=0) >= max(step, gap):
        raise ValueError(
            f"output_padding must be below stride or dilation, {step} and {gap}, got {output_padding}"
        )
    spread = (whole(size, "size") - 1) * step + gap * (whole(kernel_size, "kernel_size") - 1) + 1
    result = spread - 2 * whole(padding, "padding", least=0) + output_padding
    if result < 1:
        raise ValueError(f"padding {padding} at each end leaves nothing of {spread}")
    return result


def same_padding(kernel_size: int, dilation: int = 1) -> tuple[int, int]:
    r"""Return the zeros at the left and at the right that keep the size at stride 1.

    They sum to $d(k - 1)$. If that is odd, Torch puts the extra zero at the right.

    Examples
    --------
    >>> from workings.byhand.cnn_shapes import same_padding
    >>> print(same_padding(3), same_padding(4), same_padding(3, dilation=2))
    (1, 1) (1, 2) (2, 2)
    """
    total = whole(dilation, "dilation") * (whole(kernel_size, "kernel_size") - 1)
    return total // 2, total - total // 2


def pair(value: int | tuple[int, int], name: str, least: int = 1) -> tuple[int, int]:
    r"""Read one whole number, or one for rows and one for columns.

    Examples
    --------
    >>> from workings.byhand.cnn_shapes import pair
    >>> print(pair(2, "stride"), pair((1, 3), "stride"))
    (2, 2) (1, 3)
    """
    if not isinstance(value, tuple):
        number = whole(value, name, least)
        return number, number
    if len(value) != 2:
        raise ValueError(f"{name} must be one number or two, got {value}")
    return whole(value[0], f"{name}[0]", least), whole(value[1], f"{name}[1]", least)


def convolution_weights(
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, int],
    groups: int = 1,
    bias: bool = True,
) -> int:
    r"""Count the trainable numbers of a convolution: $C_{out}\,(k_h k_w\, C_{in} / g + 1)$.

    The size of the image is not in it, nor are stride, padding and dilation.

    Raises
    ------
    ValueError : the channels cannot be split into so many groups.

    Examples
    --------
    >>> from workings.byhand.cnn_shapes import convolution_weights
    >>> print(convolution_weights(1, 8, 5), convolution_weights(8, 16, 4))
    208 2064
    """
    rows, columns = pair(kernel_size, "kernel_size")
    if whole(in_channels, "in_channels") % whole(groups, "groups") or out_channels % groups:
        raise ValueError(f"groups must divide {in_channels} and {out_channels} channels, got {groups}")
    return whole(out_channels, "out_channels") * (rows * columns * in_channels // groups + bool(bias))
