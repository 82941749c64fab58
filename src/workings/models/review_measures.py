"""What is measured of a review classifier: what words did, how few deletions turn it, how mixed a text is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from workings.byhand.deep_averaging import deletion_effects
from workings.models.deep_averaging import DeepAveragingNetwork, scores_of

NEGATORS = frozenset(
    ["not", "no", "never", "nothing", "hardly", "without", "neither", "nor", "none", "cannot"]
)
TURNS = frozenset(["but", "though", "although", "however", "yet", "despite"])


def scorer(model: DeepAveragingNetwork) -> Callable[[Sequence[int]], float]:
    """Return the model as a function of one text."""
    return lambda tokens: float(scores_of(model, [np.asarray(tokens)])[0])


def negates(words: Sequence[str]) -> bool:
    """Say whether a text has a negating word, or one that ends in n't."""
    return any(word in NEGATORS or word.endswith("n't") for word in words)


def deletions_to_turn(model: DeepAveragingNetwork, tokens: Sequence[int], most: int = 5) -> int:
    """Delete the word that did most for the decision, again and again; count until the score changes sign.

    Greedy, so an upper bound; ``most`` + 1 if that many deletions do not turn it.
    """
    left, sign = list(tokens), np.sign(scorer(model)(tokens))
    for count in range(1, most + 1):
        if len(left) < 2:
            break
        shorter = [left[:place] + left[place + 1 :] for place in range(len(left))]
        scores = sign * scores_of(model, [np.array(one) for one in shorter])
        left = shorter[int(scores.argmin())]
        if scores.min() <= 0:
            return count
    return most + 1


def mixedness(model: DeepAveragingNetwork, tokens: Sequence[int]) -> float:
    """Return how evenly a text's words pull both ways: 0 if all pull one way, 1 if both sides are equal.

    A word pulls by the score that the model gives to it alone.
    """
    alone = scores_of(model, [np.array([token]) for token in tokens])
    up, down = alone[alone > 0].sum(), -alone[alone < 0].sum()
    return float(2 * min(up, down) / (up + down)) if up + down > 0 else 0.0


def shuffled_spread(model: DeepAveragingNetwork, tokens: Sequence[int], count: int, seed: int = 0) -> float:
    """Return how far the score moves at most when the words are put in ``count`` random orders."""
    rng = np.random.default_rng(seed)
    orders = [np.asarray(tokens), *(rng.permutation(np.asarray(tokens)) for _ in range(count))]
    scores = scores_of(model, orders)
    return float(np.abs(scores - scores[0]).max())


def anatomy(
    model: DeepAveragingNetwork, words: Sequence[str], tokens: np.ndarray, label: bool
) -> dict[str, Any]:
    """Take one decision apart: the score, what each word did by deletion, and three tests."""
    score = scorer(model)
    effects = deletion_effects(score, tokens.tolist())
    quiet = [place for place, word in enumerate(words) if not negates([word])]
    return {
        "words": list(words),
        "label": label,
        "score": score(tokens.tolist()),
        "effects": effects.round(4).tolist(),
        "shuffled": shuffled_spread(model, tokens.tolist(), 100),
        "turned_by": deletions_to_turn(model, tokens.tolist()),
        "without_negators": score(tokens[quiet].tolist()) if quiet else 0.0,
        "negated": negates(words),
        "mixed": mixedness(model, tokens.tolist()),
    }
