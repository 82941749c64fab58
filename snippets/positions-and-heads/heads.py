"""Map the weights of Torch's multi-head attention onto the formula."""

import torch
from torch.nn.functional import scaled_dot_product_attention

torch.manual_seed(0)
T, d_model, n_head = 5, 8, 2
layer = torch.nn.MultiheadAttention(d_model, n_head, bias=False, batch_first=True, dtype=torch.float64)
X = torch.randn(1, T, d_model, dtype=torch.float64)

# Torch stacks the three projections and keeps them transposed.
W_Q, W_K, W_V = (weight.T for weight in layer.in_proj_weight.chunk(3))
W_O = layer.out_proj.weight.T


def split(rows):
    """Cut (1, T, d_model) into (1, n_head, T, d_head)."""
    return rows.unflatten(-1, (n_head, -1)).transpose(1, 2)


heads = scaled_dot_product_attention(split(X @ W_Q), split(X @ W_K), split(X @ W_V))
ours = heads.transpose(1, 2).flatten(2) @ W_O  # (1, T, d_model)
theirs, mean_weights = layer(X, X, X)
print("equal to 1e-12:", torch.allclose(ours, theirs, rtol=0, atol=1e-12))
print("the weights it returns:", tuple(mean_weights.shape), "- the mean over heads, unless you ask")
print("each head's own:", tuple(layer(X, X, X, average_attn_weights=False)[1].shape))
