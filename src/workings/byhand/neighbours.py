r"""Which word vectors point the same way: nearest neighbours and analogies by cosine."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array, whole


def unit_rows(X: object) -> np.ndarray:
    r"""Scale every row to length 1, so that a dot product of two is the cosine of their angle.

    Examples
    --------
    >>> from workings.byhand.neighbours import unit_rows
    >>> print(unit_rows([[3.0, 4.0], [0.0, 2.0]]).tolist())
    [[0.6, 0.8], [0.0, 1.0]]
    """
    rows = real_array(X, "X", "n d")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)  # (n, 1)
    if not (lengths > 0).all():
        raise ValueError(f"X must have no row of zeros, got one at index {int(np.argmin(lengths))}")
    directions: np.ndarray = rows / lengths
    return directions


def nearest(X: object, query: object, count: int, exclude: object = ()) -> list[int]:
    r"""Return the rows that make the smallest angle with a query vector, nearest first.

    Parameters
    ----------
    X : word vectors, shape (n, d). query : shape (d,). exclude : ids that may not be named.

    Examples
    --------
    >>> from workings.byhand.neighbours import nearest
    >>> print(nearest([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]], [5.0, 0.0], count=2, exclude=[0]))
    [1, 2]
    """
    directions = unit_rows(X)  # (n, d)
    cosines = directions @ unit_rows(np.atleast_2d(real_array(query, "query", "d")))[0]  # (n,)
    hidden = {int(one) for one in np.atleast_1d(np.asarray(exclude, dtype=np.int64))}
    order = np.argsort(-cosines, kind="stable")
    return [int(one) for one in order if int(one) not in hidden][: whole(count, "count")]


def analogy(X: object, a: int, b: int, c: int, count: int = 1) -> list[int]:
    r"""Answer "a is to b as c is to what?" with the words nearest to b - a + c, these three left out.

    The three vectors are scaled to length 1 first.

    Examples
    --------
    >>> from workings.byhand.neighbours import analogy
    >>> X = [[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0], [2.0, 0.0, 1.0]]
    >>> print(analogy(X, a=0, b=1, c=2))
    [3]

    Source: Mikolov, Yih and Zweig 2013, section 4.
    """
    directions = unit_rows(X)  # (n, d)
    return nearest(directions, directions[b] - directions[a] + directions[c], count, exclude=(a, b, c))
