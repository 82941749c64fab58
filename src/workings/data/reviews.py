"""Real one-sentence reviews with their labels, and a split in which no text stands on both sides."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

import numpy as np

from workings.data.corpora import corpus

POLARITY = "sentence_polarity/sentence_polarity.zip"
Review = tuple[tuple[str, ...], bool]


def sentence_polarity() -> list[Review]:
    """Return the 10,662 sentences of Pang and Lee 2005 as words and whether each is positive."""
    found: list[Review] = []
    with zipfile.ZipFile(corpus(POLARITY)) as archive:
        for name, label in (("rt-polarity.pos", True), ("rt-polarity.neg", False)):
            text = archive.read(f"sentence_polarity/{name}").decode("utf-8")
            found += [(tuple(line.split()), label) for line in text.split("\n") if line.strip()]
    return found


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
