"""Recover the rotation from ten positions and try it on all others."""

import numpy as np

# Encodings of 100 positions, 8 components: a sine and a cosine a pair.
frequencies = 10_000.0 ** (-np.arange(0, 8, 2) / 8)
angles = np.outer(np.arange(100), frequencies)
P = np.empty((100, 8))
P[:, 0::2], P[:, 1::2] = np.sin(angles), np.cos(angles)

# Fit one matrix that moves positions 0 to 9 by five places; try it on 10 to 94, which it has not seen.
R = np.linalg.lstsq(P[:10], P[5:15], rcond=None)[0]
print("right on 85 unseen positions:", np.allclose(P[10:95] @ R, P[15:], atol=1e-3))
print("pair 0 turns by 5 radians:", np.round(R[:2, :2], 3).tolist())
print("cos 5, sin 5:", round(np.cos(5), 3), round(np.sin(5), 3))
