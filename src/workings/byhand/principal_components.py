"""Principal components by the singular value decomposition, and the angles between two subspaces."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array, whole


def principal_components(X: np.ndarray, n_components: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Find the directions in which centred data vary most.

    $$X - \bar x = U S V^\top,$$

    and the components are the first rows of $V^\top$. Each is scaled to length 1, and turned so that its
    entry of greatest size is positive.

    Axes: ``N`` rows of data, ``d`` columns, ``k`` components.

    Returns the mean (d,), the components (k, d) and the variances $S^2/N$ along *all* directions, greatest
    first.

    Raises
    ------
    ValueError : more components than rows or columns.

    Examples
    --------
    >>> from workings.byhand.principal_components import principal_components
    >>> mean, components, variances = principal_components([[0.0, 0.0], [2.0, 2.0], [4.0, 4.0]], 1)
    >>> print(mean.tolist(), components.round(3).tolist(), abs(variances).round(3).tolist())
    [2.0, 2.0] [[0.707, 0.707]] [5.333, 0.0]

    Source: Jolliffe and Cadima 2016, section 2a.
    """
    data = real_array(X, "X", "N d")
    if whole(n_components, "n_components") > min(data.shape):
        raise ValueError(
            f"n_components must be at most {min(data.shape)} for X {data.shape}, got {n_components}"
        )
    mean = data.mean(axis=0)  # (d,)
    _, S, directions = np.linalg.svd(data - mean, full_matrices=False)  # (min(N, d),), (min(N, d), d)
    components = directions[:n_components]  # (k, d)
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(n_components), largest])
    return mean, components * signs[:, None], S**2 / len(data)


def project(X: np.ndarray, mean: np.ndarray, components: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Encode data as coordinates along orthonormal components, and decode them again.

    $z = (x - \bar x) V$ and $\hat x = \bar x + z V^\top$, the point of the subspace nearest to $x$; the rows
    of ``components`` are the columns of $V$.

    Parameters
    ----------
    X : shape (N, d). mean : shape (d,). components : shape (k, d), orthonormal rows.

    Returns codes (N, k) and reconstructions (N, d).

    Examples
    --------
    >>> from workings.byhand.principal_components import project
    >>> codes, restored = project([[3.0, 5.0]], [1.0, 1.0], [[1.0, 0.0]])
    >>> print(codes.tolist(), restored.tolist())
    [[2.0]] [[3.0, 1.0]]
    """
    data, V = real_array(X, "X", "N d"), real_array(components, "components", "k d")
    middle = real_array(mean, "mean", "d")
    if not data.shape[1] == V.shape[1] == len(middle):
        raise ValueError(f"X, mean and components need one d, got {data.shape}, {middle.shape} and {V.shape}")
    codes = (data - middle) @ V.T  # (N, k)
    return codes, middle + codes @ V


def principal_angles(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    r"""Return the angles between the spans of two sets of rows, in radians, least first.

    With orthonormal bases $Q_A, Q_B$ the sines are the singular values of $Q_B - Q_A Q_A^\top Q_B$: what of
    one span the other lacks. (Cosines would lose all angles below $10^{-8}$ to rounding.)

    Parameters
    ----------
    A, B : shape (k, d), independent rows.

    Returns shape (k,).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.principal_components import principal_angles
    >>> A, B = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]
    >>> print(np.degrees(principal_angles(A, B)).round(3).tolist())
    [0.0, 45.0]

    Source: Björck and Golub 1973.
    """
    left, right = real_array(A, "A", "k d"), real_array(B, "B", "k d")
    if left.shape != right.shape:
        raise ValueError(f"A and B must have one shape, got {left.shape} and {right.shape}")
    Q_A, Q_B = np.linalg.qr(left.T)[0], np.linalg.qr(right.T)[0]  # (d, k)
    sines = np.linalg.svd(Q_B - Q_A @ (Q_A.T @ Q_B), compute_uv=False)
    angles: np.ndarray = np.arcsin(np.clip(sines, 0.0, 1.0))[::-1]
    return angles
