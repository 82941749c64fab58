"""The printed formula and the one to use, on scores that are harmless, too large and too small."""

import numpy as np

np.seterr(all="ignore")  # the printed formula divides 0 by 0
for dtype in (np.float16, np.float32, np.float64):
    for scores in ((1, 2, 3), (10, 10, 10), (100, 99, 0), (1000, 999, 0), (-1000, -1001, -1002)):
        x = np.array(scores, dtype)
        powers, safe = np.exp(x), np.exp(x - x.max())  # the largest safe power is 1
        shown = [" ".join(f"{p:.3f}" for p in row / row.sum()) for row in (powers, safe)]
        print(f"{dtype.__name__}  {scores!s:20}  {shown[0]:18} {shown[1]}")
