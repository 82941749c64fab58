"""How far a recurrent network with attention reaches: gradients over distance, and a task to learn."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from workings.byhand.recurrent import rnn_jacobians, rnn_states
from workings.claims.attention_rnn import inputs, states_of
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close
from workings.models.attentive_rnn import AttentiveRecurrent
from workings.models.recurrent import Recurrent


def reach(kind: str, T: int, seed: int, radius: float = 0.9) -> float:
    """Return the spectral norm of the derivative of the last output by the first input.

    ``kind``: plain, added ($h_t = r_t + a_t$), or beside (attention over plain states, not fed back).
    """
    build = AttentiveRecurrent if kind == "added" else Recurrent
    net = build(4, 16, radius=radius, seed=seed, dtype=torch.float64)
    X = inputs(T, seed).requires_grad_()
    states = states_of(net, X)[0]  # (T, d_h)
    last = states[-1]
    if kind == "beside":
        last = torch.softmax(states[:-1] @ last, dim=0) @ states[:-1]
    rows = [torch.autograd.grad(last[i], X, retain_graph=True)[0][0, 0] for i in range(16)]
    return float(torch.linalg.matrix_norm(torch.stack(rows), 2))


@claim(
    r"Attention carries gradient over distance. At spectral radius $\tfrac{9}{10}$ and 60 steps the plain "
    r"network's derivative of the last state by the first input is below $10^{-20}$; with attention beside "
    r"the network it is above $10^{-4}$; with $h_t = r_t + a_t$ it is above 1.",
    answers=("s3.5.a",),
)
def gradient_reaches() -> Evidence:
    """Measure by autograd for three seeds; multiply the Jacobians by hand for the plain network."""
    measured = {kind: [reach(kind, 60, seed) for seed in range(3)] for kind in ("plain", "beside", "added")}
    net = Recurrent(4, 16, radius=0.9, seed=0, dtype=torch.float64)
    W_xh, W_hh = net.W_xh.detach().numpy(), net.W_hh.detach().numpy()
    H = rnn_states(inputs(60).numpy(), W_xh, W_hh)[0]
    product = np.diag(1 - H[1] ** 2)
    for jacobian in rnn_jacobians(H[1:], W_hh):
        product = product @ jacobian
    by_hand = float(np.linalg.norm(W_xh @ product, 2))
    return Evidence(
        [
            close("by hand, product of Jacobians over autograd", by_hand / measured["plain"][0], 1, 1e-8),
            at_most("autograd, plain, greatest of three", max(measured["plain"]), 1e-20),
            at_least("autograd, beside, least of three", min(measured["beside"]), 1e-4),
            at_least("autograd, added, least of three", min(measured["added"]), 1),
        ],
        {kind: {"median": float(np.median(norms))} for kind, norms in measured.items()},
    )


def linear_reach(matrix: np.ndarray, T: int = 100) -> float:
    """Return the norm of the last state's derivative by the first input, over that after one step."""
    net = Recurrent(4, len(matrix), "linear", dtype=torch.float64)
    with torch.no_grad():
        net.W_hh.copy_(torch.from_numpy(matrix))
    X = inputs(T).requires_grad_()
    last = states_of(net, X)[0, -1]
    rows = [torch.autograd.grad(one, X, retain_graph=True)[0][0, 0] for one in last]
    norms = [torch.linalg.matrix_norm(x, 2) for x in (torch.stack(rows), net.W_xh.detach())]
    return float(norms[0] / norms[1])


@claim(
    r"Gradients of a recurrent network need not vanish. A linear one with an orthogonal $W_{hh}$ keeps "
    r"their norm over any distance; times $\tfrac{9}{10}$ they vanish, times $\tfrac{6}{5}$ they explode.",
    answers=("s3.5.a",),
)
def three_fates() -> Evidence:
    """Measure by autograd over 100 steps, and take powers by hand."""
    rotation = np.linalg.qr(np.random.default_rng(15).normal(size=(8, 8)))[0]
    norms = {scale: linear_reach(scale * rotation) for scale in (0.9, 1.0, 1.2)}
    powers = [float(np.linalg.norm(np.linalg.matrix_power(scale * rotation, 99), 2)) for scale in norms]
    return Evidence(
        [
            close(
                "autograd over the scale's power",
                [norm / scale**99 for scale, norm in norms.items()],
                [1] * 3,
                1e-9,
            ),
            close(
                "NumPy, norms of the powers",
                [p / s**99 for p, s in zip(powers, norms, strict=True)],
                [1] * 3,
                1e-9,
            ),
        ],
        {"0_9": norms[0.9], "1": norms[1.0], "1_2": norms[1.2]},
    )


def recall_accuracy(attend: bool, T: int, seed: int, steps: int) -> float:
    """Train to name the first of T inputs, one of four symbols, at the end; return accuracy on new ones."""
    generator = torch.Generator().manual_seed(seed)
    net = (AttentiveRecurrent if attend else Recurrent)(6, 16, radius=0.9, seed=seed)
    read_out = (0.2 * torch.randn(16, 4, generator=generator)).requires_grad_()
    optimiser = torch.optim.Adam([*net.parameters(), read_out], lr=3e-3)

    def batch(count: int) -> tuple[Tensor, Tensor]:
        symbols = torch.randint(4, (count,), generator=generator)
        X = torch.zeros(count, T, 6)
        X[:, 0, :4] = nn.functional.one_hot(symbols, 4).float()
        X[:, 1:, 4:] = torch.randn(count, T - 1, 2, generator=generator)  # noise
        return X, symbols

    for _ in range(steps):
        X, symbols = batch(64)
        loss = nn.functional.cross_entropy(states_of(net, X)[:, -1] @ read_out, symbols)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
    with torch.no_grad():
        X, symbols = batch(512)
        return float(((states_of(net, X)[:, -1] @ read_out).argmax(1) == symbols).double().mean())


@claim(
    r"Attention helps a trained network over distance: asked after 30 steps which of four symbols came "
    r"first, a tanh network with attention is right nearly always after 150 training steps, the same "
    r"network without is right by chance after 400. Asked after 5 steps, the plain network learns it too.",
    answers=("s3.5.a",),
)
def attention_recalls() -> Evidence:
    """Train both networks at two distances, with two seeds each."""
    runs = {"plain_5": (False, 5, 400), "plain_30": (False, 30, 400), "attentive_30": (True, 30, 150)}
    accuracy = {
        name: [recall_accuracy(attend, T, seed, steps) for seed in (0, 1)]
        for name, (attend, T, steps) in runs.items()
    }
    return Evidence(
        [
            at_least("plain, 5 steps, worse of two seeds", min(accuracy["plain_5"]), 0.9),
            at_most("plain, 30 steps, better of two", max(accuracy["plain_30"]), 0.35),
            at_least("with attention, 30 steps, worse of two", min(accuracy["attentive_30"]), 0.9),
        ],
        {name: float(np.mean(both)) for name, both in accuracy.items()},
    )
