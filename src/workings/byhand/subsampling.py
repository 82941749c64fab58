r"""Which tokens of frequent words are left out before training: what the paper says, and what programs do."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array


def frequencies(counts: object) -> np.ndarray:
    r"""Turn counts of words into relative frequencies.

    Examples
    --------
    >>> from workings.byhand.subsampling import frequencies
    >>> print(frequencies([3, 1]).tolist())
    [0.75, 0.25]
    """
    array = real_array(counts, "counts", "n")
    if not (array > 0).all():
        raise ValueError(f"counts must be above 0, got {array.min()} at index {int(np.argmin(array))}")
    share: np.ndarray = array / array.sum()
    return share


def kept_in_the_paper(counts: object, t: float) -> np.ndarray:
    r"""Return the chance of a token to stay, by the paper's formula.

    $\min\bigl(1, \sqrt{t / f}\bigr)$ for a word of relative frequency $f$.

    Parameters
    ----------
    counts : of the words, shape (n,). t : the frequency from which words are thinned out.

    Examples
    --------
    >>> from workings.byhand.subsampling import kept_in_the_paper
    >>> print(kept_in_the_paper([64, 32, 4], t=0.04).tolist())
    [0.25, 0.3535533905932738, 1.0]

    Source: Mikolov et al. 2013, section 2.3, equation 5.
    """
    chance: np.ndarray = np.minimum(1.0, np.sqrt(positive(t, "t") / frequencies(counts)))
    return chance


def kept(counts: object, t: float) -> np.ndarray:
    r"""Return the chance of a token to stay, as word2vec's own program and gensim have it.

    $\min\bigl(1, \sqrt{t/f} + t/f\bigr)$; the program writes $\bigl(\sqrt{f/t} + 1\bigr) \cdot t/f$.

    Parameters
    ----------
    counts : of the words, shape (n,). t : the threshold; some 2.6 times as frequent a word still stays whole.

    Examples
    --------
    >>> from workings.byhand.subsampling import kept
    >>> print(kept([64, 32, 4], t=0.04).round(4).tolist())
    [0.3125, 0.4786, 1.0]

    Source: word2vec.c, the variable ``ran``.
    """
    ratio = positive(t, "t") / frequencies(counts)
    chance: np.ndarray = np.minimum(1.0, np.sqrt(ratio) + ratio)
    return chance
