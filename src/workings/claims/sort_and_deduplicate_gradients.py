"""Which matrices of the exam's decoder get a gradient when the attention is argmax."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import sympy
import torch

from workings.byhand.frozen_attention import frozen_attention_gradients, token_loss_gradient
from workings.byhand.sort_and_deduplicate import decoder_logits, decoder_weights, token_losses
from workings.claims.claim import Evidence, claim
from workings.claims.sort_and_deduplicate import PICKED, RIGHT, TARGETS, counted
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.sort_and_deduplicate import START, TOKENS, W_O, E, W
from workings.models.one_layer_decoder import OneLayerDecoder, next_token_loss

START_AT = {"E": E, "W_Q": W, "W_K": W, "W_V": W, "W_O": W_O}  # the exam's matrices, by name


def loss_at(temperature: float | None = 0, rows: slice = RIGHT, **moved: np.ndarray) -> float:
    """Return the summed loss by hand, with some of the matrices replaced."""
    at = START_AT | moved
    head = (at["W_Q"], at["W_K"], at["W_V"])
    logits = decoder_logits(TOKENS, at["E"], [head], at["W_O"], temperature)
    return float(token_losses(logits[rows], TARGETS).sum())


def differences(name: str, temperature: float | None = 0, step: float = 1e-5) -> np.ndarray:
    """Return the gradient by one matrix by central differences of the by-hand loss."""
    start = START_AT[name]
    gradient = np.zeros_like(start)
    for place in np.ndindex(*start.shape):
        move = np.zeros_like(start)
        move[place] = step
        up, down = (loss_at(temperature, **{name: start + sign * move}) for sign in (1, -1))
        gradient[place] = (up - down) / (2 * step)
    return gradient


def autograd(temperature: float) -> dict[str, np.ndarray | None]:
    """Return what ``backward`` leaves in each parameter of the Torch decoder: a gradient, or None."""
    decoder = OneLayerDecoder(E, W, W, W, W_O, temperature)
    next_token_loss(decoder(torch.tensor([TOKENS]))[0], TOKENS, start=3).backward()
    return {
        name: None if parameter.grad is None else parameter.grad.numpy().reshape(START_AT[name].shape)
        for name, parameter in decoder.named_parameters()
    }


def by_formula(rows: slice = RIGHT) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients by W_V and W_O from the formula with frozen weights."""
    weights = decoder_weights(TOKENS, E, W, W, temperature=0)
    logits = decoder_logits(TOKENS, E, [(W, W, W)], W_O, temperature=0)
    error = np.zeros_like(logits)
    error[rows] = token_loss_gradient(logits[rows], TARGETS)
    return frozen_attention_gradients(weights, E[list(TOKENS)], W, W_O, E, error)


def in_symbols() -> sympy.Matrix:
    """Return the exact gradient by W_V, from counted weights and symbols for its eight entries."""
    values = sympy.Matrix(4, 2, sympy.symbols("v0:8"))
    at = dict(zip(values, [int(x) for x in W.ravel()], strict=True))
    loss = 0
    for row, target in zip(counted()[0][RIGHT], TARGETS, strict=True):
        mixed = sympy.zeros(1, 2)
        for weight, token in zip(row, TOKENS, strict=True):
            if token < 4:
                mixed += sympy.Rational(weight.numerator, weight.denominator) * values[token, :]
        logits = [mixed[1], mixed[0], mixed[1], mixed[0], 0, 0]
        loss += sympy.log(sum(map(sympy.exp, logits))) - logits[target]
    return values.applyfunc(lambda entry: sympy.diff(loss, entry).subs(at))


