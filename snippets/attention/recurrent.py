"""A recurrent step first, then attention to the states before it."""

import torch

torch.manual_seed(0)
T, d_x, d_h = 5, 3, 4
cell = torch.nn.RNNCell(d_x, d_h)
X = torch.randn(T, d_x)

states = []
for t, x in enumerate(X, start=1):
    r = cell(x, states[-1] if states else None)  # (d_h,): needs no h_t
    h = r
    if states:
        earlier = torch.stack(states)  # (t - 1, d_h)
        weights = torch.softmax(earlier @ r, dim=0)  # (t - 1,)
        h = r + weights @ earlier
        print(f"step {t}: weights", [round(weight, 3) for weight in weights.tolist()])
    states.append(h)
