"""Skip connections: the identity term in the product of Jacobians, what it buys and what it needs."""

from __future__ import annotations

import math
from functools import cache
from itertools import combinations

import numpy as np
import sympy
import torch
from sklearn.datasets import load_digits

from workings.byhand.deep_network import deep_gradients, deep_states, layer_weights
from workings.claims.claim import Evidence, claim
from workings.claims.vanishing_depth import by_autograd, first_network, profile
from workings.claims.witness import at_least, at_most, close, equal, estimate
from workings.models.deep_network import DeepNetwork

HE = math.sqrt(2)
SMALL = math.sqrt(1 / 3)  # the gain of Torch's own nn.Linear
SETTINGS: dict[str, dict[str, float | bool | str]] = {
    "plain, sigmoid": {"activation": "sigmoid", "gain": 1.0},
    "plain, ReLU": {"gain": SMALL},
    "plain, ReLU, He": {"gain": HE},
    "skip": {"gain": SMALL, "skip": True},
    "skip, scaled": {"gain": HE, "skip": True, "scale": 50**-0.5},
    "skip, norm": {"gain": HE, "skip": True, "scale": 50**-0.5, "norm": True},
}
STEPS, BATCH = 100, 64


@claim(
    r"With $h_l = h_{l-1} + f_l(h_{l-1})$ each Jacobian is $I + A_l$, and the product over $L$ layers is "
    r"the sum over all $2^L$ ways to take or skip each branch. One of them is $I$: the gradient arrives "
    r"unchanged, plus the rest.",
    answers=("s4.2.3",),
)
def paths() -> Evidence:
    """Expand three layers in symbols that do not commute; sum 256 paths and compare with autograd."""
    A = sympy.symbols("A_1:4", commutative=False)
    product = sympy.expand((1 + A[0]) * (1 + A[1]) * (1 + A[2]))
    rng = np.random.default_rng(0)
    W = layer_weights(8, 5, 1.0, seed=1)
    X, top = rng.normal(size=(1, 5)), rng.normal(size=(1, 5))
    H = deep_states(X, W, "tanh", skip=True)
    jacobians = [
        layer * (1 - np.tanh(below @ layer) ** 2) for layer, below in zip(W, H, strict=False)
    ]  # dh = dh A
    total = np.zeros((5, 5))
    for count in range(9):
        for taken in combinations(range(8), count):
            path = np.eye(5)
            for index in taken:
                path = path @ jacobians[index]
            total += path
    start = torch.from_numpy(X).requires_grad_()
    h = start
    for layer in torch.from_numpy(W):
        h = h + torch.tanh(h @ layer)
    (graph,) = torch.autograd.grad((h * torch.from_numpy(top)).sum(), start)
    by_hand = deep_gradients(H, W, top, "tanh", skip=True)[0]
    return Evidence(
        [
            equal(
                "SymPy, terms of three layers, and the 1",
                [len(product.args), product.args[0]],
                [8, sympy.Integer(1)],
            ),
            close("256 paths against Torch autograd", top @ total.T, graph.numpy(), 1e-10),
            close("by hand against Torch autograd", by_hand, graph.numpy(), 1e-12),
        ]
    )


@claim(
    r"If every branch is zero, a network with skips is the identity and its gradient is exact at any depth; "
    r"a plain one passes nothing. That is a start for training in which every layer counts.",
    answers=("s4.2.3",),
)
def zero_branches() -> Evidence:
    """Set all weights to zero, in Torch and by hand."""
    X = np.random.default_rng(0).normal(size=(2, 4))
    W = np.zeros((50, 4, 4))
    by_hand = deep_gradients(deep_states(X, W, skip=True), W, X, skip=True)[0]
    plain = deep_gradients(deep_states(X, W), W, X)[0]
    net = DeepNetwork(4, 4, depth=50, d=4, skip=True, dtype=torch.float64)
    with torch.no_grad():
        for layer in net.layers:
            layer.zero_()
    states = net.states(torch.from_numpy(X))
    return Evidence(
        [
            equal("by hand, the gradient comes back as it was", by_hand.tolist(), X.tolist()),
            equal("by hand, plain, nothing comes back", float(np.abs(plain).max()), 0.0),
            equal("Torch, last state is the first", bool(torch.equal(states[-1], states[0])), True),
        ]
    )


