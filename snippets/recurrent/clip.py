"""Clipping mends a long gradient, not one that has left the range of floats."""

import torch

for steps in (60, 100, 130):
    start, other = torch.nn.Parameter(torch.zeros(())), torch.nn.Parameter(torch.zeros(()))
    h = 2 * start
    for _ in range(steps - 1):
        h = 2 * h
    (h + other).backward()
    before = start.grad.item()
    norm = torch.nn.utils.clip_grad_norm_([start, other], max_norm=1.0).item()
    print(f"{steps} doublings: gradient {before:.0e}, norm {norm:.0e}, clipped {start.grad.item():.3f}")
