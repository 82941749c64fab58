"""Self-attention over five words, without a mask and with the look-ahead mask."""

import numpy as np

words = ["dogs", "and", "cats", "are", "cute"]
X = np.array([[2, 1, 0], [3, -1, 0], [1, 1, 0], [-3, -1, 0], [4, 0, 1]])  # (5, 3)
W_Q, W_K, W_V = np.array([[0, 0, 1]]).T, np.array([[0, 1, 0]]).T, np.array([[0.2, 0.4, 0.3]]).T

Q, K, V = X @ W_Q, X @ W_K, X @ W_V  # (5, 1) each
scores = Q @ K.T / np.sqrt(K.shape[1])  # (5, 5), a row for each query

for title, allowed in (("every word", np.ones((5, 5), bool)), ("no later word", np.tri(5, dtype=bool))):
    powers = np.exp(np.where(allowed, scores, -np.inf))  # exp(-inf) is 0
    weights = powers / powers.sum(axis=1, keepdims=True)
    outputs = weights @ V  # (5, 1)
    print(f"attend to {title}:")
    for word, row, output in zip(words, weights, outputs, strict=True):
        print(f"  {word:4}", *(f"{weight:.3f}" for weight in row), f"->{output[0]:7.4f}")
