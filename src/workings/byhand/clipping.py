"""Gradient clipping: keep a step short, whatever the gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workings.byhand.arguments import positive, real_array


def clip_by_norm(gradients: Sequence[object], max_norm: float) -> tuple[list[np.ndarray], float]:
    r"""Shorten all gradients together to ``max_norm`` if they are longer; the direction stays.

    $g \leftarrow g \cdot \min(1, c / \lVert g \rVert)$, $\lVert g \rVert$ the length of all as one vector.

    Parameters
    ----------
    gradients : arrays of any shapes, finite. max_norm : $c > 0$.

    Returns the clipped gradients, and the norm before.

    Raises
    ------
    ValueError : a gradient that is not finite. No direction is left to keep: $\infty \cdot 0$ is ``nan``.

    Examples
    --------
    >>> from workings.byhand.clipping import clip_by_norm
    >>> clipped, norm = clip_by_norm([[3.0], [[4.0]]], max_norm=1)
    >>> print(norm, [g.round(3).tolist() for g in clipped])
    5.0 [[0.6], [[0.8]]]

    Source: Pascanu et al. 2013, section 3.2, algorithm 1.
    """
    limit = positive(max_norm, "max_norm")
    arrays = [real_array(gradient, f"gradients[{place}]") for place, gradient in enumerate(gradients)]
    if not arrays:
        raise ValueError("gradients must hold an array or more, got none")
    norm = float(np.sqrt(sum(float((array.astype(np.float64) ** 2).sum()) for array in arrays)))
    return [array * min(1.0, limit / norm) if norm else array for array in arrays], norm


def clip_by_value(gradients: Sequence[object], limit: float) -> list[np.ndarray]:
    r"""Cut every entry of every gradient to a range; the direction may turn.

    Examples
    --------
    >>> from workings.byhand.clipping import clip_by_value
    >>> print([g.tolist() for g in clip_by_value([[3.0, 0.5], [-4.0]], limit=1)])
    [[1.0, 0.5], [-1.0]]
    """
    bound = positive(limit, "limit")
    return [
        np.clip(real_array(gradient, f"gradients[{place}]"), -bound, bound)
        for place, gradient in enumerate(gradients)
    ]
