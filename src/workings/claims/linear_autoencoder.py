"""A linear autoencoder, trained: it finds the subspace of PCA, and not its axes."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from workings.byhand.principal_components import principal_angles, principal_components
from workings.claims.claim import Evidence, claim
from workings.claims.principal_components import error, pixels
from workings.claims.witness import at_least, at_most, close
from workings.models.autoencoder import DenseAutoencoder, train_fully

K = 8


@cache
def trained_linear(seed: int) -> DenseAutoencoder:
    """Return a linear autoencoder with 8 latent numbers, trained on centred digits by L-BFGS."""
    train, _ = pixels()
    net = DenseAutoencoder(64, K, seed=seed, dtype=torch.float64)
    train_fully(net, torch.from_numpy(train - train.mean(axis=0)), steps=500)
    return net


def matrices(net: DenseAutoencoder) -> tuple[np.ndarray, np.ndarray]:
    """Return the encoder's weights (64, 8) and the decoder's (8, 64), as they multiply rows."""
    by_name = {name: one.detach().numpy() for name, one in net.named_parameters()}
    return by_name["encoder.0.weight"].T, by_name["decoder.0.weight"].T


def restored(net: DenseAutoencoder, X: np.ndarray) -> np.ndarray:
    """Return what the net makes of rows that are not centred."""
    mean = pixels()[0].mean(axis=0)
    with torch.no_grad():
        result: np.ndarray = net(torch.from_numpy(X - mean)).numpy() + mean
    return result


@claim(
    r"A linear autoencoder, trained by gradients from random weights, arrives at PCA: with 8 latent "
    r"numbers its error is within $10^{-4}$ of PCA's (relative), and its decoder spans the same subspace, "
    r"all principal angles below half a degree.",
    answers=("s4.1.5",),
)
def reaches_pca() -> Evidence:
    """Train from two seeds; compare errors, angles, and reconstructions of digits never seen."""
    train, test = pixels()
    mean, components, variances = principal_components(train, K)
    best = float(variances[K:].sum() / 64)
    excess, angles, gaps = [], [], []
    for seed in (0, 1):
        net = trained_linear(seed)
        W_d = matrices(net)[1]
        excess.append(error(train, restored(net, train)) / best - 1)
        angles.append(float(np.degrees(principal_angles(W_d, components)[-1])))
        projector = components.T @ components  # (64, 64)
        gaps.append(float(np.abs(restored(net, test) - mean - (test - mean) @ projector).max()))
    spans = [np.linalg.qr(matrices(trained_linear(seed))[1].T)[0] for seed in (0, 1)]
    apart = np.linalg.norm(spans[0] @ spans[0].T - spans[1] @ spans[1].T, 2)
    return Evidence(
        [
            at_most("Torch, error over PCA's, less 1", max(excess), 1e-4),
            at_most("by hand, greatest principal angle in degrees", max(angles), 0.5),
            close("NumPy QR, sine of the greatest angle between the two seeds", apart, 0, 0.01),
            close("by hand, reconstructions of the test against PCA's", max(gaps), 0, 0.02),
        ],
        {"error": best * (1 + excess[0]), "pca": best, "excess": max(excess), "angle": max(angles)},
    )


@claim(
    r"It does not find the components themselves. The rows of its decoder are neither orthogonal nor of "
    r"length 1, two seeds differ, and its latent numbers are correlated; those of PCA never are.",
    answers=("s4.1.5",),
)
def not_the_axes() -> Evidence:
    """Angles between rows of the decoder, correlations of the codes, the map between two seeds."""
    train, _ = pixels()
    X = train - train.mean(axis=0)
    components = principal_components(train, K)[1]
    codes = [X @ matrices(trained_linear(seed))[0] for seed in (0, 1)]
    off = [np.abs(np.corrcoef(one.T) - np.eye(K)).max() for one in (*codes, X @ components.T)]
    W_d = matrices(trained_linear(0))[1]
    unit = W_d / np.linalg.norm(W_d, axis=1, keepdims=True)
    cosines = float(np.abs(unit @ unit.T - np.eye(K)).max())
    change = np.linalg.lstsq(codes[0], codes[1], rcond=None)[0]  # (8, 8)
    misfit = float(np.linalg.norm(codes[0] @ change - codes[1]) / np.linalg.norm(codes[1]))
    return Evidence(
        [
            at_least("Torch, seed 0, greatest correlation of two codes", off[0], 0.1),
            close("by hand, PCA, the same", off[2], 0, 1e-9),
            at_least("Torch, seed 0, greatest cosine of two rows of the decoder", cosines, 0.05),
            at_least(
                "least squares, map of seed 0's codes to seed 1's: distance from the identity",
                float(np.abs(change - np.eye(K)).max()),
                0.5,
            ),
            at_most("least squares, misfit of that map", misfit, 0.01),
        ],
        {"correlation": float(off[0]), "cosine": cosines},
    )


@claim(
    r"Nothing in the error fixes the latent axes. For any invertible $A$ the encoder $W_eA$ with the "
    r"decoder $A^{-1}W_d$ gives the same reconstructions: codes can be turned, sheared and scaled a "
    r"thousandfold. A net with hidden layers allows it as well if the code itself is linear.",
    answers=("s4.1.5",),
)
def turned_latent() -> Evidence:
    """Turn and scale the codes of a linear and of a ReLU net, by hand and in Torch."""
    rng = np.random.default_rng(2)
    X = rng.normal(size=(20, 64))
    W_e, W_d = rng.normal(size=(64, K)), rng.normal(size=(K, 64))
    turn = np.linalg.qr(rng.normal(size=(K, K)))[0]
    shear = rng.normal(size=(K, K)) + 3 * np.eye(K)
    gaps = [
        np.abs(X @ (W_e @ A) @ (np.linalg.inv(A) @ W_d) - X @ W_e @ W_d).max()
        for A in (turn, shear, 1000 * np.eye(K))
    ]
    net = DenseAutoencoder(64, K, hidden=32, dtype=torch.float64)
    x = torch.from_numpy(X)
    before = net(x).detach()
    last, first = [one for one in net.modules() if isinstance(one, torch.nn.Linear)][1:3]
    A = torch.from_numpy(shear)
    with torch.no_grad():
        codes = net.encoder(x)
        last.weight.copy_(A.T @ last.weight)
        last.bias.copy_(last.bias @ A)
        first.weight.copy_(first.weight @ torch.linalg.inv(A).T)
        after = net(x)
        moved = float((net.encoder(x) - codes).abs().max())
    return Evidence(
        [
            close("by hand, turned, sheared, scaled by 1000", gaps, [0, 0, 0], 1e-9),
            close("Torch, with hidden layers, sheared", after.numpy(), before.numpy(), 1e-10),
            at_least("Torch, while the codes moved by", moved, 0.5),
        ]
    )
