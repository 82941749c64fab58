"""One loss, two ways to write the labels, and its gradient."""

import numpy as np

X = np.array([[1.0, 3.0], [1.0, 0.0]])  # (N, D), the first column is 1
w = np.array([-1.0, 1.0])
t = np.array([1, 0])
y = 2 * t - 1

z = X @ w
p = 1 / (1 + np.exp(-z))
print("z =", z.tolist(), " p =", np.round(p, 4).tolist())
print(f"labels 0, 1:   {-(t * np.log(p) + (1 - t) * np.log(1 - p)).sum():.4f}")
print(f"labels -1, +1: {np.log1p(np.exp(-y * z)).sum():.4f}")
print("gradient:", np.round(X.T @ (p - t), 4).tolist())
