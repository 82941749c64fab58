"""The exam's decoder with softmax attention: which gradients come back, and what still cannot be learned."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import sympy
import torch
from torch.nn.functional import cross_entropy, scaled_dot_product_attention

from workings.byhand.softmax import softmax
from workings.byhand.sort_and_deduplicate import decoder_logits, decoder_weights
from workings.claims.claim import Evidence, claim
from workings.claims.sort_and_deduplicate import PUBLISHED, RIGHT, TARGETS
from workings.claims.sort_and_deduplicate_gradients import autograd, differences, loss_at
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.sort_and_deduplicate import IGNORED, START, STOP, TOKENS, W_O, E, W, encode
from workings.models.one_layer_decoder import OneLayerDecoder

ROOT_2 = math.sqrt(2)  # T for keys of width 2
SHORT = [[a] for a in range(4)] + [[a, b] for a in range(4) for b in range(4)]
SHORT += [[a, b, c] for a in range(4) for b in range(4) for c in range(4)]  # 84 inputs of 1 to 3 symbols


def norm(gradient: np.ndarray | None) -> float:
    """Return the Frobenius norm; 0 where autograd left nothing."""
    return 0.0 if gradient is None else float(np.linalg.norm(gradient))


@claim(
    r"With softmax at $T = \sqrt2$ every matrix gets a gradient from the example. Those of $W_Q$ and $W_K$ "
    r"are more than 50 times smaller than that of $W_V$; their rows for B and C are zero, and START, whose "
    r"query is zero, sends them nothing.",
    answers=("s4.3.2.5.b",),
)
def gradients_return() -> Evidence:
    """Compare autograd with central differences of the by-hand loss; drop START's row from the loss."""
    left = autograd(ROOT_2)
    norms = {name: norm(gradient) for name, gradient in left.items()}
    witnesses = [
        close(f"central differences as autograd, {name}", differences(name, None), left[name], 1e-7)
        for name in ("W_Q", "W_K", "W_V", "W_O")
    ]
    decoder = OneLayerDecoder(E, W, W, W, W_O)
    first = cross_entropy(decoder(torch.tensor([TOKENS]))[0, 3:4], torch.tensor([0]))
    from_start = torch.autograd.grad(first, [decoder.W_Q, decoder.W_K])
    moving = [i for i in range(4) if left["W_Q"] is not None and left["W_Q"][i].any()]
    return Evidence(
        [
            *witnesses,
            at_least("autograd, W_V over W_Q", norms["W_V"] / norms["W_Q"], 50),
            at_least("autograd, smallest norm", min(norms.values()), 0.01),
            equal("autograd, rows of W_Q that move", moving, [0, 3]),
            equal("autograd, what START's row sends", [float(g.abs().max()) for g in from_start], [0.0, 0.0]),
        ],
        {"norms": norms, "loss": loss_at(None), "published_rows_loss": loss_at(None, slice(4, 7))}
        | {name: gradient for name, gradient in left.items() if gradient is not None},
    )


def asymptote() -> float:
    r"""Return the limit of $T e^{9/T} \lVert \partial L / \partial W_Q \rVert$ as T goes to 0, by hand.

    In row 5 the query A leaks $e^{-9/T}/3$ to D and to START each; in row 6 the query D leaks $e^{-9/T}/2$
    to each A and to START. To first order in the leak, the gradient by a query is the sum, over what it
    leaks to, of (by how much that value moves the loss) times (its key less the winner's).
    """
    logits = softmax([3.0, 0.0, 3.0, 0.0, 0.0, 0.0])  # row 5; row 6 swaps the pairs
    even, odd = logits[0], logits[1]
    value_a, value_d, nothing = np.array([0.0, 3.0]), np.array([3.0, 0.0]), np.zeros(2)
    by_mixed_5 = np.array([2 * odd - 1, 2 * even])  # D is the target: component 1 writes B and D
    by_mixed_6 = np.array([2 * even, 2 * odd])  # STOP is the target, which no component writes
    query_a = sum(
        by_mixed_5 @ (leak - value_a) * (leak - value_a) / 3 for leak in (value_d, nothing)
    )  # keys are values
    query_d = sum(
        count * (by_mixed_6 @ (leak - value_d)) * (leak - value_d) / 2
        for count, leak in ((3, value_a), (1, nothing))
    )
    return float(np.hypot(np.linalg.norm(query_a), np.linalg.norm(query_d)))


