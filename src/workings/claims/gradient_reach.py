"""How much of a gradient reaches a token s steps back: RNN, LSTM, attention."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from workings.byhand.recurrent import jacobian_norms, rnn_states
from workings.byhand.scaled_attention import attention_weights
from workings.byhand.spectral import with_radius
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close
from workings.models.device import device
from workings.models.heads import MultiHeadAttention

WIDTH = 32


def torch_layer(kind: str, seed: int, forget: float = 0.0) -> nn.Module:
    """Return a layer as Torch draws it, in float64; ``forget`` is added to an LSTM's forget-gate bias."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer: nn.Module
        if kind == "attention":
            layer = MultiHeadAttention(WIDTH, 1, causal=True, fused=False, dtype=torch.float64)
        else:
            made = {"rnn": nn.RNN, "lstm": nn.LSTM}[kind]
            layer = made(WIDTH, WIDTH, batch_first=True, dtype=torch.float64)
    if forget:
        with torch.no_grad():
            layer.get_parameter("bias_ih_l0")[WIDTH : 2 * WIDTH] += forget
    return layer.to(device())


def reach(layer: nn.Module, seq_len: int, seed: int) -> np.ndarray:
    r"""Return $\|\partial y_T / \partial x_{T-s}\|$ (Frobenius) for $s = 0, \dots, T - 1$, random tokens."""
    X = torch.from_numpy(np.random.default_rng(seed).normal(size=(1, seq_len, WIDTH))).to(device())
    X.requires_grad_(True)
    output = layer(X)
    last: Tensor = (output[0] if isinstance(output, tuple) else output)[0, -1]  # (k,)
    rows = [torch.autograd.grad(y, X, retain_graph=True)[0][0] for y in last]  # (T, k) each
    jacobian = torch.stack(rows)  # (k, T, k)
    return np.asarray(jacobian.norm(dim=(0, 2)).flip(0).cpu())


@claim(
    r"In a tanh RNN the gradient over $s$ steps is a product of $s$ Jacobians and dies or grows "
    r"exponentially. With a recurrent matrix of spectral radius $\tfrac12$ less than $10^{-8}$ of it is "
    r"left after $50$ steps; linear, with radius $\tfrac{11}{10}$, it has grown more than $50$-fold.",
    answers=("s0.3.1",),
)
def vanishes_or_explodes() -> Evidence:
    """Multiply Jacobians by hand; take the same derivative by autograd; grow a linear network."""
    rng = np.random.default_rng(1)
    W_xh, drawn = rng.normal(0, 0.2, (8, 8)), rng.normal(size=(8, 8))
    X = rng.normal(size=(1, 51, 8))
    small, large = with_radius(drawn, 0.5), with_radius(drawn, 1.1)
    H = rnn_states(X, W_xh, small)[0]
    norms = jacobian_norms(H, small)
    grown = jacobian_norms(rnn_states(X, W_xh, large, activation="linear")[0], large, "linear")

    def onward(state: Tensor, count: int) -> Tensor:
        for x in torch.from_numpy(X[0, -count:]):
            state = torch.tanh(x @ torch.from_numpy(W_xh) + state @ torch.from_numpy(small))
        return state

    by_torch = [
        torch.linalg.matrix_norm(torch.func.jacrev(onward)(torch.from_numpy(H[-1 - s]), s), 2).item()
        for s in (1, 10, 50)
    ]
    return Evidence(
        [
            close("autograd, relative to by hand", np.array(by_torch) / norms[[0, 9, 49]], np.ones(3), 1e-6),
            at_most("by hand, radius 1/2, 50 steps", norms[49], 1e-8),
            at_most("autograd, radius 1/2, 50 steps", by_torch[2], 1e-8),
            at_least("by hand, linear, radius 11/10, 50 steps", grown[49], 50),
        ],
        {
            "small_10": norms[9],
            "small_50": norms[49],
            "grown_50": grown[49],
            "power_50": 1.1**50,
            "norm": float(np.linalg.norm(large, 2)),
            "rate_500": float(np.linalg.norm(np.linalg.matrix_power(large, 500), 2)) ** (1 / 500),
        },
    )


