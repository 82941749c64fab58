"""Ask autograd who gets a gradient through argmax attention, and through softmax."""

import torch

tokens = torch.tensor([3, 0, 0, 4, 0, 3])  # D A A START A D
E = torch.cat([torch.eye(4), torch.zeros(2, 4)])
W = torch.tensor([[0.0, 3.0], [1.0, 2.0], [2.0, 1.0], [3.0, 0.0]])
W_O = torch.tensor([[0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 1.0, 0.0]])
future = torch.ones(6, 6, dtype=torch.bool).triu(1)

for attention in ("argmax", "softmax"):
    weights = {name: W.clone().requires_grad_() for name in ("W_Q", "W_K", "W_V")}
    weights["W_O"] = W_O.clone().requires_grad_()
    X = E[tokens]  # (6, 4)
    scores = (X @ weights["W_Q"]) @ (X @ weights["W_K"]).T
    scores = scores.masked_fill(future, -torch.inf)  # (6, 6)
    if attention == "softmax":
        P = torch.softmax(scores / 2**0.5, dim=-1)
    else:
        P = (scores == scores.amax(dim=-1, keepdim=True)).float()  # a comparison has no derivative
        P = P / P.sum(dim=-1, keepdim=True)
    logits = P @ (X @ weights["W_V"]) @ weights["W_O"] @ E.T  # (6, 6)
    loss = torch.nn.functional.cross_entropy(logits[3:], torch.tensor([0, 3, 5]), reduction="sum")
    loss.backward()
    print(f"{attention}: loss {loss.item():.4f}")
    for name, weight in weights.items():
        print(f"  {name}: {'None' if weight.grad is None else f'norm {weight.grad.norm().item():.4f}'}")