@claim(
    r"Under argmax attention $W_Q$ and $W_K$ get no gradient, while $W_V$, $W_O$ and $E$ do. In $W_V$ the "
    r"rows of A and D move; those of B and C do not, for neither token occurs.",
    answers=("s4.3.2.5.a",),
)
def who_gets_a_gradient() -> Evidence:
    """Compare what autograd leaves, central differences, the formula for frozen weights, and SymPy."""
    left = autograd(temperature=0)
    by_value, by_output = by_formula()
    symbolic = np.array(in_symbols().evalf(17), dtype=np.float64)
    published, published_output = by_formula(slice(4, 7))
    witnesses = [
        equal("autograd, parameters left with None", [n for n in left if left[n] is None], ["W_Q", "W_K"]),
        at_most("central differences, W_Q", float(np.abs(differences("W_Q")).max()), 1e-9),
        at_most("central differences, W_K", float(np.abs(differences("W_K")).max()), 1e-9),
        close("autograd, W_V", left["W_V"], by_value, 1e-14),
        close("central differences, W_V", differences("W_V"), by_value, 1e-8),
        close("SymPy, W_V", symbolic, by_value, 1e-14),
        close("autograd, W_O", left["W_O"], by_output, 1e-14),
        close("central differences, W_O", differences("W_O"), by_output, 1e-8),
        equal("by hand, rows of W_V that move", np.flatnonzero(by_value.any(axis=1)).tolist(), [0, 3]),
    ]
    return Evidence(
        witnesses,
        {
            "W_V": by_value.tolist(),
            "W_O": by_output.tolist(),
            "norm_W_V": float(np.linalg.norm(by_value)),
            "norm_W_O": float(np.linalg.norm(by_output)),
            "published_rows_W_V": published.tolist(),
            "published_rows_norm_W_V": float(np.linalg.norm(published)),
            "published_rows_W_O": published_output.tolist(),
            "published_rows_norm_W_O": float(np.linalg.norm(published_output)),
        },
    )


def pattern(change: Fraction, which: str) -> list[list[bool]]:
    """Return who attends to whom after the worst move of W_Q or W_K, in fractions."""
    query = {token: list(map(Fraction, pair)) for token, pair in PICKED.items()}
    key = {token: list(map(Fraction, pair)) for token, pair in PICKED.items()}
    if which == "W_Q":
        query[0] = [query[0][0] + change, query[0][1] - change]
    else:
        key[0][1] -= change
        key[3][1] += change
    rows = []
    for place in range(3, 6):
        asking = query[TOKENS[place]]
        scores = [asking[0] * key[t][0] + asking[1] * key[t][1] for t in TOKENS[: place + 1]]
        rows.append([score == max(scores) for score in scores])
    return rows


@claim(
    r"The loss is constant while $W_Q$ moves by less than $3/\sqrt2$ (Frobenius norm), in any direction, "
    r"and the same for $W_K$. At $3/\sqrt2$, in the worst direction, D ties with A in row 5.",
    answers=("s4.3.2.5.a",),
)
def flat_ball() -> Evidence:
    """Count unchanged losses after random moves by hand; find the edge in fractions along one direction."""
    rng, base, kept = np.random.default_rng(0), loss_at(), {}
    for name, start in START_AT.items():
        moves = rng.normal(size=(300, *start.shape))
        lengths = 3 / np.sqrt(2) * rng.uniform(size=300) / np.linalg.norm(moves, axis=(1, 2))
        moved = [loss_at(**{name: start + r * move}) for r, move in zip(lengths, moves, strict=True)]
        kept[name] = sum(abs(loss - base) < 1e-12 for loss in moved)
    below, edge = Fraction(1499, 1000), Fraction(3, 2)  # each of two entries moves: the norm is √2 of that
    names = ("W_Q", "W_K")
    same = [pattern(below, name) == pattern(Fraction(0), name) for name in names]
    tied = [pattern(edge, name)[1] for name in names]
    return Evidence(
        [
            equal("by hand, losses unchanged, W_Q, of 300", kept["W_Q"], 300),
            equal("by hand, losses unchanged, W_K, of 300", kept["W_K"], 300),
            equal("by hand, losses unchanged, W_V and W_O, of 600", kept["W_V"] + kept["W_O"], 0),
            equal("fractions, pattern just below the edge is the old one", same, [True, True]),
            equal("fractions, row 5 at the edge", tied, [[True, True, True, False, True]] * 2),
        ],
        {"radius": 3 / 2**0.5, "unchanged": kept},
    )


