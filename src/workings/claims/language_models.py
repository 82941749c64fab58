"""Bigram models: the floor below all of them, the network beside it, and what a loss curve proves."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from workings.byhand.backpropagation import network_backward, network_loss
from workings.byhand.count_vectors import count_vectors
from workings.byhand.ngrams import bigram_parts, mixture_weights
from workings.byhand.perplexity import perplexity
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close
from workings.data.small_texts import HELD_OUT, SONNETS, verse
from workings.data.symbols import Symbols, printable, split_words
from workings.models.device import device
from workings.models.language_measures import counted_bigrams
from workings.models.language_models import (
    BigramNetwork,
    CharacterModel,
    bigram_loss,
    bigram_network_logs,
    character_logs,
    fit_bigrams,
    fit_characters,
)

SIZE, WIDTH, HIDDEN = 100, 20, 24


@lru_cache(maxsize=1)
def small_words() -> tuple[Symbols, np.ndarray, np.ndarray]:
    """Return the 100 most frequent words of eight sonnets, those sonnets as numbers, and the ninth."""
    train = split_words(verse())
    symbols = Symbols.of(train, size=SIZE)
    return symbols, symbols.encode(train), symbols.encode(split_words(SONNETS[HELD_OUT]))


@lru_cache(maxsize=1)
def small_network() -> tuple[BigramNetwork, list[float]]:
    """Train the bigram network on vectors counted on the same eight sonnets."""
    symbols, train, _ = small_words()
    vectors = count_vectors(train.tolist(), len(symbols), WIDTH)
    network = BigramNetwork(vectors, HIDDEN, torch.Generator().manual_seed(0)).to(device())
    return network, fit_bigrams(network, train, steps=150, batch=512, learning_rate=0.02, decay=1.0)


@claim(
    r"The bigram network's loss and the gradient of every parameter, computed by hand with one-hot labels, "
    r"are Torch's, and central differences agree.",
    answers=("s1.1.d",),
)
def network_by_hand() -> Evidence:
    """Compute loss and gradients of 64 bigrams by hand, by autograd, and by central differences."""
    symbols, train, _ = small_words()
    vectors = count_vectors(train.tolist(), len(symbols), WIDTH)
    network = BigramNetwork(vectors, HIDDEN, torch.Generator().manual_seed(1)).double()
    network.vectors = torch.from_numpy(vectors)
    pairs = np.stack([train[:64], train[1:65]], axis=1)  # (B, 2)
    loss = bigram_loss(network, torch.from_numpy(pairs))
    parameters = [
        one.detach().numpy()
        for layer in (network.hidden, network.output)
        for one in (layer.weight.T, layer.bias)
    ]
    x, y = vectors[pairs[:, 0]], np.eye(len(symbols))[pairs[:, 1]]  # (B, D_x), (B, V)
    by_hand = network_backward(x, y, *parameters)
    weights = (network.hidden.weight, network.hidden.bias, network.output.weight, network.output.bias)
    torchs = {
        name: slope.T.numpy() if slope.ndim == 2 else slope.numpy()
        for name, slope in zip(("W_1", "b_1", "W_2", "b_2"), torch.autograd.grad(loss, weights), strict=True)
    }
    rng, differences = np.random.default_rng(0), []
    for _ in range(4):
        ways = [rng.normal(size=one.shape) for one in parameters]
        up, down = (
            network_loss(x, y, *(one + sign * 1e-5 * way for one, way in zip(parameters, ways, strict=True)))
            for sign in (1, -1)
        )
        slope = sum(float((by_hand[name] * way).sum()) for name, way in zip(torchs, ways, strict=True))
        differences.append((up - down) / 2e-5 - slope)
    return Evidence(
        [
            close("Torch's loss", loss.item(), network_loss(x, y, *parameters), 1e-12),
            *(close(f"autograd, {name}", one, by_hand[name], 1e-12) for name, one in torchs.items()),
            close("central differences along four random ways", differences, [0.0] * 4, 1e-8),
        ],
        {"loss": loss.item(), "perplexity": float(np.exp(loss.item())), "size": len(symbols)},
    )


@claim(
    r"No bigram model, counted or neural, has a lower perplexity on a text than the table of bigrams "
    r"counted on that text itself.",
    answers=("s1.1.d",),
)
def floor() -> Evidence:
    """Hold three trained models and two hundred random tables against the floor on the held-out sonnet."""
    symbols, train, dev = small_words()
    counted = counted_bigrams(train, dev, len(symbols))
    network = perplexity(bigram_network_logs(small_network()[0], dev))
    own = counted["floor"]
    pairs, counts = np.unique(np.stack([dev[:-1], dev[1:]]), axis=1, return_counts=True)
    entropy = 0.0  # from the counts of pairs alone: H(pair) - H(first word)
    for tally in (counts, np.bincount(pairs[0], weights=counts)):
        p = tally[tally > 0] / counts.sum()
        entropy = -float((p * np.log(p)).sum()) - entropy
    rng, others = np.random.default_rng(0), []
    table = np.zeros((len(symbols), len(symbols)))
    table[pairs[0], pairs[1]] = counts
    for _ in range(200):
        drawn = table ** rng.uniform(0.3, 2) + rng.uniform(0, 0.1, size=table.shape)
        drawn /= drawn.sum(axis=1, keepdims=True)
        others.append(perplexity(np.log(drawn[dev[:-1], dev[1:]])))
    return Evidence(
        [
            close("entropy of pairs less that of words", np.exp(-entropy), own, 1e-9),
            at_least("counted, interpolated", counted["interpolated"], own),
            at_least("counted, Witten-Bell", counted["witten_bell"], own),
            at_least("the network", network, own),
            at_least("the least of 200 tables near it", min(others), own),
        ],
        {**counted, "network": network, "nearest": min(others)},
    )


@claim(
    r"A bigram network with one-hot inputs and enough hidden units can be any bigram table: trained on a "
    r"text until it stops, it reaches that text's own floor. Word vectors as inputs tie the rows of the "
    r"table together.",
    answers=("s1.1.d",),
)
def network_is_a_table() -> Evidence:
    """Train on the eight sonnets with one-hot inputs of 100 words, and with 4 numbers a word."""
    symbols, train, _ = small_words()
    own = perplexity(np.log(bigram_parts(train, train, len(symbols))[:, 0]))
    reached = {}
    for name, vectors in (
        ("one_hot", 4 * np.eye(len(symbols))),
        ("narrow", count_vectors(train.tolist(), len(symbols), 4)),
    ):
        network = BigramNetwork(vectors, 128, torch.Generator().manual_seed(0)).to(device())
        fit_bigrams(network, train, steps=250, batch=1 << 12, learning_rate=0.03)
        reached[name] = perplexity(bigram_network_logs(network, train))
    return Evidence(
        [
            close("one-hot, perplexity over the floor", reached["one_hot"] / own, 1.02, 0.02),
            at_least("four numbers a word, over the floor", reached["narrow"] / own, 1.05),
            at_least("the floor bounds both", min(reached.values()) / own, 1.0),
        ],
        {"floor": own, **reached},
    )


@claim(
    r"The interpolation weights found by EM make the held-out part likelier than any others, and no round "
    r"makes it less likely. Fitted on the counted text itself they put all weight on the bigram, which then "
    r"gives unseen pairs probability 0."
)
def interpolation() -> Evidence:
    """Follow EM's likelihood, search a grid of weights, and fit on the wrong text."""
    symbols, train, dev = small_words()
    cut = int(len(train) * 0.9)
    parts = bigram_parts(train[:cut], train[cut:], len(symbols))
    path = [np.log(parts @ mixture_weights(parts, rounds)).mean() for rounds in (1, 2, 4, 8, 16, 32, 64, 400)]
    grid = [
        np.log(parts @ np.array([a, b, 1 - a - b])).mean()
        for a in np.arange(0.01, 0.99, 0.02)
        for b in np.arange(0.01, 0.99 - a, 0.02)
    ]
    wrong = mixture_weights(bigram_parts(train, train, len(symbols)), 400)
    unseen = float((bigram_parts(train, dev, len(symbols))[:, 0] == 0).mean())
    return Evidence(
        [
            at_least("least gain from one reading to the next", min(np.diff(path)), 0.0),
            at_most("best of a grid over EM's", max(grid) - path[-1], 1e-9),
            close("weight of the bigram, fitted on its own text", wrong[0], 1, 1e-3),
            at_least("pairs of the ninth sonnet that the eight lack", unseen, 0.2),
        ],
        {"weights": mixture_weights(parts, 400).tolist(), "own_text": wrong.tolist(), "unseen_pairs": unseen},
    )


