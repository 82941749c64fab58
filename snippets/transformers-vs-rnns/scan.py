"""Compute a linear recurrence of 16 steps in four rounds instead of 16."""

import numpy as np

rng = np.random.default_rng(0)
a, x = rng.uniform(0.5, 1, 16), rng.normal(size=16)

h, loop = 0.0, []
for factor, step in zip(a, x, strict=True):
    h = factor * h + step
    loop.append(h)

factors, states, reach, rounds = a.copy(), x.copy(), 1, 0
while reach < 16:  # in each round all steps at once
    states[reach:] += factors[reach:] * states[:-reach].copy()
    factors[reach:] *= factors[:-reach].copy()
    reach, rounds = 2 * reach, rounds + 1
print("rounds:", rounds, "- equal:", np.allclose(states, loop, atol=1e-12))
