"""What is measured of a review classifier: what words did, how few deletions turn it, how mixed a text is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from workings.byhand.deep_averaging import deletion_effects
from workings.data.symbols import Symbols
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


def group_measures(
    model: DeepAveragingNetwork,
    symbols: Symbols,
    words: Sequence[Sequence[str]],
    texts: Sequence[np.ndarray],
    scores: np.ndarray,
    rows: np.ndarray,
) -> dict[str, float]:
    """Describe a group of decisions (the texts of ``rows``) by what is said to cause errors."""
    chosen = [texts[row] for row in rows]
    turned = [deletions_to_turn(model, text.tolist()) for text in chosen]
    return {
        "count": len(rows),
        "length": float(np.mean([len(one) for one in chosen])),
        "negated": float(np.mean([negates(words[row]) for row in rows])),
        "turns": float(np.mean([bool(TURNS & set(words[row])) for row in rows])),
        "unknown": float(np.mean([np.mean(text == symbols.unknown) for text in chosen])),
        "score": float(np.mean(np.abs(scores[rows]))),
        "mixed": float(np.mean([mixedness(model, text.tolist()) for text in chosen])),
        "turned_by_one": float(np.mean([one == 1 for one in turned])),
        "turned_by_three": float(np.mean([one <= 3 for one in turned])),
        "shuffled": max(shuffled_spread(model, text.tolist(), 10) for text in chosen),
    }


def by_kind(
    words: Sequence[Sequence[str]], scores: np.ndarray, labels: np.ndarray
) -> dict[str, dict[str, float]]:
    """Error rates with and without what is said to cause errors, each with its standard error."""
    wrong = (scores > 0) != labels
    kinds = {
        "negated": np.array([negates(one) for one in words]),
        "turns": np.array([bool(TURNS & set(one)) for one in words]),
        "near": np.abs(scores) < 1,
    }
    return {
        name: {
            f"{part}{what}": float(value)
            for part, chosen in (("with", mask), ("without", ~mask))
            for what, value in (
                ("", wrong[chosen].mean()),
                ("_error", wrong[chosen].std() / np.sqrt(chosen.sum())),
                ("_count", chosen.sum()),
            )
        }
        for name, mask in kinds.items()
        if mask.any() and not mask.all()
    }


def negation_scores(models: Sequence[tuple[DeepAveragingNetwork, Symbols]]) -> dict[str, dict[str, float]]:
    """Score templates with and without a negation, a mean over models, with its standard error."""
    found = {}
    for adjective in ("good", "funny", "great", "bad", "boring", "dull"):
        for name in (adjective, f"not {adjective}"):
            text = f"the film is {name}".split()
            scores = [float(scores_of(model, [symbols.encode(text)])[0]) for model, symbols in models]
            error = float(np.std(scores, ddof=1) / len(scores) ** 0.5)
            found[name] = {"mean": float(np.mean(scores)), "error": error}
    return found
