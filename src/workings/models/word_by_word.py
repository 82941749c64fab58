"""Two translators without a network: a dictionary that counts, and the nearest sentence known."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from workings.byhand.arguments import whole

Side = Sequence[Sequence[str]]


def word_translations(sources: Side, targets: Side, rounds: int = 5) -> dict[str, str]:
    r"""Return for each source word its likeliest target word, by IBM model 1.

    Nobody says which word comes from which. Begin with $t(f \mid e)$ equal for all; let every target word
    spread one count over the words of its source by their shares $t(f \mid e) / \sum_{e'} t(f \mid e')$; sum
    the counts over all pairs; divide by each $e$'s total; repeat.

    Examples
    --------
    >>> from workings.models.word_by_word import word_translations
    >>> sources = [("the", "house"), ("the", "book"), ("a", "book")]
    >>> targets = [("das", "Haus"), ("das", "Buch"), ("ein", "Buch")]
    >>> print(word_translations(sources, targets))
    {'a': 'ein', 'book': 'Buch', 'house': 'Haus', 'the': 'das'}

    Source: Brown et al. 1993, section 4.2 (model 1), here without an empty word.
    """
    english = sorted({word for one in sources for word in one})
    french = sorted({word for one in targets for word in one})
    e_number = {word: place for place, word in enumerate(english)}
    f_number = {word: place for place, word in enumerate(french)}
    links, written, total = [], [], 0  # every target word with every word of its source
    for source, target in zip(sources, targets, strict=True):
        e = np.array([e_number[word] for word in source], dtype=np.int64)
        f = np.array([f_number[word] for word in target], dtype=np.int64)
        links.append((e[None, :] * len(french) + f[:, None]).ravel())
        written.append(np.repeat(np.arange(total, total + len(f)), len(e)))
        total += len(f)
    kinds, kind = np.unique(np.concatenate(links), return_inverse=True)
    place, e_of = np.concatenate(written), kinds // len(french)
    chance = np.ones(len(kinds))
    for _ in range(whole(rounds, "rounds")):
        share = chance[kind]
        share /= np.bincount(place, share, minlength=total)[place]
        counts = np.bincount(kind, share, minlength=len(kinds))
        chance = counts / np.bincount(e_of, counts, minlength=len(english))[e_of]
    order = np.lexsort((kinds, -chance, e_of))
    first = order[np.unique(e_of[order], return_index=True)[1]]
    return {english[kinds[one] // len(french)]: french[kinds[one] % len(french)] for one in first}


def word_by_word(text: str, dictionary: dict[str, str]) -> str:
    """Translate each word and mark of a text where it stands; a word that is not there is copied.

    Examples
    --------
    >>> from workings.models.word_by_word import word_by_word
    >>> print(word_by_word("the big book.", {"the": "das", "book": "Buch", ".": "."}))
    das big Buch.
    """
    words = [dictionary.get(word, word) for word in marked(text)]
    joined = words[0] if words else ""
    for before, word in pairwise(words):
        joined += word if before in "'-" or word in ".,'-" else f" {word}"
    return joined


def marked(text: str) -> list[str]:
    """Cut a text into words and marks, in their case.

    Examples
    --------
    >>> from workings.models.word_by_word import marked
    >>> print(marked("I'm in."))
    ['I', "'", 'm', 'in', '.']
    """
    return re.findall(r"\w+|[^\w\s]", text)


def nearest_translations(texts: Sequence[str], sources: Sequence[str], targets: Sequence[str]) -> list[str]:
    """Give for each text the translation of the source that shares most words with it, rare ones for more.

    Cosine of tf-idf vectors over words and marks; of equally near ones, the first.

    Examples
    --------
    >>> from workings.models.word_by_word import nearest_translations
    >>> print(nearest_translations(["a red car"], ["a cat", "a car"], ["un chat", "une auto"]))
    ['une auto']
    """
    bags, asked = ([Counter(marked(one.lower())) for one in several] for several in (sources, texts))
    holding = Counter(word for bag in bags for word in bag)  # in how many sources a word stands
    weight = {word: math.log((1 + len(bags)) / (1 + number)) + 1 for word, number in holding.items()}
    standing: dict[str, list[tuple[int, float]]] = {word: [] for word in holding}
    for place, bag in enumerate(bags):
        norm = math.sqrt(sum((count * weight[word]) ** 2 for word, count in bag.items()))
        for word, count in bag.items():
            standing[word].append((place, count * weight[word] / norm))
    columns = {word: np.array(rows).T for word, rows in standing.items()}  # (2, sources that hold it)
    found = []
    for bag in asked:
        likeness = np.zeros(len(bags))
        for word, count in bag.items():
            if word in columns:
                places, shares = columns[word]
                likeness[places.astype(int)] += count * weight[word] * shares
        found.append(targets[int(likeness.argmax())])
    return found
