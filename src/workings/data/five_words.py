"""Five words as tokens of three numbers, and the weights of one small attention head.

Source: document 000, problem 5 (`s0.5`).
"""

from __future__ import annotations

import numpy as np

WORDS = ("dogs", "and", "cats", "are", "cute")

X = np.array([[2, 1, 0], [3, -1, 0], [1, 1, 0], [-3, -1, 0], [4, 0, 1]], dtype=np.float64)  # (5, d_model)
W_Q = np.array([[0.0], [0.0], [1.0]])  # (d_model, d_k)
W_K = np.array([[0.0], [1.0], [0.0]])  # (d_model, d_k)
W_V = np.array([[0.2], [0.4], [0.3]])  # (d_model, d_v)
