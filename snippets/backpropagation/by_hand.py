"""One hidden layer, forward and backward for a batch, and a check by central differences."""

import numpy as np

rng = np.random.default_rng(0)
B, D_x, D_h, D_y = 5, 4, 3, 2
x, y = rng.normal(size=(B, D_x)), np.eye(D_y)[rng.integers(0, D_y, B)]
p = {"W_1": rng.normal(size=(D_x, D_h)), "b_1": rng.normal(size=D_h)}
p |= {"W_2": rng.normal(size=(D_h, D_y)), "b_2": rng.normal(size=D_y), "x": x}


def forward(x, W_1, b_1, W_2, b_2):
    """Return hidden units, predictions and the mean loss."""
    h = 1 / (1 + np.exp(-(x @ W_1 + b_1)))  # (B, D_h)
    u = h @ W_2 + b_2  # (B, D_y)
    log_p = u - u.max(axis=1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    return h, np.exp(log_p), -(y * log_p).sum() / B


h, y_hat, loss = forward(**p)
delta_u = (y_hat - y) / B  # (B, D_y)
delta_z = delta_u @ p["W_2"].T * h * (1 - h)  # (B, D_h)
gradients = {
    "W_1": x.T @ delta_z,  # (D_x, D_h)
    "b_1": delta_z.sum(axis=0),  # (D_h)
    "W_2": h.T @ delta_u,  # (D_h, D_y)
    "b_2": delta_u.sum(axis=0),  # (D_y)
    "x": delta_z @ p["W_1"].T,  # (B, D_x)
}
print(f"loss {loss:.4f}")
for name, gradient in gradients.items():
    found, step = np.empty_like(gradient), 1e-5
    for place in np.ndindex(gradient.shape):
        move = np.zeros_like(gradient)
        move[place] = step
        up, down = (forward(**{**p, name: p[name] + sign * move})[2] for sign in (1, -1))
        found[place] = (up - down) / (2 * step)
    gap = np.linalg.norm(found - gradient) / (np.linalg.norm(found) + np.linalg.norm(gradient))
    print(f"{name:3}  shape {gradient.shape!s:7} gap below 1e-8: {bool(gap < 1e-8)}")
