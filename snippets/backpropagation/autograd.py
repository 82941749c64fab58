"""The same gradients from Torch, which keeps the graph and walks it backwards."""

import torch

x = torch.tensor([[1.0, 2.0]], requires_grad=True)
W_1 = torch.tensor([[0.5, -0.5], [0.0, 0.5]], requires_grad=True)
W_2 = torch.tensor([[1.0, 0.0, -1.0], [0.0, 2.0, 1.0]], requires_grad=True)
b_1, b_2 = torch.tensor([0.5, -0.5]), torch.tensor([0.0, 0.0, 0.5])

z = x @ W_1 + b_1
h = torch.sigmoid(z)
u = h @ W_2 + b_2
for edge in (z, h, u):
    edge.retain_grad()  # Torch keeps only the gradients of leaves unless asked
loss = torch.nn.functional.cross_entropy(u, torch.tensor([2]))
loss.backward()
print("loss", round(loss.item(), 4))
for name, one in {"u": u, "h": h, "z": z, "x": x, "W_1": W_1, "W_2": W_2}.items():
    print(f"{name:3}", [[round(number, 4) for number in row] for row in one.grad.tolist()])
