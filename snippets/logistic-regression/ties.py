"""Is g a subgradient of the squared infinity norm at w? Test the definition at many u."""

import numpy as np


def norm(v):
    """Return the squared infinity norm of each row."""
    return (v**2).max(axis=-1)


w = np.array([1.0, 1.0])
u = np.random.default_rng(0).uniform(-3, 3, size=(100_000, 2))
for name, g in {"one index": [2, 0], "the mean": [1, 1], "every index": [2, 2]}.items():
    below = norm(w) + (u - w) @ np.array(g) - norm(u)  # the line minus the norm
    print(f"{name:11s} g = {g}: line above the norm at {(below > 1e-12).mean():.1%} of places")
