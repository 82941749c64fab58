"""Fifty layers: how much of a gradient comes back, by activation, initialisation and skip connection."""

import torch

SIZES = {"Xavier": 1.0, "He": 2**0.5}
for name, phi in {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}.items():
    for rule, gain in SIZES.items():
        for skip in (0, 1):
            generator = torch.Generator().manual_seed(0)
            start = torch.randn(8, 128, generator=generator, dtype=torch.float64).requires_grad_()
            h = start
            for _ in range(50):
                W = torch.randn(128, 128, generator=generator, dtype=torch.float64) * gain / 128**0.5
                h = skip * h + phi(h @ W) * (50**-0.5 if skip else 1)
            top = torch.randn(8, 128, generator=generator, dtype=torch.float64)
            (back,) = torch.autograd.grad((h * top).sum(), start)
            print(f"{name:7s} {rule:6s} {'skip ' if skip else 'plain'} {back.norm() / top.norm():.0e}")
