"""What r * U @ h means in Python."""

import numpy as np

r, h = np.array([1.0, 0.0]), np.array([1.0, 1.0])  # the gate keeps unit 1 and shuts unit 2
U = np.array([[0.0, 1.0], [2.0, 0.0]])  # columns: unit 2 feeds unit 1, unit 1 feeds unit 2

print("r * (U @ h) =", r * (U @ h), " the gate acts after the product")
print("U @ (r * h) =", U @ (r * h), " the gate acts before the product")
print("r * U @ h   =", r * U @ h, " Python reads (r * U) @ h")
