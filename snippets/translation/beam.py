"""Greedy search takes the likeliest word and loses the likeliest sentence."""

import math

END = "."
AFTER = {  # what may follow a prefix, and how probably
    "": {"fünf": 0.6, "zwanzig": 0.4},
    "fünf": {"und": 0.5, END: 0.25, "mal": 0.25},
    "zwanzig": {END: 1.0},
    "fünf und": {"zwanzig": 0.5, "dreißig": 0.5},
    "fünf mal": {END: 1.0},
}


def search(width):
    """Keep the best prefixes of each length, and the best finished sentence."""
    beam, finished = [("", 0.0)], []
    while beam:
        grown = [
            (f"{prefix} {word}".strip(), log + math.log(p))
            for prefix, log in beam
            for word, p in AFTER.get(prefix, {END: 1.0}).items()
        ]
        grown = sorted(grown, key=lambda one: -one[1])[:width]
        finished += [one for one in grown if one[0].endswith(END)]
        beam = [one for one in grown if not one[0].endswith(END)]
    return max(finished, key=lambda one: one[1])


for width in (1, 2, 3):
    sentence, log = search(width)
    print(f"width {width}: {sentence:<20} probability {math.exp(log):.2f}")
