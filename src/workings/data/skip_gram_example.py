"""Five words, six tokens and one shared matrix of vectors: a skip-gram model small enough for paper.

Source: document 000, problem 1 (`s0.1`), where the words are columns.
"""

from __future__ import annotations

import numpy as np

WORDS = ("a", "b", "c", "d", "e")

W = np.array([[0, 0, 1], [1, 0, 1], [1, -1, -1], [-1, 1, 1], [0, 0, -1]], dtype=np.float64)  # (n, d): U = V

TEXT = ("a", "e", "c", "b", "d", "c")
TOKENS = tuple(WORDS.index(word) for word in TEXT)  # (T,)
M = 2  # the window reaches two words to either side
