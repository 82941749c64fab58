"""How good word vectors are: by people's scores for pairs of words, by analogies, by neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from workings.byhand.neighbours import nearest, unit_rows

Pair = tuple[str, str, float]
Question = tuple[str, str, str, str]


def known_pairs(words: Sequence[str], pairs: Iterable[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """Return the places (P, 2) and the scores (P) of the pairs of which both words are known.

    Examples
    --------
    >>> from workings.models.word_measures import known_pairs
    >>> places, scores = known_pairs(["cat", "tiger"], [("tiger", "cat", 7.35), ("love", "cat", 1.0)])
    >>> print(places.tolist(), scores.tolist())
    [[1, 0]] [7.35]
    """
    place = {word: number for number, word in enumerate(words)}
    found = [(place[a], place[b], score) for a, b, score in pairs if a in place and b in place]
    if len(found) == 0:
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    return np.array([one[:2] for one in found]), np.array([one[2] for one in found])


def cosines(vectors: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the cosine of the two vectors of every pair: vectors (n, d), places (P, 2), cosines (P)."""
    rows = unit_rows(vectors)
    found: np.ndarray = (rows[places[:, 0]] * rows[places[:, 1]]).sum(axis=1)
    return found


def answered(
    words: Sequence[str], vectors: np.ndarray, questions: Mapping[str, Sequence[Question]]
) -> dict[str, tuple[int, int]]:
    """Count, for each section of analogies, the right answers and the questions whose four words are known.

    The answer is the word nearest to b - a + c, other than these three; all vectors have length 1 first.
    """
    place = {word: number for number, word in enumerate(words)}
    rows = unit_rows(vectors)
    found = {}
    for name, section in questions.items():
        known = [[place[one] for one in four] for four in section if all(one in place for one in four)]
        right = 0
        if known:
            a, b, c, d = np.array(known).T
            scores = (rows[b] - rows[a] + rows[c]) @ rows.T  # (questions, n)
            for one in (a, b, c):
                scores[np.arange(len(a)), one] = -np.inf
            right = int((scores.argmax(axis=1) == d).sum())
        found[name] = (right, len(known))
    return found


def neighbours(
    words: Sequence[str], vectors: np.ndarray, asked: Sequence[str], count: int
) -> dict[str, list[str]]:
    """Return the nearest words of each word that is asked for and known."""
    place = {word: number for number, word in enumerate(words)}
    return {
        word: [words[one] for one in nearest(vectors, vectors[place[word]], count, exclude=[place[word]])]
        for word in asked
        if word in place
    }
