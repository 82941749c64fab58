"""Perplexity: how many tokens a model is choosing between, on average."""

from __future__ import annotations

import numpy as np

from workings.byhand.arguments import real_array


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
