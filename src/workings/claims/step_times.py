"""How long a step takes, and an example in it, by the size of the batch."""

from __future__ import annotations

import time

import numpy as np
import torch

from workings.claims.claim import Evidence, claim
from workings.claims.witness import at_least, at_most


def seconds_per_step(B: int) -> float:
    """Return the time of one step of a small Torch network, the least of several tries."""
    generator = torch.Generator().manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(64, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))
    X = torch.randn(B, 64, generator=generator)
    t = torch.randint(0, 10, (B,), generator=generator)
    best = float("inf")
    for _ in range(5 if B > 1_000 else 30):
        begin = time.perf_counter()
        net.zero_grad()
        torch.nn.functional.cross_entropy(net(X), t).backward()
        best = min(best, time.perf_counter() - begin)
    return best


@claim(
    r"A large minibatch makes a slower *step* and a faster *example*. On this machine a step with 4 096 "
    r"examples takes more than four times as long as one with a single example, but an example in it takes "
    r"less than a tenth of the time.",
    answers=("s4.2.1",),
)
def seconds() -> Evidence:
    """Time steps of a Torch network and the bare matrix products in NumPy."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        times = {B: seconds_per_step(B) for B in (1, 4_096)}
    ratio = times[4_096] / times[1]
    rng = np.random.default_rng(0)
    W = rng.normal(size=(64, 256))
    bare = {}
    for B in (1, 4_096):
        X = rng.normal(size=(B, 64))
        tries = []
        for _ in range(20):
            begin = time.perf_counter()
            X @ W
            tries.append(time.perf_counter() - begin)
        bare[B] = min(tries)
    return Evidence(
        [
            at_least("Torch, time of a step, 4 096 over 1", ratio, 4),
            at_most("Torch, time of an example, 4 096 over 1", ratio / 4_096, 0.1),
            at_most("NumPy, one product, time of an example", bare[4_096] / bare[1] / 4_096, 0.5),
        ],
        {"microseconds": {str(B): 1e6 * one for B, one in times.items()}, "per_example": ratio / 4_096},
    )