def descent_by_hand(steps: int, rate: float) -> list[float]:
    """Return the losses of gradient descent on W_V and W_O with the formula for frozen weights."""
    weights, X = decoder_weights(TOKENS, E, W, W, temperature=0), E[list(TOKENS)]
    W_V, mixing, losses = W.copy(), W_O.copy(), []
    for _ in range(steps + 1):
        logits = weights @ X @ W_V @ mixing @ E.T  # (7, 6)
        losses.append(float(token_losses(logits[RIGHT], TARGETS).sum()))
        error = np.zeros_like(logits)
        error[RIGHT] = token_loss_gradient(logits[RIGHT], TARGETS)
        by_value, by_output = frozen_attention_gradients(weights, X, W_V, mixing, E, error)
        W_V, mixing = W_V - rate * by_value, mixing - rate * by_output
    return losses


@claim(
    r"With argmax attention, gradient descent on the one example still lowers the loss, from above 8 to "
    r"below 1 in 200 steps of rate $\tfrac1{10}$: $W_V$ and $W_O$ learn although $W_Q$ and $W_K$ stand "
    r"still.",
    answers=("s4.3.2.5.a",),
)
def values_still_learn() -> Evidence:
    """Descend by hand with the formula and in Torch with its own optimiser; compare the two ways down."""
    by_hand = descent_by_hand(200, 0.1)
    decoder = OneLayerDecoder(E, W, W, W, W_O, temperature=0)
    decoder.E.requires_grad_(False)
    optimiser = torch.optim.SGD([p for p in decoder.parameters() if p.requires_grad], lr=0.1)
    by_torch = []
    for _ in range(201):
        loss = next_token_loss(decoder(torch.tensor([TOKENS]))[0], TOKENS, start=3)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        by_torch.append(loss.item())
    still = [torch.equal(p.detach()[0], torch.from_numpy(W)) for p in (decoder.W_Q, decoder.W_K)]
    return Evidence(
        [
            at_least("by hand, first loss", by_hand[0], 8),
            at_most("by hand, loss after 200 steps", by_hand[200], 1),
            close("Torch SGD, every loss on the way", by_torch, by_hand, 1e-9),
            equal("Torch SGD, W_Q and W_K unchanged", still, [True, True]),
        ],
        {"first": by_hand[0], "after_100": by_hand[100], "last": by_hand[200]},
    )


@claim(
    r"Where keys that differ tie, zero temperature is not flat but broken: in row 4 the query of START is "
    r"zero, so all keys tie. However little START's embedding moves along an axis, the loss jumps by "
    r"more than $\tfrac25$, and at temperature $T$ the gradient by it grows as $1/T$.",
    answers=("s4.3.2.5.a",),
)
def ties_break() -> Evidence:
    """Move START's embedding by a billionth by hand; compare gradients at two temperatures, two ways."""
    jumps = []
    for place in range(4):
        for sign in (1, -1):
            moved = E.copy()
            moved[START, place] = sign * 1e-9
            jumps.append(loss_at(E=moved) - loss_at())
    norms = {}
    for temperature in (0.1, 0.05):
        gradient = autograd(temperature)["E"]
        norms[temperature] = 0.0 if gradient is None else float(np.linalg.norm(gradient[START]))
    numeric = {t: float(np.linalg.norm(differences("E", t, 1e-7)[START])) for t in norms}
    return Evidence(
        [
            at_least("by hand, smallest jump of the loss", float(np.abs(jumps).min()), 0.4),
            close("autograd, gradient at T = 1/20 over T = 1/10", norms[0.05] / norms[0.1], 2, 0.05),
            close("central differences, the same ratio", numeric[0.05] / numeric[0.1], 2, 0.05),
        ],
        {
            "smallest_jump": float(np.abs(jumps).min()),
            "largest_jump": float(np.abs(jumps).max()),
            "at_a_tenth": norms[0.1],
            "at_a_twentieth": norms[0.05],
        },
    )
