"""Average two values with one query, then take one of them out again."""

import numpy as np

rng = np.random.default_rng(0)
n, d = 6, 8
keys = np.linalg.qr(rng.normal(size=(d, n)))[0].T  # (n, d), orthonormal rows
basis = np.linalg.qr(rng.normal(size=(d, 5)))[0]  # (d, 5), orthonormal columns
A, B = basis[:, :3], basis[:, 3:]
values = rng.normal(size=(n, d))
values[0], values[1] = A @ [1.0, 2.0, 3.0], B @ [4.0, 5.0]  # v_a in A, v_b in B
M = A @ A.T  # (d, d)

for lam in (2, 5, 10, 20):
    scores = keys @ (lam * (keys[0] + keys[1]))  # (n,)
    powers = np.exp(scores - scores.max())
    weights = powers / powers.sum()
    c = weights @ values  # (d,)
    coefficients = A.T @ (2 * M @ c)  # (3,)
    print(
        f"lambda {lam:2}: weights {weights[0]:.4f} {weights[1]:.4f}, extracted",
        coefficients.round(3).tolist(),
    )
