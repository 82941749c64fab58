"""Whole numbers that make a one-layer decoder sort and remove duplicates: nothing is learned."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, whole

Head = tuple[np.ndarray, np.ndarray, np.ndarray]


def sorting_weights(n_symbols: int, sharpness: float = 1.0) -> tuple[np.ndarray, list[Head], np.ndarray]:
    r"""Return E, one head and W_O of a decoder that writes its symbols sorted, each once.

    Symbol $j$ sits at $x_j = 2^{n-1-j}$, START at 0. The key of $x$ is $(x, -x^2)$ and a query that looks
    for $t$ is $10\,(2t, 1)$, so that a score is $10\,(t^2 - (x - t)^2)$: near $t$ is good. START looks for
    $x_0$, and symbol $q$ for $\tfrac{9}{10} x_{q+1}$ (the last for 0): from there the next symbols come in
    order, then START, and only then $q$ and all before it. The value of symbol $j$ is $(j, 1)$, that of START
    $(n, 1)$; token $s$ gets the logit $10\,(j^2 - (s - j)^2)$, greatest for $s = j$, and STOP counts as
    $s = n$.

    Parameters
    ----------
    n_symbols : from 1 to 20. sharpness : multiplies scores and logits; at 1 all weights are whole numbers.

    Returns E, shape (n + 2, n + 2), the identity; ``[(W_Q, W_K, W_V)]``, each of shape (n + 2, 2);
    W_O, shape (2, n + 2).

    Examples
    --------
    >>> from workings.byhand.sorting_weights import sorting_weights
    >>> E, [(W_Q, W_K, W_V)], W_O = sorting_weights(2)
    >>> print(W_Q.tolist(), W_K.tolist())
    [[18.0, 10.0], [0.0, 10.0], [40.0, 10.0], [0.0, 0.0]] [[2.0, -4.0], [1.0, -1.0], [0.0, 0.0], [0.0, 0.0]]
    """
    count = whole(n_symbols, "n_symbols")
    if count > 20:
        raise ValueError(f"n_symbols must be 20 or less for scores that a float holds exactly, got {count}")
    factor = positive(sharpness, "sharpness")
    places = 2.0 ** np.arange(count - 1, -1, -1)  # (n,)
    W_Q, W_K, W_V = (np.zeros((count + 2, 2)) for _ in range(3))
    W_K[:count] = np.stack([places, -(places**2)], axis=1)
    W_Q[: count - 1, 0] = 18 * places[1:]  # 10 times 2 times nine tenths of the next place
    W_Q[count, 0] = 20 * places[0]
    W_Q[: count + 1, 1] = 10
    W_V[: count + 1] = np.stack([np.arange(count + 1), np.ones(count + 1)], axis=1)
    W_O = np.zeros((2, count + 2))
    names = np.append(np.arange(count), count)  # (n + 1,): the symbols, then STOP
    columns = np.append(np.arange(count), count + 1)
    W_O[:, columns] = 10 * np.stack([2 * names, -(names**2)])
    W_O[1, count] = -10 * (2 * count) ** 2  # START is never written
    return np.eye(count + 2), [(factor * W_Q, W_K, W_V)], factor * W_O
