"""A deep averaging network: the mean of word vectors, a layer or none, one score; and what each word did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from workings.byhand.arguments import real_array


def average_words(table: object, tokens: Sequence[int]) -> np.ndarray:
    r"""Return the mean of the words' vectors, $\bar x = \tfrac1n \sum_i E_{w_i}$, shape (d,).

    Parameters
    ----------
    table : $E$, a vector for each word, shape (V, d).
    tokens : numbers of the words, $n$ of them, one or more.

    Examples
    --------
    >>> from workings.byhand.deep_averaging import average_words
    >>> print(average_words([[1, 0], [0, 2]], [0, 1, 1, 0]).tolist())
    [0.5, 1.0]

    Source: Iyyer et al. 2015, section 3, equation 1.
    """
    vectors = real_array(table, "table", "V d")
    numbers = np.asarray(tokens, dtype=np.int64)
    if numbers.ndim != 1 or numbers.size == 0:
        raise ValueError(f"tokens must be one word or more in one axis, got shape {numbers.shape}")
    if numbers.min() < 0 or numbers.max() >= len(vectors):
        raise ValueError(f"tokens must be from 0 to {len(vectors) - 1}, got {numbers.tolist()}")
    mean: np.ndarray = vectors[numbers].mean(axis=0)
    return mean


def linear_score(table: object, tokens: Sequence[int], w: object, b: float = 0.0) -> float:
    r"""Return the score of an averaging network without a hidden layer, $\bar x \cdot w + b$.

    Above 0 means positive; the probability of it is $\sigma$ of the score.

    Examples
    --------
    >>> from workings.byhand.deep_averaging import linear_score
    >>> print(linear_score([[3.0], [-1.0]], [0, 1, 1], [1.0]))
    0.3333333333333333
    """
    return float(average_words(table, tokens) @ real_array(w, "w", "d") + b)


def deep_score(
    table: object, tokens: Sequence[int], W_1: object, b_1: object, w_2: object, b_2: float = 0.0
) -> float:
    r"""Return the score with a hidden layer, $\max(0, \bar x W_1 + b_1) \cdot w_2 + b_2$.

    Parameters
    ----------
    table : shape (V, d). W_1 : shape (d, d_h). b_1, w_2 : shape (d_h,).

    Examples
    --------
    >>> from workings.byhand.deep_averaging import deep_score
    >>> print(deep_score([[3.0], [-1.0]], [0, 1], [[1.0, -1.0]], [0.0, 0.0], [1.0, -2.0]))
    1.0

    Source: Iyyer et al. 2015, section 3, with one layer and one score.
    """
    hidden = np.maximum(0, average_words(table, tokens) @ real_array(W_1, "W_1", "d d_h") + b_1)  # (d_h,)
    return float(hidden @ real_array(w_2, "w_2", "d_h") + b_2)


def word_contributions(table: object, tokens: Sequence[int], w: object) -> np.ndarray:
    r"""Return what each word adds to a linear score, $E_{w_i} \cdot w / n$, shape (n,).

    Exact: the contributions and the bias add up to the score. A word adds the same wherever it stands.

    Examples
    --------
    >>> from workings.byhand.deep_averaging import word_contributions
    >>> print(word_contributions([[3.0], [-1.0]], [0, 1, 1, 1], [1.0]).tolist())
    [0.75, -0.25, -0.25, -0.25]
    """
    average_words(table, tokens)
    shares: np.ndarray = (
        real_array(table, "table")[np.asarray(tokens)] @ real_array(w, "w", "d") / len(tokens)
    )
    return shares


def deletion_effects(score: Callable[[Sequence[int]], float], tokens: Sequence[int]) -> np.ndarray:
    r"""Return how far the score of any model falls when each word is deleted, shape (n,).

    Examples
    --------
    >>> from workings.byhand.deep_averaging import deletion_effects, linear_score
    >>> score = lambda tokens: linear_score([[3.0], [-1.0]], tokens, [1.0])
    >>> print(deletion_effects(score, [0, 1, 1]).round(4).tolist())
    [1.3333, -0.6667, -0.6667]

    Source: leave-one-out, as in Li, Monroe and Jurafsky 2016, section 3.
    """
    words = list(tokens)
    if len(words) < 2:
        raise ValueError(f"deleting a word must leave one or more, got {len(words)} in all")
    whole = score(words)
    return np.array([whole - score(words[:place] + words[place + 1 :]) for place in range(len(words))])
