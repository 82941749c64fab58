"""Two remedies for a unit that is shut: a leak, and a soft corner. Each with its slope."""

from __future__ import annotations

import math

import numpy as np

from workings.byhand.arguments import positive, real_array


def leaky_relu(z: object, leak: float = 0.01) -> np.ndarray:
    r"""Pass what is above zero, and a small share of what is below.

    $z$ for $z > 0$, else $a z$; its slope is 1 or $a$, never 0.

    Examples
    --------
    >>> from workings.byhand.activations import leaky_relu
    >>> print(leaky_relu([-2.0, 3.0]).tolist())
    [-0.02, 3.0]

    Source: Maas, Hannun and Ng 2013, section 2.
    """
    numbers = real_array(z, "z")
    kept: np.ndarray = np.where(numbers > 0, numbers, positive(leak, "leak") * numbers)
    return kept.astype(numbers.dtype)


def gelu(z: object) -> np.ndarray:
    r"""Weigh each number by the chance that a standard normal one lies below it.

    $z\,\Phi(z)$ with $\Phi(z) = \tfrac12 (1 + \operatorname{erf}(z/\sqrt2))$: like ReLU far out, and smooth.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.activations import gelu
    >>> print(np.round(gelu([-2.0, 0.0, 3.0]), 4).tolist())
    [-0.0455, 0.0, 2.996]

    Source: Hendrycks and Gimpel 2016, section 2.
    """
    numbers = real_array(z, "z")
    below = [math.erfc(-one / 2**0.5) / 2 for one in numbers.ravel()]  # erfc keeps the tail's digits
    weighted: np.ndarray = numbers * np.reshape(below, numbers.shape)
    return weighted.astype(numbers.dtype)


def gelu_slope(z: object) -> np.ndarray:
    r"""Return the slope of the GELU, which is not always between zero and one.

    $\Phi(z) + z\,\varphi(z)$ with the normal density $\varphi$; negative for $z$ below about $-\tfrac34$.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.activations import gelu_slope
    >>> print(np.round(gelu_slope([-1.5, 0.0, 1.5]), 4).tolist())
    [-0.1275, 0.5, 1.1275]
    """
    numbers = real_array(z, "z")
    below = [math.erfc(-one / 2**0.5) / 2 for one in numbers.ravel()]
    density = np.exp(-(numbers**2) / 2) / math.sqrt(2 * math.pi)
    slopes: np.ndarray = np.reshape(below, numbers.shape) + numbers * density
    return slopes.astype(numbers.dtype)
