"""What a latent space is and is not: each option of the exam's question, decided by a run."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from workings.byhand.principal_components import principal_components, project
from workings.claims.autoencoder import codes_of, decoded, trained_deep
from workings.claims.claim import Evidence, claim
from workings.claims.principal_components import error, pca_error, pixels
from workings.claims.witness import at_least, at_most, close, equal
from workings.data.digits import digits
from workings.models.autoencoder import DenseAutoencoder, train_fully


@claim(
    r"A small code keeps what lowers the error most. With 8 numbers for 64 pixels PCA leaves a third of "
    r"the variance of digits never seen, an autoencoder with hidden layers a quarter, and 8 random "
    r"directions with the best decoder more than half.",
    answers=("s4.1.5",),
)
def keeps_most() -> Evidence:
    """Errors on the test over that of the mean image: PCA, the trained net, drawn directions."""
    train, test = pixels()
    mean = train.mean(axis=0)
    whole = error(test, mean)
    net = trained_deep(8)
    shares = [pca_error(8)[1] / whole, error(test, decoded(net, codes_of(net, test))) / whole]
    drawn = []
    for seed in range(20):
        encoder = np.random.default_rng(seed).normal(size=(64, 8))
        decoder = np.linalg.lstsq((train - mean) @ encoder, train - mean, rcond=None)[0]
        drawn.append(error(test - mean, (test - mean) @ encoder @ decoder) / whole)
    return Evidence(
        [
            close("by hand, PCA", shares[0], 1 / 3, 0.02),
            close("Torch, with hidden layers", shares[1], 1 / 4, 0.05),
            at_least("least squares, the best of 20 drawn encoders", min(drawn), 0.5),
        ],
        {"pca": shares[0], "deep": shares[1], "random": float(np.mean(drawn)), "whole": whole},
    )


@claim(
    r"A code with as many numbers as the input, or more, need not learn anything. With 64 latent numbers a "
    r"linear autoencoder can restore *any* image exactly, white noise too; the code is a copy.",
    answers=("s4.1.5",),
)
def wide_codes_copy() -> Evidence:
    """A rotation by hand; a net with 80 latent numbers, trained on noise; 8 components of digits."""
    train, _ = pixels()
    noise = np.random.default_rng(0).uniform(size=(200, 64))
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(64, 64)))[0]
    wide = DenseAutoencoder(64, 80, dtype=torch.float64)
    noisy = torch.from_numpy(noise - 0.5)
    train_fully(wide, noisy, steps=300)
    with torch.no_grad():
        left = float(((wide(noisy) - noisy) ** 2).mean() / (noisy**2).mean())
    components = principal_components(train, 8)[1]
    narrow = error(noise, project(noise, np.full(64, 0.5), components)[1]) / float((noise - 0.5).var())
    return Evidence(
        [
            close("by hand, 64 numbers, noise", noise @ turn @ turn.T, noise, 1e-12),
            at_most("Torch, 80 numbers, share of the noise that is lost", left, 1e-4),
            at_least("PCA of digits, 8 numbers, share of the noise that is lost", narrow, 0.8),
        ],
        {"wide": left, "narrow": narrow},
    )


def two_classes(count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return points in a plane: two classes one apart along one axis, noise of deviation 5 on the other."""
    rng = np.random.default_rng(3)
    labels = np.arange(count) % 2
    return np.column_stack([labels - 0.5 + 0.05 * rng.normal(size=count), 5 * rng.normal(size=count)]), labels


@claim(
    r"An autoencoder never sees a label, and its code need not separate classes. Two classes that a line "
    r"splits without error lie one apart; noise along the other axis varies more. A code of one number "
    r"keeps the noise, and the classes are gone.",
    answers=("s4.1.5",),
)
def classes_can_vanish() -> Evidence:
    """PCA by hand and a trained linear autoencoder; classify points and codes with scikit-learn."""
    X, labels = two_classes()
    mean, components, _ = principal_components(X, 1)
    codes = [project(X, mean, components)[0]]
    net = DenseAutoencoder(2, 1, dtype=torch.float64)
    centred = torch.from_numpy(X - mean)
    train_fully(net, centred)
    with torch.no_grad():
        codes.append(net.encoder(centred).numpy())
    scores = [LogisticRegression(C=100).fit(one, labels).score(one, labels) for one in (X, *codes)]
    best = [
        max(((one[:, 0] > cut) == labels).mean() for cut in np.sort(one[:, 0]))
        for one in (X, codes[0], -codes[0])
    ]
    return Evidence(
        [
            equal("scikit-learn, accuracy on the points", scores[0], 1.0),
            at_most("scikit-learn, accuracy on PCA's code", scores[1], 0.6),
            at_most("scikit-learn, accuracy on the trained code", scores[2], 0.6),
            equal("by hand, the best threshold on the first axis", float(best[0]), 1.0),
            at_most("by hand, the best threshold on PCA's code", float(max(best[1:])), 0.6),
        ],
        {"points": scores[0], "pca": scores[1], "trained": scores[2]},
    )


def accuracy_of(train_codes: np.ndarray, test_codes: np.ndarray) -> tuple[float, float]:
    """Return the accuracy on the test of scikit-learn's logistic regression, and of least squares by hand."""
    found = digits()
    scale = train_codes.std()
    model = LogisticRegression(max_iter=3000).fit(train_codes / scale, found.train_labels)
    ones = [np.column_stack([codes, np.ones(len(codes))]) for codes in (train_codes, test_codes)]
    weights = np.linalg.lstsq(ones[0], np.eye(10)[found.train_labels], rcond=None)[0]
    by_squares = float(((ones[1] @ weights).argmax(axis=1) == found.test_labels).mean())
    return float(model.score(test_codes / scale, found.test_labels)), by_squares


@claim(
    r"On digits the code is *less* linearly separable than the pixels: from 64 pixels a linear classifier "
    r"gets more than 0.9 of unseen digits right, from 2 latent numbers less than 0.75, of PCA or of an "
    r"autoencoder with hidden layers.",
    answers=("s4.1.5",),
)
def digits_not_separated() -> Evidence:
    """Logistic regression and least squares on pixels, on PCA's codes and on the trained net's."""
    train, test = pixels()
    mean, components, _ = principal_components(train, 2)
    net = trained_deep(2)
    scores = {
        "pixels": accuracy_of(train, test),
        "pca": accuracy_of(*(project(X, mean, components)[0] for X in (train, test))),
        "deep": accuracy_of(*(codes_of(net, X) for X in (train, test))),
    }
    return Evidence(
        [
            at_least("logistic regression, pixels", scores["pixels"][0], 0.9),
            at_least("least squares, pixels", scores["pixels"][1], 0.9),
            at_most("logistic regression, 2 latent numbers", max(scores["pca"][0], scores["deep"][0]), 0.75),
            at_most("least squares, 2 latent numbers", max(scores["pca"][1], scores["deep"][1]), 0.75),
        ],
        {name: pair[0] for name, pair in scores.items()},
    )
