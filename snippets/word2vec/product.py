"""The product over a text is zero in floats; the sum of its logarithms is not."""

import numpy as np


def log_sigmoid(x):
    """Return log(sigmoid(x)) without computing the sigmoid."""
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


rng = np.random.default_rng(0)
K = 5
for T in (10, 100, 1000):
    true, negative = rng.normal(size=T), rng.normal(size=(T, K))  # scores, one pair a token
    product = np.prod(1 / (1 + np.exp(-true))) * np.prod(1 - 1 / (1 + np.exp(-negative)))
    loss = -(product ** (1 / T))
    total = -(log_sigmoid(true).sum() + log_sigmoid(-negative).sum()) / T
    with np.errstate(divide="ignore"):
        print(f"T = {T:4d}: product {product:.1e}, -log(-L) = {-np.log(-loss):.4f}, sum {total:.4f}")
