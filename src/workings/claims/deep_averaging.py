"""What an averaging network can see: no order, no negation; what each word did, and what deleting it does."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations

import numpy as np
import torch

from workings.byhand.deep_averaging import (
    average_words,
    deep_score,
    deletion_effects,
    linear_score,
    word_contributions,
)
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.small_reviews import small_reviews
from workings.data.symbols import Symbols
from workings.models.deep_averaging import DeepAveragingNetwork, fit_reviews, scores_of
from workings.models.device import device

WIDTH, HIDDEN = 16, 16


@lru_cache(maxsize=1)
def vocabulary() -> Symbols:
    """Return the words of the training reviews."""
    return Symbols.of([word for text, _ in small_reviews()[0] for word in text.split()])


@lru_cache(maxsize=8)
def network(hidden: int = HIDDEN, seed: int = 0) -> DeepAveragingNetwork:
    """Train an averaging network on the 72 small reviews; ``hidden`` 0 is linear."""
    train, symbols = small_reviews()[0], vocabulary()
    model = DeepAveragingNetwork(len(symbols), WIDTH, hidden, torch.Generator().manual_seed(seed)).to(
        device()
    )
    texts = [symbols.encode(text.split()) for text, _ in train]
    fit_reviews(model, texts, [label for _, label in train], 40, 8, 0.01, 0.2, 0.01, seed)
    return model


def weights(model: DeepAveragingNetwork) -> list[np.ndarray]:
    """Return the table and the layers as arrays of float64: matrices as they stand after row vectors."""
    found = [model.words.weight]
    if model.hidden is not None:
        found += [model.hidden.weight.T, model.hidden.bias]
    return [one.detach().double().cpu().numpy() for one in (*found, model.output.weight[0])]


def by_hand(model: DeepAveragingNetwork, tokens: list[int]) -> float:
    """Score a text by hand with a trained model's weights."""
    bias = float(model.output.bias.item())
    if model.hidden is None:
        return linear_score(weights(model)[0], tokens, weights(model)[1], bias)
    table, W_1, b_1, w_2 = weights(model)
    return deep_score(table, tokens, W_1, b_1, w_2, bias)


def words_of(text: str) -> list[int]:
    """Return the numbers of a text's words."""
    return [int(one) for one in vocabulary().encode(text.split())]


@claim(
    r"The averaging network by hand is Torch's `EmbeddingBag` with its layers: the same scores, with and "
    r"without a hidden layer.",
    answers=("s1.4.e",),
)
def same_as_torch() -> Evidence:
    """Score all 96 reviews by hand, by the module, and by a plain embedding whose rows are averaged."""
    texts = [words_of(text) for part in small_reviews() for text, _ in part]
    gaps, averages = {}, []
    for hidden in (0, HIDDEN):
        model = network(hidden)
        gaps[hidden] = np.array([by_hand(model, text) for text in texts]) - scores_of(model, texts)
        plain = torch.nn.functional.embedding(torch.tensor(texts[0]), model.words.weight.detach().cpu()).mean(
            dim=0
        )
        averages.append(float(np.abs(average_words(weights(model)[0], texts[0]) - plain.numpy()).max()))
    return Evidence(
        [
            close("linear, 96 reviews", np.abs(gaps[0]).max(), 0, 1e-4),
            close("one hidden layer, 96 reviews", np.abs(gaps[HIDDEN]).max(), 0, 1e-4),
            close("means of embeddings", max(averages), 0, 1e-6),
        ],
        {"reviews": len(texts), "words": len(vocabulary())},
    )


