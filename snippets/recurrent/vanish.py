"""How much of a gradient is left after 50 steps back through a recurrent network."""

import numpy as np

rng = np.random.default_rng(0)
d_h, steps = 32, 50
start = rng.normal(size=(d_h, d_h))
start /= np.abs(np.linalg.eigvals(start)).max()  # spectral radius 1
inputs, W_xh = rng.normal(size=steps) / 2, rng.normal(size=d_h)

activations = {
    "tanh": (np.tanh, lambda h: 1 - h**2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda h: h * (1 - h)),
    "relu": (lambda z: np.maximum(z, 0), lambda h: (h > 0).astype(float)),
}
print("radius   tanh     sigmoid  relu")
for radius in (0.5, 1.0, 2.0):
    W_hh, norms = radius * start, []
    for phi, slope in activations.values():
        h, product = np.zeros(d_h), np.eye(d_h)
        for x in inputs:
            h = phi(x * W_xh + h @ W_hh)
            product = product @ (W_hh * slope(h))  # dh_t = dh_{t-1} W_hh diag(slope)
        norms.append(np.linalg.norm(product, 2))
    print(f"{radius:6.1f}", *(f"  {norm:.0e}" for norm in norms))
