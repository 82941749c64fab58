"""Word vectors from counts: how much more often words meet than chance has it, a big matrix made thin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from workings.byhand.arguments import whole


def pair_counts(texts: Sequence[np.ndarray], vocab_size: int, window: int) -> Tensor:
    """Count how often two words stand at most ``window`` places apart in one text; sparse, (V, V).

    Numbers of ``vocab_size`` or more are words that are not counted; they keep their place.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.models.counted_vectors import pair_counts
    >>> print(pair_counts([np.array([0, 1, 1]), np.array([0, 2])], 2, window=2).to_dense().tolist())
    [[0.0, 2.0], [2.0, 2.0]]
    """
    size, reach = whole(vocab_size, "vocab_size"), whole(window, "window")
    gap = np.full(reach, size)
    row = np.concatenate([one for text in texts for one in (text, gap)])  # gaps keep texts apart
    pairs = [(row[:-away], row[away:]) for away in range(1, reach + 1)]
    left, right = (np.concatenate(one) for one in zip(*pairs, strict=True))
    known = (left < size) & (right < size)
    places, counts = np.unique(left[known] * size + right[known], return_counts=True)
    rows, columns = (torch.from_numpy(one) for one in np.divmod(places, size))
    values = torch.from_numpy(counts.astype(np.float32))
    both = torch.sparse_coo_tensor(
        torch.cat([torch.stack([rows, columns]), torch.stack([columns, rows])], dim=1),
        torch.cat([values, values]),
        (size, size),
        check_invariants=True,
    )
    return both.coalesce()


def pmi_vectors(
    texts: Sequence[np.ndarray], vocab_size: int, d: int, window: int = 5, seed: int = 0
) -> np.ndarray:
    r"""Return vectors $U \sqrt{S}$, shape (V, d), of the positive pointwise mutual information.

    $M \approx U S V^\top$ with $M_{ij} = \max(0, \log \frac{p_{ij}}{p_{i\cdot}\, q_j})$, where $q_j$ is
    proportional to $p_{\cdot j}^{3/4}$, as word2vec draws its negatives. The factors are found by random
    projections.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.models.counted_vectors import pmi_vectors
    >>> texts = [np.array(one) for one in ([0, 1], [0, 2], [1, 0], [2, 0], [3, 3])]
    >>> vectors = pmi_vectors(texts, vocab_size=4, d=2)
    >>> print(vectors.shape, np.abs(vectors[1] - vectors[2]).max() < 1e-3)  # both meet word 0 alone
    (4, 2) True

    Source: Levy, Goldberg and Dagan 2015, section 3.
    """
    counts = pair_counts(texts, vocab_size, window)
    (rows, columns), values = counts.indices(), counts.values().double()
    total = torch.zeros(counts.shape[0], dtype=torch.float64).index_add_(0, rows, values)  # (V,)
    noise = total**0.75 / (total**0.75).sum()
    logs = torch.log(values / (total[rows] * noise[columns]))
    kept = logs > 0
    matrix = torch.sparse_coo_tensor(
        counts.indices()[:, kept], logs[kept], counts.shape, check_invariants=True
    ).coalesce()
    extra = min(whole(d, "d") + 20, len(total))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        left, sizes, _ = torch.svd_lowrank(matrix, q=extra, niter=2)
    found: np.ndarray = (left[:, :d] * sizes[:d].sqrt()).numpy()
    return found
