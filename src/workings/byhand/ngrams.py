"""Counted language models: how often a token followed a context, interpolated with shorter contexts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from workings.byhand.arguments import real_array, whole

Counts = dict[tuple[int, ...], Counter[int]]


def count_ngrams(tokens: Sequence[int], order: int) -> Counts:
    r"""Count which token follows each context of 0 to ``order`` - 1 tokens.

    Parameters
    ----------
    tokens : numbers from 0, shape (N,). The first tokens are counted with the contexts that they have.
    order : 1 for single tokens, 2 for bigrams.

    Examples
    --------
    >>> from workings.byhand.ngrams import count_ngrams
    >>> counts = count_ngrams([0, 1, 0, 1, 1], order=2)
    >>> print(dict(counts[()]), dict(counts[(0,)]), dict(counts[(1,)]))
    {0: 2, 1: 3} {1: 2} {0: 1, 1: 1}
    """
    longest = whole(order, "order")
    sequence = tuple(tokens)
    counts: Counts = defaultdict(Counter)
    for place, token in enumerate(sequence):
        for start in range(max(0, place - longest + 1), place + 1):
            counts[sequence[start:place]][token] += 1
    return counts


def witten_bell(counts: Counts, context: Sequence[int], token: int, vocab_size: int) -> float:
    r"""Return $p(\text{token} \mid \text{context})$, interpolated with ever shorter contexts.

    $p(t \mid c) = \dfrac{n(c, t) + k(c)\, p(t \mid c')}{n(c) + k(c)}$, where $n(c, t)$ counts $t$ after the
    context $c$, $n(c)$ all tokens after it, $k(c)$ the *different* ones, and $c'$ is $c$ without its
    first token. The empty context falls back on $1 / \text{vocab\_size}$. Contexts never seen are skipped.

    Examples
    --------
    >>> from workings.byhand.ngrams import count_ngrams, witten_bell
    >>> counts = count_ngrams([0, 1, 0, 1, 1], order=2)
    >>> print([round(witten_bell(counts, [0], token, 3), 4) for token in range(3)])
    [0.127, 0.8413, 0.0317]

    Source: Witten and Bell 1991; in this form, Chen and Goodman 1998, on Witten-Bell smoothing.
    """
    p = 1 / whole(vocab_size, "vocab_size")
    for start in range(len(context), -1, -1):  # the empty context first
        followers = counts.get(tuple(context[start:]))
        if not followers:
            break
        kinds = len(followers)
        p = (followers[token] + kinds * p) / (followers.total() + kinds)
    return p


def ngram_logs(counts: Counts, tokens: Sequence[int], order: int, vocab_size: int) -> np.ndarray:
    r"""Return the natural log-probability of every token of a text after the tokens before it, shape (N,).

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.ngrams import count_ngrams, ngram_logs
    >>> counts = count_ngrams([0, 1, 0, 1, 1], order=2)
    >>> print(np.round(np.exp(ngram_logs(counts, [0, 1, 2], 2, 3)), 4).tolist())
    [0.381, 0.8413, 0.0476]
    """
    sequence, back = tuple(tokens), whole(order, "order") - 1
    totals = {context: (followers.total(), len(followers)) for context, followers in counts.items()}
    logs = np.empty(len(sequence))
    for place, token in enumerate(sequence):
        p = 1 / vocab_size
        for start in range(place, max(0, place - back) - 1, -1):
            context = sequence[start:place]
            if context not in totals:
                break
            total, kinds = totals[context]
            p = (counts[context][token] + kinds * p) / (total + kinds)
        logs[place] = p
    return np.log(logs)


def bigram_parts(train: object, tokens: object, vocab_size: int) -> np.ndarray:
    r"""Return what three counted models give each token of a text after its first: bigram, unigram, even.

    Columns: $n(v, w)/n(v)$ (0 where $v$ was never seen), $n(w)/N$, and $1/\text{vocab\_size}$; shape
    (N - 1, 3). A mixture of them is the interpolated bigram model.

    Examples
    --------
    >>> from workings.byhand.ngrams import bigram_parts
    >>> print(bigram_parts([0, 1, 0, 1, 1], [0, 1, 1], 2).tolist())
    [[1.0, 0.6, 0.5], [0.5, 0.6, 0.5]]

    Source: Jelinek and Mercer 1980.
    """
    size = whole(vocab_size, "vocab_size")
    seen, text = np.asarray(train, dtype=np.int64), np.asarray(tokens, dtype=np.int64)
    pairs, counts = np.unique(seen[:-1] * size + seen[1:], return_counts=True)
    firsts = np.bincount(seen[:-1], minlength=size)[text[:-1]]
    wanted = text[:-1] * size + text[1:]
    places = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    together = np.where(pairs[places] == wanted, counts[places], 0)
    bigram = together / np.maximum(firsts, 1)
    unigram = np.bincount(seen, minlength=size)[text[1:]] / len(seen)
    return np.stack([bigram, unigram, np.full(len(wanted), 1 / size)], axis=1)


def mixture_weights(parts: object, rounds: int = 50) -> np.ndarray:
    r"""Find the weights of a mixture of models that make a held-out text likeliest, by EM.

    $\lambda_k \leftarrow \tfrac1N \sum_n \lambda_k p_{nk} / \sum_j \lambda_j p_{nj}$, again and again: the
    share of the text that model $k$ answers for. The likelihood never falls, and it is concave in
    $\lambda$: there is no other maximum to get stuck in.

    Parameters
    ----------
    parts : probabilities, shape (N, K): what model k gives token n. Use a text that the models were *not*
        counted on; on their own text the longest context takes all.

    Examples
    --------
    >>> import numpy as np
    >>> from workings.byhand.ngrams import mixture_weights
    >>> print(np.round(mixture_weights([[0.8, 0.1], [0.8, 0.1], [0.0, 0.1]], 200), 4).tolist())
    [0.619, 0.381]

    Source: Jelinek and Mercer 1980; Dempster, Laird and Rubin 1977.
    """
    p = real_array(parts, "parts", "N K")
    if (p < 0).any() or (p.sum(axis=1) == 0).any():
        raise ValueError("parts must be 0 or more, with a model above 0 for every token")
    weights = np.full(p.shape[1], 1 / p.shape[1])
    for _ in range(whole(rounds, "rounds")):
        shares = weights * p  # (N, K)
        weights = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    return weights
