"""Gradients by differences, to check those by hand, and how far two gradients are apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from workings.byhand.arguments import positive, real_array


def central_differences(
    f: Callable[[np.ndarray], float], x: object, epsilon: float | None = None
) -> np.ndarray:
    r"""Estimate the gradient of a function by moving one component at a time, up and down.

    $\dfrac{f(x + \varepsilon e_i) - f(x - \varepsilon e_i)}{2 \varepsilon}$, off by
    $\varepsilon^2 f'''/6$ and by the rounding of $f$ over $\varepsilon$. Two calls for each component.

    Parameters
    ----------
    f : from an array like ``x`` to a number.
    x : where, any shape. The result keeps its shape; ``f`` gets its dtype.
    epsilon : above 0; by default the cube root of the dtype's machine epsilon, which balances both errors.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.gradient_check import central_differences
    >>> print(np.round(central_differences(lambda x: x[0] ** 2 * x[1], [3.0, 2.0]), 6).tolist())
    [12.0, 9.0]
    """
    point = real_array(x, "x")
    step = positive(np.cbrt(np.finfo(point.dtype).eps) if epsilon is None else epsilon, "epsilon")
    gradient = np.empty(point.shape)
    for place in np.ndindex(point.shape):
        up, down = point.copy(), point.copy()
        up[place] += step
        down[place] -= step
        gradient[place] = (float(f(up)) - float(f(down))) / (2 * step)
    return gradient


def one_sided_differences(
    f: Callable[[np.ndarray], float], x: object, epsilon: float | None = None
) -> np.ndarray:
    r"""Estimate the gradient of a function by moving one component at a time, up only.

    $\dfrac{f(x + \varepsilon e_i) - f(x)}{\varepsilon}$, off by $\varepsilon f''/2$ and by the rounding of
    $f$ over $\varepsilon$: half the calls of central differences, and half the digits at best.

    Parameters
    ----------
    f, x : as for ``central_differences``.
    epsilon : above 0; by default the square root of the dtype's machine epsilon.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.gradient_check import one_sided_differences
    >>> print(np.round(one_sided_differences(lambda x: x[0] ** 2 * x[1], [3.0, 2.0], 0.01), 6).tolist())
    [12.02, 9.0]
    """
    point = real_array(x, "x")
    step = positive(np.sqrt(np.finfo(point.dtype).eps) if epsilon is None else epsilon, "epsilon")
    here, gradient = float(f(point)), np.empty(point.shape)
    for place in np.ndindex(point.shape):
        up = point.copy()
        up[place] += step
        gradient[place] = (float(f(up)) - here) / step
    return gradient


def gradient_gap(found: object, expected: object) -> float:
    r"""Return how far two gradients are apart, from 0 for equal ones to 1 for opposite ones.

    $\lVert a - b \rVert \,/\, (\lVert a \rVert + \lVert b \rVert)$, and 0 if both are zero. It stays when
    both are scaled, so a tiny wrong gradient is caught as well. A factor of 2 gives $\tfrac13$.

    Parameters
    ----------
    found, expected : gradients of one shape.

    Examples
    --------
    >>> from workings.byhand.gradient_check import gradient_gap
    >>> print(gradient_gap([1e-9, 0], [-1e-9, 0]), round(gradient_gap([2.0], [1.0]), 4))
    1.0 0.3333
    """
    a, b = real_array(found, "found"), real_array(expected, "expected")
    if a.shape != b.shape:
        raise ValueError(f"expected must have the shape of found, {a.shape}, got {b.shape}")
    both = float(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.linalg.norm(a - b)) / both if both > 0 else 0.0
