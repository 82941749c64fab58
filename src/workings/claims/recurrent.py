"""Backpropagation through time: a product of Jacobians, and what bounds its norm."""

from __future__ import annotations

from functools import partial

import numpy as np
import sympy
import torch

from workings.byhand.recurrent import jacobian_norms, rnn_backward, rnn_jacobians, rnn_states
from workings.byhand.spectral import spectral_radius, step_bound, with_radius
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most, close, equal

TORCH = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": torch.clone}


def random_network(
    activation: str, radius: float, seed: int = 0, d_h: int = 32, steps: int = 200
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X (1, T, 1), W_xh, W_hh of a spectral radius, and the states (1, T + 1, d_h)."""
    rng = np.random.default_rng(seed)
    W_hh = with_radius(rng.normal(size=(d_h, d_h)), radius)
    W_xh = rng.normal(size=(1, d_h))
    inputs = rng.normal(size=(1, steps, 1)) / 2
    return inputs, W_xh, W_hh, rnn_states(inputs, W_xh, W_hh, activation=activation)


@claim(
    r"Backpropagation through time by hand gives the gradients of $W_{xh}$, $W_{hh}$ and $b$ that autograd "
    r"gives for the same network, to $10^{-12}$, for tanh, sigmoid and ReLU.",
    answers=("s3.1",),
)
def bptt() -> Evidence:
    """Compare with autograd through a loop in Torch, and one entry with central differences."""
    witnesses = []
    rng = np.random.default_rng(3)
    inputs, W_xh = rng.normal(size=(4, 12, 3)), rng.normal(size=(3, 5))
    W_hh, b, weight = rng.normal(size=(5, 5)) / 2, rng.normal(size=5), rng.normal(size=(4, 13, 5))
    for name in ("tanh", "sigmoid", "relu"):
        H = rnn_states(inputs, W_xh, W_hh, b, activation=name)
        by_hand = rnn_backward(inputs, H, W_hh, weight, name)[:3]
        tensors = [torch.from_numpy(array.copy()).requires_grad_() for array in (W_xh, W_hh, b)]
        h, loss = torch.zeros(4, 5, dtype=torch.float64), torch.zeros((), dtype=torch.float64)
        for t in range(12):
            h = TORCH[name](torch.from_numpy(inputs[:, t]) @ tensors[0] + h @ tensors[1] + tensors[2])
            loss = loss + (h * torch.from_numpy(weight[:, t + 1])).sum()
        graph = torch.autograd.grad(loss, tensors)
        gap = max(float(np.abs(one.numpy() - other).max()) for one, other in zip(graph, by_hand, strict=True))
        witnesses.append(close(f"Torch autograd, {name}", gap, 0, 1e-12))
        step = np.zeros((5, 5))
        step[1, 2] = 1e-6
        up, down = (
            float((rnn_states(inputs, W_xh, W_hh + sign * step, b, activation=name) * weight).sum())
            for sign in (1, -1)
        )
        witnesses.append(close(f"central difference, {name}", (up - down) / 2e-6, by_hand[1][1, 2], 1e-6))
    return Evidence(witnesses)


def unroll(h: torch.Tensor, activation: str, driven: torch.Tensor, W_hh: torch.Tensor) -> torch.Tensor:
    """Run the network from a state over what its inputs contribute, in Torch."""
    for row in driven:
        h = TORCH[activation](row + h @ W_hh)
    return h


@claim(
    r"$\partial h_T / \partial h_{T-k}$ is the product of $k$ Jacobians $J_t = W_{hh} "
    r"\operatorname{diag}(\varphi'(z_t))$, for every $k$ from 1 to 200. Its norm never passes $(\lVert "
    r"W_{hh} \rVert_2 \max \varphi')^k$.",
    answers=("s3.1",),
)
def product_of_jacobians() -> Evidence:
    """Compare products with autograd at six distances, and all 200 norms with the bound, in nine settings."""
    witnesses = []
    for name in ("tanh", "sigmoid", "relu"):
        past, gap = 0.0, 0.0
        for radius in (0.5, 1.0, 2.0):
            inputs, W_xh, W_hh, H = random_network(name, radius)
            bound = step_bound(W_hh, name) ** np.arange(1.0, 201.0)
            past = max(past, float((jacobian_norms(H[0], W_hh, name) / bound).max()))
            jacobians = rnn_jacobians(H[0], W_hh, name)
            recurrent, driven = torch.from_numpy(W_hh), torch.from_numpy(inputs[0] @ W_xh)
            for k in (1, 2, 10, 50, 100, 200):
                product = jacobians[-k]
                for J in jacobians[200 - k + 1 :]:
                    product = product @ J
                start = torch.from_numpy(H[0, 200 - k].copy())

                last = partial(unroll, activation=name, driven=driven[200 - k :], W_hh=recurrent)
                graph = torch.func.jacrev(last)(start).numpy().T  # rows: what moved
                gap = max(gap, float(np.abs(graph - product).max() / np.abs(product).max()))
        witnesses.append(close(f"Torch autograd, {name}, relative", gap, 0, 1e-9))
        witnesses.append(at_most(f"norm over its bound, {name}", past, 1 + 1e-12))
    return Evidence(witnesses)


@claim(
    r"If $\lVert W_{hh} \rVert_2 < 1$ for tanh, or below 4 for sigmoid, the gradient dies out whatever the "
    r"inputs: neither slope passes 1, or $\tfrac14$. So neither activation can make a gradient explode; the "
    r"weights must.",
    answers=("s3.1",),
)
def sure_to_vanish() -> Evidence:
    """Find the largest slopes in symbols; look for growth just below the bound, by hand and in Torch."""
    x = sympy.Symbol("x", real=True)
    steepest = [
        sympy.maximum(sympy.diff(f, x), x, sympy.S.Reals) for f in (sympy.tanh(x), 1 / (1 + sympy.exp(-x)))
    ]
    worst = {}
    for name, limit in (("tanh", 1.0), ("sigmoid", 4.0)):
        rng = np.random.default_rng(1)
        ratios = []
        for scale in (0.0, 0.1, 1.0, 10.0):
            W = rng.normal(size=(16, 16))
            W *= 0.99 * limit / np.linalg.norm(W, 2)
            bias = -W.sum(axis=0) / 2 if name == "sigmoid" else np.zeros(16)  # at h = 1/2 every slope is 1/4
            start = np.full((1, 16), 0.5 if name == "sigmoid" else 0.0)
            H = rnn_states(
                scale * rng.normal(size=(1, 60, 4)), rng.normal(size=(4, 16)), W, bias, start, name
            )
            norms = jacobian_norms(H[0], W, name)
            ratios.append(float((norms / 0.99 ** np.arange(1, 61)).max()))
        worst[name] = max(ratios)
    generator = torch.Generator().manual_seed(2)
    Q = torch.linalg.qr(torch.randn(8, 8, generator=generator, dtype=torch.float64))[0] * 0.99
    drive = torch.zeros(60, 8, dtype=torch.float64)
    graph = torch.func.jacrev(partial(unroll, activation="tanh", driven=drive, W_hh=Q))(drive[0])
    return Evidence(
        [
            equal("SymPy, the largest slopes", steepest, [1, sympy.Rational(1, 4)]),
            at_most("by hand, tanh, norm over 0.99 to the k", worst["tanh"], 1 + 1e-9),
            at_most("by hand, sigmoid, norm over 0.99 to the k", worst["sigmoid"], 1 + 1e-9),
            close(
                "Torch, tanh at zero, orthogonal: reaches the bound",
                float(torch.linalg.matrix_norm(graph, 2)),
                0.99**60,
                1e-9,
            ),
        ]
    )


@claim(
    r"With no activation at all a gradient vanishes or explodes too: $\lVert W^k \rVert^{1/k}$ tends to the "
    r"spectral radius $\rho(W)$. The norm decides the first steps, the radius the last ones.",
    answers=("s3.1",),
)
def linear_network() -> Evidence:
    """Take roots of norms of powers, by hand and by Torch; decide a two-by-two case in SymPy."""
    rng = np.random.default_rng(4)
    roots, first = [], []
    for radius in (0.5, 1.0, 2.0):
        W = with_radius(rng.normal(size=(12, 12)), radius)
        H = np.zeros((2001, 12))
        scaled = W / radius  # its powers stay in range
        roots.append(radius * float(jacobian_norms(H, scaled, "linear")[-1]) ** (1 / 2000))
        first.append(float(np.linalg.norm(W, 2)))
    shear = sympy.Matrix([[sympy.Rational(1, 2), 9], [0, sympy.Rational(1, 2)]])
    k = sympy.Symbol("k", integer=True, positive=True)
    corner = sympy.simplify((shear**k)[0, 1])
    by_torch = torch.linalg.matrix_power(torch.tensor([[0.5, 9.0], [0.0, 0.5]], dtype=torch.float64), 100)
    return Evidence(
        [
            close("by hand, the root after 2000 steps", roots, [0.5, 1.0, 2.0], 0.005),
            equal(
                "SymPy, the shear's corner is 9 k / 2^(k-1)",
                sympy.simplify(corner - 9 * k / 2 ** (k - 1)),
                0,
            ),
            close("Torch, the shear after 100 steps", by_torch[0, 1].item(), 9 * 100 / 2.0**99, 1e-30),
            at_least("norm over radius, least", min(np.array(first) / [0.5, 1, 2]), 1.2),
        ],
        {"first_norms": first, "roots": roots},
    )


@claim(
    r"The spectral radii of the factors decide nothing. $J_1 = \begin{pmatrix} 0 & 0 \\ 2 & 0 "
    r"\end{pmatrix}$ and $J_2 = \begin{pmatrix} 0 & 2 \\ 0 & 0 \end{pmatrix}$ have radius 0, yet $(J_1 "
    r"J_2)^k$ has norm $4^k$. And a ReLU network with $\rho(W_{hh}) < \tfrac25$ can explode: a closed unit "
    r"takes away what held the other down.",
    answers=("s3.1",),
)
def radius_is_no_bound() -> Evidence:
    """Multiply exactly; run the ReLU network by hand and by autograd."""
    J_1, J_2 = sympy.Matrix([[0, 0], [2, 0]]), sympy.Matrix([[0, 2], [0, 0]])
    half = sympy.Rational(1, 2)
    exact = sympy.Matrix([[3 * half, -1], [2, -sympy.Rational(7, 5)]])
    radius = max(abs(value) for value in exact.eigenvals())
    W = np.array(exact, dtype=np.float64)
    bias = np.array([1.0, -1e9])  # the second unit stays shut
    H = rnn_states(np.zeros((1, 40, 1)), np.zeros((1, 2)), W, bias, activation="relu")
    norm = jacobian_norms(H[0], W, "relu")[38]  # distance 39
    drive = torch.from_numpy(np.tile(bias, (39, 1)))
    start = torch.from_numpy(H[0, 1].copy())
    graph = torch.func.jacrev(partial(unroll, activation="relu", driven=drive, W_hh=torch.from_numpy(W)))(
        start
    )
    length = np.hypot(1.5, 2.0) * 1.5**38  # the first column of W, then 3/2 a step
    return Evidence(
        [
            equal(
                "SymPy, radii of the factors", [*J_1.eigenvals(), *J_2.eigenvals()], [sympy.Integer(0)] * 2
            ),
            equal("SymPy, ten pairs", (J_1 * J_2) ** 10, sympy.diag(0, 4**10)),
            at_most("SymPy, the radius of the ReLU weights", float(radius), 0.4),
            close("by hand, norm at distance 39, relative", norm / length, 1, 1e-12),
            close(
                "Torch autograd, norm at distance 39, relative",
                float(torch.linalg.matrix_norm(graph, 2)) / length,
                1,
                1e-12,
            ),
        ],
        {"radius": float(radius), "norm": float(norm), "by_numpy": spectral_radius(W)},
    )
