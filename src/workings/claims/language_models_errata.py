"""What misleads in the published answers to document 001, problems 1 (d) to 3 (b): line by line."""

from __future__ import annotations

import math

from workings.claims import characters_and_words, passages, unit_costs
from workings.claims import perplexity as perplexities
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_most, close, equal
from workings.data.small_texts import ARTICLE, HELD_OUT, SONNETS, verse
from workings.data.symbols import split_words
from workings.models.language_measures import unknown_sweep, word_bits


@erratum(
    r"The dev perplexity of the bigram network is $113.3$.",
    truth=r"That is a perplexity per *token*, where every word outside a small vocabulary is one and the "
    r"same token. The number moves with the size of that vocabulary, down to 1, and without it says "
    r"nothing about the model: name the vocabulary and the unknown rate, or let the unknown symbol pay for "
    r"the word that it hides.",
    question="s1.1.d",
    corrected=perplexities.unknown_falls,
    certainty="arguable",
    reading=r"a number to be compared only with models of the same vocabulary on the same tokens",
)
def dev_perplexity_alone() -> Evidence:
    """Change nothing but the vocabulary, and ask whether the perplexity of the same model stays."""
    train, dev = split_words(verse()), split_words(SONNETS[HELD_OUT])
    rows = {row["size"]: row["perplexity"] for row in unknown_sweep(train, dev, (20, 80, 320, 640))}
    return Evidence(
        [
            close("80 words, as with 320 words", rows[80], rows[320], 1.0),
            close("20 words, as with 640 words", rows[20], rows[640], 1.0),
        ],
        {str(size): value for size, value in rows.items()},
    )


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
    r"A character model's smaller vocabulary reduces its memory requirements.",
    truth=r"It reduces the *parameters*. While it trains on one text it keeps five times as many states for "
    r"the way back, and in a wide network that is more memory in all.",
    question="s1.2.a.1",
    corrected=unit_costs.memory,
    certainty="arguable",
    reading=r"memory means the parameters, as in the published sentence on word embeddings",
)
def less_memory() -> Evidence:
    """Compare what is kept for the way back through 1,000 characters in a wide network."""
    kept = unit_costs.memory.decide().values["kept"]["wide"]
    return Evidence(
        [
            at_most("kept in all, characters", kept["characters"]["all"], kept["words"]["all"]),
            at_most("kept states, characters", kept["characters"]["states"], kept["words"]["states"]),
        ],
        {"kept": kept},
    )


@erratum(
    r"Word models process fewer tokens, which makes them computationally more efficient.",
    truth=r"Fewer steps, yes. But each ends in a softmax over the vocabulary: in a network 100 units wide "
    r"5,000 words cost more multiplications than 100 characters for the same text. Width decides, and with "
    r"attention the length of the text.",
    question="s1.2.a.2",
    corrected=unit_costs.costs,
    certainty="arguable",
    reading=r"a wide network, or a transformer on long texts, which the published $O(l^2)$ has in mind",
)
def fewer_tokens_less_work() -> Evidence:
    """Compare multiplications for 1,000 characters in a narrow network: in all, and at the output."""
    work = unit_costs.costs.decide().values["work"]["narrow"]
    return Evidence(
        [
            at_most("multiplications in all, words", work["words"], work["characters"]),
            at_most("multiplications of the output, words", 200 * 5000 * 100, 1000 * 100 * 100),
        ],
        {"work": work},
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
