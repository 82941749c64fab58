"""Several processes that train one model: ``torchrun`` starts them, each takes its share of every batch.

``torchrun --nproc-per-node 2 -m workings.cli record <name>`` trains with DistributedDataParallel, which
averages the gradients of all processes. They share a folder of checkpoints; the first one writes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from workings.models.device import device


@contextmanager
def together() -> Iterator[None]:
    """Join the processes that ``torchrun`` started; alone, do nothing."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    if device().type == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if device().type == "cuda" else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def count() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def first() -> bool:
    """Whether this process is the one that writes and speaks."""
    return not distributed.is_initialized() or distributed.get_rank() == 0


def share(rows: Tensor) -> Tensor:
    """Give this process's rows of a batch; alone, all of them.

    Raises
    ------
    ValueError : the rows cannot be dealt out evenly, so that the mean of means would not be the mean.
    """
    if len(rows) % count():
        raise ValueError(f"a batch of {len(rows)} rows cannot be dealt out evenly to {count()} processes")
    return rows[distributed.get_rank() :: count()] if count() > 1 else rows


def joined(model: nn.Module) -> nn.Module:
    """Give the model to call in training: with several processes one that averages their gradients."""
    return DistributedDataParallel(model, broadcast_buffers=False) if count() > 1 else model


def mean(value: float) -> float:
    """Average a number over the processes."""
    if count() == 1:
        return value
    total = torch.tensor(value, dtype=torch.float64, device=device())
    distributed.all_reduce(total)
    return float(total) / count()
