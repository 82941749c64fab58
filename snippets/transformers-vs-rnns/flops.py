"""Let Torch count a transformer block, and find where the quadratic part is half of it."""

import torch
from torch.utils.flop_counter import FlopCounterMode

k = 64
W_Q, W_K, W_V, W_O = (torch.empty(k, k, device="meta") for _ in range(4))  # shapes, but no numbers
W_1, W_2 = torch.empty(k, 4 * k, device="meta"), torch.empty(4 * k, k, device="meta")


def block(X):
    """Run the matrix products of one block over X, shape (M, k)."""
    weights = torch.softmax((X @ W_Q) @ (X @ W_K).T, dim=-1)  # (M, M)
    X = weights @ (X @ W_V) @ W_O  # (M, k)
    return torch.relu(X @ W_1) @ W_2


for M in (30, 2 * k, 6 * k, 4096):
    with FlopCounterMode(display=False) as counter:
        block(torch.empty(M, k, device="meta"))
    total = counter.get_total_flops() // 2  # it counts a multiplication and its addition as two
    print(f"M = {M:4}: {total:>12,} multiplications, {2 * M * M * k / total:6.1%} of them M x M")
