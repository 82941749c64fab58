"""Mask before the softmax, after it, and in two wrong ways."""

import numpy as np


def softmax(scores):
    """Turn scores into weights."""
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


allowed = np.array([True, True, False])
for scores in (np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 900.0])):
    before = softmax(np.where(allowed, scores, -np.inf))
    after = softmax(scores) * allowed
    with np.errstate(invalid="ignore"):
        renormalised = after / after.sum()
    zeroed = softmax(scores * allowed)
    print("scores", scores.tolist(), "with the third masked")
    print("  -inf before the softmax ", before.round(3).tolist())
    print("  0 after the softmax     ", after.round(3).tolist())
    print("  and divided by its sum  ", renormalised.round(3).tolist())
    print("  score 0, which is wrong ", zeroed.round(3).tolist())
