"""Average five word vectors: the order is gone, and so is what not belongs to."""

import numpy as np

vectors = {
    "the": [0.0, 0.1],
    "film": [0.1, 0.0],
    "is": [0.0, 0.0],
    "not": [-0.8, 0.3],
    "dull": [-2.0, -0.5],
    "great": [2.0, 0.5],
}
w = np.array([1.0, 0.5])


def score(text):
    """Score the mean of the words' vectors."""
    return float(np.mean([vectors[word] for word in text.split()], axis=0) @ w)


for text in ("the film is great", "great is the film", "the film is not great", "the film is not dull"):
    shares = [f"{word} {np.dot(vectors[word], w) / len(text.split()):+.2f}" for word in text.split()]
    print(f"{score(text):+.3f}  {', '.join(shares)}")
