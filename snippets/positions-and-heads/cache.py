"""Decode six tokens one at a time, and meet the trap of is_causal."""

import torch
from torch.nn.functional import scaled_dot_product_attention

torch.manual_seed(0)
X = torch.randn(1, 6, 4, dtype=torch.float64)  # (B, T, d_model)
W_Q, W_K, W_V = (torch.randn(4, 4, dtype=torch.float64) for _ in range(3))

parallel = scaled_dot_product_attention(X @ W_Q, X @ W_K, X @ W_V, is_causal=True)

keys, values = torch.empty(1, 0, 4).double(), torch.empty(1, 0, 4).double()
for t in range(6):
    x = X[:, t : t + 1]  # (1, 1, d_model): only the new token is projected
    keys, values = torch.cat([keys, x @ W_K], dim=1), torch.cat([values, x @ W_V], dim=1)
    step = scaled_dot_product_attention(x @ W_Q, keys, values)  # no mask: the future is not there
    print(t, torch.allclose(step, parallel[:, t : t + 1], rtol=0, atol=1e-12), tuple(keys.shape))

# The trap: with one query, is_causal lines up the first key with it, and hides all others.
wrong = scaled_dot_product_attention(x @ W_Q, keys, values, is_causal=True)
print("is_causal with one query looks at key 0 alone:", torch.allclose(wrong, values[:, :1]))
