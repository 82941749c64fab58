"""104 articles of Wikipedia to learn words from, and what people said about words: WordSim-353, analogies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workings.byhand.arguments import whole
from workings.data.corpora import corpus

ARTICLES = "enwiki_excerpt/enwiki104.clean.txt"
SIMILARITIES = "word_eval/EN-WS-353-ALL.txt"
ANALOGIES = "word_eval/questions-words.txt"


@dataclass(frozen=True)
class Numbered:
    """A text in numbers: known words by their frequency, unknown ones left out.

    ``tokens`` and ``lines`` have shape (N): the word, and the line it stands in; ``counts`` has shape (n).
    """

    words: tuple[str, ...]
    counts: np.ndarray
    tokens: np.ndarray
    lines: np.ndarray


def articles(length: int = 1000) -> list[list[str]]:
    """Return the articles in lines of at most ``length`` words (gensim reads 10,000 words of a line)."""
    return cut_lines(corpus(ARTICLES).read_text(encoding="utf-8"), length)


def word_similarities() -> list[tuple[str, str, float]]:
    """Return the 353 pairs of Finkelstein et al. 2002 with the mean score that people gave, 0 to 10."""
    return read_similarities(corpus(SIMILARITIES).read_text(encoding="utf-8"))


def analogies() -> dict[str, list[tuple[str, str, str, str]]]:
    """Return the analogies of Mikolov et al. 2013, by section."""
    return read_analogies(corpus(ANALOGIES).read_text(encoding="utf-8"))


def cut_lines(text: str, length: int) -> list[list[str]]:
    """Cut each line of a text into lines of at most so many words.

    Examples
    --------
    >>> from workings.data.word_evaluation import cut_lines
    >>> print(cut_lines("a b c d e", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    whole(length, "length")
    lines = [line.split() for line in text.split("\n")]
    return [line[start : start + length] for line in lines for start in range(0, len(line), length)]


def numbered(lines: Sequence[Sequence[str]], min_count: int) -> Numbered:
    """Number the words that occur at least so often, the most frequent first, and write the text in numbers.

    Examples
    --------
    >>> from workings.data.word_evaluation import numbered
    >>> text = numbered([["a", "b", "c"], ["b", "b", "a"]], min_count=2)
    >>> print(text.words, text.tokens.tolist(), text.lines.tolist())
    ('b', 'a') [1, 0, 0, 0, 1] [0, 0, 1, 1, 1]
    """
    counted = Counter(word for line in lines for word in line)
    known = [(word, count) for word, count in counted.most_common() if count >= min_count]
    if not known:
        raise ValueError(f"no word occurs {min_count} times")
    number = {word: place for place, (word, _) in enumerate(known)}
    found = [(number[word], place) for place, line in enumerate(lines) for word in line if word in number]
    tokens, places = np.array(found).T
    return Numbered(tuple(number), np.array([count for _, count in known]), tokens, places)


def read_similarities(text: str) -> list[tuple[str, str, float]]:
    """Read lines of two words and a score, in small letters.

    Examples
    --------
    >>> from workings.data.word_evaluation import read_similarities
    >>> print(read_similarities("Tiger\\tcat\\t7.35"))
    [('tiger', 'cat', 7.35)]
    """
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            parts = line.lower().split()
            if len(parts) != 3:
                raise ValueError(f"line {number} should have two words and a score, got {line!r}")
            found.append((parts[0], parts[1], float(parts[2])))
    return found


def read_analogies(text: str) -> dict[str, list[tuple[str, str, str, str]]]:
    """Read sections, each headed by a colon and a name, of lines of four words, in small letters.

    Examples
    --------
    >>> from workings.data.word_evaluation import read_analogies
    >>> print(read_analogies(": family\\nboy girl King queen"))
    {'family': [('boy', 'girl', 'king', 'queen')]}
    """
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    name = ""
    for number, line in enumerate(text.split("\n"), 1):
        parts = line.lower().split()
        if line.startswith(":"):
            name = line[1:].strip()
        elif parts:
            if len(parts) != 4 or not name:
                raise ValueError(f"line {number} should have four words below a section, got {line!r}")
            found.setdefault(name, []).append((parts[0], parts[1], parts[2], parts[3]))
    return found
