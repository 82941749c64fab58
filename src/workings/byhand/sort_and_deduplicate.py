r"""A one-layer decoder: causal attention at any temperature, zero included, then logits and losses.

Axes: ``T`` tokens, ``vocab`` kinds of token, ``d_model`` components of an embedding, ``d_k`` of a query and a
key, ``d_v`` of a value, ``n_head`` heads. No positions, no residual, no network: attention alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workings.byhand.arguments import positive, real_array
from workings.byhand.scaled_attention import attention_scores, causal_mask, mask_scores
from workings.byhand.softmax import softmax


def argmax_weights(scores: object) -> np.ndarray:
    r"""Share the weight evenly among the greatest scores of each row: softmax at temperature zero.

    $\lim_{T \to 0^+} \operatorname{softmax}(x/T)_i = 1/m$ if $x_i$ is one of the $m$ greatest, else 0.
    Entries count as equal only if they agree to the last bit; sums in another order may not.

    Parameters
    ----------
    scores : any shape; ``-inf`` is masked. The weights keep its shape.

    Raises
    ------
    ValueError : ``nan`` or ``+inf`` among the scores, a row that is wholly ``-inf``.

    Examples
    --------
    >>> from workings.byhand.sort_and_deduplicate import argmax_weights
    >>> print(argmax_weights([[1, -2, 5, 0], [5, -2, 5, 0]]).tolist())
    [[0.0, 0.0, 1.0, 0.0], [0.5, 0.0, 0.5, 0.0]]
    """
    rows = real_array(scores, "scores", finite=False)
    if np.isnan(rows).any() or np.isposinf(rows).any():
        raise ValueError("scores must be finite, or -inf where masked, got nan or +inf")
    peak = rows.max(axis=-1, keepdims=True)
    if np.isneginf(peak).any():
        raise ValueError("scores must hold a finite entry in every row, got one that is wholly -inf (masked)")
    greatest = rows == peak
    weights: np.ndarray = greatest / greatest.sum(axis=-1, keepdims=True)
    return weights


def decoder_weights(
    tokens: object, E: object, W_Q: object, W_K: object, temperature: float | None = None
) -> np.ndarray:
    r"""Say how much each token takes from itself and from each earlier one.

    $\operatorname{softmax}(Q K^\top / T)$ under the causal mask, with $X = E[\text{tokens}]$, $Q = X W_Q$ and
    $K = X W_K$. Temperature 0 is :func:`argmax_weights`; $\sqrt{d_k}$ unless given.

    Parameters
    ----------
    tokens : whole numbers, shape (T,), each a row of E.
    E : the embeddings, shape (vocab, d_model). W_Q, W_K : shape (d_model, d_k).

    Returns weights of shape (T, T): a row for each token that asks.

    Examples
    --------
    >>> from workings.byhand.sort_and_deduplicate import decoder_weights
    >>> print(decoder_weights([0, 1, 0], [[1, 0], [0, 1]], [[2], [3]], [[2], [3]], temperature=0).tolist())
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    X = _embedded(tokens, E)  # (T, d_model)
    Q, K = X @ _weight(W_Q, "W_Q", X), X @ _weight(W_K, "W_K", X)  # (T, d_k) each
    raw = attention_scores(Q, K, scale=1)  # (T, T)
    scores = mask_scores(raw, causal_mask(len(X)))
    if temperature == 0:
        return argmax_weights(scores)
    degree = Q.shape[1] ** 0.5 if temperature is None else positive(temperature, "temperature")
    return softmax(scores, temperature=degree)


