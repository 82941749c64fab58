r"""Which source word a target word comes from, read off attention weights and scored against known links.

A link is a pair ``(t, s)``: target word ``t`` and source word ``s``, counted from 0.
"""

from __future__ import annotations

from collections.abc import Iterable

from workings.byhand.arguments import real_array

Links = Iterable[tuple[int, int]]


def strongest_links(weights: object) -> set[tuple[int, int]]:
    """Link each target word to the source word with its largest weight; the first of equals.

    ``weights`` has shape (T_t, T_s).

    Examples
    --------
    >>> from workings.byhand.alignment import strongest_links
    >>> print(sorted(strongest_links([[0.1, 0.9], [0.8, 0.2]])))
    [(0, 1), (1, 0)]
    """
    W = real_array(weights, "weights", "T_t T_s")
    return {(t, int(s)) for t, s in enumerate(W.argmax(axis=1))}


def alignment_error_rate(found: Links, known: Links) -> float:
    r"""Return $1 - \frac{2\,|A \cap S|}{|A| + |S|}$: 0 if the links found are the links known, 1 if none is.

    Examples
    --------
    >>> from workings.byhand.alignment import alignment_error_rate
    >>> print(round(alignment_error_rate([(0, 0), (1, 1)], [(0, 0), (1, 2), (2, 1)]), 3))
    0.6

    Source: Och and Ney 2003, with sure links only.
    """
    A, S = set(found), set(known)
    if not A and not S:
        raise ValueError("found and known must not both be empty")
    return 1 - 2 * len(A & S) / (len(A) + len(S))


def crossings(known: Links) -> int:
    """Count the pairs of links that cross: how far two languages differ in order.

    Examples
    --------
    >>> from workings.byhand.alignment import crossings
    >>> print(crossings([(0, 1), (2, 0)]), crossings([(0, 0), (2, 1)]))
    1 0
    """
    links = sorted(set(known))
    return sum((t - u) * (s - v) < 0 for place, (t, s) in enumerate(links) for u, v in links[place + 1 :])