@claim(
    r"As $T \to 0$ the gradient by $W_Q$ dies as $e^{-9/T}/T$, where 9 is the gap between the greatest "
    r"score and the next: at $T = \tfrac1{10}$ it is below $10^{-36}$. Argmax is the end of that road.",
    answers=("s4.3.2.5.a", "s4.3.2.5.b"),
)
def gradient_dies_with_temperature() -> Evidence:
    """Compare autograd and central differences with a first-order expansion in the leaked weight."""
    expected = asymptote()
    norms = {t: norm(autograd(t)["W_Q"]) for t in (2.0, 1.0, 0.5, 0.1)}
    scaled = {t: norms[t] * t * math.exp(9 / t) for t in (1.0, 0.5)}
    numeric = norm(differences("W_Q", 1.0)) * math.exp(9)
    return Evidence(
        [
            close("autograd at T = 1 over the expansion", scaled[1.0] / expected, 1, 2e-3),
            close("autograd at T = 1/2 over the expansion", scaled[0.5] / expected, 1, 1e-6),
            close("central differences at T = 1 over the expansion", numeric / expected, 1, 2e-3),
            at_most("autograd, norm at T = 1/10", norms[0.1], 1e-36),
        ],
        {"limit": expected, "at_2": norms[2.0], "at_1": norms[1.0], "at_half": norms[0.5]},
    )


@claim(
    r"While the embeddings of START and STOP are zeros, both have logit 0 whatever $W_Q$, $W_K$, $W_V$ and "
    r"$W_O$ are: $P(\text{STOP}) = P(\text{START}) < \tfrac12$ in every row, the loss of each STOP stays "
    r"above $\log 2$, and START's row attends evenly. No temperature changes that.",
    answers=("s4.3.2.5.b",),
)
def zero_rows_cannot_stop() -> Evidence:
    """Multiply in symbols; try random matrices by hand; train in Torch from the exam's matrices."""
    row = sympy.Matrix(1, 4, sympy.symbols("r0:4", real=True))
    logits = row * sympy.Matrix(E.astype(int).tolist()).T  # (1, 6)
    rng, greatest, uneven = np.random.default_rng(0), 0.0, 0.0
    for _ in range(200):
        W_Q, W_K, W_V = (3 * rng.normal(size=(4, 2)) for _ in range(3))
        for temperature in (0, None):
            rows = decoder_logits(TOKENS, E, [(W_Q, W_K, W_V)], 3 * rng.normal(size=(2, 4)), temperature)
            greatest = max(greatest, float(softmax(rows)[:, STOP].max()))
            weights = decoder_weights(TOKENS, E, W_Q, W_K, temperature)
            uneven = max(uneven, float(np.abs(weights[START - 1, :4] - 0.25).max()))
    _, probabilities, _ = trained("softmax", steps=100)
    return Evidence(
        [
            equal("SymPy, logits of START and STOP", list(logits[4:]), [0, 0]),
            at_most("by hand, 400 random decoders, greatest P(STOP)", greatest, 0.5),
            equal("by hand, 400 random decoders, START's weights off ¼", uneven, 0.0),
            at_most("Torch, after training, greatest P(STOP)", probabilities, 0.5),
        ],
        {"greatest_random": greatest, "greatest_trained": probabilities, "log_2": math.log(2)},
    )


KINDS = {"argmax": (0.0, False), "softmax": (ROOT_2, False), "softmax, E too": (ROOT_2, True)}


