"""The exam's decoder in exact fractions: weights, logits, and the loss read from two choices of rows."""

from fractions import Fraction
from math import exp, log

W = {"A": (0, 3), "B": (1, 2), "C": (2, 1), "D": (3, 0), "START": (0, 0), "STOP": (0, 0)}  # rows of E W
vocabulary = list(W)
tokens = ["D", "A", "A", "START", "A", "D", "STOP"]


def logits(place, heads):
    """Attend from one place to itself and all before; mix the values; score the vocabulary."""
    seen = [W[token] for token in tokens[: place + 1]]
    scores = [W[tokens[place]][0] * key[0] + W[tokens[place]][1] * key[1] for key in seen]
    best = [value for value, score in zip(seen, scores, strict=True) if score == max(scores)]  # ties share
    a, b = (Fraction(sum(column), len(best)) for column in zip(*best, strict=True))
    return [b, a, b, a, 0, 0] if heads == 1 else [a, b, a, b, 0, 0]  # by W_O, or two copies and I_4


for heads in (1, 2):
    for name, first in (("row before the target", 3), ("row of the target", 4)):
        total = 0
        print(f"{heads} head{'s' * (heads - 1)}, read from the {name}:")
        for place, target in enumerate(["A", "D", "STOP"], start=first):
            z = logits(place, heads)
            p = exp(z[vocabulary.index(target)]) / sum(map(exp, z))
            total -= log(p)
            print(f"  {tokens[place]:5} -> {target:4} ", *(f"{x!s:>4}" for x in z), f"  P = {p:.4f}")
        print(f"  loss {total:.4f}, mean {total / 3:.4f}")
