"""Sort and remove duplicates with one head of causal argmax attention: whole numbers, nothing learned."""

import numpy as np

letters = "ABCD"
x = 2 ** np.arange(3, -1, -1)  # the places 8, 4, 2, 1 of A, B, C, D; START is at 0
keys = {letter: (place, -(place**2)) for letter, place in zip(letters, x, strict=True)} | {"START": (0, 0)}
# each looks a little below the next symbol, the last for START, and START for the first
looks_for = dict(zip(letters, 0.9 * np.append(x[1:], 0), strict=True)) | {"START": 8}
values = {letter: number for number, letter in enumerate(letters)} | {"START": 4}
writes = [*letters, "STOP"]

for word in ("DAA", "CABBADD", "BBBB", "DCBA"):
    text = [*word, "START"]
    while text[-1] != "STOP":
        query = np.array([2 * looks_for[text[-1]], 1])
        scores = np.array([query @ keys[token] for token in text])
        best = scores == scores.max()  # equal tokens tie, and bring the same value
        mean = np.mean([values[token] for token, won in zip(text, best, strict=True) if won])
        logits = [2 * mean * s - s**2 for s in range(5)]  # greatest for the whole number nearest the mean
        text.append(writes[int(np.argmax(logits))])
    print(word, "->", "".join(text[len(word) + 1 : -1]))
