r"""Negative sampling: tell the true context from a few drawn words, instead of from the whole vocabulary.

Axes: ``n`` words, ``d`` components, ``K`` negatives. Words are rows, as in `byhand.word2vec`.
Source: Mikolov, Sutskever, Chen, Corrado and Dean 2013, section 2.2.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array, whole
from workings.byhand.sigmoid import log_sigmoid, sigmoid
from workings.byhand.word2vec import token_ids, vectors


def negative_sampling_loss(U: object, V: object, centre: int, context: int, negatives: object) -> float:
    r"""Return the loss of one pair: the true context should score high, the drawn words low.

    $\ell = -\log\sigma(u_i \cdot v_j) - \sum_{k=1}^{K} \log\sigma(-u_i \cdot v_{x_k})$ for centre $i$,
    context $j$ and negatives $x_1, \dots, x_K$.

    Parameters
    ----------
    U, V : shape (n, d). centre, context : ids. negatives : ids, shape (K,); they may repeat.

    Examples
    --------
    >>> from workings.byhand.negative_sampling import negative_sampling_loss
    >>> U, V = [[2.0], [0.0], [1.0]], [[0.0], [1.0], [-1.0]]
    >>> print(round(negative_sampling_loss(U, V, centre=0, context=1, negatives=[2, 2]), 4))
    0.3808

    Source: Mikolov et al. 2013, equation 4 (with the opposite sign: there it is maximised).
    """
    centres, contexts = vectors(U, V)
    n = len(centres)
    i, j = token_ids([centre, context], n)
    drawn = token_ids(negatives, n)  # (K,)
    true_score, scores = contexts[[j]] @ centres[i], contexts[drawn] @ centres[i]  # (1,), (K,)
    return float(-log_sigmoid(true_score).sum() - log_sigmoid(-scores).sum())


def negative_sampling_gradients(
    U: object, V: object, centre: int, context: int, negatives: object
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the gradients of one pair's loss; a word that is drawn twice gets its share twice.

    With $g_j = \sigma(u_i \cdot v_j) - 1$ for the context and $g_k = \sigma(u_i \cdot v_{x_k})$ for each
    negative: $\partial \ell/\partial u_i = g_j v_j + \sum_k g_k v_{x_k}$, and every $v$ gets its $g\,u_i$.
    Shares of the same row add up, also when a negative *is* the context.

    Returns the gradients of U and of V, shape (n, d) each, zero except in row ``centre`` of U and in the
    rows of V that were named.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.negative_sampling import negative_sampling_gradients
    >>> U, V = [[2.0], [0.0], [1.0]], [[0.0], [1.0], [-1.0]]
    >>> dU, dV = negative_sampling_gradients(U, V, centre=0, context=1, negatives=[2, 2])
    >>> print(np.round(dU.ravel(), 4).tolist(), np.round(dV.ravel(), 4).tolist())
    [-0.3576, 0.0, 0.0] [0.0, -0.2384, 0.4768]
    """
    centres, contexts = vectors(U, V)
    n = len(centres)
    i, j = token_ids([centre, context], n)
    rows = np.concatenate([[j], token_ids(negatives, n)])  # (K + 1,)
    labels = np.zeros(len(rows))
    labels[0] = 1
    g = sigmoid(contexts[rows] @ centres[i]) - labels  # (K + 1,)
    dU, dV = np.zeros_like(centres), np.zeros_like(contexts)
    dU[i] = g @ contexts[rows]  # (d,)
    np.add.at(dV, rows, g[:, None] * centres[i])  # += would count a repeated row once
    return dU, dV


def noise_distribution(counts: object, power: float = 0.75) -> np.ndarray:
    r"""Return the distribution that negatives are drawn from: word counts, raised to a power.

    $q_j = c_j^{\alpha} / \sum_k c_k^{\alpha}$. With $\alpha = 1$ words come as often as in the text, with
    $\alpha = 0$ all alike; $\tfrac34$, in between, lifts rare words.

    Parameters
    ----------
    counts : shape (n,), none below zero, one at least above. power : $\alpha$, zero or more.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.negative_sampling import noise_distribution
    >>> print(np.round(noise_distribution([16, 1], power=0.75), 4).tolist())  # 8 to 1, not 16 to 1
    [0.8889, 0.1111]

    Source: Mikolov et al. 2013, section 2.2.
    """
    c = real_array(counts, "counts", "n")
    if (c < 0).any() or not (c > 0).any():
        raise ValueError(f"counts must be 0 or more and not all 0, got {c.tolist()}")
    alpha = positive(power, "power") if power else 0.0
    weights: np.ndarray = np.where(c > 0, c, 1) ** alpha * (c > 0)
    shares: np.ndarray = weights / weights.sum()
    return shares


def draw_negatives(
    noise: object, K: int, rng: np.random.Generator, forbidden: object = None, replace: bool = True
) -> np.ndarray:
    r"""Draw negatives from the noise distribution, with or without replacement, some words left out.

    word2vec draws with replacement and leaves out the true context alone. An exercise may ask for a set
    outside the window: ``forbidden`` is then the window, and ``replace`` is false.

    Parameters
    ----------
    noise : shape (n,), sum 1. K : how many. forbidden : ids that may not come, or none.

    Returns ids, shape (K,).

    Raises
    ------
    ValueError : without replacement, fewer than K words are left.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.negative_sampling import draw_negatives
    >>> rng = np.random.default_rng(0)
    >>> print(draw_negatives([0.5, 0.25, 0.25], 4, rng, forbidden=[0, 2]).tolist())
    [1, 1, 1, 1]
    """
    q = real_array(noise, "noise", "n").copy()
    if forbidden is not None:
        q[token_ids(forbidden, len(q))] = 0
    left = int((q > 0).sum())
    if left == 0 or (not replace and left < whole(K, "K")):
        raise ValueError(f"cannot draw {K} negatives: the noise and what is forbidden leave {left} words")
    return rng.choice(len(q), size=whole(K, "K"), replace=replace, p=q / q.sum())
