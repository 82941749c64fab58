r"""BLEU: how many short runs of words a translation shares with its references.

Sentences are lists of tokens: what counts as a token is decided before, and it matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from workings.byhand.arguments import whole

Sentence = Sequence[str]


def ngram_counts(tokens: Sentence, order: int) -> Counter[tuple[str, ...]]:
    """Count the runs of ``order`` tokens.

    Examples
    --------
    >>> from workings.byhand.bleu import ngram_counts
    >>> print(dict(ngram_counts("a b a b".split(), 2)))
    {('a', 'b'): 2, ('b', 'a'): 1}
    """
    last = len(tokens) - whole(order, "order") + 1
    return Counter(tuple(tokens[start : start + order]) for start in range(last))


def clipped_matches(hypothesis: Sentence, references: Sequence[Sentence], order: int) -> tuple[int, int]:
    """Count a hypothesis's n-grams that a reference has too, each at most as often as in one reference.

    Returns the matches and the n-grams there are.

    Examples
    --------
    >>> from workings.byhand.bleu import clipped_matches
    >>> print(clipped_matches("the the the".split(), ["the cat".split()], 1))
    (1, 3)

    Source: Papineni et al. 2002, section 2.1.
    """
    have = ngram_counts(hypothesis, order)
    allowed: Counter[tuple[str, ...]] = Counter()
    for reference in references:
        allowed |= ngram_counts(reference, order)  # the largest count of any reference
    return sum((have & allowed).values()), sum(have.values())


def brevity_penalty(length: int, reference_length: int) -> float:
    r"""Return $e^{1 - r/c}$ for $c < r$ tokens, else 1: precision alone would reward saying little.

    Examples
    --------
    >>> from workings.byhand.bleu import brevity_penalty
    >>> print(brevity_penalty(9, 9), round(brevity_penalty(6, 9), 4), brevity_penalty(0, 9))
    1.0 0.6065 0.0

    Source: Papineni et al. 2002, section 2.2.2.
    """
    if length < 1:
        return 0.0
    return float(min(1.0, np.exp(1 - reference_length / length)))


def bleu_score(
    hypotheses: Sequence[Sentence],
    references: Sequence[Sequence[Sentence]],
    max_order: int = 4,
    smoothing: str = "none",
    floor: float = 0.1,
) -> float:
    r"""Score a corpus: $100 \cdot \text{BP} \cdot \big(\prod_{n=1}^{4} p_n\big)^{1/4}$.

    $p_n$ is the share of matched n-grams over the *whole corpus*; of several references, the one nearest in
    length counts for the brevity penalty (the shorter of two).

    Parameters
    ----------
    hypotheses : N sentences. references : for each of them, one sentence or more.
    smoothing : ``"none"``: no match of some order makes 0. ``"exp"``: the $k$-th order without a match counts
        $2^{-k}$ matches (sacrebleu's default). ``"floor"``: such an order counts ``floor`` matches.

    Raises
    ------
    ValueError : other lengths, a hypothesis without reference, an unknown smoothing.

    Examples
    --------
    >>> from workings.byhand.bleu import bleu_score
    >>> right, close = "ein hundert fünf und zwanzig".split(), "ein hundert fünf und dreißig".split()
    >>> print(round(bleu_score([right], [[right]]), 2), round(bleu_score([close], [[right]]), 2))
    100.0 66.87

    Source: Papineni et al. 2002, section 2.3; smoothing: Post 2018 (sacrebleu).
    """
    if smoothing not in ("none", "exp", "floor"):
        raise ValueError(f"smoothing must be 'none', 'exp' or 'floor', got {smoothing!r}")
    if not hypotheses or len(hypotheses) != len(references):
        counts = f"{len(references)} and {len(hypotheses)}"
        raise ValueError(f"references must be as many as hypotheses, one or more, got {counts}")
    if not all(references):
        raise ValueError("every hypothesis needs a reference, got an empty list")
    length = sum(map(len, hypotheses))
    nearest = [
        min((abs(len(one) - len(hypothesis)), len(one)) for one in group)[1]
        for hypothesis, group in zip(hypotheses, references, strict=True)
    ]
    penalty = brevity_penalty(length, sum(nearest))
    logs, credit = [], 1.0
    for order in range(1, whole(max_order, "max_order") + 1):
        pairs = [clipped_matches(h, group, order) for h, group in zip(hypotheses, references, strict=True)]
        matched, total = (float(sum(part)) for part in zip(*pairs, strict=True))
        if matched == 0 and order > 1 and smoothing != "none":  # without a common word nothing helps
            credit /= 2
            matched = credit if smoothing == "exp" else floor
        if matched == 0 or total == 0:  # or no hypothesis is that long
            return 0.0
        logs.append(np.log(matched / total))
    return float(100 * penalty * np.exp(np.mean(logs)))
