r"""Searching for the best sentence token by token: greedily, with a beam, or among all.

A model is a function from a prefix (a tuple of token numbers) to the log-probabilities of the next token,
shape (V,). Token ``end`` ends a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from workings.byhand.arguments import whole

Model = Callable[[Sequence[tuple[int, ...]]], np.ndarray]
Found = tuple[tuple[int, ...], float]


def length_penalty(length: int, alpha: float) -> float:
    r"""Return $\big(\tfrac{5 + n}{6}\big)^\alpha$, by which a sentence's log-probability is divided.

    Without it ($\alpha = 0$) every further token costs, and short sentences win.

    Examples
    --------
    >>> from workings.byhand.beam_search import length_penalty
    >>> print(length_penalty(1, 0.6), length_penalty(7, 1.0), length_penalty(7, 0.0))
    1.0 2.0 1.0

    Source: Wu et al. 2016, section 7, equation 14.
    """
    return float(((5 + whole(length, "length")) / 6) ** alpha)


def beam_search(model: Model, end: int, width: int, max_len: int, alpha: float = 0.0) -> Found:
    r"""Keep the ``width`` likeliest prefixes of each length; return the best finished sentence and its score.

    The score is $\log p(y) \,/\, \text{lp}(|y|)$, ``end`` counted as a token. Width 1 is greedy search. A
    prefix of ``max_len`` tokens counts as finished.

    Parameters
    ----------
    model : maps a list of prefixes of one length to log-probabilities of shape (prefixes, V).

    Raises
    ------
    ValueError : a width or a length below 1.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.beam_search import beam_search
    >>> after = {(): [0.0, 0.6, 0.4], (1,): [0.4, 0.3, 0.3], (2,): [1.0, 0.0, 0.0]}  # 0 ends
    >>> def model(prefixes):
    ...     with np.errstate(divide="ignore"):
    ...         return np.log([after.get(prefix, [1.0, 0.0, 0.0]) for prefix in prefixes])
    >>> for width in (1, 2):
    ...     tokens, score = beam_search(model, end=0, width=width, max_len=4)
    ...     print(width, tokens, round(float(np.exp(score)), 2))
    1 (1, 0) 0.24
    2 (2, 0) 0.4

    Source: Graves 2012 (Sequence Transduction), for the search; Wu et al. 2016, section 7, for the penalty.
    """
    whole(width, "width"), whole(max_len, "max_len")
    beam: list[Found] = [((), 0.0)]
    finished: list[Found] = []
    for length in range(1, max_len + 1):
        steps = model([prefix for prefix, _ in beam])  # (prefixes, V)
        totals = np.array([log for _, log in beam])[:, None] + steps  # (prefixes, V)
        best = np.argsort(-totals, axis=None, kind="stable")[: 2 * width]
        grown = [
            ((*beam[row][0], int(token)), float(totals[row, token]))
            for row, token in zip(*np.unravel_index(best, totals.shape), strict=True)
        ]
        grown = [one for one in grown if one[1] > -np.inf][:width]
        done = [one for one in grown if one[0][-1] == end or length == max_len]
        finished += [(prefix, log / length_penalty(length, alpha)) for prefix, log in done]
        beam = [one for one in grown if one[0][-1] != end]
        if not beam:
            break
    return max(finished, key=lambda one: one[1])


def exhaustive_search(model: Model, end: int, max_len: int, alpha: float = 0.0) -> Found:
    r"""Score every sentence of up to ``max_len`` tokens and return the best: $V^n$ work, for tests.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.beam_search import exhaustive_search
    >>> even = lambda prefixes: np.log(np.full((len(prefixes), 2), 0.5))
    >>> print(exhaustive_search(even, end=0, max_len=3)[0])
    (0,)
    """
    whole(max_len, "max_len")
    best: Found | None = None
    prefixes: list[Found] = [((), 0.0)]
    for length in range(1, max_len + 1):
        steps = model([prefix for prefix, _ in prefixes])  # (prefixes, V)
        grown = [
            ((*prefix, token), log + float(step))
            for (prefix, log), row in zip(prefixes, steps, strict=True)
            for token, step in enumerate(row)
        ]
        for tokens, log in grown:
            score = log / length_penalty(length, alpha)
            if (tokens[-1] == end or length == max_len) and (best is None or score > best[1]):
                best = (tokens, score)
        prefixes = [one for one in grown if one[0][-1] != end]
    return best or ((), -np.inf)
