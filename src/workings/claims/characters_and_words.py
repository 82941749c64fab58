"""Characters against words: what is unknown, and who predicts one string better."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from workings.byhand.ngrams import count_ngrams, ngram_logs, witten_bell
from workings.byhand.perplexity import perplexity
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.small_texts import ARTICLE, HELD_OUT, SONNETS, verse
from workings.data.symbols import Symbols, printable, split_words
from workings.models.language_measures import character_bits, word_bits
from workings.models.language_models import BigramNetwork


@claim(
    r"A character model is limited to a fixed vocabulary too, of characters. Sonnets have no digits and no "
    r"accents: a table of their characters has no row for those of an article. Bytes would close the "
    r"alphabet: 256 suffice for any text.",
    answers=("s1.2.a.1",),
)
def fixed_alphabet() -> Evidence:
    """Look an article's characters up among those of the sonnets, in a set and in an embedding table."""
    symbols = Symbols(sorted(set(verse())))
    numbers = symbols.encode(ARTICLE)
    missing = sorted(set(ARTICLE) - set(verse()))
    octets = torch.tensor(list(ARTICLE.encode()))
    table = nn.Embedding(len(symbols) - 1, 4)  # a row for each known character, none for others
    try:
        table(torch.from_numpy(numbers))
        refused = False
    except IndexError:
        refused = True
    return Evidence(
        [
            at_least("different characters of the article that the sonnets lack", len(missing), 10),
            equal("the embedding table refuses the article", refused, True),
            close(
                "characters lost, counted both ways",
                sum(one in missing for one in ARTICLE),
                (numbers == symbols.unknown).sum(),
                0,
            ),
            equal(
                "a table of 256 bytes reads it", tuple(nn.Embedding(256, 4)(octets).shape), (len(octets), 4)
            ),
        ],
        {
            "missing": len(missing),
            "alphabet": len(symbols) - 1,
            "lost": int((numbers == symbols.unknown).sum()),
            "of": len(ARTICLE),
        },
    )


@claim(
    r"What characters do buy: every word spelt in known characters gets a probability above 0, and likely "
    r"spellings get more. A word model without an unknown symbol gives a new word none; with one, it gives "
    r"all new words the same.",
    answers=("s1.2.a.1",),
)
def new_words() -> Evidence:
    """Ask both kinds of model for the ninth sonnet's new words, and for the same letters put backwards."""
    alphabet, train = printable(), split_words(verse())
    new = sorted({word for word in split_words(SONNETS[HELD_OUT]) if word not in train and len(word) > 3})
    counts = count_ngrams(alphabet.encode(" ".join(train)).tolist(), 4)
    logs = {
        name: [
            ngram_logs(counts, alphabet.encode(f" {word} ").tolist(), 4, len(alphabet))[1:].sum()
            for word in some
        ]
        for name, some in (("forward", new), ("backward", [word[::-1] for word in new]))
    }
    gap = np.array(logs["forward"]) - np.array(logs["backward"])
    words = Symbols(sorted(set(train)))
    known = count_ngrams(words.encode(train).tolist(), 1)
    p_unknown = witten_bell(known, [], words.unknown, len(words))
    return Evidence(
        [
            at_least(
                "least probability of a new word, characters", float(np.exp(min(logs["forward"]))), 1e-300
            ),
            equal("new words have one number among words", set(words.encode(new).tolist()), {words.unknown}),
            at_least("mean gain over the same letters backwards, nats", float(gap.mean()), 2),
            at_most("share of all new words, word model", p_unknown, 0.01),
        ],
        {
            "count": len(new),
            "gain": float(gap.mean()),
            "forward_wins": float((gap > 0).mean()),
            "words": new[:6],
        },
    )


def numbered_anew(size: int = 100) -> tuple[Symbols, np.ndarray, list[np.ndarray]]:
    """Return the words, another order of their numbers, and what counted bigrams give with both, (2, N)."""
    train, dev = split_words(verse()), split_words(SONNETS[HELD_OUT])
    symbols = Symbols.of(train, size=size)
    order = np.random.default_rng(0).permutation(len(symbols))
    found = []
    for rename in (np.arange(len(symbols)), order):
        seen, text = (rename[symbols.encode(words)].tolist() for words in (train, dev))
        found.append(ngram_logs(count_ngrams(seen, 2), text, 2, len(symbols)))
    return symbols, order, found


@claim(
    r"A word's number says nothing of its meaning: numbering the words anew changes no probability of a "
    r"counted model, and one-hot vectors of any two words are equally far apart. Meaning comes in with "
    r"vectors that were learnt.",
    answers=("s1.2.a.2",),
)
def numbers_mean_nothing() -> Evidence:
    """Shuffle the numbers, retrain counts, compare; measure distances; permute a network's rows."""
    symbols, order, found = numbered_anew()
    one_hot = np.eye(len(symbols))
    distances = np.linalg.norm(one_hot[:, None] - one_hot, axis=-1)[np.triu_indices(len(symbols), 1)]
    network = BigramNetwork(one_hot, 8, torch.Generator().manual_seed(0)).double()
    renamed = BigramNetwork(one_hot[np.argsort(order)], 8, torch.Generator().manual_seed(0)).double()
    renamed.load_state_dict({**network.state_dict(), "vectors": network.vectors[np.argsort(order)]})
    words = torch.arange(len(symbols))
    gap = network(words) - renamed(torch.from_numpy(order))
    return Evidence(
        [
            close("counted bigrams, numbered anew", found[0], found[1], 1e-12),
            close("distances of one-hot vectors", distances, np.full(len(distances), math.sqrt(2)), 1e-12),
            close("network, rows moved with the numbers", gap.abs().max().item(), 0, 1e-12),
        ],
        {"perplexity": perplexity(found[0]), "words": len(symbols)},
    )


@claim(
    r"Characters and words can only be compared on one string: bits a character, with unknown words spelt "
    r"out. On the ninth sonnet, after eight, counted words need fewer bits than counted characters; the "
    r"perplexities per token would say the opposite.",
    answers=("s1.2.a.2", "s1.3.b"),
)
def one_string() -> Evidence:
    """Measure counted characters (orders 2 to 5) and word bigrams (four vocabularies) on one string."""
    train, test = split_words(verse()), split_words(SONNETS[HELD_OUT])
    characters = {
        order: character_bits(" ".join(train), " ".join(test) + " ", order) for order in (2, 3, 4, 5)
    }
    words = {size: word_bits(train, test, size) for size in (20, 50, 100, 200)}
    size = min(words, key=lambda one: words[one]["bits"])
    best, order = words[size], min(characters, key=lambda one: characters[one])
    again = math.log2(best["priced"]) * best["tokens"] / best["characters"]
    return Evidence(
        [
            at_most("words less characters, bits a character", best["bits"] - characters[order], -0.05),
            close("bits again, from the perplexity per word", again, best["bits"], 1e-9),
            at_least(
                "perplexity per word token over per character",
                best["perplexity"] / 2 ** characters[order],
                1.2,
            ),
        ],
        {
            "characters": characters[order],
            "order": order,
            "character_perplexity": 2 ** characters[order],
            "words": best["bits"],
            "size": size,
            "word_perplexity": best["perplexity"],
            "spelling": best["spelling_bits"],
            "unknown": best["unknown"],
        },
    )
