"""What the number of latent dimensions does not say: noise, distribution, information."""

from __future__ import annotations

from math import log2

import numpy as np
import torch
from sklearn.datasets import load_digits

from workings.byhand.autoencoder import one_number_decoder
from workings.byhand.principal_components import principal_components
from workings.claims.autoencoder import codes_of, decoded, trained_deep
from workings.claims.claim import Evidence, claim
from workings.claims.principal_components import error, pixels
from workings.claims.witness import at_least, at_most, close, equal


@claim(
    r"Noise belongs to another model. A *denoising* autoencoder gets noisy images and must give clean "
    r"ones; its best linear form shrinks each component by $\lambda_j/(\lambda_j + \sigma^2)$. The plain "
    r"one shrinks nothing, and the noise is put on the input, not on the latent space.",
    answers=("s4.1.5",),
)
def denoising_shrinks() -> Evidence:
    """The formula against least squares on 40 noisy copies of all digits; what it gains on the test."""
    train, test = pixels()
    mean, components, variances = principal_components(train, 60)
    sigma, k = 0.3, 60
    rng = np.random.default_rng(0)
    clean = (train - mean) @ components[:k].T  # (1437, 60)
    noisy = np.concatenate([clean + sigma * rng.normal(size=clean.shape) for _ in range(40)])
    fitted = np.linalg.lstsq(noisy, np.tile(clean, (40, 1)), rcond=None)[0]
    unchanged = np.linalg.lstsq(clean, clean, rcond=None)[0]
    shrink = variances[:k] / (variances[:k] + sigma**2)
    held = (test - mean) @ components[:k].T
    dirty = held + sigma * rng.normal(size=held.shape)
    gain = error(held, dirty * shrink) / error(held, dirty)
    return Evidence(
        [
            close(
                "least squares, whole map against the diagonal of the formula", fitted, np.diag(shrink), 0.02
            ),
            at_most("by hand, test, error with shrinking over without", gain, 0.6),
            close("least squares without noise, against the identity", unchanged, np.eye(k), 1e-6),
        ],
        {"gain": gain, "first": float(shrink[0]), "last": float(shrink[-1])},
    )


@claim(
    r"The latent space of a plain autoencoder is no probability distribution. Its error is the same for "
    r"codes of any scale. And points drawn from the normal distribution that fits the codes decode to "
    r"images farther from the nearest training digit, in the median, than decoded digits are.",
    answers=("s4.1.5",),
)
def no_distribution() -> Evidence:
    """Scale the codes; draw from the fitted normal; how far what is decoded lies from the nearest image."""
    train, test = pixels()
    net = trained_deep(8)
    codes = codes_of(net, train)
    rng = np.random.default_rng(0)
    drawn = rng.multivariate_normal(codes.mean(axis=0), np.cov(codes.T), size=len(test))

    def nearest(rows: np.ndarray) -> float:
        squares = (rows**2).sum(axis=1)[:, None] + (train**2).sum(axis=1) - 2 * rows @ train.T
        return float(np.median(np.sqrt(squares.min(axis=1))))

    far, near = nearest(decoded(net, drawn)), nearest(decoded(net, codes_of(net, test)))
    made, known = torch.from_numpy(decoded(net, drawn)), torch.from_numpy(train)
    by_torch = float(torch.cdist(made, known).amin(1).median())
    W, b = (one.detach().double().cpu().numpy() for one in list(net.parameters())[4:6])
    scaled = np.maximum((1000 * codes) @ (W / 1000).T + b, 0)
    same = np.maximum(codes @ W.T + b, 0)
    squared = codes.var(axis=0)
    return Evidence(
        [
            close("by hand, hidden units for codes times 1000", scaled, same, 1e-9),
            at_least("by hand, distance of drawn over that of digits", far / near, 1.15),
            close("Torch, distance of drawn", by_torch, far, 0.02),
            at_least(
                "by hand, greatest variance of a latent number over the least",
                float(squared.max() / squared.min()),
                1.5,
            ),
        ],
        {"far": far, "near": near, "ratio": far / near, "deviations": np.sqrt(squared).tolist()},
    )


@claim(
    r"The number of latent dimensions does not bound what a code can hold. *One* real number per image and "
    r"a decoder with one ReLU layer restore all 1,437 training digits, to $10^{-6}$. On digits never seen "
    r"that is worse than the mean image.",
    answers=("s4.1.5",),
)
def one_number_suffices() -> Evidence:
    """Build the decoder by hand, run it in NumPy and in Torch; interpolate by NumPy on the test."""
    train, test = pixels()
    direction = np.random.default_rng(0).normal(size=64)
    first, places, slopes = one_number_decoder(np.unique(train, axis=0), direction)
    t, t_test = train @ direction, test @ direction
    restored = first + np.maximum(0, t[:, None] - places) @ slopes
    in_torch = torch.from_numpy(first) + torch.relu(
        torch.from_numpy(t)[:, None] - torch.from_numpy(places)
    ) @ (torch.from_numpy(slopes))
    order = t.argsort()
    between = np.column_stack([np.interp(t_test, t[order], train[order, pixel]) for pixel in range(64)])
    mean = error(test, train.mean(axis=0))
    return Evidence(
        [
            close("by hand, training digits", restored, train, 1e-6),
            close("Torch, training digits", in_torch.numpy(), train, 1e-6),
            at_least(
                "interpolation, test error over that of the mean image", error(test, between) / mean, 1.2
            ),
        ],
        {
            "units": len(places),
            "test": error(test, between),
            "mean": mean,
            "ratio": error(test, between) / mean,
        },
    )


@claim(
    r"Nor does one exact number. A digit of 64 pixels with 17 levels is a whole number in base 17, of 262 "
    r"bits, and back again without loss: one dimension, no compression. What a code saves is a matter of "
    r"bits.",
    answers=("s4.1.5",),
)
def one_whole_number() -> Evidence:
    """Write all 1,797 digits as whole numbers and read them back; count bits."""
    images = load_digits().data.astype(int)
    numbers = [int.from_bytes(bytes(row.tolist())) for row in images]  # base 256, by Python
    base_17 = [sum(int(level) * 17**place for place, level in enumerate(row)) for row in images]
    back = [[number // 17**place % 17 for place in range(64)] for number in base_17]
    from_bytes = [list(number.to_bytes(64)) for number in numbers]
    bits = max(number.bit_length() for number in base_17)
    return Evidence(
        [
            equal("base 17, all digits back", back, images.tolist()),
            equal("base 256, all digits back", from_bytes, images.tolist()),
            at_most("bits of the greatest number", bits, 64 * log2(17) + 1),
            equal("all numbers differ as images do", len(set(base_17)), len(np.unique(images, axis=0))),
        ],
        {"bits": 64 * log2(17), "greatest": bits},
    )
