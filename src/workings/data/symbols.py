"""From text to numbers: words and characters, what is unknown, and normal forms that make less so."""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

UNKNOWN = "<unknown>"
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]|\n")
_LIKE = {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "²": "2", "þ": "t", "Þ": "T", "ð": "d"}


def split_words(text: str, lower: bool = True) -> list[str]:
    r"""Split a text into words (in lower case), punctuation marks and line ends.

    Examples
    --------
    >>> from workings.data.symbols import split_words
    >>> print(split_words("Love's not Time's fool,\nthough"))
    ["love's", 'not', "time's", 'fool', ',', '\n', 'though']
    """
    return _WORD.findall(text.lower() if lower else text)


class Symbols:
    """Tokens and their numbers; the last number is for every token that is not there.

    Examples
    --------
    >>> from workings.data.symbols import Symbols
    >>> symbols = Symbols.of("banana", least=2)
    >>> print(symbols.tokens, symbols.encode("bandana").tolist(), len(symbols))
    ('a', 'n', '<unknown>') [2, 0, 1, 2, 0, 1, 0] 3
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        """Number the tokens in their order."""
        self.tokens = (*tokens, UNKNOWN)
        self.numbers = {token: number for number, token in enumerate(self.tokens)}
        if len(self.numbers) != len(self.tokens):
            raise ValueError("tokens must differ from each other and from the unknown symbol")

    @classmethod
    def of(cls, tokens: Sequence[str], least: int = 1, size: int | None = None) -> Symbols:
        """Number tokens by frequency, then by name: those seen ``least`` times, at most ``size`` of them."""
        counts = Counter(token for token in tokens if token != UNKNOWN)
        ranked = sorted(counts, key=lambda token: (-counts[token], token))
        return cls([token for token in ranked if counts[token] >= least][:size])

    @property
    def unknown(self) -> int:
        """The number of the unknown symbol."""
        return len(self.tokens) - 1

    def __len__(self) -> int:
        """How many numbers there are, the unknown one included."""
        return len(self.tokens)

    def encode(self, tokens: Sequence[str]) -> np.ndarray:
        """Return the tokens' numbers, shape (N,)."""
        return np.array([self.numbers.get(token, self.unknown) for token in tokens], dtype=np.int64)


def printable() -> Symbols:
    """Return the hundred printable ASCII characters, and one unknown symbol for all others.

    Examples
    --------
    >>> from workings.data.symbols import printable
    >>> print(len(printable()), printable().encode("ā")[0] == printable().unknown)
    101 True
    """
    return Symbols(string.printable)


def normal_form(text: str, known: Iterable[str]) -> str:
    """Replace every character outside ``known`` by a known one that is like it; never change the length.

    Accents are dropped, dashes and quotation marks made plain, digits become the digit that is known (if one
    is), brackets commas; what is left over becomes a space.

    Examples
    --------
    >>> from workings.data.symbols import normal_form
    >>> print(normal_form("Māori (1840–1845)", "MAaori ,-3"))
    Maori ,3333-3333,
    """
    alphabet = set(known)
    digit = next((one for one in string.digits if one in alphabet), " ")
    return "".join(one if one in alphabet else _alike(one, alphabet, digit) for one in text)


def _alike(character: str, alphabet: set[str], digit: str) -> str:
    plain = _LIKE.get(character, unicodedata.normalize("NFKD", character)[0])
    tries = (plain, plain.lower(), digit if plain.isdigit() else ",")
    return next((one for one in tries if one in alphabet), " ")


def restoring_bits(original: str, changed: str) -> float:
    r"""Return how many bits it costs to say what the original was, character by character.

    An adaptive code: where the changed text shows $c$, the original $o$ costs
    $-\log_2 \frac{n(c, o) + 1/2}{n(c) + k(c)/2}$, with $n$ counted so far and $k(c)$ the number of different
    originals behind $c$ in this text. Characters with a single original are free.

    Examples
    --------
    >>> from workings.data.symbols import restoring_bits
    >>> print(restoring_bits("abc", "abc"), round(restoring_bits("aA", "aa"), 3))
    0.0 3.0
    """
    if len(original) != len(changed):
        raise ValueError(f"both texts must have one length, got {len(original)} and {len(changed)}")
    kinds = Counter(new for _, new in set(zip(original, changed, strict=True)))
    seen: Counter[tuple[str, str]] = Counter()
    total: Counter[str] = Counter()
    bits = 0.0
    for old, new in zip(original, changed, strict=True):
        bits -= math.log2((seen[old, new] + 0.5) / (total[new] + kinds[new] / 2))
        seen[old, new] += 1
        total[new] += 1
    return bits
