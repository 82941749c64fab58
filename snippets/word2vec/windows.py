"""Pairs at the ends of a text, and what Python's negative indices make of them."""

text, m = ["a", "e", "c", "b", "d", "c"], 2
T = len(text)

pairs = [(text[t], text[s]) for t in range(T) for s in range(max(0, t - m), min(T, t + m + 1)) if s != t]
print(len(pairs), "pairs:", " ".join(centre + context for centre, context in pairs))

# t + j without a check: text[-1] is the last word, so the window wraps round
wrapped = [text[0 + j] for j in range(-m, m + 1) if j != 0]
print("window of the first word, unchecked index:", wrapped)

# and a slice that begins below 0 is empty
print("its left half as a slice:", text[0 - m : 0], "of the second word:", text[1 - m : 1])