@claim(
    r"Through 50 ReLU layers with the small weights that Torch draws by itself (variance $\tfrac1{3d}$), a "
    r"plain network keeps less than $10^{-17}$ of the gradient's norm. With skips it does "
    r"not vanish but *grow*, a hundredfold or more.",
    answers=("s4.2.3",),
)
def fifty_layers() -> Evidence:
    """Measure by hand and by autograd, with and without skips; predict the plain one from its variances."""
    plain, skip = float(profile("relu", SMALL)[0]), float(profile("relu", SMALL, True)[0])
    gaps = [by_autograd("relu", SMALL, s) / first_network("relu", SMALL, s) - 1 for s in (False, True)]
    return Evidence(
        [
            close("Torch autograd against by hand, relative", gaps, [0.0, 0.0], 1e-9),
            close("by hand, plain, log to base 6: half a power per layer", math.log(plain, 6), -25, 2),
            at_most("by hand, plain", plain, 1e-17),
            at_least("by hand, with skips", skip, 100),
        ],
        {"plain": plain, "skip": skip},
    )


@claim(
    r"A skip alone is no guarantee: with branches at full strength (He's rule) the gradient *explodes* "
    r"through 50 layers, by more than $10^9$. Scaled by $1/\sqrt{50}$ it stays within a factor of 10. For "
    r"linear branches the squared norm grows by $1 + \alpha^2\,\text{gain}^2$ per layer on average: "
    r"$e$-fold in all for $\alpha = 1/\sqrt L$ and gain 1.",
    answers=("s4.2.3",),
)
def branches_need_a_scale() -> Evidence:
    """Measure both by hand and by autograd; average the linear case over networks."""
    full, scaled = (float(profile("relu", HE, True, scale)[0]) for scale in (1.0, 50**-0.5))
    ratios = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        W = layer_weights(50, 32, 1.0, seed=1_000 + seed)
        X, top = rng.normal(size=(1, 32)), rng.normal(size=(1, 32))
        H = deep_states(X, W, "linear", skip=True, scale=50**-0.5)
        back = deep_gradients(H, W, top, "linear", skip=True, scale=50**-0.5)[0]
        ratios.append(float((back**2).sum() / (top**2).sum()))
    gap = by_autograd("relu", HE, True) / first_network("relu", HE, True) - 1
    return Evidence(
        [
            at_least("by hand, full strength", full, 1e9),
            close("by hand, scaled, log10", math.log10(scaled), 0, 1),
            estimate("drawn, linear branches, squared norm", ratios, (1 + 1 / 50) ** 50),
            close("Torch autograd against by hand, relative", gap, 0, 1e-9),
        ],
        {"full": full, "scaled": scaled, "linear": float(np.mean(ratios))},
    )


@cache
def digits() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return 1 400 training digits and 397 others, 64 pixels each, and their labels."""
    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))
    X = torch.from_numpy(data.data[order] / 16 - 0.3).float()
    y = torch.from_numpy(data.target[order])
    return X[:1_400], y[:1_400], X[1_400:], y[1_400:]


@cache
def curve(name: str) -> tuple[list[float], float]:
    """Train one of the networks of 50 layers on digits; return its losses and its accuracy on the others."""
    X, y, X_test, y_test = digits()
    net = DeepNetwork(64, 10, depth=50, d=32, **SETTINGS[name])  # type: ignore[arg-type]
    optimiser = torch.optim.Adam(net.parameters(), 1e-3)
    generator = torch.Generator().manual_seed(1)
    losses = []
    for _ in range(STEPS):
        pick = torch.randint(0, len(X), (BATCH,), generator=generator)
        loss = torch.nn.functional.cross_entropy(net(X[pick]), y[pick])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    with torch.no_grad():
        right = float((net(X_test).argmax(dim=1) == y_test).double().mean())
    return losses, right
