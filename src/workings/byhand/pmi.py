r"""Pointwise mutual information, and why negative sampling finds it.

Axes: ``n`` words, ``d`` components. A joint distribution has shape (n, n), rows for centres. Source: Levy and
Goldberg 2014, section 3.
"""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array
from workings.byhand.sigmoid import log_sigmoid, sigmoid
from workings.byhand.word2vec import vectors


def joint_distribution(counts: object) -> np.ndarray:
    r"""Turn pair counts into the share of each pair: $p_{ij} = C_{ij} / \sum C$.

    Examples
    --------
    >>> from workings.byhand.pmi import joint_distribution
    >>> print(joint_distribution([[0, 3], [3, 2]]).tolist())
    [[0.0, 0.375], [0.375, 0.25]]
    """
    C = real_array(counts, "counts", "n n")
    if C.shape[0] != C.shape[1] or (C < 0).any() or not C.sum() > 0:
        raise ValueError(f"counts must be square, 0 or more and not all 0, got shape {C.shape}")
    share: np.ndarray = C / C.sum()
    return share


def pmi(joint: object) -> np.ndarray:
    r"""Say how much more often two words meet than chance would have it, as a logarithm.

    $\operatorname{PMI}_{ij} = \log \dfrac{p_{ij}}{p_{i\cdot}\, p_{\cdot j}}$: 0 where they are independent,
    $-\infty$ where they never meet.

    Parameters
    ----------
    joint : counts or shares of pairs, shape (n, n), with no row and no column of zeros.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.pmi import pmi
    >>> print(np.round(pmi([[1, 1], [1, 5]]), 4).tolist())
    [[0.6931, -0.4055], [-0.4055, 0.1054]]

    Source: Levy and Goldberg 2014, section 3.
    """
    p = joint_distribution(joint)
    rows, columns = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)  # (n, 1), (1, n)
    if not (rows > 0).all() or not (columns > 0).all():
        raise ValueError("joint must have no row and no column of zeros: their words have no probability")
    with np.errstate(divide="ignore"):
        logs: np.ndarray = np.log(p / (rows * columns))
    return logs


def sgns_optimum(joint: object, k: float, noise: object) -> np.ndarray:
    r"""Return the scores that minimise the expected negative-sampling loss, each chosen freely.

    $s_{ij} = \log \dfrac{p_{ij}}{k\, p_{i\cdot}\, q_j}$. With the noise $q_j = p_{\cdot j}$ this is
    $\operatorname{PMI}_{ij} - \log k$.

    Parameters
    ----------
    joint : shape (n, n). k : negatives for each pair. noise : $q$, shape (n,), above zero.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.pmi import sgns_optimum
    >>> print(np.round(sgns_optimum([[1, 1], [1, 5]], k=2, noise=[0.25, 0.75]), 4).tolist())
    [[0.0, -1.0986], [-1.0986, -0.5878]]

    Source: Levy and Goldberg 2014, section 3.1.
    """
    p, q = joint_distribution(joint), real_array(noise, "noise", "n")
    if q.shape != (len(p),) or not (q > 0).all():
        raise ValueError(f"noise must have shape ({len(p)},) and every entry above 0, got shape {q.shape}")
    with np.errstate(divide="ignore"):
        scores: np.ndarray = np.log(p / (positive(k, "k") * p.sum(axis=1, keepdims=True) * q))
    return scores


def sgns_expected_loss(U: object, V: object, joint: object, k: float, noise: object) -> float:
    r"""Return the mean negative-sampling loss of a pair, over the pairs of a text and the draws of noise.

    $-\sum_{i,j} \big[\, p_{ij} \log\sigma(s_{ij}) + k\, p_{i\cdot}\, q_j \log\sigma(-s_{ij}) \,\big]$ with
    $s_{ij} = u_i \cdot v_j$.

    Parameters
    ----------
    U, V : shape (n, d). joint : shape (n, n). k : negatives for each pair. noise : $q$, shape (n,).

    Examples
    --------
    >>> from workings.byhand.pmi import sgns_expected_loss
    >>> zero = [[0.0], [0.0]]  # every sigmoid is 1/2: log 2 for the pair and for each negative
    >>> print(round(sgns_expected_loss(zero, zero, [[1, 1], [1, 5]], k=2, noise=[0.25, 0.75]), 4))
    2.0794

    Source: Levy and Goldberg 2014, section 3.1 (there summed over the pairs, and maximised).
    """
    centres, contexts = vectors(U, V)
    p, q = joint_distribution(joint), real_array(noise, "noise", "n")
    scores = centres @ contexts.T  # (n, n)
    chance = positive(k, "k") * p.sum(axis=1, keepdims=True) * q  # (n, n)
    return float(-(p * log_sigmoid(scores) + chance * log_sigmoid(-scores)).sum())


def sgns_expected_gradients(
    U: object, V: object, joint: object, k: float, noise: object
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the gradients of the expected negative-sampling loss.

    $G_{ij} = (p_{ij} + k\,p_{i\cdot}\,q_j)\,\sigma(s_{ij}) - p_{ij}$; then $GV$ for $U$, $G^\top U$ for $V$.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.pmi import sgns_expected_gradients
    >>> dU, dV = sgns_expected_gradients([[1.0], [0.0]], [[0.0], [1.0]], [[1, 1], [1, 5]], 1, [0.25, 0.75])
    >>> print(np.round(dU.ravel(), 4).tolist(), np.round(dV.ravel(), 4).tolist())
    [0.1035, -0.0312] [-0.0312, 0.1035]
    """
    centres, contexts = vectors(U, V)
    p, q = joint_distribution(joint), real_array(noise, "noise", "n")
    chance = positive(k, "k") * p.sum(axis=1, keepdims=True) * q  # (n, n)
    G = (p + chance) * sigmoid(centres @ contexts.T) - p  # (n, n)
    return G @ contexts, G.T @ centres  # (n, d) each