@claim(
    r"A falling training loss does not show that a model learns how characters follow each other. On "
    r"shuffled characters it falls as well, from $\ln V$ to about their entropy. What shows learning is a "
    r"held-out loss below that of single characters.",
    answers=("s1.2.b",),
)
def loss_falls_on_noise() -> Evidence:
    """Train one small model on the sonnets and one on their characters shuffled; and held-out text."""
    alphabet = printable()
    text, held = alphabet.encode(verse()), alphabet.encode(SONNETS[HELD_OUT])
    rng, found = np.random.default_rng(0), {}
    shares = np.bincount(text) / len(text)
    entropy = -float((shares[shares > 0] * np.log(shares[shares > 0])).sum())
    single = -float(np.log((np.bincount(text, minlength=101) + 0.01)[held] / (len(text) + 1.01)).mean())
    for name, learnt, unseen in (
        ("text", text, held),
        ("shuffled", rng.permutation(text), rng.permutation(held)),
    ):
        model = CharacterModel(len(alphabet), 32, torch.Generator().manual_seed(0)).to(device())
        losses, _ = fit_characters(model, learnt, steps=100, batch=16, length=32, learning_rate=0.01)
        found[name] = (losses[0], float(np.mean(losses[-20:])), float(-character_logs(model, unseen).mean()))
    return Evidence(
        [
            close("both start at the logarithm of 101", [found[n][0] for n in found], [np.log(101)] * 2, 0.1),
            close("shuffled, training loss in the end, entropy", found["shuffled"][1], entropy, 0.1),
            at_most("text, held-out loss against single characters", found["text"][2], single - 0.5),
            at_least(
                "shuffled, held-out loss against single characters", found["shuffled"][2], single - 0.05
            ),
        ],
        {
            "entropy": entropy,
            "single_held": single,
            "log_size": float(np.log(101)),
            **{f"{name}_{what}": one for name in found for what, one in zip(PARTS, found[name], strict=True)},
        },
    )


PARTS = ("first", "last", "held")
