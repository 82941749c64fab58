"""The spectral radius and the spectral norm: two ways to say how large a matrix is."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array


def spectral_radius(W: object) -> float:
    r"""Return the largest size of an eigenvalue: what powers of a matrix grow by in the end.

    $\rho(W) = \max_i |\lambda_i| = \lim_k \lVert W^k \rVert^{1/k}$ (Gelfand), and
    $\rho(W) \le \lVert W \rVert_2$.

    Parameters
    ----------
    W : shape (d, d).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.spectral import spectral_radius
    >>> shear = [[0.5, 9.0], [0.0, 0.5]]  # stretches by 9 at first, yet its powers die out
    >>> print(spectral_radius(shear), round(float(np.linalg.norm(shear, 2)), 3))
    0.5 9.028
    """
    matrix = real_array(W, "W", "d d")
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"W must be square, got shape {matrix.shape}")
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def with_radius(W: object, radius: float) -> np.ndarray:
    r"""Scale a matrix so that its spectral radius is ``radius``.

    Raises
    ------
    ValueError : a matrix whose radius is zero, which no factor can change.

    Examples
    --------
    >>> from workings.byhand.spectral import with_radius
    >>> print(with_radius([[2.0, 1.0], [0.0, 1.0]], radius=1).tolist())
    [[1.0, 0.5], [0.0, 0.5]]
    """
    own = spectral_radius(W)
    if own == 0:
        raise ValueError("W must have a spectral radius above 0 to be scaled, got 0")
    scaled: np.ndarray = real_array(W, "W") * (positive(radius, "radius") / own)
    return scaled


def step_bound(W_hh: object, activation: str = "tanh") -> float:
    r"""Return what one step back can stretch a gradient by at most.

    $\lVert W_{hh} \rVert_2 \cdot \max \varphi'$. Since $J_t = W_{hh} \operatorname{diag}(\varphi'(z_t))$,
    $k$ steps stretch by at most the $k$-th power.
    The largest slopes: 1 for ``tanh``, ``relu`` and ``linear``, $\tfrac14$ for ``sigmoid``.

    Parameters
    ----------
    W_hh : shape (d_h, d_h).

    Examples
    --------
    >>> from workings.byhand.spectral import step_bound
    >>> print(step_bound([[0.0, 2.0], [2.0, 0.0]]), step_bound([[0.0, 2.0], [2.0, 0.0]], "sigmoid"))
    2.0 0.5

    Source: Pascanu et al. 2013, section 2.1, equations 6 and 7.
    """
    slopes = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0, "linear": 1.0}
    if activation not in slopes:
        raise ValueError(f"activation must be tanh, sigmoid, relu or linear, got {activation!r}")
    return float(np.linalg.norm(real_array(W_hh, "W_hh", "d_h d_h"), 2)) * slopes[activation]
