"""Real reviews with their labels, of one sentence and whole; splits with no text on both sides."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

import numpy as np

from workings.data.corpora import corpus

POLARITY = "sentence_polarity/sentence_polarity.zip"
WHOLE = "movie_reviews/movie_reviews.zip"
Review = tuple[tuple[str, ...], bool]


def sentence_polarity() -> list[Review]:
    """Return the 10,662 sentences of Pang and Lee 2005 as words and whether each is positive."""
    found: list[Review] = []
    with zipfile.ZipFile(corpus(POLARITY)) as archive:
        for name, label in (("rt-polarity.pos", True), ("rt-polarity.neg", False)):
            text = archive.read(f"sentence_polarity/{name}").decode("utf-8")
            found += [(tuple(line.split()), label) for line in text.split("\n") if line.strip()]
    return found


def whole_reviews() -> list[tuple[list[tuple[str, ...]], bool]]:
    """Return the 2,000 reviews of Pang and Lee 2004, each as its sentences and whether it is positive."""
    found = []
    with zipfile.ZipFile(corpus(WHOLE)) as archive:
        for name in sorted(one for one in archive.namelist() if one.endswith(".txt")):
            lines = archive.read(name).decode("utf-8").split("\n")
            found.append(([tuple(line.split()) for line in lines if line.strip()], "/pos/" in name))
    return found


def held_parts(
    reviews: Sequence[Review], held: Sequence[Review], count: int, seed: int = 0
) -> list[tuple[list[Review], list[Review]]]:
    """Cut ``held`` into ``count`` parts; give each with all other reviews to train on.

    Examples
    --------
    >>> from workings.data.reviews import held_parts
    >>> reviews = [((str(n // 2),), True) for n in range(20)]
    >>> print([(len(train), len(test)) for train, test in held_parts(reviews, reviews[:8], 2)])
    [(16, 4), (16, 4)]
    """
    texts = sorted({words for words, _ in held})
    order = np.random.default_rng(seed).permutation(len(texts))
    cuts = [{texts[place] for place in order[part::count]} for part in range(count)]
    return [
        ([one for one in reviews if one[0] not in cut], [one for one in reviews if one[0] in cut])
        for cut in cuts
    ]


def split_reviews(
    reviews: Sequence[Review], share: float = 0.1, seed: int = 0
) -> tuple[list[Review], list[Review]]:
    """Split into training and test at random, so that a sentence that occurs twice goes to one side.

    Examples
    --------
    >>> from workings.data.reviews import split_reviews
    >>> train, test = split_reviews([((str(n // 2),), True) for n in range(20)], share=0.3)
    >>> print(len(train), len(test), {words for words, _ in train} & {words for words, _ in test})
    14 6 set()
    """
    texts = sorted({words for words, _ in reviews})
    order = np.random.default_rng(seed).permutation(len(texts))
    held = {texts[place] for place in order[: round(share * len(texts))]}
    train = [one for one in reviews if one[0] not in held]
    return train, [one for one in reviews if one[0] in held]
