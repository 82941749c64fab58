"""Whole numbers that do the task with one layer and one head, and how many duplicates softmax bears."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import torch

from workings.byhand.sort_and_deduplicate import argmax_weights, write_greedily
from workings.byhand.sorting_weights import sorting_weights
from workings.claims.claim import Evidence, claim
from workings.claims.witness import equal
from workings.data.sort_and_deduplicate import START, STOP
from workings.models.one_layer_decoder import OneLayerDecoder


@claim(
    r"One layer with one head, $d_k = d_v = 2$ as in the exam, no positions and whole-number weights sorts "
    r"and removes duplicates without a fault, if START and STOP have embeddings of their own. Its attention "
    r"is argmax.",
    answers=("s4.3.2.1", "s4.3.2.5.a"),
)
def one_layer_suffices() -> Evidence:
    """Decode every input of up to four symbols by hand, and of up to five in Torch; try eight symbols."""
    weights = sorting_weights(4)
    inputs = [symbols for length in range(1, 5) for symbols in product(range(4), repeat=length)]
    faults = sum(write_greedily(s, *weights, temperature=0) != sorted(set(s)) for s in inputs)
    table, [(W_Q, W_K, W_V)], mixing = weights
    decoder = OneLayerDecoder(table, W_Q, W_K, W_V, mixing, temperature=1e-3)
    wrong = 0
    for length in range(1, 6):
        texts = [[*s, START, *sorted(set(s)), STOP] for s in product(range(4), repeat=length)]
        for size in {len(text) for text in texts}:
            batch = torch.tensor([text for text in texts if len(text) == size])
            with torch.no_grad():
                chosen = decoder(batch[:, :-1]).argmax(dim=-1)[:, length:]
            wrong += int((chosen != batch[:, length + 1 :]).sum())
    rng, eight = np.random.default_rng(1), sorting_weights(8)
    long = [rng.integers(8, size=30).tolist() for _ in range(40)]
    return Evidence(
        [
            equal(f"by hand, T = 0, faults among all {len(inputs)} inputs of 1 to 4", faults, 0),
            equal("Torch, T = 1/1000, wrong tokens, all 1364 inputs of 1 to 5", wrong, 0),
            equal(
                "by hand, T = 0, 8 symbols, faults among 40 inputs of 30",
                sum(write_greedily(s, *eight, temperature=0) != sorted(set(s)) for s in long),
                0,
            ),
        ],
        {
            "inputs": len(inputs),
            "W_Q": W_Q.tolist(),
            "W_K": W_K.tolist(),
            "W_V": W_V.tolist(),
            "W_O": mixing.tolist(),
        },
    )


@claim(
    r"Softmax attention counts duplicates, argmax does not. With the same weights at $T = 2$, the input C…C "
    r"D is answered C D up to 424 copies of C and wrongly from 425 on, where $(k + 1) > e^6 + 3e^2$: the "
    r"many small weights on C outvote D. Argmax is right for any number.",
    answers=("s4.3.2.1",),
)
def duplicates_swamp_softmax() -> Evidence:
    """Decode by hand below and above the number that the inequality gives; the same with Torch."""
    edge = int(np.floor(np.exp(6) + 3 * np.exp(2)))  # k + 1 copies of C, one written, may be this many
    weights = sorting_weights(4)
    table, [head], mixing = weights
    decoder = OneLayerDecoder(table, *head, mixing, temperature=2)
    outputs, by_torch = {}, {}
    for k in (edge - 1, edge):
        symbols = [2] * k + [3]
        outputs[k] = write_greedily(symbols, *weights, temperature=2) == [2, 3]
        with torch.no_grad():
            by_torch[k] = int(decoder(torch.tensor([[*symbols, START, 2]]))[0, -1].argmax()) == 3
    return Evidence(
        [
            equal("the inequality, most copies", edge - 1, 424),
            equal("by hand, T = 2, right with 424, with 425", list(outputs.values()), [True, False]),
            equal("Torch, T = 2, right with 424, with 425", list(by_torch.values()), [True, False]),
            equal(
                "by hand, T = 0, right with 425",
                write_greedily([2] * edge + [3], *weights, temperature=0),
                [2, 3],
            ),
        ],
        {"most": edge - 1, "edge": float(np.exp(6) + 3 * np.exp(2))},
    )


@claim(
    r"A tie in exact arithmetic need not be one in floating point: a dot product added in another order can "
    r"differ in the last bit, and argmax then gives one copy all the weight. The output stays the same, for "
    r"copies of a token bring the same value.",
    answers=("s4.3.2.2",),
)
def ties_between_copies() -> Evidence:
    """Add tenths, fifths and three tenths from either end: exactly, in Python's floats, in Torch's."""
    parts = (0.1, 0.2, 0.3)
    exact = [Fraction(n, 10) for n in (1, 2, 3)]
    left, right = (parts[0] + parts[1]) + parts[2], parts[0] + (parts[1] + parts[2])
    tensor = torch.tensor(parts, dtype=torch.float64)
    by_torch = [float((tensor[0] + tensor[1]) + tensor[2]), float(tensor[0] + (tensor[1] + tensor[2]))]
    weights = argmax_weights([left, right])
    values = np.array([[3.0, 0.0], [3.0, 0.0]])  # two copies of D
    return Evidence(
        [
            equal(
                "fractions, both orders", (exact[0] + exact[1]) + exact[2], exact[0] + (exact[1] + exact[2])
            ),
            equal("Python, the orders agree", left == right, False),
            equal("Torch, the orders agree", by_torch[0] == by_torch[1], False),
            equal("by hand, weights", weights.tolist(), [1.0, 0.0]),
            equal(
                "by hand, output of the broken and the even tie",
                (weights @ values).tolist(),
                values.mean(axis=0).tolist(),
            ),
        ],
        {"gap": left - right},
    )
