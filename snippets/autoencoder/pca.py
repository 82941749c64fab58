"""PCA in four lines, as an encoder and a decoder."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(500, 3)) @ rng.normal(size=(3, 20)) + 0.1 * rng.normal(size=(500, 20))

mean = X.mean(axis=0)
_, S, V_T = np.linalg.svd(X - mean, full_matrices=False)
print("variances:", (S**2 / len(X)).round(2)[:5].tolist(), "...")
for k in (1, 2, 3, 4):
    codes = (X - mean) @ V_T[:k].T  # (500, k)
    restored = mean + codes @ V_T[:k]  # (500, 20)
    error = ((X - restored) ** 2).mean()
    print(f"{k} numbers: error {error:.4f}, left out {(S[k:] ** 2).sum() / X.size:.4f}")