@claim(
    r"In attention the gradient does not depend on the distance: over $20$ random causal layers of $100$ "
    r"tokens the mean norm $1$ to $20$ steps back and $80$ to $99$ steps back differ by less than a fifth.",
    answers=("s0.3.2",),
)
def attention_reaches_evenly() -> Evidence:
    """Average norms near and far, for attention and, beside it, an RNN as Torch draws it."""
    attention = np.mean([reach(torch_layer("attention", seed), 100, seed) for seed in range(20)], axis=0)
    rnn = np.mean([reach(torch_layer("rnn", seed), 100, seed) for seed in range(3)], axis=0)
    weights = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        weights.append(attention_weights(rng.normal(size=(1, 8)), rng.normal(size=(100, 8)))[0, ::-1])
    alike = np.mean(weights, axis=0)
    near, far = attention[1:21].mean(), attention[80:].mean()
    return Evidence(
        [
            close("autograd, attention, far over near", far / near, 1, 0.2),
            close("by hand, mean weight, far over near", alike[80:].mean() / alike[1:21].mean(), 1, 0.2),
            at_most(
                "autograd, an RNN as Torch draws it, far over near", rnn[80:].mean() / rnn[1:21].mean(), 1e-6
            ),
        ],
        {"attention": float(far / near), "rnn": float(rnn[80:].mean() / rnn[1:21].mean())},
    )


@claim(
    r"Even is not much: at random weights each of $T$ tokens gets about $\tfrac1T$ of the attention, so the "
    r"gradient by one token falls like $\tfrac1T$ with the length of the text, if not with distance. One "
    r"sharp score brings it back.",
    answers=("s0.3.2",),
)
def diluted_not_decayed() -> Evidence:
    """Compare mean norms at 50 and 200 tokens; weigh tokens by hand, with a sharp score and without."""
    mean = {
        t: np.mean([reach(torch_layer("attention", s), t, s)[1:].mean() for s in range(5)]) for t in (50, 200)
    }
    rng, deviation = np.random.default_rng(3), 3**-0.5  # of a projected component, as Torch draws weights
    K, q = rng.normal(0, deviation, (200, WIDTH)), rng.normal(0, deviation, (1, WIDTH))
    shares = 200 * attention_weights(q, K)[0]  # each would be 1 if all were even
    sharp = attention_weights(10 * K[:1], K)[0, 0]
    return Evidence(
        [
            close("autograd, norm at 50 tokens over norm at 200", mean[50] / mean[200], 4, 0.8),
            at_least("by hand, least of 200 weights, times 200", float(shares.min()), 1 / 4),
            at_most("by hand, greatest of 200 weights, times 200", float(shares.max()), 4),
            at_least("by hand, weight of the token that the query matches", sharp, 0.9),
        ],
        {"ratio": float(mean[50] / mean[200]), "sharp": float(sharp)},
    )


@claim(
    r"An LSTM's reach is set by its forget gates: with their bias raised by $5$ the gradient $50$ steps "
    r"back is more than $1000$ times what it is as Torch draws the biases.",
    answers=("s0.3.1",),
)
def lstm_reach() -> Evidence:
    """Compare two biases by autograd; the cell path alone, by hand, is a product of forget gates."""
    plain, open_gate = (
        np.mean([reach(torch_layer("lstm", seed, forget), 60, seed) for seed in range(3)], axis=0)
        for forget in (0.0, 5.0)
    )
    gates = 1 / (1 + np.exp(-np.array([0.0, 5.0])))  # what a gate of zero input gives
    return Evidence(
        [
            at_least("autograd, raised over drawn, 50 steps back", open_gate[50] / plain[50], 1000),
            at_least(
                "by hand, the cell path over 50 steps, raised over drawn", (gates[1] / gates[0]) ** 50, 1000
            ),
        ],
        {"plain_50": float(plain[50]), "open_50": float(open_gate[50])},
    )
