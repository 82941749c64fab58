"""Where Torch runs: one environment variable decides for every model and experiment."""

from __future__ import annotations

import os

import torch


def device() -> torch.device:
    """Return the device that ``WORKINGS_DEVICE`` names: ``cpu`` (unless set), ``cuda`` or ``auto``.

    ``auto`` takes CUDA where Torch sees it, else the CPU.

    Raises
    ------
    ValueError : another name, or ``cuda`` where Torch sees none.

    Examples
    --------
    >>> from workings.models.device import device
    >>> print(device().type in ("cpu", "cuda"))
    True
    """
    wanted = os.environ.get("WORKINGS_DEVICE", "cpu")
    if wanted not in ("cpu", "cuda", "auto"):
        raise ValueError(f"WORKINGS_DEVICE must be cpu, cuda or auto, got {wanted!r}")
    present = torch.cuda.is_available()
    if wanted == "cuda" and not present:
        raise ValueError("WORKINGS_DEVICE is cuda, but this Torch sees no CUDA device")
    return torch.device("cuda" if wanted != "cpu" and present else "cpu")
