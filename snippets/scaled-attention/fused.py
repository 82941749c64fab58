"""Compare Torch's fused kernel with the formula."""

import torch
from torch.nn.functional import scaled_dot_product_attention

torch.manual_seed(0)
Q, K, V = (torch.randn(2, 1, 5, 4, dtype=torch.float64) for _ in range(3))  # (B, n_head, T, d_k)
fused = scaled_dot_product_attention(Q, K, V, is_causal=True)  # (B, n_head, T, d_v)

scores = Q @ K.transpose(-2, -1) / 4**0.5  # (B, n_head, T, T)
future = torch.ones(5, 5, dtype=torch.bool).triu(1)
by_hand = torch.softmax(scores.masked_fill(future, -torch.inf), dim=-1) @ V
print("agree to 1e-12:", bool((fused - by_hand).abs().max() < 1e-12))
