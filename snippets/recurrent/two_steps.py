"""One update of the weight of a scalar recurrent network, two steps long."""

import math

x_1, x_2, y = 1.0, 0.5, 1.0
w, a, rate = 0.8, 0.5, 0.1


def forward(w):
    """Return h_1 and h_2 for a weight."""
    h_1 = math.tanh(a * x_1)  # h_0 = 0, so w has nothing to multiply yet
    return h_1, math.tanh(w * h_1 + a * x_2)


h_1, h_2 = forward(w)
gradient = (h_2 - y) * (1 - h_2**2) * h_1
print(f"h_1 = {h_1:.4f}, h_2 = {h_2:.4f}, loss = {(h_2 - y) ** 2 / 2:.4f}")
print(f"dL/dw = {gradient:.4f}, new w = {w - rate * gradient:.4f}")

losses = [(forward(w + step)[1] - y) ** 2 / 2 for step in (1e-6, -1e-6)]
print(f"by differences: {(losses[0] - losses[1]) / 2e-6:.4f}")
