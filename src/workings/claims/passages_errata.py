"""What the published perplexities of the two passages leave unsaid (document 001, problem 3 (b))."""

from __future__ import annotations

import numpy as np

from workings.byhand.perplexity import perplexity
from workings.claims import characters_and_words, passages
from workings.claims.claim import Evidence, erratum
from workings.claims.passages import logs_of
from workings.claims.witness import close, equal
from workings.data.small_texts import ARTICLE, HELD_OUT, SONNETS, verse
from workings.data.symbols import printable
from workings.models.language_measures import character_bits


@erratum(
    r"On Shakespeare the character model has a perplexity of $6.9$: so much on the passage given.",
    truth=r"The passage is a piece of the data set that the model is trained on (each of its 41 lines "
    r"stands in tiny Shakespeare), so unless it was held out the number is a training perplexity. How much "
    r"that flatters depends on the model: little for a small network after few passes, nearly a half for "
    r"counts.",
    question="s1.3.b",
    corrected=passages.leak,
    certainty="arguable",
    reading=r"the passage was held out, which the answer does not say, or training perplexity is meant",
)
def passage_was_read() -> Evidence:
    """Ask whether a sonnet that stood in the training text costs what a held-out one does, at two orders."""
    found = passages.leak.decide().values
    before = 2 ** character_bits(verse() + SONNETS[HELD_OUT], SONNETS[HELD_OUT], 5)
    return Evidence(
        [
            close("read before, as held out, order 3", found["read_before"], found["held_out"], 0.5),
            close(
                "read before, as held out, order 5",
                before,
                2 ** character_bits(verse(), SONNETS[HELD_OUT], 5),
                0.5,
            ),
        ],
        {"held_out": found["held_out"], "read_before": found["read_before"]},
    )


@erratum(
    r"The character model's perplexity on the Wikipedia passage is $15.8$ without any preprocessing.",
    truth=r"The passage has characters that no ASCII alphabet holds (ā, ō, ū, a dash), and digits that no "
    r"play has. A model without a symbol for them gives them probability 0, and the passage an infinite "
    r"perplexity. So they were dropped, or mapped to a symbol: that is preprocessing, and the number "
    r"depends on which.",
    question="s1.3.b",
    corrected=characters_and_words.fixed_alphabet,
    certainty="arguable",
    reading=r"dropping or mapping characters belongs to the model's own tokenizer",
)
def no_preprocessing() -> Evidence:
    """Score the article with no symbol for strange characters, with them dropped, and with one symbol."""
    alphabet, known = printable(), set(verse())
    logs = logs_of(verse(), ARTICLE)
    strange = np.array([one not in known for one in ARTICLE])
    ways = {
        "none": perplexity(np.where(strange, -np.inf, logs)),
        "dropped": perplexity(logs_of(verse(), "".join(one for one in ARTICLE if one in known))),
        "mapped": perplexity(logs),
    }
    return Evidence(
        [
            equal(
                "every character of the article is printable ASCII",
                alphabet.unknown in alphabet.encode(ARTICLE),
                False,
            ),
            close("dropped, as mapped to a symbol", ways["dropped"], ways["mapped"], 1.0),
            close("no symbol, as dropped", ways["none"], ways["dropped"], 1.0),
        ],
        {name: value for name, value in ways.items() if np.isfinite(value)},
    )
