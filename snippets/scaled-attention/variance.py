"""Draw a million dot products and compare their variance with two formulas."""

import numpy as np

rng = np.random.default_rng(0)
mu, sigma = np.array([0.5, -1.0, 2.0]), 1.5
d = mu.size
q, k = (rng.normal(mu, sigma, size=(1_000_000, d)) for _ in range(2))
products = np.einsum("nd,nd->n", q, k)
deviations = (products - products.mean()) ** 2

print(f"mean     {products.mean():7.2f}   formula {mu @ mu:7.2f}")
print(f"variance {deviations.mean():7.2f} ± {deviations.std() / 1000:.2f}")
print(f"  2 σ² μ·μ + d σ⁴   = {2 * sigma**2 * mu @ mu + d * sigma**4:7.2f}")
print(f"  2 d σ² μ·μ + d σ⁴ = {2 * d * sigma**2 * mu @ mu + d * sigma**4:7.2f}  (published, wrong)")
