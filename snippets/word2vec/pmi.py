"""Negative sampling on four words, without sampling: the scores become PMI - log k."""

import numpy as np

counts = np.array([[2, 8, 1, 1], [8, 2, 1, 1], [1, 1, 3, 9], [1, 1, 9, 3]])
p, k, d = counts / counts.sum(), 2, 4
chance = np.outer(p.sum(axis=1), p.sum(axis=0))  # how often two words would meet if they were independent
U, V = np.random.default_rng(0).normal(size=(2, 4, d)) / 2
for _ in range(5000):
    share = 1 / (1 + np.exp(-U @ V.T))
    G = (p + k * chance) * share - p  # the gradient by the scores
    U, V = U - 3 * G @ V, V - 3 * G.T @ U
print("learnt:", np.round((U @ V.T)[0], 3).tolist())
print("PMI - log k:", np.round(np.log(p / chance)[0] - np.log(k), 3).tolist())
