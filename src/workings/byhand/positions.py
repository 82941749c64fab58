r"""Where a token stands: sinusoids, a shift as a rotation, rotary and relative encodings.

Axes: ``T`` tokens, ``d_model`` components, an even number of them: component $2i$ and $2i + 1$ are pair $i$.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array, whole
from workings.byhand.scaled_attention import attention_scores, mask_scores
from workings.byhand.softmax import softmax


def pair_frequencies(d_model: int, base: float = 10_000.0) -> np.ndarray:
    r"""Return the angle that each pair of components turns by per position: $\omega_i = b^{-2i/d}$.

    Shape (d_model / 2,): one frequency a *pair*, so $i$ runs from $0$ to $d/2 - 1$.

    Raises
    ------
    ValueError : an odd ``d_model``, which would leave a component without a partner.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.positions import pair_frequencies
    >>> print(np.round(pair_frequencies(4), 4).tolist())
    [1.0, 0.01]

    Source: Vaswani et al. 2017, section 3.5.
    """
    size = whole(d_model, "d_model", least=2)
    if size % 2:
        raise ValueError(f"d_model must be even, a sine and a cosine a pair, got {size}")
    frequencies: np.ndarray = positive(base, "base") ** (-np.arange(0, size, 2) / size)  # (d_model / 2,)
    return frequencies


def sinusoidal_encoding(seq_len: int, d_model: int, base: float = 10_000.0) -> np.ndarray:
    r"""Give every position its own vector of sines and cosines.

    $P_{t,2i} = \sin(\omega_i t)$ and $P_{t,2i+1} = \cos(\omega_i t)$ with $\omega_i = b^{-2i/d}$.
    Returns shape (seq_len, d_model); row $t$ is position $t$, counted from 0.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.positions import sinusoidal_encoding
    >>> print(np.round(sinusoidal_encoding(2, 4), 4).tolist())
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]

    Source: Vaswani et al. 2017, section 3.5.
    """
    angles = np.outer(
        np.arange(whole(seq_len, "seq_len")), pair_frequencies(d_model, base)
    )  # (T, d_model / 2)
    encoding = np.empty((seq_len, d_model))
    encoding[:, 0::2] = np.sin(angles)
    encoding[:, 1::2] = np.cos(angles)
    return encoding  # (T, d_model)


def shift_matrix(offset: int, d_model: int, base: float = 10_000.0) -> np.ndarray:
    r"""Return the one matrix that moves *every* position by ``offset``: $P_t\, R = P_{t + \text{offset}}$.

    Shape (d_model, d_model): on the diagonal a $2 \times 2$ rotation a pair,
    $\begin{pmatrix} \cos \omega_i s & -\sin \omega_i s \\ \sin \omega_i s & \cos \omega_i s \end{pmatrix}$.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.positions import shift_matrix, sinusoidal_encoding
    >>> P = sinusoidal_encoding(10, 6)
    >>> print(bool(np.allclose(P[:7] @ shift_matrix(3, 6), P[3:])))
    True

    Source: Vaswani et al. 2017, section 3.5, which states that it exists.
    """
    angles = whole(offset, "offset", least=-(10**9)) * pair_frequencies(d_model, base)  # (d_model / 2,)
    rotation = np.zeros((d_model, d_model))
    even, odd = np.arange(0, d_model, 2), np.arange(1, d_model, 2)
    rotation[even, even] = rotation[odd, odd] = np.cos(angles)
    rotation[even, odd] = -np.sin(angles)
    rotation[odd, even] = np.sin(angles)
    return rotation


def rotary(X: object, first: int = 0, base: float = 10_000.0) -> np.ndarray:
    r"""Turn every query (or key) by its position, so that scores see the distance alone.

    Pair $i$ of row $t$ is turned by the angle $\omega_i (\text{first} + t)$. For turned rows
    $q' \cdot k'$ depends on the positions through their difference only.

    Parameters
    ----------
    X : queries or keys of one head, shape (T, d_k), ``d_k`` even.
    first : the position of row 0.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.positions import rotary
    >>> here, later = (rotary([[1, 0], [1, 0]], first) for first in (0, 500))
    >>> print(round(float(here[0] @ here[1]), 6), round(float(later[0] @ later[1]), 6))
    0.540302 0.540302

    Source: Su et al. 2021 (RoFormer), section 3.2.2, equation 15.
    """
    rows = real_array(X, "X", "T d_k")
    start = whole(first, "first", least=0)
    angles = np.outer(start + np.arange(len(rows)), pair_frequencies(rows.shape[1], base))  # (T, d_k / 2)
    even, odd = rows[:, 0::2], rows[:, 1::2]  # (T, d_k / 2)
    turned = np.empty_like(rows)
    turned[:, 0::2] = even * np.cos(angles) - odd * np.sin(angles)
    turned[:, 1::2] = even * np.sin(angles) + odd * np.cos(angles)
    return turned


def relative_bias(biases: object, queries: int, keys: int) -> np.ndarray:
    r"""Lay a bias for each distance $j - i$ out as a matrix: equal along every diagonal.

    Parameters
    ----------
    biases : shape (2 r + 1,), for the distances $-r$ to $r$; one farther off takes the outermost.
    queries, keys : how many of each, T_q and T_k.

    Returns shape (T_q, T_k), added to the scores before the softmax.

    Examples
    --------
    >>> from workings.byhand.positions import relative_bias
    >>> print(relative_bias([-1, 0, 5], 3, 3).tolist())
    [[0.0, 5.0, 5.0], [-1.0, 0.0, 5.0], [-1.0, -1.0, 0.0]]

    Source: Shaw et al. 2018, section 3.2 (clipping); Raffel et al. 2020, section 2.1 (scalars).
    """
    table = real_array(biases, "biases", "distances")
    if table.size % 2 == 0:
        raise ValueError(f"biases must hold an odd number, for distances -r to r, got {table.size}")
    reach = table.size // 2
    distance = np.arange(whole(keys, "keys")) - np.arange(whole(queries, "queries"))[:, None]  # (T_q, T_k)
    laid_out: np.ndarray = table[np.clip(distance, -reach, reach) + reach]
    return laid_out


def relative_attention(
    queries: object, keys: object, values: object, biases: object, mask: object = None
) -> np.ndarray:
    r"""Attend by content and distance: softmax of $Q K^\top/\sqrt{d_k} + B$, $B_{ij} = b_{j-i}$, times $V$.

    Shapes as in :func:`attention_scores` and :func:`relative_bias`. Returns shape (T_q, d_v).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.positions import relative_attention
    >>> copy_left = [99, 0, 0]
    >>> zeros, values = np.zeros((3, 2)), [[1], [2], [3]]
    >>> print(np.round(relative_attention(zeros, zeros, values, copy_left), 6).tolist())
    [[2.0], [1.0], [1.5]]

    Source: Raffel et al. 2020, section 2.1.
    """
    scores = attention_scores(queries, keys)  # (T_q, T_k)
    scores = scores + relative_bias(biases, *scores.shape)
    if mask is not None:
        scores = mask_scores(scores, mask)
    V = real_array(values, "values", "T_k d_v")
    if len(V) != scores.shape[1]:
        raise ValueError(f"values must have shape ({scores.shape[1]}, d_v) to match keys, got {V.shape}")
    outputs: np.ndarray = softmax(scores, axis=-1) @ V  # (T_q, d_v)
    return outputs
