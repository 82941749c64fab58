"""What a causal decoder without positions can tell apart, and what the task needs it to."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from workings.byhand.scaled_attention import causal_mask, self_attention
from workings.byhand.sort_and_deduplicate import decoder_logits
from workings.claims.claim import Evidence, claim
from workings.claims.sort_and_deduplicate import counted
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.sort_and_deduplicate import START, STOP, W_O, E, W
from workings.models.sort_and_deduplicate import SortingTransformer

ORDERS = ((3, 0, 0), (0, 3, 0), (0, 0, 3))  # D A A, A D A, A A D


def random_sorter(n_layer: int, positions: str = "none", seed: int = 0) -> SortingTransformer:
    """Return an untrained transformer over eight symbols, in float64."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return SortingTransformer(8, 16, 2, n_layer, d_ff=32, positions=positions).double()


def spread_at_start(model: SortingTransformer, symbols: tuple[int, ...]) -> float:
    """Return how far the logits after START move when the symbols before it are put in other orders."""
    texts = torch.tensor([[*order, model.n_symbols] for order in set(permutations(symbols))])
    with torch.no_grad():
        last = model(texts)[:, -1]  # (orders, vocab)
    return float((last - last[0]).abs().max())


@claim(
    r"One layer of causal attention without positions reads what stands before a token as a bag: from START "
    r"on, no logit changes when the input is reordered, with any weights. The rows before START do change.",
    answers=("s4.3.2.1",),
)
def one_layer_sees_a_bag() -> Evidence:
    """Reorder the exam's input in fractions and by hand with random weights, and a Torch model's."""
    rng = np.random.default_rng(0)
    head = (rng.normal(size=(4, 2)), rng.normal(size=(4, 2)), rng.normal(size=(4, 2)))
    table, mixing = rng.normal(size=(6, 4)), rng.normal(size=(2, 4))
    outputs = (START, 0, 3)
    texts = [(*order, *outputs) for order in ORDERS]
    rows = [decoder_logits(text, table, [head], mixing) for text in texts]
    exact = [counted(text)[0] for text in texts]
    first_rows = {tuple(map(tuple, weights[:3])) for weights in exact}
    from_start = {tuple(pair for pair in counted(text)[1][3:]) for text in texts}
    return Evidence(
        [
            equal("fractions, exam: versions of the mixed values from START on", len(from_start), 1),
            equal("fractions, exam: versions of the weights before START", len(first_rows), 3),
            close("by hand, random weights, from START on", [r[3:] for r in rows], [rows[0][3:]] * 3, 1e-12),
            at_most(
                "Torch, one layer, spread over 120 orders",
                spread_at_start(random_sorter(1), (5, 0, 3, 7, 2)),
                1e-12,
            ),
        ]
    )


@claim(
    r"Two causal layers without positions are no bag: the first leaves at each place a mean over another "
    r"beginning, and the second sees the difference. The exam's own layer, applied twice with softmax at $T "
    r"= \sqrt2$, tells D A A, A D A and A A D apart at START.",
    answers=("s4.3.2.1",),
)
def two_layers_see_order() -> Evidence:
    """Stack the exam's layer twice by hand; reorder a random Torch model's input, masked and unmasked."""
    twice = []
    for order in ORDERS:
        X = E[[*order, START]]  # (4, d_model)
        for _ in range(2):
            X = self_attention(X, W, W, W, causal_mask(4)) @ W_O
        twice.append(X[-1])
    free = []
    for order in ORDERS:
        X = E[[*order, START]]
        for _ in range(2):
            X = self_attention(X, W, W, W) @ W_O
        free.append(X[-1])
    gap = min(float(np.abs(twice[i] - twice[j]).max()) for i, j in ((0, 1), (0, 2), (1, 2)))
    return Evidence(
        [
            at_least("by hand, exam's layer twice, least difference", gap, 0.002),
            close("by hand, the same without the mask", free, [free[0]] * 3, 1e-12),
            at_least(
                "Torch, two layers, spread over 120 orders",
                spread_at_start(random_sorter(2), (5, 0, 3, 7, 2)),
                0.01,
            ),
        ],
        {"rows": [row[:2].tolist() for row in twice], "least_difference": gap},
    )


