"""The gradient of the cross-entropy by the scores: by hand, by Torch's autograd, by differences."""

import numpy as np
import torch

theta, y = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.0])
y_hat = np.exp(theta) / np.exp(theta).sum()

step, differences = 1e-5, []
for e in np.eye(3):
    up, down = (np.log(np.exp(moved).sum()) - y @ moved for moved in (theta + step * e, theta - step * e))
    differences.append((up - down) / (2 * step))
scores = torch.tensor(theta, requires_grad=True)
loss = torch.nn.functional.cross_entropy(scores, torch.tensor(1))
loss.backward()

print("loss          ", round(loss.item(), 6))
print("by hand       ", np.round(y_hat - y, 6).tolist())
print("autograd      ", np.round(scores.grad.numpy(), 6).tolist())
print("differences   ", np.round(differences, 6).tolist())
print("without a sum ", np.round(-y * (1 - y_hat) + 0.0, 6).tolist())
