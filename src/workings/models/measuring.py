"""What a layer costs where it runs: seconds, bytes kept for the backward pass, bytes held at its peak."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

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


def samples(
    runs: Mapping[str, Callable[[], object]], where: torch.device, rounds: int = 5, least: float = 0.002
) -> dict[str, list[float]]:
    """Return the seconds of one run of each function, ``rounds`` times.

    They take turns: what slows the machine down for a while slows all of them. Each runs once to warm up. A
    sample is the mean of as many runs as take ``least`` seconds.

    Examples
    --------
    >>> import torch
    >>> from workings.models.measuring import samples
    >>> taken = samples({"sum": lambda: sum(range(10))}, torch.device("cpu"), rounds=3, least=1e-5)
    >>> print(len(taken["sum"]), min(taken["sum"]) > 0)
    3 True
    """
    counts = {}
    for name, run in runs.items():
        run()
        counts[name] = max(1, round(least / max(_mean_time(run, where, 1), 1e-9)))
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(whole(rounds, "rounds")):
        for name, run in runs.items():
            taken[name].append(_mean_time(run, where, counts[name]))
    return taken


def _mean_time(run: Callable[[], object], where: torch.device, count: int) -> float:
    wait(where)
    start = time.perf_counter()
    for _ in range(count):
        run()
    wait(where)
    return (time.perf_counter() - start) / count


def peak_bytes(run: Callable[[], object], where: torch.device) -> int:
    """Return how many bytes a run holds at its peak, beyond what was held before it.

    CUDA's allocator keeps that number itself. On a CPU it is summed up from the allocations that Torch's
    profiler sees.

    Examples
    --------
    >>> import torch
    >>> from workings.models.measuring import peak_bytes
    >>> print(peak_bytes(lambda: torch.ones(1000), torch.device("cpu")))
    4000
    """
    run()
    if where.type == "cuda":
        wait(where)
        torch.cuda.reset_peak_memory_stats(where)
        before = torch.cuda.memory_allocated(where)
        run()
        wait(where)
        return int(torch.cuda.max_memory_allocated(where)) - before
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        run()
    events = [one for one in seen.profiler.kineto_results.events() if one.name() == "[memory]"]
    held = most = 0
    for one in sorted(events, key=lambda event: event.start_ns()):
        held += one.nbytes()
        most = max(most, held)
    return most


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
