"""Count bigrams, interpolate, and take the perplexity of a new sentence."""

from collections import Counter, defaultdict
from itertools import pairwise
from math import exp, log

text = ["the", "cat", "sat", "on", "the", "mat", "and", "the", "cat", "sat", "on", "the", "hat"]
new = ["the", "hat", "sat", "on", "the", "mat"]

singles = Counter(text)
after = defaultdict(Counter)
for word, following in pairwise(text):
    after[word][following] += 1

logs = []
for word, following in pairwise(new):
    bigram = after[word][following] / max(after[word].total(), 1)
    single = singles[following] / len(text)
    p = 0.7 * bigram + 0.2 * single + 0.1 / len(singles)
    logs.append(log(p))
    print(
        f"p({following} | {word}) = 0.7 * {bigram:.3f} + 0.2 * {single:.3f} + 0.1 / {len(singles)} = {p:.3f}"
    )
print(f"perplexity {exp(-sum(logs) / len(logs)):.3f}")