@claim(
    r"That the output ignores the order of the input is not enough. Sorting *without* removing duplicates "
    r"ignores it too, and there A A START A A is followed by STOP, A A A START A by A: one bag, one last "
    r"token, two right answers, and one layer without positions gives both the same logits.",
    answers=("s4.3.2.1",),
)
def invariance_is_not_enough() -> Evidence:
    """Count groups with two answers for sorting alone; compare the logits of the two contexts."""
    answers: dict[tuple[int, tuple[int, ...]], set[int]] = {}
    for length in range(1, 5):
        for symbols in product(range(4), repeat=length):
            text = [*symbols, START, *sorted(symbols), STOP]
            for place in range(length, len(text) - 1):
                bag = tuple(sorted(text[: place + 1]))
                answers.setdefault((text[place], bag), set()).add(text[place + 1])
    split = sum(len(found) > 1 for found in answers.values())
    rng = np.random.default_rng(0)
    head = (rng.normal(size=(4, 2)), rng.normal(size=(4, 2)), rng.normal(size=(4, 2)))
    table, mixing = rng.normal(size=(6, 4)), rng.normal(size=(2, 4))
    contexts = ((0, 0, START, 0, 0), (0, 0, 0, START, 0))
    rows = [decoder_logits(text, table, [head], mixing)[-1] for text in contexts]
    model = random_sorter(1)
    with torch.no_grad():
        by_torch = model(torch.tensor([[0, 0, 8, 0, 0], [0, 0, 0, 8, 0]]))[:, -1].numpy()
    return Evidence(
        [
            equal("counting, answers to A A A A, last A", answers[0, (0, 0, 0, 0, START)], {0, STOP}),
            close("by hand, random weights, the two contexts", rows[0], rows[1], 1e-12),
            close("Torch, one layer, the two contexts", by_torch[0], by_torch[1], 1e-12),
        ],
        {"groups": len(answers), "with_two_answers": split},
    )


def first_of_two(n_layer: int, positions: str, steps: int = 80, seed: int = 0) -> float:
    """Train to write, after two different symbols and START, the one that came first; return the accuracy."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = SortingTransformer(8, 16, 1, n_layer, positions=positions)
    texts = torch.tensor([[a, b, 8] for a in range(8) for b in range(8) if a != b])  # (56, 3)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02, fused=True)
    for _ in range(steps):
        loss = cross_entropy(model(texts)[:, -1], texts[:, 0])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        return float((model(texts)[:, -1].argmax(dim=-1) == texts[:, 0]).double().mean())


@claim(
    r"The causal mask alone gives order from the second layer on. Asked which of two symbols came first, a "
    r"model without positions stays at chance with one layer and learns it with two; with positions one "
    r"layer is enough.",
    answers=("s4.3.2.1",),
)
def mask_gives_order() -> Evidence:
    """Train three models on all 56 pairs, two seeds each."""
    accuracy = {
        name: [first_of_two(*setting, seed=seed) for seed in (0, 1)]
        for name, setting in {
            "one_layer": (1, "none"),
            "two_layers": (2, "none"),
            "one_layer_learned": (1, "learned"),
        }.items()
    }
    return Evidence(
        [
            *(at_most(f"one layer, no positions, seed {s}", accuracy["one_layer"][s], 0.5) for s in (0, 1)),
            *(
                at_least(f"two layers, no positions, seed {s}", accuracy["two_layers"][s], 0.95)
                for s in (0, 1)
            ),
            *(
                at_least(f"one layer, learned positions, seed {s}", accuracy["one_layer_learned"][s], 0.95)
                for s in (0, 1)
            ),
        ],
        accuracy,
    )


@claim(
    r"The task needs no positions: the next token is a function of the last token and the *set* of symbols "
    r"so far, input and output together. It is the smallest member of the set that is greater than the last "
    r"token (START: the smallest), or STOP if there is none.",
    answers=("s4.3.2.1",),
)
def set_is_enough() -> Evidence:
    """Group every place of every input of up to five symbols; count groups with two answers."""
    answers: dict[tuple[int, frozenset[int]], set[int]] = {}
    bags: dict[tuple[int, ...], set[int]] = {}
    rule = places = 0
    for length in range(1, 6):
        for symbols in product(range(4), repeat=length):
            text = [*symbols, START, *sorted(set(symbols)), STOP]
            for place in range(length, len(text) - 1):
                last, seen = text[place], frozenset(text[: place + 1]) - {START}
                greater = [s for s in seen if last == START or s > last]
                rule += text[place + 1] == (min(greater) if greater else STOP)
                places += 1
                answers.setdefault((last, seen), set()).add(text[place + 1])
                bags.setdefault(tuple(sorted(text[: place + 1])), set()).add(text[place + 1])
    return Evidence(
        [
            equal(
                "counting, (last token, set) with two answers", sum(len(a) > 1 for a in answers.values()), 0
            ),
            equal("the rule, places where it is right", rule, places),
            at_least(
                "counting, bags without the last token with two answers",
                sum(len(a) > 1 for a in bags.values()),
                1,
            ),
        ],
        {
            "places": places,
            "groups": len(answers),
            "bags": len(bags),
            "ambiguous_bags": sum(len(a) > 1 for a in bags.values()),
        },
    )
