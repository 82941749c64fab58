"""Skip-gram probabilities of five words with one shared matrix of vectors."""

import numpy as np

words = "abcde"
W = np.array([[0, 0, 1], [1, 0, 1], [1, -1, -1], [-1, 1, 1], [0, 0, -1]])  # (n, d), U = V

scores = W @ W[words.index("c")]  # (n,)
powers = np.exp(scores)
print(f"Z = {powers.sum():.4f}")
for word, score, power in zip(words, scores, powers, strict=True):
    print(f"{word}: score {score:2d}, power {power:7.4f}, P = {power / powers.sum():.4f}")

window = [words.index(word) for word in "aebd"]
print(f"loss of the window: {-np.log(powers[window] / powers.sum()).sum():.4f}")
