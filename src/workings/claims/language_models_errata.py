"""What misleads in the published answers to document 001, problems 2 (a) and 3 (b): line by line."""

from __future__ import annotations

import math

from workings.claims import characters_and_words, passages
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import close, equal
from workings.data.small_texts import ARTICLE, HELD_OUT, SONNETS, verse
from workings.data.symbols import split_words
from workings.models.language_measures import unknown_sweep, word_bits


@erratum(
    r"Character models are not limited to a fixed vocabulary, and so handle unknown words.",
    truth=r"Their vocabulary is fixed as well: the characters of the training text. A character outside it "
    r"has no row in the table, so it is an error, or an unknown symbol, or (if a row was reserved) a row "
    r"that was never trained. What is open is the set of *words* that can be spelt in known characters.",
    question="s1.2.a.1",
    corrected=characters_and_words.fixed_alphabet,
    certainty="arguable",
    reading=r"“vocabulary” means words, and the text has no character that training lacked",
)
def no_fixed_vocabulary() -> Evidence:
    """Ask whether the characters of the sonnets are enough for an article."""
    known = set(verse())
    lost = sum(one not in known for one in ARTICLE)
    return Evidence(
        [
            equal("characters of the article are all known", set(ARTICLE) <= known, True),
            close("characters of the article that are lost", lost, 0, 0),
        ],
        {"lost": lost},
    )


@erratum(
    r"The bigram word model has a perplexity of $5.8$ on the Shakespeare passage.",
    truth=r"Not for its words. Some 430 words in 1,750 characters at $5.8$ each would be less than two "
    r"thirds of a bit a character, less than a quarter of what the character model beside it needs. A "
    r"value near 5 is what our network pays for the *unknown symbol*: it comes out when nearly all tokens "
    r"are unknown. With words in small letters, most of them known, ours has about 200 a token, and the "
    r"two columns of the published table (tokens, characters) cannot be compared.",
    question="s1.3.b",
    corrected=characters_and_words.one_string,
    certainty="arguable",
    reading=r"per token, nearly all tokens being the unknown symbol",
)
def word_perplexity_below_six() -> Evidence:
    """Measure words of a held-out sonnet with most words known, and with the unknown ones spelt out."""
    train, dev = split_words(verse()), split_words(SONNETS[HELD_OUT])
    rows = unknown_sweep(train, dev, (320, 640))
    spelt = word_bits(train, dev, 50)
    bits = math.log2(5.77) * spelt["tokens"] / spelt["characters"]
    return Evidence(
        [
            close("bigrams, 320 words and one symbol", rows[0]["perplexity"], 5.77, 1.0),
            close("bigrams, 640 words and one symbol", rows[1]["perplexity"], 5.77, 1.0),
            close("bits a character, words spelt out", spelt["bits"], bits, 0.5),
        ],
        {
            "published": [5.77, 24.69, 6.90, 15.84],
            "bits_claimed": bits,
            "bits": spelt["bits"],
            "characters": passages.both()["sonnet"],
        },
    )
