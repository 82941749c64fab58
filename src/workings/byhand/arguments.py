"""What every by-hand function asks of its arguments: real numbers, the stated axes, nothing empty."""

from __future__ import annotations

import numpy as np


def real_array(value: object, name: str, axes: str = "", *, finite: bool = True) -> np.ndarray:
    r"""Return ``value`` as a floating array, or say what was expected and what came.

    Integers become float64; float16, float32 and float64 stay as they are.

    Parameters
    ----------
    axes : the names of the axes, as in ``"T_q d_k"``; empty for any number of axes, one at least.
    finite : refuse ``nan`` and the infinities.

    Raises
    ------
    TypeError : not an array of real numbers.
    ValueError : another number of axes, an empty array, a value that is not finite.

    Examples
    --------
    >>> from workings.byhand.arguments import real_array
    >>> print(real_array([[1, 2]], "keys", "T_k d_k").tolist())
    [[1.0, 2.0]]
    >>> real_array([1, 2], "keys", "T_k d_k")
    Traceback (most recent call last):
    ValueError: keys must have 2 axes (T_k, d_k), got shape (2,)
    """
    try:
        array = np.asarray(value)
    except ValueError as ragged:
        raise ValueError(f"{name} must be an array with rows of one length, got {value!r}") from ragged
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    wanted = axes.split()
    if wanted and array.ndim != len(wanted):
        plural = "axis" if len(wanted) == 1 else "axes"
        raise ValueError(
            f"{name} must have {len(wanted)} {plural} ({', '.join(wanted)}), got shape {array.shape}"
        )
    if array.ndim == 0:
        raise ValueError(f"{name} must have one axis or more, got the single number {array.item()}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    if finite and not np.isfinite(array).all():
        place = tuple(int(index) for index in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, got {array[place]} at index {place}")
    return array


def positive(value: object, name: str) -> float:
    r"""Return ``value`` as a float above zero, or say what was expected and what came.

    Examples
    --------
    >>> from workings.byhand.arguments import positive
    >>> print(positive(2, "temperature"))
    2.0
    >>> positive(0, "temperature")
    Traceback (most recent call last):
    ValueError: temperature must be a finite number above 0, got 0
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}")
    number = float(value)
    if not (np.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a finite number above 0, got {value}")
    return number


def whole(value: object, name: str, least: int = 1) -> int:
    r"""Return ``value`` as an int of ``least`` or more, or say what was expected and what came.

    Examples
    --------
    >>> from workings.byhand.arguments import whole
    >>> print(whole(3, "n_head"))
    3
    >>> whole(0, "n_head")
    Traceback (most recent call last):
    ValueError: n_head must be a whole number of 1 or more, got 0
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {type(value).__name__} {value!r}")
    if value < least:
        raise ValueError(f"{name} must be a whole number of {least} or more, got {value}")
    return int(value)
