"""What is wrong in the published answers to document 001, problems 1 (d) to 3 (b): each line as it stands."""

from __future__ import annotations

import math

import numpy as np

from workings.byhand.ngrams import count_ngrams, ngram_logs
from workings.byhand.perplexity import perplexity
from workings.claims import characters_and_words, passages
from workings.claims import perplexity as perplexities
from workings.claims.claim import Evidence, erratum
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.small_texts import ARTICLE, HELD_OUT, SONNETS, verse
from workings.data.symbols import Symbols, split_words
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
    truth=r"It reduces the *parameters*. While training on one text the states of all steps are kept, and "
    r"there are about five times as many steps; with attention, 25 times as many pairs.",
    question="s1.2.a.1",
    corrected=characters_and_words.memory,
    certainty="arguable",
    reading=r"memory means the parameters, as in the published sentence on word embeddings",
)
def less_memory() -> Evidence:
    """Compare what is kept for the way back through 1,000 characters, and the pairs of attention."""
    kept = characters_and_words.memory.decide().values["kept"]
    pairs = characters_and_words.costs.decide().values["pairs"]
    return Evidence(
        [
            at_most("kept states, characters against words", kept["characters"], kept["words"]),
            at_most("pairs of attention, characters against words", pairs["characters"], pairs["words"]),
        ],
        {"kept": kept, "pairs": pairs},
    )


@erratum(
    r"Words inherently encode meaning.",
    truth=r"A word enters the model as a number, and numbers can be dealt out anew without changing any "
    r"probability; one-hot words are all equally far apart. Meaning comes from vectors learnt on much text "
    r"(GloVe, or the model's own table), and a character model can learn it too. Words do help: they need "
    r"fewer bits for one and the same string.",
    question="s1.2.a.2",
    corrected=characters_and_words.numbers_mean_nothing,
    certainty="arguable",
    reading=r"the words come with vectors that were learnt before, as GloVe's in the first problem",
)
def words_encode_meaning() -> Evidence:
    """Ask whether one-hot words of like meaning are nearer, and whether the numbering matters."""
    symbols = Symbols.of(split_words(verse()))
    summer, winters, eyes = np.eye(len(symbols))[symbols.encode(["summer", "winters", "eyes"])]
    near, far = float(np.linalg.norm(summer - winters)), float(np.linalg.norm(summer - eyes))
    order = np.random.default_rng(1).permutation(len(symbols))
    text = symbols.encode(split_words(verse()))
    found = [
        perplexity(ngram_logs(count_ngrams(one, 2), one, 2, len(symbols)))
        for one in (text.tolist(), order[text].tolist())
    ]
    return Evidence(
        [
            at_least("like words nearer than unlike ones, one-hot", far - near, 0.1),
            at_least("what other numbers cost, perplexity", found[1] - found[0], 0.1),
        ],
        {"perplexity": found[0]},
    )


@erratum(
    r"Word models process fewer tokens, which makes them computationally more efficient.",
    truth=r"Fewer steps, yes. But each ends in a softmax over the vocabulary: with 5,000 words of 5 "
    r"characters against 100 characters the output layer multiplies ten times as much for the same text. "
    r"The quadratic cost of attention, given as the reason, outweighs that only in long texts; the models "
    r"of this exercise have no attention.",
    question="s1.2.a.2",
    corrected=characters_and_words.costs,
    certainty="arguable",
    reading=r"a transformer on texts so long that attention outweighs the output layer",
)
def fewer_tokens_less_work() -> Evidence:
    """Compare the output layer's multiplications for 1,000 characters, at two sizes."""
    found = characters_and_words.costs.decide().values
    words, characters = (
        sum(2 * size * 100 for _ in range(steps)) for size, steps in ((2000, 200), (100, 1000))
    )
    return Evidence(
        [
            at_most("5,000 words against 100 characters", found["words"], found["characters"]),
            at_most("2,000 words against 100 characters", words, characters),
        ],
        {"ratio": found["words"] / found["characters"], "ratio_2000": words / characters},
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
