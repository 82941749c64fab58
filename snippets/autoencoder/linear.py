"""A linear autoencoder, trained by gradient descent, finds the plane of PCA."""

import torch

generator = torch.Generator().manual_seed(0)
X = torch.randn(400, 2, generator=generator) @ torch.randn(2, 10, generator=generator)
X = X + 0.1 * torch.randn(400, 10, generator=generator)
X = X - X.mean(dim=0)
W_e = (0.1 * torch.randn(10, 2, generator=generator)).requires_grad_()
W_d = (0.1 * torch.randn(2, 10, generator=generator)).requires_grad_()

S = torch.linalg.svdvals(X)
print(f"PCA: {(S[2:] ** 2).sum() / X.numel():.5f}")
optimizer = torch.optim.Adam([W_e, W_d], lr=0.02)
for step in range(601):
    loss = ((X @ W_e @ W_d - X) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step in (0, 20, 100, 600):
        print(f"step {step}: {loss.item():.5f}")
