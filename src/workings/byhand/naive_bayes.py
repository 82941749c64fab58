"""Naive Bayes for two classes: a weight for each word, counted in one pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workings.byhand.arguments import positive, whole


def naive_bayes_weights(
    texts: Sequence[Sequence[int]], positive_ones: Sequence[bool], vocab_size: int, smoothing: float = 1.0
) -> tuple[np.ndarray, float]:
    r"""Count how much likelier each word is in positive texts: $\log \frac{p(w \mid +)}{p(w \mid -)}$.

    $p(w \mid c) = (n_{cw} + \alpha) / (\sum_v n_{cv} + \alpha V)$, where $n_{cw}$ counts the *texts* of class
    $c$ that have the word. The score of a text is the sum over its different words, plus the log odds of
    the classes.

    Returns
    -------
    The weights, shape (vocab_size,), and the log odds of the classes.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.naive_bayes import naive_bayes_weights
    >>> weights, odds = naive_bayes_weights([[0, 0, 1], [1, 2]], [True, False], vocab_size=3)
    >>> print(np.round(weights, 4).tolist(), odds)
    [0.6931, 0.0, -0.6931] 0.0

    Source: Pang, Lee and Vaithyanathan 2002, section 4; counted once a text as in
    Wang and Manning 2012, section 2.1.
    """
    size, alpha = whole(vocab_size, "vocab_size"), positive(smoothing, "smoothing")
    labels = np.asarray(positive_ones, dtype=bool)
    if len(labels) != len(texts) or labels.all() or not labels.any():
        raise ValueError(
            f"both classes need texts, got {len(texts)} texts, {int(labels.sum())} of them positive"
        )
    counts = np.full((2, size), alpha)
    for text, label in zip(texts, labels, strict=True):
        counts[int(label), np.unique(np.asarray(text, dtype=np.int64))] += 1
    logs = np.log(counts / counts.sum(axis=1, keepdims=True))
    return logs[1] - logs[0], float(np.log(labels.mean() / (1 - labels.mean())))


def naive_bayes_score(tokens: Sequence[int], weights: np.ndarray, odds: float = 0.0) -> float:
    """Return the log odds that a text is positive: the weights of its different words, and the classes'.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.naive_bayes import naive_bayes_score
    >>> print(naive_bayes_score([0, 0, 2], np.array([0.5, 3.0, -1.0])))
    -0.5
    """
    return float(weights[np.unique(np.asarray(tokens, dtype=np.int64))].sum() + odds)
