"""The variance of a minibatch's gradient, measured: it falls as 1 / B."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(1_000, 5))
y = X @ np.ones(5) + rng.normal(size=1_000)
G = (X @ np.zeros(5) - y)[:, None] * X  # one gradient of half the squared error for each example, (N, D)
full = G.mean(axis=0)

for B in (1, 10, 100, 1_000):
    for replace in (True, False):
        batches = [rng.choice(1_000, B, replace=replace) for _ in range(2_000)]
        variance = np.mean([((G[pick].mean(axis=0) - full) ** 2).sum() for pick in batches])
        print(f"B = {B:4d}, {'with' if replace else 'without':7s} replacement: {variance:8.4f}")
