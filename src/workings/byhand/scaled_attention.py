r"""Scaled dot-product attention: every query takes a weighted mean of the values.

Axes: ``T_q`` queries, ``T_k`` keys and as many values, ``d_k`` components of a query and of a key,
``d_v`` of a value. Row vectors, one a token. Source: Vaswani et al. 2017, section 3.2.1, equation 1.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array, whole
from workings.byhand.softmax import softmax


def attention_scores(queries: object, keys: object, scale: float | None = None) -> np.ndarray:
    r"""Compare every query with every key: $A_{ij} = q_i \cdot k_j / \sqrt{d_k}$.

    Parameters
    ----------
    queries : shape (T_q, d_k).
    keys : shape (T_k, d_k).
    scale : what the dot products are multiplied by, as in Torch; $1/\sqrt{d_k}$ unless given.

    Returns the scores, shape (T_q, T_k).

    Examples
    --------
    >>> from workings.byhand.scaled_attention import attention_scores
    >>> print(attention_scores([[1, 1, 1, 1]], [[1, 2, 3, 4], [0, 0, 0, 2]]).tolist())
    [[5.0, 1.0]]
    """
    Q = real_array(queries, "queries", "T_q d_k")
    K = real_array(keys, "keys", "T_k d_k")
    d_k = Q.shape[1]
    if K.shape[1] != d_k:
        raise ValueError(f"keys must have shape (T_k, {d_k}) to match queries, got {K.shape}")
    factor = d_k**-0.5 if scale is None else positive(scale, "scale")
    scores: np.ndarray = factor * (Q @ K.T)  # (T_q, T_k)
    return scores


def causal_mask(seq_len: int) -> np.ndarray:
    r"""Return the look-ahead mask: query $i$ may attend to key $j$ where $j \le i$.

    Boolean, shape (seq_len, seq_len), ``True`` on and below the diagonal.

    Examples
    --------
    >>> from workings.byhand.scaled_attention import causal_mask
    >>> print(causal_mask(3).astype(int).tolist())
    [[1, 0, 0], [1, 1, 0], [1, 1, 1]]

    Source: Vaswani et al. 2017, section 3.2.3, third point.
    """
    size = whole(seq_len, "seq_len")
    return np.tril(np.ones((size, size), dtype=bool))


def mask_scores(scores: object, mask: object) -> np.ndarray:
    r"""Put $-\infty$ where a query may not attend, so that softmax gives that key the weight zero.

    Parameters
    ----------
    scores : shape (T_q, T_k).
    mask : booleans, shape (T_q, T_k), ``True`` where the query may attend to the key, as in
        Torch's ``scaled_dot_product_attention`` (its ``MultiheadAttention`` has it the other way round).

    Raises
    ------
    TypeError : a mask that is not boolean.
    ValueError : another shape, or a query with no key left, for which no weights sum to one.

    Examples
    --------
    >>> from workings.byhand.scaled_attention import mask_scores
    >>> print(mask_scores([[3, 1], [2, 4]], [[True, False], [True, True]]).tolist())
    [[3.0, -inf], [2.0, 4.0]]
    """
    A = real_array(scores, "scores", "T_q T_k")
    allowed = np.asarray(mask)
    if allowed.dtype != bool:
        raise TypeError(f"mask must hold booleans, True where a query may attend, got dtype {allowed.dtype}")
    if allowed.shape != A.shape:
        raise ValueError(f"mask must have shape {A.shape}, queries by keys, got {allowed.shape}")
    if (blind := np.flatnonzero(~allowed.any(axis=1))).size:
        raise ValueError(f"mask must leave every query a key, got none in rows {blind.tolist()}")
    return np.where(allowed, A, A.dtype.type(-np.inf))  # (T_q, T_k)


def attention_weights(
    queries: object, keys: object, mask: object = None, scale: float | None = None
) -> np.ndarray:
    r"""Say how much of each value every query takes: the softmax of its scores, row by row.

    Shapes as in :func:`attention_scores` and :func:`mask_scores`. Returns weights of shape (T_q, T_k);
    each row is zero or more and sums to one.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.scaled_attention import attention_weights
    >>> print(np.round(attention_weights([[0], [1]], [[1], [-1]]), 3).tolist())
    [[0.5, 0.5], [0.881, 0.119]]
    """
    scores = attention_scores(queries, keys, scale)  # (T_q, T_k)
    if mask is not None:
        scores = mask_scores(scores, mask)
    return softmax(scores, axis=-1)


def attention(
    queries: object, keys: object, values: object, mask: object = None, scale: float | None = None
) -> np.ndarray:
    r"""Give every query the mean of the values, weighted by how well their keys match it.

    $\operatorname{Attention}(Q, K, V) = \operatorname{softmax}(Q K^\top / \sqrt{d_k})\, V$.

    Parameters
    ----------
    queries, keys, mask, scale : as in :func:`attention_weights`.
    values : shape (T_k, d_v), one for each key.

    Returns the outputs, shape (T_q, d_v).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.scaled_attention import attention
    >>> print(np.round(attention([[0], [1]], [[1], [-1]], [[10, 0], [0, 10]]), 2).tolist())
    [[5.0, 5.0], [8.81, 1.19]]

    Source: Vaswani et al. 2017, section 3.2.1, equation 1.
    """
    weights = attention_weights(queries, keys, mask, scale)  # (T_q, T_k)
    V = real_array(values, "values", "T_k d_v")
    if len(V) != weights.shape[1]:
        raise ValueError(f"values must have shape ({weights.shape[1]}, d_v) to match keys, got {V.shape}")
    outputs: np.ndarray = weights @ V  # (T_q, d_v)
    return outputs


def self_attention(X: object, W_Q: object, W_K: object, W_V: object, mask: object = None) -> np.ndarray:
    r"""Let the tokens of one text attend to each other: queries, keys and values all come from $X$.

    $Q = X W_Q$, $K = X W_K$, $V = X W_V$, then :func:`attention`.

    Parameters
    ----------
    X : the tokens, shape (T, d_model).
    W_Q, W_K : shape (d_model, d_k). W_V : shape (d_model, d_v).

    Returns the outputs, shape (T, d_v).

    Examples
    --------
    >>> from workings.byhand.scaled_attention import causal_mask, self_attention
    >>> print(self_attention([[0, 2], [0, 4]], [[1], [0]], [[1], [0]], [[0], [1]]).tolist())
    [[3.0], [3.0]]
    >>> print(self_attention([[0, 2], [0, 4]], [[1], [0]], [[1], [0]], [[0], [1]], causal_mask(2)).tolist())
    [[2.0], [3.0]]
    """
    tokens = real_array(X, "X", "T d_model")
    d_model = tokens.shape[1]
    projected = []
    for name, matrix, width in (("W_Q", W_Q, "d_k"), ("W_K", W_K, "d_k"), ("W_V", W_V, "d_v")):
        weight = real_array(matrix, name, f"d_model {width}")
        if len(weight) != d_model:
            raise ValueError(f"{name} must have shape ({d_model}, {width}) to match X, got {weight.shape}")
        projected.append(tokens @ weight)  # (T, d_k) or (T, d_v)
    queries, keys, values = projected
    return attention(queries, keys, values, mask)  # (T, d_v)
