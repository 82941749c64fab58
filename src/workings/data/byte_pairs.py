"""Byte-pair encoding: frequent neighbours become one piece, again and again, so that no word is unknown."""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from workings.byhand.arguments import whole

Merge = tuple[str, str]


def cut(text: str) -> list[str]:
    """Cut a text into words and marks, each with the space before it, so that joined they are the text.

    Examples
    --------
    >>> from workings.data.byte_pairs import cut
    >>> print(cut("J'ai faim ."))
    ['J', "'", 'ai', ' faim', ' .']
    """
    return re.findall(r" ?\w+| ?[^\w\s]+| ", text)


def learn_merges(counts: Mapping[str, int], number: int) -> list[Merge]:
    """Return the pairs of pieces to be merged, in this order, from how often each word occurs.

    Every word starts as its characters. The most frequent pair of neighbours becomes one piece, in all words;
    then the next; of equally frequent pairs the first by name. Fewer than ``number`` come back if no pair is
    left that occurs twice.

    Examples
    --------
    >>> from workings.data.byte_pairs import learn_merges
    >>> print(learn_merges({"low": 5, "lower": 2, "new": 3}, 3))
    [('l', 'o'), ('lo', 'w'), ('e', 'w')]

    Source: Sennrich, Haddow and Birch 2016, section 3.2.
    """
    words = [(list(word), count) for word, count in sorted(counts.items())]
    totals: Counter[Merge] = Counter()
    places: dict[Merge, set[int]] = defaultdict(set)
    for place, (pieces, count) in enumerate(words):
        for pair in pairwise(pieces):
            totals[pair] += count
            places[pair].add(place)
    heap = [(-total, pair) for pair, total in totals.items()]
    heapq.heapify(heap)
    merges: list[Merge] = []
    while heap and len(merges) < whole(number, "number"):
        total, best = heapq.heappop(heap)
        if -total != totals[best]:  # counted anew since
            continue
        if -total < 2:
            break
        merges.append(best)
        changed: set[Merge] = set()
        for place in places.pop(best):
            pieces, count = words[place]
            merged = _merged(pieces, best)
            for pair in pairwise(pieces):
                totals[pair] -= count
                changed.add(pair)
            for pair in pairwise(merged):
                totals[pair] += count
                places[pair].add(place)
                changed.add(pair)
            words[place] = (merged, count)
        for pair in changed:
            heapq.heappush(heap, (-totals[pair], pair))
    return merges


def _merged(pieces: list[str], pair: Merge) -> list[str]:
    found: list[str] = []
    place = 0
    while place < len(pieces):
        if tuple(pieces[place : place + 2]) == pair:
            found.append(pieces[place] + pieces[place + 1])
            place += 2
        else:
            found.append(pieces[place])
            place += 1
    return found


class BytePairs:
    """Cut texts by learnt merges; the pieces joined are the text again.

    Examples
    --------
    >>> from workings.data.byte_pairs import BytePairs
    >>> pairs = BytePairs.learn(["low lower", "low low new"], 4)
    >>> print(pairs.pieces("slow low"))
    ('s', 'low', ' low')
    """

    def __init__(self, merges: Iterable[Merge]) -> None:
        """Keep the merges with their ranks."""
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self._known: dict[str, tuple[str, ...]] = {}

    @classmethod
    def learn(cls, texts: Iterable[str], number: int) -> BytePairs:
        """Learn at most ``number`` merges from texts."""
        return cls(learn_merges(Counter(word for text in texts for word in cut(text)), number))

    def pieces(self, text: str) -> tuple[str, ...]:
        """Cut a text into pieces."""
        return tuple(piece for word in cut(text) for piece in self._cut_word(word))

    def _cut_word(self, word: str) -> tuple[str, ...]:
        if word not in self._known:
            pieces = list(word)
            while len(pieces) > 1:
                best = min(
                    pairwise(pieces),
                    key=lambda pair: self.ranks.get(pair, len(self.ranks)),
                )
                if best not in self.ranks:
                    break
                pieces = _merged(pieces, best)
            self._known[word] = tuple(pieces)
        return self._known[word]
