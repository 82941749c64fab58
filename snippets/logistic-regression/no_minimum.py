"""Gradient descent on separable data: the loss falls, the weights grow, nothing settles."""

import numpy as np

P = np.array([[2, 1], [3, 3], [1, 3], [4, 1]])
N = np.array([[0, -1], [-1, 1], [-2, -1], [1, -1]])
M = np.vstack([np.hstack([np.ones((4, 1)), P]), -np.hstack([np.ones((4, 1)), N])])  # y_i x_i, (8, 3)

w = np.zeros(3)
for t in range(1, 10_001):
    w += 0.1 * M.T @ (1 / (1 + np.exp(M @ w)))
    if t in (1, 10, 100, 1_000, 10_000):
        loss, length = np.log1p(np.exp(-M @ w)).sum(), np.linalg.norm(w)
        print(f"{t:5d}: loss {loss:.5f}, length {length:6.3f}, direction {np.round(w / length, 3)}")

print("direction of the widest margin:", np.round(np.array([-3, 2, 2]) / 17**0.5, 3))
