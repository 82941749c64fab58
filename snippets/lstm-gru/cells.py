"""An LSTM step and a GRU step by hand, beside Torch's."""

import torch

torch.manual_seed(0)
x, h, c = (torch.randn(2, size, dtype=torch.float64) for size in (3, 4, 4))  # batch of 2

cell = torch.nn.LSTMCell(3, 4, dtype=torch.float64)
sums = x @ cell.weight_ih.T + h @ cell.weight_hh.T + cell.bias_ih + cell.bias_hh  # (2, 16)
i, f, g, o = sums.chunk(4, dim=1)
c_new = f.sigmoid() * c + i.sigmoid() * g.tanh()
h_new = o.sigmoid() * c_new.tanh()
gap = max(
    (mine - other).abs().max().item() for mine, other in zip((h_new, c_new), cell(x, (h, c)), strict=True)
)
print("LSTM agrees to 1e-12:", gap < 1e-12)

cell = torch.nn.GRUCell(3, 4, dtype=torch.float64)
from_x = (x @ cell.weight_ih.T + cell.bias_ih).chunk(3, dim=1)
from_h = (h @ cell.weight_hh.T + cell.bias_hh).chunk(3, dim=1)
r, z = (from_x[0] + from_h[0]).sigmoid(), (from_x[1] + from_h[1]).sigmoid()
new = (from_x[2] + r * from_h[2]).tanh()  # the reset gate acts after the product
torchs = (1 - z) * new + z * h  # Torch's z keeps the old
exercises = z * new + (1 - z) * h  # the exercise's z takes the new
print("GRU agrees to 1e-12:", (torchs - cell(x, h)).abs().max().item() < 1e-12)
print(f"with the other meaning of z it is off by {(exercises - cell(x, h)).abs().max().item():.2f}")
