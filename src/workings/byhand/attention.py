"""When one key takes all the weight, how one query averages two values, and how to take one out again."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array, whole


def log_odds(scores: object) -> np.ndarray:
    r"""Say by how much each score exceeds all the others together: the log-odds of its weight.

    $\ell_j = x_j - \log \sum_{i \ne j} e^{x_i}$. Softmax gives key $j$ the weight
    $\alpha_j = 1/(1 + e^{-\ell_j})$, so $\alpha_j$ is $e^{\ell_j}$ times what all other keys get together.

    Parameters
    ----------
    scores : shape (T_k,), two keys or more.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.attention import log_odds
    >>> print(np.round(log_odds([5, 0, 0]), 3).tolist())
    [4.307, -5.007, -5.007]
    >>> print(np.round(log_odds([1000, 1001]), 3).tolist())  # the gap counts, not the size
    [-1.0, 1.0]
    """
    x = real_array(scores, "scores", "T_k")
    if x.size < 2:
        raise ValueError(f"scores must have two entries or more, got shape {x.shape}")
    ahead = np.empty_like(x)
    for j in range(x.size):
        rivals = np.delete(x, j)  # (T_k - 1,)
        peak = rivals.max()
        ahead[j] = x[j] - peak - np.log(np.exp(rivals - peak).sum())
    return ahead


def averaging_query(key_a: object, key_b: object, lam: float) -> np.ndarray:
    r"""Ask for two keys at once, with equal force.

    $q = \lambda\,(k_a + k_b)$. If all keys are orthonormal, it scores $\lambda$ with $k_a$ and with $k_b$,
    and 0 with every other key.

    Parameters
    ----------
    key_a, key_b : shape (d_k,) each.
    lam : $\lambda > 0$, how loud the question is.

    Examples
    --------
    >>> from workings.byhand.attention import averaging_query
    >>> print(averaging_query([1, 0, 0], [0, 1, 0], lam=5).tolist())
    [5.0, 5.0, 0.0]
    """
    a, b = real_array(key_a, "key_a", "d_k"), real_array(key_b, "key_b", "d_k")
    if a.shape != b.shape:
        raise ValueError(f"key_b must have shape {a.shape} to match key_a, got {b.shape}")
    query: np.ndarray = positive(lam, "lam") * (a + b)  # (d_k,)
    return query


def averaging_weight(lam: float, n_key: int) -> float:
    r"""Return the weight that the averaging query gives to each of its two, among orthonormal keys.

    $\alpha_a = \alpha_b = \frac{e^\lambda}{2e^\lambda + n - 2} = \frac{1}{2 + (n - 2)e^{-\lambda}}$, which is
    below one half for $n > 2$, however large $\lambda$ is.

    Examples
    --------
    >>> from workings.byhand.attention import averaging_weight
    >>> print([round(averaging_weight(lam, n_key=10), 4) for lam in (1, 5, 10)])
    [0.2023, 0.4869, 0.4999]
    >>> print(averaging_weight(1, n_key=2))
    0.5
    """
    rivals = whole(n_key, "n_key", least=2) - 2
    return float(1 / (2 + rivals * np.exp(-positive(lam, "lam"))))


def lam_needed(shortfall: float, n_key: int) -> float:
    r"""Return the $\lambda$ at which the other keys together keep the share ``shortfall`` of the weight.

    $1 - 2\alpha_a = \delta$ at $\lambda = \log\frac{(n - 2)(1 - \delta)}{2\delta}$: it grows as $\log n$.
    At zero or below, every $\lambda > 0$ leaves them less.

    Parameters
    ----------
    shortfall : $\delta$, between 0 and 1. n_key : three keys or more.

    Examples
    --------
    >>> from workings.byhand.attention import lam_needed
    >>> print([round(lam_needed(0.01, n), 2) for n in (10, 1000, 1_000_000)])
    [5.98, 10.81, 17.72]
    """
    share = positive(shortfall, "shortfall")
    if share >= 1:
        raise ValueError(f"shortfall must be below 1, a share of the weight, got {shortfall}")
    rivals = whole(n_key, "n_key", least=3) - 2
    return float(np.log(rivals * (1 - share) / (2 * share)))


def query_for_scores(keys: object, scores: object) -> np.ndarray:
    r"""Return the shortest query that has the wanted score with each key.

    $q = K^\top (K K^\top)^{-1} x$, so that $K q = x$. The keys need not be orthogonal nor of one length, only
    linearly independent. For orthonormal keys and $\lambda$ at two places it is $\lambda\,(k_a + k_b)$.

    Parameters
    ----------
    keys : shape (T_k, d_k), linearly independent rows. scores : shape (T_k,).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.attention import query_for_scores
    >>> print(np.round(query_for_scores([[2, 0, 0], [1, 1, 0]], [8, 8]), 3).tolist())
    [4.0, 4.0, 0.0]
    """
    K, x = real_array(keys, "keys", "T_k d_k"), real_array(scores, "scores", "T_k")
    if x.shape != K.shape[:1]:
        raise ValueError(f"scores must have shape {K.shape[:1]}, one for each key, got {x.shape}")
    if (rank := int(np.linalg.matrix_rank(K))) < len(K):
        raise ValueError(f"keys must be linearly independent, got rank {rank} for {len(K)} keys")
    query: np.ndarray = np.linalg.pinv(K) @ x  # (d_k,)
    return query


def extractor(keep: object, drop: object = None) -> np.ndarray:
    r"""Return the matrix that takes one vector out of a sum of two.

    $M(v_a + v_b) = v_a$. For $v_a$ in the span of $A$ and $v_b$ orthogonal to it,
    $M = A(A^\top A)^{-1}A^\top$, which is $AA^\top$ if the columns of $A$ are orthonormal. For $v_b$ in the
    span of any other $B$, $M = A(A^\top P A)^{-1}A^\top P$ with $P = I - B(B^\top B)^{-1}B^\top$.

    Parameters
    ----------
    keep : $A$, shape (d, m): the basis vectors are its columns.
    drop : $B$, shape (d, p); not needed if it is orthogonal to $A$.

    Returns $M$, shape (d, d). The columns of $A$ and $B$ together must be linearly independent.

    Examples
    --------
    >>> from workings.byhand.attention import extractor
    >>> print(extractor([[3], [4]]).round(2).tolist())
    [[0.36, 0.48], [0.48, 0.64]]
    >>> print(extractor([[1], [0]], drop=[[1], [1]]).round(2).tolist())
    [[1.0, -1.0], [0.0, 0.0]]
    """
    A = real_array(keep, "keep", "d m")
    others = np.zeros((len(A), 0)) if drop is None else real_array(drop, "drop", "d p")
    if len(others) != len(A):
        raise ValueError(f"drop must have shape ({len(A)}, p) to match keep, got {others.shape}")
    columns = np.hstack([A, others])  # (d, m + p)
    if (rank := int(np.linalg.matrix_rank(columns))) < columns.shape[1]:
        raise ValueError(
            f"columns must be linearly independent, got rank {rank} for {columns.shape[1]} columns"
        )
    blind = np.eye(len(A))  # P, (d, d): sees nothing of B
    if others.size:
        blind -= others @ np.linalg.pinv(others)
    matrix: np.ndarray = A @ np.linalg.solve(A.T @ blind @ A, A.T @ blind)  # (d, d)
    return matrix
