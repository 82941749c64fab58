"""Sentence pairs to translate, generated or real: the one interface that models and scores know."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workings.byhand.arguments import whole

PAD, START, END, UNKNOWN = range(4)
SPECIAL = ("<pad>", "<start>", "<end>", "<unknown>")


@dataclass(frozen=True)
class Pair:
    """A sentence and its translation, as tokens.

    ``links``: pairs (target token, source token) known to correspond, empty if nothing is known.
    ``meaning``: what two splits must not share; the source text unless something better is known.

    Examples
    --------
    >>> from workings.data.pairs import Pair
    >>> print(Pair(("twenty", "one"), ("ein", "und", "zwanzig"), frozenset({(0, 1), (2, 0)})).group)
    twenty one
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    links: frozenset[tuple[int, int]] = frozenset()
    meaning: str = ""

    @property
    def group(self) -> str:
        """What decides the split."""
        return self.meaning or " ".join(self.source)


class Vocabulary:
    """Tokens and their numbers; the first four are padding, start, end and unknown.

    Examples
    --------
    >>> from workings.data.pairs import Vocabulary
    >>> words = Vocabulary([("ein", "und", "zwanzig"), ("ein",)])
    >>> print(words.encode(("zwanzig", "elf")), words.decode([4, 5, 2, 6]), len(words))
    [6, 3] ('ein', 'und') 7
    """

    def __init__(self, sentences: Iterable[Sequence[str]], size: int | None = None) -> None:
        """Number the tokens by frequency, then by name; keep the ``size`` most frequent, or all."""
        counts = Counter(token for sentence in sentences for token in sentence)
        ranked = sorted(counts, key=lambda token: (-counts[token], token))[:size]
        self.tokens = (*SPECIAL, *ranked)
        self.numbers = {token: number for number, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        """How many tokens there are, the special ones included."""
        return len(self.tokens)

    def encode(self, sentence: Sequence[str]) -> list[int]:
        """Return the tokens' numbers; a token that is not there becomes unknown."""
        return [self.numbers.get(token, UNKNOWN) for token in sentence]

    def decode(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Return the tokens up to the end, without padding and start."""
        found = []
        for number in numbers:
            if number == END:
                break
            if number not in (PAD, START):
                found.append(self.tokens[number])
        return tuple(found)


def split_pairs(
    pairs: Sequence[Pair], development: float = 0.1, test: float = 0.1, seed: int = 0
) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Split into training, development and test so that no meaning stands in two of them.

    Whole groups of pairs go to one part, drawn at random; ``development`` and ``test`` are shares of the
    groups.

    Raises
    ------
    ValueError : shares that leave a part empty.

    Examples
    --------
    >>> from workings.data.pairs import Pair, split_pairs
    >>> pairs = [Pair(("go",), (word,)) for word in ("va", "allez")]
    >>> parts = split_pairs(pairs + [Pair((str(n),), ("x",)) for n in range(8)], 0.2, 0.2)
    >>> print([len({pair.group for pair in part}) for part in parts])
    [5, 2, 2]
    """
    groups = sorted({pair.group for pair in pairs})
    order = np.random.default_rng(seed).permutation(len(groups))
    counts = [round(share * len(groups)) for share in (development, test)]
    if min(*counts, len(groups) - sum(counts)) < 1:
        raise ValueError(
            f"each part needs a group, got {len(groups)} groups for the shares {development} and {test}"
        )
    part_of = {
        groups[place]: 1 if rank < counts[0] else 2 if rank < sum(counts) else 0
        for rank, place in enumerate(order)
    }
    parts: tuple[list[Pair], list[Pair], list[Pair]] = ([], [], [])
    for pair in pairs:
        parts[part_of[pair.group]].append(pair)
    return parts


def leaked_share(training: Iterable[Pair], held_out: Sequence[Pair]) -> float:
    """Return the share of held-out pairs whose meaning stands in training too: 0 is what one wants.

    Examples
    --------
    >>> from workings.data.pairs import Pair, leaked_share
    >>> print(leaked_share([Pair(("go",), ("va",))], [Pair(("go",), ("allez",)), Pair(("run",), ("cours",))]))
    0.5
    """
    seen = {pair.group for pair in training}
    return sum(pair.group in seen for pair in held_out) / len(held_out)


def tokenise(text: str) -> tuple[str, ...]:
    """Cut lower-cased text into words and marks.

    Examples
    --------
    >>> from workings.data.pairs import tokenise
    >>> print(tokenise("Je n'ai pas faim."))
    ('je', 'n', "'", 'ai', 'pas', 'faim', '.')
    """
    return tuple(re.findall(r"\w+|[^\w\s]", text.lower()))


def read_pairs(path: Path | str, limit: int | None = None, max_len: int = 12) -> list[Pair]:
    """Read real pairs: a line each, source, tab, target (further columns are left out).

    The meaning is the source sentence as tokens, so that a sentence with several translations stays in one
    part. Pairs with a side longer than ``max_len`` tokens are skipped.

    Raises
    ------
    ValueError : a line without a tab.
    """
    found: list[Pair] = []
    wanted = whole(limit, "limit") if limit is not None else None
    with Path(path).open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            columns = line.rstrip("\n").split("\t")
            if len(columns) < 2:
                raise ValueError(f"line {number} of {Path(path).name} must hold source, tab, target")
            pair = Pair(tokenise(columns[0]), tokenise(columns[1]))
            if 0 < len(pair.source) <= max_len and 0 < len(pair.target) <= max_len:
                found.append(pair)
            if wanted and len(found) == wanted:
                break
    return found
