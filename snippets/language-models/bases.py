"""Perplexity in two bases, in mixed ones, and as a product."""

import numpy as np

p = np.array([0.5, 0.25, 0.125, 0.125])  # what a model gave the tokens that came
bits, nats = -np.log2(p).mean(), -np.log(p).mean()

print("2 ** bits:", round(2**bits, 4))
print("e ** nats:", round(np.exp(nats), 4))
print("2 ** nats:", round(2**nats, 4), "(bases mixed: wrong)")
print("product:  ", round(float(np.prod(p)) ** (-1 / len(p)), 4))
print("product of 800 such tokens:", float(np.prod(np.tile(p, 200))))