def trained(kind: str, steps: int) -> tuple[list[float], float, float]:
    """Train the exam's decoder on all 84 inputs of one to three symbols, from the exam's matrices.

    Full batches, Adam at rate 0.02. ``kind`` names the attention and whether the embeddings learn.
    Returns the mean loss before each step and after the last, the greatest P(STOP) in a row that predicts,
    and the share of inputs whose whole output is right.
    """
    temperature, embeddings = KINDS[kind]
    decoder = OneLayerDecoder(E, W, W, W, W_O, temperature)
    decoder.E.requires_grad_(embeddings)
    inputs, targets = (torch.from_numpy(array) for array in encode(SHORT, n_symbols=4))  # (84, T)
    optimiser = torch.optim.Adam([p for p in decoder.parameters() if p.requires_grad], lr=0.02)
    losses = []
    for step in range(steps + 1):
        logits = decoder(inputs)  # (84, T, 6)
        loss = cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED)
        losses.append(loss.item())
        if step < steps:
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    counts = targets != IGNORED
    stop = logits.detach().softmax(dim=-1)[..., STOP][counts].max().item()
    right = ((logits.argmax(dim=-1) == targets) | ~counts).all(dim=1).double().mean().item()
    return losses, stop, right


@claim(
    r"The usual scale is $T = \sqrt{d_k}$, the width of a key: $\sqrt2$ here, and what "
    r"`scaled_dot_product_attention` does unless told otherwise. The length of a row of scores, 1 to 7 "
    r"here, plays no part in it, nor the width of the model, 4. The higher $T$, the larger the gradient by "
    r"$W_Q$.",
    answers=("s4.3.2.5.b",),
)
def which_d() -> Evidence:
    """Compare Torch's default with the by-hand weights at T = √2, 2 and √7; losses and gradients at each."""
    X = torch.from_numpy(E[list(TOKENS)] @ W)[None]  # (1, 7, 2)
    kernel = scaled_dot_product_attention(X, X, torch.eye(7).double()[None], is_causal=True)[0].numpy()
    by_hand = {d: decoder_weights(TOKENS, E, W, W, math.sqrt(d)) for d in (2, 4, 7)}
    readings: dict[str, dict[str, Any]] = {}
    witnesses = []
    for d in by_hand:
        T = math.sqrt(d)
        left, name = autograd(T), f"d = {d}"
        readings[str(d)] = {
            "loss": loss_at(T),
            "published_rows_loss": loss_at(T, PUBLISHED),
            "norms": {matrix: norm(gradient) for matrix, gradient in left.items()},
        }
        decoder = OneLayerDecoder(E, W, W, W, W_O, T)
        for rows, hand in ((RIGHT, "loss"), (PUBLISHED, "published_rows_loss")):
            logits = decoder(torch.tensor([TOKENS]))[0, rows]
            loss = cross_entropy(logits, torch.tensor(TARGETS), reduction="sum")
            witnesses.append(close(f"Torch, {hand}, {name}", loss.item(), readings[str(d)][hand], 1e-12))
        late = torch.autograd.grad(loss, [decoder.W_Q, decoder.W_V])
        readings[str(d)]["published_rows_norms"] = {
            matrix: float(gradient.norm()) for matrix, gradient in zip(("W_Q", "W_V"), late, strict=True)
        }
        witnesses.append(close(f"central differences, W_Q, {name}", differences("W_Q", T), left["W_Q"], 1e-7))
    sizes = [one["norms"]["W_Q"] for one in readings.values()]
    row = [sympy.exp(s / sympy.sqrt(2)) for s in (9, 0, 0, 0, 0, 9)]  # row 6
    exact = [float(power / sum(row)) for power in row]
    return Evidence(
        [
            close("Torch's default, by hand at √2", by_hand[2], kernel, 1e-15),
            close("SymPy, row 6 at √2", kernel[5, :6], exact, 1e-15),
            at_least("by hand at √7, off by", float(np.abs(by_hand[7] - kernel).max()), 0.03),
            at_least("by hand at √4, off by", float(np.abs(by_hand[4] - kernel).max()), 0.005),
            *witnesses,
            at_least("least step of W_Q's gradient from 2 to 4 to 7", min(np.diff(sizes)), 0.01),
        ],
        {"readings": readings, "weights": by_hand[2].tolist()},
    )
