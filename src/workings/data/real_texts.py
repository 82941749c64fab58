"""The real corpora of the language models, as words, characters, vectors: for records, never at build."""

from __future__ import annotations

import re

import numpy as np

from workings.data.corpora import corpus
from workings.data.symbols import UNKNOWN, Symbols

SHAKESPEARE = "tinyshakespeare/input.txt"
PASSAGES = {
    "shakespeare": "lm_passages/shakespeare_for_perplexity.txt",
    "wikipedia": "lm_passages/wikipedia_for_perplexity.txt",
}
WIKITEXT = {"train": "wikitext2/test.txt", "dev": "wikitext2/valid.txt"}
GLOVE = "glove_6b_50d_5k/glove.6B.50d.5k.txt"
_MARKS = {"@-@": "-", "@,@": ",", "@.@": ".", "<unk>": UNKNOWN}


def read(path: str) -> str:
    """Return a file of the manifest as text."""
    return corpus(path).read_text(encoding="utf-8")


def nine_tenths(path: str) -> tuple[Symbols, np.ndarray, np.ndarray]:
    """Return a text's characters, and the text as their numbers: the first nine tenths, and the rest."""
    text = read(path)
    symbols = Symbols(sorted(set(text)))
    numbers, cut = symbols.encode(text), int(0.9 * len(text))
    return symbols, numbers[:cut], numbers[cut:]


def passage(name: str) -> str:
    """Return one of the two passages of document 001."""
    return read(PASSAGES[name])


def without_passage(text: str) -> str:
    """Return tiny Shakespeare without the passage, which stands inside it; what is around it closes up."""
    held = passage("shakespeare")
    if text.count(held) != 1:
        raise ValueError(f"the passage should stand once in the text, it stands {text.count(held)} times")
    return text.replace(held, "")


def wiki_words(part: str, lower: bool = True) -> list[str]:
    """Return the tokens of wikitext2, a line end after each line; its ``<unk>`` is our unknown symbol."""
    words: list[str] = []
    for line in read(WIKITEXT[part]).split("\n")[:-1]:
        words += [_MARKS.get(word, word.lower() if lower else word) for word in line.split()]
        words.append("\n")
    return words


def wiki_prose(part: str) -> str:
    """Return wikitext2 as prose again: marks joined to their words, headings and ``<unk>`` left out."""
    lines = [line for line in read(WIKITEXT[part]).split("\n") if line.strip() and not line.startswith(" =")]
    text = "\n".join(lines).replace("<unk> ", "")
    for pattern, put in (
        (r" @([-,.])@ ", r"\1"),
        (r" ([,.;:!?)%])", r"\1"),
        (r"\( ", "("),
        (r" ('s|n't|'re|'ve|'ll|'d)\b", r"\1"),
        (r'" ([^"\n]*) "', r'"\1"'),
        (r" +\n +", "\n"),
    ):
        text = re.sub(pattern, put, text)
    return text


def glove() -> tuple[list[str], np.ndarray]:
    """Return GloVe's words and their vectors, shape (words, 50)."""
    rows = [line.split(" ") for line in read(GLOVE).splitlines()]
    return [row[0] for row in rows], np.array([[float(number) for number in row[1:]] for row in rows])
