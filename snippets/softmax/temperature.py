"""The exam's scores at many temperatures: hot, cold, exactly uniform, exactly zero, and ties."""

import torch

z = torch.tensor([4.0, 3.0, 2.0, 1.0], dtype=torch.float64)
for T in (1e17, 1e15, 100, 1, 0.1, 1e-3, 1e-308):
    p = torch.softmax(z / T, 0)
    shown = " ".join(f"{weight:8.3g}" for weight in p.tolist())
    print(f"T = {T:<7g} {shown}   zeros: {(p == 0).sum()}  all 1/4: {bool((p == 0.25).all())}")
print("minus the maximum first:", torch.softmax((z - z.max()) / 1e-308, 0).tolist())
tied = torch.full((4,), 3.0, dtype=torch.float64)
for T in (1e-3, 1, 1e6, 0):
    print(f"ties, T = {T:g}:", torch.softmax(tied / T, 0).tolist())