@claim(
    r"Put the words of a review in any order: the score of an averaging network stays. Exactly so in exact "
    r"arithmetic; in floating point a sum depends on its order in the last digits.",
    answers=("s1.4.e",),
)
def order_is_not_seen() -> Evidence:
    """Score all orders of five words, 200 orders of a long review in two precisions, and whole numbers."""
    model = network()
    five = words_of("the plot is a joy")
    every = [by_hand(model, list(order)) for order in permutations(five)]
    rng = np.random.default_rng(0)
    long = words_of("stunning pictures , great music , wonderful actors , and nothing happens")
    orders = [rng.permutation(long) for _ in range(200)]
    spread = {}
    for name, kind in (("float32", torch.float32), ("float64", torch.float64)):
        twin = DeepAveragingNetwork(len(vocabulary()), WIDTH, HIDDEN).to(kind)
        twin.load_state_dict({key: one.to(kind) for key, one in network().state_dict().items()})
        spread[name] = float(np.ptp(scores_of(twin, orders)))
    whole_numbers = rng.integers(-9, 9, size=(len(vocabulary()), 4)) * 12  # sums without rounding
    exact = {average_words(whole_numbers, order.tolist()).tobytes() for order in orders}
    return Evidence(
        [
            close("120 orders of five words, by hand", np.ptp(every), 0, 1e-12),
            close("200 orders, Torch, float64", spread["float64"], 0, 1e-12),
            close("200 orders, Torch, float32", spread["float32"], 0, 1e-4),
            equal("200 orders, whole numbers: different means", len(exact), 1),
            at_least(
                "deleting a word instead moves the score by",
                float(np.abs(deletion_effects(lambda t: by_hand(model, list(t)), long)).max()),
                0.1,
            ),
        ],
        {"float32": spread["float32"], "float64": spread["float64"], "orders": len(orders)},
    )


@claim(
    r"In a linear averaging network each word adds $E_w \cdot w / n$ to the score, wherever it stands, and "
    r"the additions are exact. Deleting it lowers the score by $(E_w \cdot w - m)/(n - 1)$, $m$ being the "
    r"mean of $E_w \cdot w$ over the text: the effects of all deletions add up to 0.",
    answers=("s1.4.e",),
)
def additions_and_deletions() -> Evidence:
    """Add contributions up, delete each word in Torch, and compare with the formula, on 24 reviews."""
    model = network(0)
    table, w = weights(model)
    bias, gaps, formula, sums, reversed_signs, count = float(model.output.bias.item()), [], [], [], 0, 0
    for text, _ in small_reviews()[1]:
        tokens = words_of(text)
        shares = word_contributions(table, tokens, w)
        score = float(scores_of(model, [tokens])[0])
        gaps.append(shares.sum() + bias - score)
        shorter = [tokens[:place] + tokens[place + 1 :] for place in range(len(tokens))]
        deleted = score - scores_of(model, shorter)
        expected = (shares * len(tokens) - shares.sum()) / (len(tokens) - 1)
        formula.append(np.abs(deleted - expected).max())
        sums.append(deleted.sum())
        reversed_signs += int((deleted * shares < 0).sum())
        count += len(tokens)
    return Evidence(
        [
            close("contributions and bias, against Torch's score", gaps, np.zeros(len(gaps)), 1e-4),
            close("deletions in Torch, against the formula", formula, np.zeros(len(formula)), 1e-4),
            close("effects of all deletions of a text, summed", sums, np.zeros(len(sums)), 1e-3),
            at_least("words whose deletion works against their sign", reversed_signs, 1),
        ],
        {"reversed": reversed_signs, "words": count},
    )


@claim(
    r"With a hidden layer, single deletions no longer add up: their effects sum to something else than 0, "
    r"and deleting two words does not do what the two deletions do.",
    answers=("s1.4.e",),
)
def deep_is_not_additive() -> Evidence:
    """Compare sums of deletions, and pairs with singles, for the linear and the deep network."""
    found: dict[str, list[float]] = {"linear": [], "deep": []}
    pairs: dict[str, list[float]] = {"linear": [], "deep": []}
    for name, hidden in (("linear", 0), ("deep", HIDDEN)):
        model = network(hidden)
        for text, _ in small_reviews()[1]:
            tokens = words_of(text)
            score = by_hand(model, tokens)
            effects = deletion_effects(lambda some, model=model: by_hand(model, list(some)), tokens)  # type: ignore[misc]
            found[name].append(float(abs(effects.sum())))
            both = score - by_hand(model, tokens[2:])
            n = len(tokens)
            linear = (effects[0] + effects[1]) * (n - 1) / (n - 2)
            pairs[name].append(float(abs(both - linear)))
    return Evidence(
        [
            at_most("linear: largest sum of a text's effects", max(found["linear"]), 1e-6),
            at_least("deep: largest sum of a text's effects", max(found["deep"]), 0.05),
            at_most("linear: first two deleted together, less the formula", max(pairs["linear"]), 1e-6),
            at_least("deep: the same", max(pairs["deep"]), 0.05),
        ],
        {"sum": max(found["deep"]), "pair": max(pairs["deep"])},
    )
