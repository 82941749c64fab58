"""Reading the articles, WordSim-353 and the analogies, on texts made here."""

from __future__ import annotations

import pytest

from workings.data.word_evaluation import cut_lines, numbered, read_analogies, read_similarities


def test_lines_are_cut_and_lose_nothing() -> None:
    text = "a b c d\n\ne f\n"
    assert cut_lines(text, 3) == [["a", "b", "c"], ["d"], ["e", "f"]]
    assert [word for line in cut_lines(text, 1) for word in line] == text.split()
    with pytest.raises(ValueError, match="length must be a whole number of 1 or more, got 0"):
        cut_lines(text, 0)


def test_words_are_numbered_by_frequency_and_rare_ones_left_out() -> None:
    text = numbered([["x", "b", "a"], ["rare"], ["b", "a", "b"]], min_count=2)
    assert text.words == ("b", "a")
    assert text.counts.tolist() == [3, 2]
    assert text.tokens.tolist() == [0, 1, 0, 1, 0]
    assert text.lines.tolist() == [0, 0, 2, 2, 2]


def test_a_text_without_a_frequent_word() -> None:
    with pytest.raises(ValueError, match="no word occurs 3 times"):
        numbered([["a", "b"]], min_count=3)


def test_pairs() -> None:
    assert read_similarities("Love\tsex\t6.77\n\nOPEC\toil\t8.59\n") == [
        ("love", "sex", 6.77),
        ("opec", "oil", 8.59),
    ]
    with pytest.raises(ValueError, match="line 2 should have two words and a score, got 'a b'"):
        read_similarities("a b 1\na b")


def test_questions() -> None:
    text = ": capitals\nAthens Greece Oslo Norway\n: family\nhe she king queen\nboy girl man woman\n"
    assert read_analogies(text) == {
        "capitals": [("athens", "greece", "oslo", "norway")],
        "family": [("he", "she", "king", "queen"), ("boy", "girl", "man", "woman")],
    }
    with pytest.raises(ValueError, match="line 1 should have four words below a section"):
        read_analogies("a b c d")
