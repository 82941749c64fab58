"""A task that asks for memory: store one bit when told, keep it through noise, say it at the end."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import whole


def store_and_recall(
    count: int, seq_len: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw sequences whose answer is the bit shown when the store flag was up.

    Each step shows a random bit (-1 or 1), a store flag and a recall flag. The store flag is up once,
    somewhere in the first third; the recall flag is up at the last step.

    Parameters
    ----------
    count : how many sequences. seq_len : steps, 6 or more.

    Returns the inputs (count, seq_len, 3), the answers (count,), each -1 or 1, and when to store, (count,).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.data.store_and_recall import store_and_recall
    >>> X, answers, stored = store_and_recall(4, 9, np.random.default_rng(0))
    >>> print(X.shape, (X[np.arange(4), stored, 0] == answers).all(), X[:, -1, 2].tolist())
    (4, 9, 3) True [1.0, 1.0, 1.0, 1.0]
    """
    whole(count, "count")
    whole(seq_len, "seq_len", least=6)
    X = np.zeros((count, seq_len, 3))
    X[:, :, 0] = rng.choice([-1.0, 1.0], size=(count, seq_len))
    stored = rng.integers(1, seq_len // 3 + 1, size=count)
    X[np.arange(count), stored, 1] = 1
    X[:, -1, 2] = 1
    return X, X[np.arange(count), stored, 0], stored
