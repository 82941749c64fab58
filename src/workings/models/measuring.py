"""What a layer costs where it runs: seconds, and the bytes it keeps for the backward pass."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from workings.byhand.arguments import whole


def wait(where: torch.device) -> None:
    """Wait until the device has done all it was given; a CPU always has."""
    if where.type == "cuda":
        torch.cuda.synchronize(where)


def seconds(run: Callable[[], object], where: torch.device, repeats: int = 5) -> float:
    """Return the least time of several runs after one to warm up; the least is what noise disturbs least.

    Examples
    --------
    >>> import torch
    >>> from workings.models.measuring import seconds
    >>> print(seconds(lambda: sum(range(10)), torch.device("cpu")) > 0)
    True
    """
    run()
    times = []
    for _ in range(whole(repeats, "repeats")):
        wait(where)
        start = time.perf_counter()
        run()
        wait(where)
        times.append(time.perf_counter() - start)
    return min(times)


def saved_bytes(layer: nn.Module, X: Tensor) -> int:
    """Return how many bytes a forward pass keeps for the backward pass, its weights and input apart.

    Each piece of memory counts once, however many operations keep it.

    Examples
    --------
    >>> import torch
    >>> from workings.models.measuring import saved_bytes
    >>> print(saved_bytes(torch.nn.Tanh(), torch.ones(10, requires_grad=True)))
    40
    """
    given = {weight.untyped_storage().data_ptr() for weight in (*layer.parameters(), X)}
    kept: dict[int, int] = {}
    held = []

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in given:
            kept[storage.data_ptr()] = storage.nbytes()
            held.append(tensor)  # else its memory could be used again under the same address
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        output = layer(X)
    del output
    return sum(kept.values())
