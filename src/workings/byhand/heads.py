r"""Several heads of attention side by side, and decoding one token at a time with a key-value cache.

Axes: ``T`` tokens, ``d_model`` components, ``n_head`` heads of ``d_head = d_model / n_head`` components.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array, whole
from workings.byhand.scaled_attention import attention


def split_heads(X: object, n_head: int) -> np.ndarray:
    r"""Cut every row into ``n_head`` pieces: head $h$ gets components $h\,d_\text{head}$ and on.

    Shape (T, d_model) becomes (n_head, T, d_head).

    Raises
    ------
    ValueError : ``d_model`` that ``n_head`` does not divide.

    Examples
    --------
    >>> from workings.byhand.heads import split_heads
    >>> print(split_heads([[1, 2, 3, 4], [5, 6, 7, 8]], 2).tolist())
    [[[1.0, 2.0], [5.0, 6.0]], [[3.0, 4.0], [7.0, 8.0]]]

    Source: Vaswani et al. 2017, section 3.2.2.
    """
    rows = real_array(X, "X", "T d_model")
    seq_len, d_model = rows.shape
    if d_model % whole(n_head, "n_head"):
        raise ValueError(f"n_head must divide d_model = {d_model}, got {n_head}")
    return rows.reshape(seq_len, n_head, -1).transpose(1, 0, 2)  # (n_head, T, d_head)


def join_heads(pieces: object) -> np.ndarray:
    r"""Lay the heads' outputs side by side again: shape (n_head, T, d_head) becomes (T, d_model).

    Examples
    --------
    >>> from workings.byhand.heads import join_heads
    >>> print(join_heads([[[1, 2]], [[3, 4]]]).tolist())
    [[1.0, 2.0, 3.0, 4.0]]
    """
    heads = real_array(pieces, "pieces", "n_head T d_head")
    n_head, seq_len, d_head = heads.shape
    return heads.transpose(1, 0, 2).reshape(seq_len, n_head * d_head)


def multi_head_attention(
    X: object,
    W_Q: object,
    W_K: object,
    W_V: object,
    W_O: object,
    n_head: int,
    mask: object = None,
    memory: object = None,
) -> np.ndarray:
    r"""Attend with several heads, each on its own slice of the projections, and mix what they bring.

    $[\operatorname{head}_1, \dots, \operatorname{head}_h]\, W_O$ with
    $\operatorname{head}_i = \operatorname{Attention}(X W_Q^{(i)}, M W_K^{(i)}, M W_V^{(i)})$, where $W^{(i)}$
    is the $i$-th block of $d_\text{head}$ columns.

    Parameters
    ----------
    X : the tokens that ask, shape (T_q, d_model).
    W_Q, W_K, W_V, W_O : shape (d_model, d_model).
    mask : booleans (T_q, T_k), the same for every head.
    memory : the tokens that answer, shape (T_k, d_model); ``X`` unless given (self-attention).

    Returns the outputs, shape (T_q, d_model).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.heads import multi_head_attention
    >>> eye = np.eye(4)
    >>> out = multi_head_attention([[9, 0, 0, 0]], eye, eye, eye, eye, 2, memory=[[9, 0, 1, 1], [0, 0, 3, 3]])
    >>> print(np.round(out, 3).tolist())
    [[9.0, 0.0, 2.0, 2.0]]

    Source: Vaswani et al. 2017, section 3.2.2.
    """
    asking = real_array(X, "X", "T_q d_model")
    d_model = asking.shape[1]
    answering = asking if memory is None else real_array(memory, "memory", "T_k d_model")
    if answering.shape[1] != d_model:
        raise ValueError(f"memory must have shape (T_k, {d_model}) to match X, got {answering.shape}")
    Q = asking @ _square(W_Q, "W_Q", d_model)  # (T_q, d_model)
    K, V = (
        answering @ _square(W_K, "W_K", d_model),
        answering @ _square(W_V, "W_V", d_model),
    )  # (T_k, d_model)
    heads = [
        attention(q, k, v, mask)  # (T_q, d_head)
        for q, k, v in zip(*(split_heads(rows, n_head) for rows in (Q, K, V)), strict=True)
    ]
    outputs: np.ndarray = join_heads(np.stack(heads)) @ _square(W_O, "W_O", d_model)  # (T_q, d_model)
    return outputs


def decode_step(
    x: object,
    cache: tuple[np.ndarray, np.ndarray] | None,
    W_Q: object,
    W_K: object,
    W_V: object,
    W_O: object,
    n_head: int,
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    r"""Attend for one new token, with the keys and values of all earlier ones kept.

    The new token's query meets the cached keys and its own; no mask is needed, for later tokens do not
    exist yet. Only one row is projected.

    Parameters
    ----------
    x : the new token, shape (d_model,).
    cache : keys and values so far, shape (t, d_model) each; ``None`` before the first token.

    Returns the output, shape (d_model,), and the longer cache, shape (t + 1, d_model) each.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.heads import decode_step
    >>> eye = np.eye(2)
    >>> out, cache = decode_step([0, 4], None, eye, eye, eye, eye, n_head=2)
    >>> out, cache = decode_step([0, 0], cache, eye, eye, eye, eye, n_head=2)
    >>> print(out.tolist(), cache[0].shape)
    [0.0, 2.0] (2, 2)

    Source: Shazeer 2019, section 2.4 (incremental multi-head attention).
    """
    row = real_array(x, "x", "d_model")[None]  # (1, d_model)
    d_model = row.shape[1]
    keys, values = row @ _square(W_K, "W_K", d_model), row @ _square(W_V, "W_V", d_model)  # (1, d_model)
    if cache is not None:
        keys, values = np.vstack([cache[0], keys]), np.vstack([cache[1], values])  # (t + 1, d_model)
    query = row @ _square(W_Q, "W_Q", d_model)  # (1, d_model)
    heads = [
        attention(q, k, v)  # (1, d_head)
        for q, k, v in zip(*(split_heads(rows, n_head) for rows in (query, keys, values)), strict=True)
    ]
    output = join_heads(np.stack(heads)) @ _square(W_O, "W_O", d_model)  # (1, d_model)
    return output[0], (keys, values)


def _square(value: object, name: str, d_model: int) -> np.ndarray:
    """Return a weight of shape (d_model, d_model), or say what was expected."""
    weight = real_array(value, name, "d_model d_model")
    if weight.shape != (d_model, d_model):
        raise ValueError(f"{name} must have shape ({d_model}, {d_model}) to match X, got {weight.shape}")
    return weight
