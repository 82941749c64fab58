"""What skip connections do for training: it starts, the input stays readable, noise is learnt by heart."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from sklearn.linear_model import LinearRegression

from workings.byhand.deep_network import deep_states, layer_weights
from workings.claims.claim import Evidence, claim
from workings.claims.skip_connections import HE, curve, digits
from workings.claims.witness import at_least, at_most, equal
from workings.models.deep_network import DeepNetwork


@claim(
    r"Fifty layers, 100 steps of Adam on digits: plain networks of sigmoids, or of ReLUs with Torch's own "
    r"weights, stay at guessing. The same depth with skips and normalised, scaled branches gets more than "
    r"85 % of new digits right. Skips without a scale or norm start with a far larger loss.",
    answers=("s4.2.3",),
)
def trains() -> Evidence:
    """Train three networks in Torch from the same seed and test them; take one more's first loss."""
    names = {"sigmoid": "plain, sigmoid", "relu": "plain, ReLU", "norm": "skip, norm"}
    right = {short: curve(name)[1] for short, name in names.items()}
    X, y, _, _ = digits()
    bare = DeepNetwork(64, 10, depth=50, d=32, skip=True)
    first = torch.nn.functional.cross_entropy(bare(X), y).item()
    return Evidence(
        [
            at_most("Torch, plain sigmoid, right", right["sigmoid"], 0.2),
            at_most("Torch, plain ReLU, right", right["relu"], 0.2),
            at_least("Torch, skips with norm and scale, right", right["norm"], 0.85),
            at_least("Torch, first loss with bare skips", first, 1_000),
        ],
        {"right": right, "first_loss": first},
    )


@cache
def readable(skip: bool) -> float:
    """Return the share of the input's variance that a linear map finds in the last of 50 states."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 32))
    H = deep_states(X, layer_weights(50, 32, HE, seed=1), skip=skip, scale=50**-0.5 if skip else 1.0)[-1]
    fitted = LinearRegression().fit(H[:400], X[:400])
    return float(fitted.score(H[400:], X[400:]))


@claim(
    r"With skips the early features are still there: after 50 random layers a linear map reads more than "
    r"four fifths of the input's variance off the last state. In a plain network it finds next to nothing.",
    answers=("s4.2.3",),
)
def input_stays_readable() -> Evidence:
    """Fit linear maps with scikit-learn and by NumPy's least squares, test on new examples."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(600, 32))
    H = deep_states(X, layer_weights(50, 32, HE, seed=1), skip=True, scale=50**-0.5)[-1]
    with_ones = np.hstack([H, np.ones((600, 1))])
    back = with_ones[400:] @ np.linalg.lstsq(with_ones[:400], X[:400], rcond=None)[0]
    left = ((X[400:] - back) ** 2).sum() / ((X[400:] - X[400:].mean(axis=0)) ** 2).sum()
    return Evidence(
        [
            at_least("scikit-learn, skips, share of variance", readable(True), 0.8),
            at_least("NumPy least squares, skips, share of variance", 1 - float(left), 0.8),
            at_most("scikit-learn, plain, share of variance", readable(False), 0.1),
        ],
        {"skip": readable(True), "plain": readable(False)},
    )


@cache
def memorised(skip: bool, share: float, steps: int = 100) -> tuple[float, float]:
    """Train 12 layers on 200 digits, a share of the labels drawn at random; return both accuracies."""
    X, y, X_test, y_test = digits()
    X, labels = X[:200], y[:200].clone()
    generator = torch.Generator().manual_seed(3)
    noisy = torch.rand(200, generator=generator) < share
    labels[noisy] = torch.randint(0, 10, (int(noisy.sum()),), generator=generator)
    net = DeepNetwork(64, 10, depth=12, d=64, skip=skip, scale=12**-0.5 if skip else 1.0)
    optimiser = torch.optim.Adam(net.parameters(), 2e-3)
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(net(X), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        fitted = float((net(X).argmax(dim=1) == labels).double().mean())
        right = float((net(X_test).argmax(dim=1) == y_test).double().mean())
    return fitted, right


@claim(
    r"Skips are no safeguard against overfitting. A network with skips learns 200 digits with *random* "
    r"labels by heart, as well as the plain one does. It has the same number of weights.",
    answers=("s4.2.3",),
)
def learns_noise_by_heart() -> Evidence:
    """Train on random labels, with and without skips, and on three random ones in ten; count weights."""
    skip, plain = memorised(True, 1.0), memorised(False, 1.0)
    mixed = {"skip": memorised(True, 0.3), "plain": memorised(False, 0.3), "clean": memorised(True, 0.0)}
    counts = [
        sum(one.numel() for one in DeepNetwork(64, 10, depth=12, d=64, skip=s).parameters())
        for s in (True, False)
    ]
    return Evidence(
        [
            at_least("Torch, skips, random labels learnt", skip[0], 0.99),
            at_least("Torch, learnt with skips minus learnt without", skip[0] - plain[0], 0),
            at_least(
                "Torch, skips, fall on new digits by noisy labels", mixed["clean"][1] - mixed["skip"][1], 0.05
            ),
            equal("counted, weights with and without", counts[0], counts[1]),
        ],
        {
            "skip": skip[0],
            "plain": plain[0],
            "noisy": {name: one[1] for name, one in mixed.items()},
            "noisy_fit": {name: one[0] for name, one in mixed.items()},
        },
    )
