import numpy as np

print("three halves:", np.full(3, 0.5).sum())
