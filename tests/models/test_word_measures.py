"""Pairs, analogies and neighbours of vectors made here."""

from __future__ import annotations

import numpy as np

from workings.byhand.neighbours import analogy
from workings.models.word_measures import answered, cosines, known_pairs, neighbours

WORDS = ["king", "queen", "man", "woman", "tree"]
X = np.array([[2.0, 1.0, 0.0], [2.0, 0.0, 1.0], [0.1, 1.0, 0.0], [0.1, 0.0, 1.0], [-1.0, 0.2, 0.1]])


def test_unknown_words_leave_no_pair() -> None:
    places, scores = known_pairs(WORDS, [("king", "queen", 8.0), ("king", "lion", 1.0), ("tree", "man", 2.0)])
    assert places.tolist() == [[0, 1], [4, 2]]
    assert scores.tolist() == [8.0, 2.0]
    assert np.allclose(cosines(X, places), [4 / 5, 0.1 / np.sqrt(1.01 * 1.05)])
    assert known_pairs(WORDS, [("a", "b", 1.0)])[0].shape == (0, 2)


def test_answers_are_those_of_the_analogy_by_hand() -> None:
    questions = {
        "family": [("king", "queen", "man", "woman"), ("man", "king", "woman", "tree"), ("a", "b", "c", "d")],
        "none": [("a", "king", "man", "tree")],
    }
    by_hand = sum(
        WORDS[analogy(X, *(WORDS.index(one) for one in four[:3]))[0]] == four[3]
        for four in questions["family"][:2]
    )
    assert answered(WORDS, X, questions) == {"family": (by_hand, 2), "none": (0, 0)}


def test_neighbours_leave_the_word_itself_out() -> None:
    assert neighbours(WORDS, X, ["king", "lion"], 2) == {"king": ["queen", "man"]}
