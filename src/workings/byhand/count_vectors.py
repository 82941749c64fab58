"""Word vectors from counts: what GloVe factorises, in one singular value decomposition."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workings.byhand.arguments import whole


def count_vectors(tokens: Sequence[int], vocab_size: int, d: int, window: int = 2) -> np.ndarray:
    r"""Return a vector for every token from the tokens that stand near it, shape (vocab_size, d).

    Counts $X_{ij}$ of tokens $i$ and $j$ at most ``window`` apart (each weighted by one over the
    distance); then the $d$ leading left singular vectors of $\log(1 + X)$, each scaled by
    the root of its singular value and signed so that its largest entry is positive.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.count_vectors import count_vectors
    >>> vectors = count_vectors([0, 1, 2, 1, 0, 1, 2], vocab_size=3, d=1)
    >>> print(np.round(vectors, 3).tolist())
    [[0.841], [1.247], [0.841]]

    Source: the factorised log-counts are those of Pennington et al. 2014, section 3, without biases and
    with an SVD in place of weighted least squares.
    """
    size, text = whole(vocab_size, "vocab_size"), np.asarray(tokens, dtype=np.int64)
    if whole(d, "d") > size:
        raise ValueError(f"d must be at most vocab_size, {size}, got {d}")
    near = np.zeros((size, size))
    for distance in range(1, whole(window, "window") + 1):
        left, right = text[:-distance], text[distance:]
        np.add.at(near, (left, right), 1 / distance)
        np.add.at(near, (right, left), 1 / distance)
    left_vectors, values, _ = np.linalg.svd(np.log1p(near))
    vectors = left_vectors[:, :d] * np.sqrt(values[:d])  # (vocab_size, d)
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(d)]
    signed: np.ndarray = vectors * np.where(largest < 0, -1, 1)
    return signed
