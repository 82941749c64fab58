"""Principal components: the best that a linear autoencoder can do, and how to know it."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.decomposition import PCA

from workings.byhand.autoencoder import linear_autoencoder
from workings.byhand.principal_components import principal_components, project
from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, close, equal
from workings.data.digits import digits


def pixels() -> tuple[np.ndarray, np.ndarray]:
    """Return the digits as rows of 64 pixels between 0 and 1: (1437, 64) to train, (360, 64) to test."""
    found = digits()
    return found.train_images.reshape(-1, 64), found.test_images.reshape(-1, 64)


def error(X: np.ndarray, restored: np.ndarray) -> float:
    """Return the mean squared error of a pixel."""
    return float(((X - restored) ** 2).mean())


def pca_error(k: int) -> tuple[float, float]:
    """Return the error of k principal components of the training images, on those and on the test."""
    train, test = pixels()
    mean, components, _ = principal_components(train, k)
    seen, unseen = (error(X, project(X, mean, components)[1]) for X in (train, test))
    return seen, unseen


@claim(
    r"The by-hand components of the digits are scikit-learn's, up to the sign of each, and the "
    r"reconstructions of digits never seen are the same.",
)
def as_in_scikit() -> Evidence:
    """Singular values by hand, scikit-learn's PCA, and eigenvectors of the covariance matrix."""
    train, test = pixels()
    mean, components, variances = principal_components(train, 8)
    theirs = PCA(8, svd_solver="full").fit(train)
    values, vectors = np.linalg.eigh(np.cov(train.T, bias=True))
    restored = theirs.inverse_transform(theirs.transform(test))
    return Evidence(
        [
            close(
                "scikit-learn, |cosine| of each component",
                np.abs((theirs.components_ * components).sum(axis=1)),
                np.ones(8),
                1e-9,
            ),
            close("scikit-learn, reconstructions", restored, project(test, mean, components)[1], 1e-9),
            close("covariance matrix, variances", values[::-1], variances, 1e-12),
            close(
                "covariance matrix, |cosine|",
                np.abs((vectors.T[::-1][:8] * components).sum(axis=1)),
                np.ones(8),
                1e-9,
            ),
        ],
        {"variances": variances[:8].tolist()},
    )


@claim(
    r"The error of $k$ components is the variance along the directions that they leave out: per pixel "
    r"$\frac1{64}\sum_{j>k} \lambda_j$. The digits vary along 61 directions only, for 3 pixels are always "
    r"dark: with $k = 61$ nothing is lost.",
)
def error_is_what_is_left() -> Evidence:
    """The error of reconstructions against variances by hand and eigenvalues; the rank by Torch."""
    train, _ = pixels()
    _, _, variances = principal_components(train, 1)
    values = np.linalg.eigvalsh(np.cov(train.T, bias=True))[::-1]
    ks = (1, 2, 4, 8, 16, 32, 61)
    measured = [pca_error(k)[0] for k in ks]
    shares = variances.cumsum() / variances.sum()
    rank = int(torch.linalg.matrix_rank(torch.from_numpy(train - train.mean(axis=0))))
    return Evidence(
        [
            close("by hand, variances left out", measured, [variances[k:].sum() / 64 for k in ks], 1e-12),
            close("eigenvalues left out", measured, [values[k:].sum() / 64 for k in ks], 1e-12),
            equal("Torch, rank of the centred digits", rank, 61),
            equal("by hand, pixels that are dark in all", int((train.max(axis=0) == 0).sum()), 3),
        ],
        {
            "errors": dict(zip(map(str, ks), measured, strict=True)),
            "total": float(variances.sum() / 64),
            "shares": {str(k): float(shares[k - 1]) for k in ks},
            "for_90": int((shares < 0.9).sum()) + 1,
            "for_95": int((shares < 0.95).sum()) + 1,
        },
    )


@claim(
    r"No linear autoencoder with $k$ latent numbers has a smaller error than $k$ principal components. Of "
    r"300 drawn encoders, each with its *best* decoder, none comes near; steps away from the components "
    r"always cost.",
)
def best_linear() -> Evidence:
    """Least squares for the decoder of drawn encoders, far from PCA and near; the gradient there."""
    train, _ = pixels()
    X = train - train.mean(axis=0)
    _, components, variances = principal_components(train, 8)
    best = float(variances[8:].sum() / 64)
    rng = np.random.default_rng(0)
    drawn: list[float] = []
    turned: list[float] = []
    for number in range(300):
        encoder = rng.normal(size=(64, 8))
        if number % 2:  # near the components
            encoder = components.T + 0.05 * encoder
        codes = X @ encoder  # (1437, 8)
        decoder = np.linalg.solve(codes.T @ codes, codes.T @ X)  # (8, 64)
        (turned if number % 2 else drawn).append(error(X, codes @ decoder))
    _, by_encoder, by_decoder = linear_autoencoder(X, components.T, components)
    return Evidence(
        [
            at_least("least squares, drawn encoders, error over that of PCA", min(drawn) / best, 1.2),
            at_least("least squares, turned components, error less that of PCA", min(turned) - best, 0.0),
            close(
                "by hand, gradient at the components",
                [np.abs(by_encoder).max(), np.abs(by_decoder).max()],
                [0, 0],
                1e-12,
            ),
        ],
        {"best": best, "drawn": min(drawn), "mean_drawn": float(np.mean(drawn))},
    )


@claim(
    r"The gradients of the linear autoencoder's error are $(XW_e)^\top R$ for the decoder and $X^\top R "
    r"W_d^\top$ for the encoder.",
)
def gradients() -> Evidence:
    """By hand against autograd and central differences."""
    rng = np.random.default_rng(1)
    X, W_e, W_d = rng.normal(size=(7, 5)), rng.normal(size=(5, 2)), rng.normal(size=(2, 5))
    _, by_e, by_d = linear_autoencoder(X, W_e, W_d)
    e, d = (torch.from_numpy(one).requires_grad_() for one in (W_e, W_d))
    x = torch.from_numpy(X)
    graph = torch.autograd.grad(torch.nn.functional.mse_loss(x @ e @ d, x), [e, d])
    slopes = np.zeros((5, 2))
    for place in np.ndindex(5, 2):
        step = np.zeros((5, 2))
        step[place] = 1e-5
        slopes[place] = (
            linear_autoencoder(X, W_e + step, W_d)[0] - linear_autoencoder(X, W_e - step, W_d)[0]
        ) / 2e-5
    return Evidence(
        [
            close("Torch autograd, encoder", graph[0].numpy(), by_e, 1e-12),
            close("Torch autograd, decoder", graph[1].numpy(), by_d, 1e-12),
            close("central differences, encoder", slopes, by_e, 1e-8),
        ]
    )
