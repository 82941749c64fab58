"""Measure everything on this machine and write docs/records/benchmarks.json. Arguments: see ``--help``."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import builds, pages, parts, peer
from benchmarks.tree import copy
from benchmarks.versions import versions
from workings.data.machine import machine
from workings.data.record import Record, path
from workings.site.record import code_key
from workings.site.store import write_whole

COVERS = ("benchmarks/*.py",)


def main() -> None:
    """Measure, and write the record when all of it is there."""
    reader = argparse.ArgumentParser(prog="make bench", description=__doc__)
    reader.add_argument("--repeats", type=int, default=7, help="runs of what is quick (default 7)")
    reader.add_argument("--cold", type=int, default=3, help="runs of what is slow (default 3)")
    reader.add_argument(
        "--wait", type=float, default=0, help="minutes to wait for a quiet machine, each time"
    )
    asked = reader.parse_args()
    key = code_key(COVERS)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="workings-bench-") as folder:
        scratch = Path(folder)
        tree = copy(scratch / "tree")
        values: dict[str, Any] = {"load": {}}
        tasks: dict[str, Callable[[], dict[str, Any]]] = {
            "doctests": lambda: builds.doctests(tree, asked.cold),
            "build": lambda: builds.measure(tree, scratch, asked.repeats, asked.cold),
            "page": lambda: pages.measure(tree, scratch / "site", asked.repeats),
            "parts": lambda: parts.measure(tree),
            "peer": lambda: peer.measure(scratch / "peers", asked.repeats, asked.cold),
        }
        for name, task in tasks.items():
            values["load"][name] = quiet(asked.wait)
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            values[name] = task()
    record = Record(
        name="benchmarks",
        made=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        again="make bench",
        covers=COVERS,
        key=key,
        machine=machine(),
        versions=versions(),
        seconds=round(time.perf_counter() - start, 1),
        values=values,
    )
    write_whole(path(record.name), record.text().encode())
    print(f"wrote docs/records/{record.name}.json in {record.seconds:.0f} s")


def quiet(minutes: float) -> float:
    """Wait until less than half of the processors are busy, or for so long; give the load at the end."""
    until = time.monotonic() + 60 * minutes
    while (load := os.getloadavg()[0]) > (os.cpu_count() or 1) / 2 and time.monotonic() < until:
        time.sleep(2)
    return load


if __name__ == "__main__":
    main()
