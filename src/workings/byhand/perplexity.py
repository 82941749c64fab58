"""Perplexity: how many tokens a model is choosing between, on average, and what it is counted by."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import positive, real_array, whole


def perplexity(log_probabilities: object) -> float:
    r"""Return $\exp(-\tfrac1N \sum_n \log p_n)$ from the log-probabilities of the tokens that came.

    Parameters
    ----------
    log_probabilities : natural logarithms, any shape; $-\infty$ (a token held impossible) gives infinity.

    Raises
    ------
    ValueError : a logarithm above 0, ``nan``, or nothing at all.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.perplexity import perplexity
    >>> print(round(perplexity(np.log([0.5, 0.25, 0.125])), 6))
    4.0

    Source: Jelinek et al. 1977.
    """
    logs = real_array(log_probabilities, "log_probabilities", finite=False)
    if np.isnan(logs).any() or (logs > 0).any():
        raise ValueError(f"log_probabilities must be 0 or less, got {logs.max()}")
    with np.errstate(over="ignore"):
        return float(np.exp(-logs.mean()))


def convert_perplexity(value: float, tokens: int, units: int) -> float:
    r"""Turn a perplexity per token into one per other unit of the same text: a word, a character.

    The text's probability is one number, $P^{-N}$ for $N$ tokens at perplexity $P$; spread over $M$ units
    it is the perplexity $P^{N/M}$.

    Parameters
    ----------
    value : the perplexity per token, 1 or more.
    tokens, units : how many of each the text has; both must cover the *whole* text.

    Examples
    --------
    >>> from workings.byhand.perplexity import convert_perplexity
    >>> print(convert_perplexity(4.0, tokens=15, units=5))  # 15 characters at 4 are 5 words at 64
    64.0
    """
    if positive(value, "value") < 1:
        raise ValueError(f"value must be a perplexity of 1 or more, got {value}")
    with np.errstate(over="ignore"):
        return float(np.float64(value) ** (whole(tokens, "tokens") / whole(units, "units")))


def price_unknowns(log_probabilities: object, unknown: object, kinds: int) -> np.ndarray:
    r"""Make the unknown symbol pay for the word that it hides: one of ``kinds``, each as likely.

    $\log p(w) = \log p(\mathrm{unk}) - \log K$ where the symbol stands, unchanged elsewhere. Without it the
    symbol's probability is shared by many words and charged to none, and perplexity falls as more words
    become unknown.

    Parameters
    ----------
    log_probabilities : natural logarithms, shape (N,).
    unknown : booleans, shape (N,): where the unknown symbol stands.
    kinds : $K$, how many different words the symbol stands for.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.perplexity import perplexity, price_unknowns
    >>> logs = np.log([0.5, 0.5])
    >>> print(perplexity(logs), round(perplexity(price_unknowns(logs, [False, True], 16)), 6))
    2.0 8.0

    Source: Ueberla 1994, adjusted perplexity.
    """
    logs = real_array(log_probabilities, "log_probabilities", "N", finite=False)
    mask = np.asarray(unknown)
    if mask.dtype != np.bool_ or mask.shape != logs.shape:
        raise ValueError(f"unknown must be booleans of shape {logs.shape}, got {mask.dtype} {mask.shape}")
    priced: np.ndarray = logs - np.log(whole(kinds, "kinds")) * mask
    return priced