def decoder_logits(
    tokens: object,
    E: object,
    heads: Sequence[tuple[object, object, object]],
    W_O: object,
    temperature: float | None = None,
) -> np.ndarray:
    r"""Score every kind of token as the one that comes after each place.

    $[P_1 X W_{V,1}, \dots, P_h X W_{V,h}]\, W_O\, E^\top$, where $P_h$ are the weights of head $h$: the
    embeddings read the input and, transposed, write the logits.

    Parameters
    ----------
    tokens, E, temperature : as in :func:`decoder_weights`.
    heads : ``(W_Q, W_K, W_V)`` for each head; W_V has shape (d_model, d_v).
    W_O : shape (n_head d_v, d_model).

    Returns logits of shape (T, vocab): row $t$ is about token $t + 1$.

    Examples
    --------
    >>> from workings.byhand.sort_and_deduplicate import decoder_logits
    >>> eye, swap = [[1, 0], [0, 1]], [[0, 1], [1, 0]]
    >>> print(decoder_logits([0, 1, 1], eye, [(eye, eye, eye)], swap, temperature=0).tolist())
    [[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]]
    """
    X = _embedded(tokens, E)  # (T, d_model)
    if not heads:
        raise ValueError("heads must name one (W_Q, W_K, W_V) or more, got none")
    brought = [
        decoder_weights(tokens, E, W_Q, W_K, temperature) @ (X @ _weight(W_V, "W_V", X))  # (T, d_v)
        for W_Q, W_K, W_V in heads
    ]
    Z = np.concatenate(brought, axis=1)  # (T, n_head d_v)
    mixing = real_array(W_O, "W_O", "heads d_model")
    if mixing.shape != (Z.shape[1], X.shape[1]):
        wanted = (Z.shape[1], X.shape[1])
        raise ValueError(f"W_O must have shape {wanted}, all heads by d_model, got {mixing.shape}")
    logits: np.ndarray = Z @ mixing @ real_array(E, "E", "vocab d_model").T  # (T, vocab)
    return logits


def token_losses(logits: object, targets: object) -> np.ndarray:
    r"""Return the cross-entropy of each target: $-\log \operatorname{softmax}(z_i)_{t_i}$.

    Computed as $\log \sum_j e^{z_{ij} - m_i} + m_i - z_{i t_i}$ with $m_i = \max_j z_{ij}$.

    Parameters
    ----------
    logits : shape (n, vocab), the rows that predict. targets : whole numbers, shape (n,).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.sort_and_deduplicate import token_losses
    >>> print(np.round(token_losses([[0, 0], [0, 1000]], [0, 0]), 4).tolist())
    [0.6931, 1000.0]
    """
    rows = real_array(logits, "logits", "n vocab")
    chosen = _whole_numbers(targets, "targets", rows.shape[1])
    if len(chosen) != len(rows):
        raise ValueError(f"targets must have shape ({len(rows)},) to match logits, got {chosen.shape}")
    peak = rows.max(axis=1)  # (n,)
    normaliser = peak + np.log(np.exp(rows - peak[:, None]).sum(axis=1))
    losses: np.ndarray = normaliser - rows[np.arange(len(rows)), chosen]
    return losses


def write_greedily(
    symbols: Sequence[int],
    E: object,
    heads: Sequence[tuple[object, object, object]],
    W_O: object,
    temperature: float | None = None,
) -> list[int]:
    r"""Read the symbols, then write the likeliest next token until STOP.

    The last two rows of E are START and STOP. A writer that has not stopped after ``vocab`` tokens is cut.

    Examples
    --------
    >>> from workings.byhand.sort_and_deduplicate import write_greedily
    >>> from workings.byhand.sorting_weights import sorting_weights
    >>> print(write_greedily([3, 0, 0], *sorting_weights(4), temperature=0))
    [0, 3]
    """
    start, stop = len(np.asarray(E)) - 2, len(np.asarray(E)) - 1
    written: list[int] = []
    while len(written) <= stop:
        logits = decoder_logits([*symbols, start, *written], E, heads, W_O, temperature)
        token = int(logits[-1].argmax())
        if token == stop:
            break
        written.append(token)
    return written


def _whole_numbers(value: object, name: str, count: int) -> np.ndarray:
    """Return whole numbers from 0 to ``count - 1``, shape (n,), or say what was expected."""
    numbers = np.asarray(value)
    if numbers.ndim != 1 or numbers.size == 0 or numbers.dtype.kind not in "iu":
        raise TypeError(f"{name} must be a row of whole numbers, got {value!r}")
    if numbers.min() < 0 or numbers.max() >= count:
        raise ValueError(f"{name} must lie between 0 and {count - 1}, got {numbers.tolist()}")
    return numbers


def _embedded(tokens: object, E: object) -> np.ndarray:
    """Look the tokens up, shape (T, d_model)."""
    table = real_array(E, "E", "vocab d_model")
    rows: np.ndarray = table[_whole_numbers(tokens, "tokens", len(table))]
    return rows


def _weight(value: object, name: str, X: np.ndarray) -> np.ndarray:
    """Return a projection of X, or say what shape was expected."""
    weight = real_array(value, name, "d_model width")
    if len(weight) != X.shape[1]:
        raise ValueError(f"{name} must have shape ({X.shape[1]}, width) to match E, got {weight.shape}")
    return weight
