r"""Skip-gram: guess the words around a word, with a softmax over the whole vocabulary.

Axes: ``T`` tokens of text, ``n`` words in the vocabulary, ``d`` components of a vector. Words are rows: the
centre vectors are $U$, the context vectors $V$, both (n, d); sources that write columns mean $U^\top$ and
$V^\top$. Source: Mikolov, Sutskever, Chen, Corrado and Dean 2013, section 2.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array, whole
from workings.byhand.log_sum_exp import log_softmax
from workings.byhand.softmax import softmax


def window(t: int, seq_len: int, m: int) -> list[int]:
    r"""List the positions at most ``m`` away from position ``t``, without ``t``, inside the text.

    Positions count from 0. A window that would reach past the first or the last token is cut there:
    nothing is padded and nothing wraps round.

    Examples
    --------
    >>> from workings.byhand.word2vec import window
    >>> print(window(2, seq_len=6, m=2), window(0, seq_len=6, m=2), window(5, seq_len=6, m=2))
    [0, 1, 3, 4] [1, 2] [3, 4]
    """
    whole(seq_len, "seq_len")
    whole(m, "m")
    if not 0 <= whole(t, "t", least=0) < seq_len:
        raise ValueError(f"t must be a position from 0 to {seq_len - 1}, got {t}")
    return [s for s in range(max(0, t - m), min(seq_len, t + m + 1)) if s != t]


def token_ids(tokens: object, vocab_size: int) -> np.ndarray:
    r"""Return tokens as an array of whole numbers from 0 to ``vocab_size`` - 1, or say what came instead.

    Examples
    --------
    >>> from workings.byhand.word2vec import token_ids
    >>> token_ids([0, 5], 3)
    Traceback (most recent call last):
    ValueError: tokens must be ids from 0 to 2, got 5
    """
    ids = np.asarray(tokens)
    whole(vocab_size, "vocab_size")
    if ids.ndim != 1 or ids.size == 0:
        raise ValueError(f"tokens must have 1 axis (T) and not be empty, got shape {ids.shape}")
    if ids.dtype.kind not in "iu":
        raise TypeError(f"tokens must be whole numbers, got dtype {ids.dtype}")
    outside = ids[(ids < 0) | (ids >= vocab_size)]
    if outside.size:
        raise ValueError(f"tokens must be ids from 0 to {vocab_size - 1}, got {outside[0]}")
    return ids.astype(np.int64)


def skip_gram_pairs(tokens: object, m: int, vocab_size: int) -> np.ndarray:
    r"""List every (centre, context) pair of a text, in the order of the text.

    A text of $T$ tokens has $2wT - w(w+1)$ pairs, with $w = \min(m, T-1)$: $2m$ for each token, less
    those that the two ends cut off.

    Parameters
    ----------
    tokens : ids, shape (T,). m : how far the window reaches to either side.

    Returns the pairs, shape (pairs, 2).

    Examples
    --------
    >>> from workings.byhand.word2vec import skip_gram_pairs
    >>> print(skip_gram_pairs([7, 8, 9], m=1, vocab_size=10).tolist())
    [[7, 8], [8, 7], [8, 9], [9, 8]]
    """
    ids = token_ids(tokens, vocab_size)
    pairs = [(ids[t], ids[s]) for t in range(len(ids)) for s in window(t, len(ids), m)]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)  # (pairs, 2)


def pair_counts(tokens: object, m: int, vocab_size: int) -> np.ndarray:
    r"""Count how often each word stands in the window of each other; the losses need no more of a text.

    $C_{ij}$ is the number of pairs with centre $i$ and context $j$. Distance by distance instead of
    token by token, so that a text of a million tokens takes a fraction of a second.

    Returns whole numbers, shape (n, n), symmetric.

    Examples
    --------
    >>> from workings.byhand.word2vec import pair_counts
    >>> print(pair_counts([0, 1, 0], m=2, vocab_size=2).tolist())
    [[2, 2], [2, 0]]
    """
    ids, n = token_ids(tokens, vocab_size), vocab_size
    counts = np.zeros(n * n, dtype=np.int64)
    for distance in range(1, whole(m, "m") + 1):
        left, right = ids[:-distance], ids[distance:]  # (T - distance,)
        counts += np.bincount(left * n + right, minlength=n * n)
    ahead = counts.reshape(n, n)
    return ahead + ahead.T  # (n, n)


def skip_gram_probabilities(U: object, V: object) -> np.ndarray:
    r"""Return $P(j \mid i)$ for every centre $i$ and every context $j$ of the vocabulary, itself included.

    $P(j \mid i) = e^{u_i \cdot v_j} / \sum_{k=1}^{n} e^{u_i \cdot v_k}$.

    Parameters
    ----------
    U : centre vectors, shape (n, d). V : context vectors, shape (n, d).

    Returns shape (n, n); row $i$ is centre $i$ and sums to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.word2vec import skip_gram_probabilities
    >>> print(np.round(skip_gram_probabilities([[1.0], [0.0]], [[0.0], [2.0]]), 4).tolist())
    [[0.1192, 0.8808], [0.5, 0.5]]

    Source: Mikolov et al. 2013, equation 2.
    """
    centres, contexts = vectors(U, V)
    return softmax(centres @ contexts.T)  # (n, n)


def vectors(U: object, V: object) -> tuple[np.ndarray, np.ndarray]:
    r"""Return centre and context vectors as arrays of one shape (n, d), or say what came instead.

    Examples
    --------
    >>> from workings.byhand.word2vec import vectors
    >>> vectors([[1.0, 2.0]], [[1.0]])
    Traceback (most recent call last):
    ValueError: V must have shape (1, 2), that of U, got (1, 1)
    """
    centres, contexts = real_array(U, "U", "n d"), real_array(V, "V", "n d")
    if centres.shape != contexts.shape:
        raise ValueError(f"V must have shape {centres.shape}, that of U, got {contexts.shape}")
    return centres, contexts


def counted(counts: object, n: int) -> np.ndarray:
    r"""Return pair counts as an array of shape (n, n), none below zero, or say what came instead.

    Examples
    --------
    >>> from workings.byhand.word2vec import counted
    >>> print(counted([[0, 2], [2, 0]], 2).tolist())
    [[0.0, 2.0], [2.0, 0.0]]
    """
    C = real_array(counts, "counts", "n n")
    if C.shape != (n, n) or (C < 0).any():
        raise ValueError(f"counts must have shape ({n}, {n}) and no entry below 0, got shape {C.shape}")
    return C


def naive_loss(U: object, V: object, counts: object, seq_len: int) -> float:
    r"""Return the skip-gram loss with the full softmax: minus the log-probability of each pair, over T.

    $L = -\frac1T \sum_{i,j} C_{ij} \log P(j \mid i)$, the sum over the text with equal pairs put together.

    Parameters
    ----------
    U, V : shape (n, d). counts : pairs of the text, shape (n, n). seq_len : $T$, tokens in the text.

    Examples
    --------
    >>> from workings.byhand.word2vec import naive_loss
    >>> zero = [[0.0], [0.0]]  # every probability is 1/2
    >>> print(round(naive_loss(zero, zero, counts=[[2, 2], [2, 0]], seq_len=3), 4))
    1.3863

    Source: Mikolov et al. 2013, equation 1.
    """
    centres, contexts = vectors(U, V)
    C = counted(counts, len(centres))
    log_p = log_softmax(centres @ contexts.T)  # (n, n)
    return float(-(C * log_p).sum() / whole(seq_len, "seq_len"))


def naive_gradients(U: object, V: object, counts: object, seq_len: int) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the gradients of the full-softmax loss: expected counts less observed ones, times vectors.

    $R_{ij} = C_{i\cdot} P(j \mid i) - C_{ij}$ with $C_{i\cdot}$ the pairs of centre $i$; then
    $\partial L/\partial U = RV/T$ and $\partial L/\partial V = R^\top U/T$. With one shared matrix the
    gradient is the sum of the two.

    Returns the gradients of U and of V, shape (n, d) each.

    Examples
    --------
    >>> from workings.byhand.word2vec import naive_gradients
    >>> dU, dV = naive_gradients([[0.0], [0.0]], [[1.0], [-1.0]], counts=[[0, 2], [2, 0]], seq_len=2)
    >>> print(dU.ravel().tolist(), dV.ravel().tolist())
    [1.0, -1.0] [0.0, 0.0]
    """
    centres, contexts = vectors(U, V)
    C = counted(counts, len(centres))
    R = C.sum(axis=1, keepdims=True) * skip_gram_probabilities(centres, contexts) - C  # (n, n)
    R /= whole(seq_len, "seq_len")
    return R @ contexts, R.T @ centres  # (n, d) each
