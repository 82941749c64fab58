"""Real English-French pairs of Tatoeba, split so that no English sentence stands on two sides."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from workings.data.corpora import corpus
from workings.data.pairs import Pair, split_pairs

TATOEBA = "tatoeba_fra_eng/fra-eng.zip"
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "\u200b": "", "\xad": ""})
References = list[tuple[str, list[str]]]


def tidy(text: str) -> str:
    """Make all spaces one plain space and all apostrophes one apostrophe; drop invisible characters.

    Examples
    --------
    >>> from workings.data.translation_pairs import tidy
    >>> print(tidy(" L’eau\u202f! "))
    L'eau !
    """
    return " ".join(text.translate(APOSTROPHES).split())


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without marks.

    Examples
    --------
    >>> from workings.data.translation_pairs import words_of
    >>> print(words_of("Don't go!"))
    ('don', 't', 'go')
    """
    return tuple(re.findall(r"\w+", text.lower()))


def read_english_french(file: Path, longest: int = 15) -> list[Pair]:
    """Read the pairs of the archive whose English side has ``longest`` words or fewer.

    Each side of a :class:`Pair` is one text. The meaning is the English words without case and marks, so
    that *Go.* and *Go!* stay together. The archive is read in memory; nothing is unpacked.

    Raises
    ------
    ValueError : a line that does not hold English, tab, French.
    """
    with zipfile.ZipFile(file) as archive:
        text = archive.read("fra.txt").decode("utf-8")
    found: list[Pair] = []
    for number, line in enumerate(text.rstrip("\n").split("\n"), 1):
        columns = line.split("\t")
        if len(columns) < 2:
            raise ValueError(f"line {number} of fra.txt must hold English, tab, French, got {line[:40]!r}")
        english, french = tidy(columns[0]), tidy(columns[1])
        words = words_of(english)
        if len(words) <= longest:
            found.append(Pair((english,), (french,), meaning=" ".join(words) or english))
    return found


def english_french(longest: int = 15) -> list[Pair]:
    """The 142,787 pairs, less those with a longer English side."""
    return read_english_french(corpus(TATOEBA), longest)


def split_english_french(
    pairs: Sequence[Pair], development: int, test: int, seed: int = 0
) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Split into training, development and test by English words; the last two hold so many of them.

    Examples
    --------
    >>> from workings.data.pairs import Pair
    >>> from workings.data.translation_pairs import split_english_french
    >>> pairs = [Pair((word + mark,), ("x",), meaning=word) for word in "abcdefgh" for mark in ".!"]
    >>> print([len(part) for part in split_english_french(pairs, 1, 2)])
    [10, 2, 4]
    """
    groups = len({pair.group for pair in pairs})
    return split_pairs(pairs, development / groups, test / groups, seed)


def with_references(pairs: Sequence[Pair]) -> References:
    """Collect all French translations of each English text, in the order in which the texts first come.

    Examples
    --------
    >>> from workings.data.pairs import Pair
    >>> from workings.data.translation_pairs import with_references
    >>> print(with_references([Pair(("Go.",), ("Va !",)), Pair(("Go.",), ("Pars.",))]))
    [('Go.', ['Va !', 'Pars.'])]
    """
    found: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        found[pair.source[0]].append(pair.target[0])
    return list(found.items())


class Buckets:
    """Batches of sentences of like length, drawn by seed and step alone; every epoch deals anew.

    An epoch is shuffled, cut into pools of ``pool`` batches, each pool sorted by length and cut into batches,
    and these are shuffled. What does not fill a batch is left out of that epoch.

    Examples
    --------
    >>> from workings.data.translation_pairs import Buckets
    >>> batches = Buckets([(n % 3, n % 2) for n in range(12)], size=2)
    >>> drawn = [one for step in range(batches.count) for one in batches.rows(step)]
    >>> print(batches.count, sorted(drawn) == list(range(12)))
    6 True
    """

    def __init__(self, lengths: Sequence[tuple[int, int]], size: int, seed: int = 0, pool: int = 50) -> None:
        """Keep the lengths of targets and sources."""
        if not 0 < size <= len(lengths):
            raise ValueError(f"size must be from 1 to {len(lengths)}, the number of pairs, got {size}")
        self.lengths, self.size, self.seed, self.pool = np.array(lengths), size, seed, pool
        self.count = len(lengths) // size
        self._epoch: tuple[int, np.ndarray] = (-1, np.empty(0, dtype=int))

    def rows(self, step: int) -> list[int]:
        """The places of the pairs of a step."""
        epoch, place = divmod(step, self.count)
        if self._epoch[0] != epoch:
            self._epoch = (epoch, self._deal(epoch))
        rows: list[int] = self._epoch[1][place].tolist()
        return rows

    def _deal(self, epoch: int) -> np.ndarray:
        """Give the batches of an epoch, shape (count, size)."""
        rng = np.random.default_rng((self.seed, epoch))
        order = rng.permutation(len(self.lengths))[: self.count * self.size]
        parts = []
        for start in range(0, len(order), self.size * self.pool):
            part = order[start : start + self.size * self.pool]
            parts.append(part[np.lexsort((self.lengths[part, 1], self.lengths[part, 0]))])
        return rng.permutation(np.concatenate(parts).reshape(self.count, self.size))
