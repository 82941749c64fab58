"""Times of processes, several of them, summed up as a median with its spread."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

QUIET = {"NO_MKDOCS_2_WARNING": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


@dataclass(frozen=True)
class Taken:
    """What one process took: seconds on the clock, and seconds of processor time with its children's."""

    clock: float
    processor: float


def run(command: Sequence[str], place: Path, environment: Mapping[str, str]) -> Taken:
    """Run a command and time it; RuntimeError with its words if it fails."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=place, env={**os.environ, **QUIET, **environment}, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(child.pid, 0)
        clock = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if child.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{said.read().decode(errors='replace')}")
    return Taken(clock, usage.ru_utime + usage.ru_stime)


def spread(samples: Sequence[float]) -> dict[str, float]:
    """Give the median, the least and the greatest of some samples, and how many there are."""
    if not samples:
        raise ValueError("a spread needs one sample or more, got none")
    return {
        "median": median(samples),
        "least": min(samples),
        "greatest": max(samples),
        "repeats": len(samples),
    }


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    """Compare samples taken in turns: the spread of one's part in the other, pair by pair."""
    return spread([one / other for one, other in zip(ours, theirs, strict=True)])


def in_turns(tasks: Mapping[str, Callable[[int], Taken]], repeats: int) -> dict[str, list[Taken]]:
    """Run each task once, then each once more, and so on: what slows the machine down slows all of them."""
    taken: dict[str, list[Taken]] = {name: [] for name in tasks}
    for turn in range(repeats):
        for name, task in tasks.items():
            taken[name].append(task(turn))
    return taken


def summed(taken: Mapping[str, Sequence[Taken]], against: Sequence[str] = ()) -> dict[str, object]:
    """Sum up each task's times, and the first task's ratio to each of some others."""
    found: dict[str, object] = {
        name: {
            "clock": spread([one.clock for one in samples]),
            "processor": spread([one.processor for one in samples]),
        }
        for name, samples in taken.items()
    }
    first = next(iter(taken.values()))
    for other in against:
        found[f"to_{other}"] = {
            "clock": ratio([one.clock for one in first], [one.clock for one in taken[other]]),
            "processor": ratio([one.processor for one in first], [one.processor for one in taken[other]]),
        }
    return found
