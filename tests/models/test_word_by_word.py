"""The translators without a network."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from workings.models.word_by_word import marked, nearest_translations, word_by_word, word_translations


def test_one_round_by_hand() -> None:
    # "b" stands with x and y, "a" with x alone: x gets 1/2 + 1/2 counts from a, y gets none
    found = word_translations([("a", "b"), ("a",), ("b",)], [("x", "y"), ("x",), ("y",)], rounds=1)
    assert found == {"a": "x", "b": "y"}


def test_rounds_must_be_one_or_more() -> None:
    with pytest.raises(ValueError, match="rounds must be a whole number of 1 or more, got 0"):
        word_translations([("a",)], [("x",)], rounds=0)


def test_marks_are_joined_as_french_joins_them() -> None:
    assert word_by_word("I'm in, Tom.", {"I": "Je", "m": "suis", "in": "dans"}) == "Je'suis dans, Tom."
    assert word_by_word("", {}) == ""


def test_the_nearest_weighs_rare_words() -> None:
    known = ["the cat", "the dog", "the the the", "a dog barks"]
    assert nearest_translations(["the cat sleeps", "dog"], known, list("wxyz")) == ["w", "x"]


def test_the_nearest_is_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(list("abcdefghij"), size=rng.integers(1, 9))) for _ in range(300)]
    known, asked = texts[:200], [*texts[200:], "z", "A."]
    vectors = TfidfVectorizer(tokenizer=marked, token_pattern=None)
    likeness = (vectors.fit_transform(known) @ vectors.transform(asked).T).toarray()  # (200, 102)
    nearest = nearest_translations(asked, known, [str(one) for one in range(200)])
    for text, found in zip(likeness.T, nearest, strict=True):
        assert text[int(found)] == pytest.approx(text.max(), abs=1e-12)
