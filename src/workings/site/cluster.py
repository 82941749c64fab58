"""An existing Dask cluster in the place of this machine's worker processes: ``--scheduler ADDRESS``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from click import ClickException

from workings.site.compute import compute
from workings.site.module import PACKAGE, NotThereError
from workings.site.work import Work


def scheduler() -> str:
    """The address of the cluster to use; empty for this machine alone."""
    return os.environ.get("WORKINGS_SCHEDULER", "")


def done_there(
    address: str, function: Callable[..., Any], calls: Mapping[Any, Sequence[Any]]
) -> Iterator[tuple[Any, Any]]:
    """Call a function on the workers of a cluster; give each call's name and result as they come.

    A call whose worker dies is given to another worker; one that kills several has the result None.

    Raises
    ------
    ClickException : Dask is not installed, nothing answers there, or the workers are not fit for us.
    """
    try:
        from distributed import CancelledError, Client, KilledWorker, as_completed
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        raise ClickException("--scheduler needs Dask: pip install 'workings[cluster]'") from error
    try:
        client = Client(address, timeout=20)
    except (OSError, ValueError) as error:
        raise ClickException(f"no Dask scheduler answers at {address}") from error
    with client:
        _prepare(client, address)
        names = {client.submit(function, *parts, pure=False): name for name, parts in calls.items()}
        try:
            for future, result in as_completed(names, with_results=True, raise_errors=False):
                failed = future.exception() if future.status == "error" else None
                if failed and not isinstance(failed, KilledWorker):
                    raise failed
                yield names.pop(future), None if failed else result
        except (CancelledError, CommClosedError) as error:
            raise ClickException(f"the scheduler at {address} was lost; what was done is kept") from error


def _prepare(client: Any, address: str) -> None:
    """Refuse workers that are not fit for us, and have them import the sources as they are now."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    if not workers:
        raise ClickException(f"the scheduler at {address} has no workers")
    if wide := [name for name, one in workers.items() if one["nthreads"] > 1]:
        words = f"{len(wide)} workers have several threads"
        raise ClickException(f"a worker does one thing at a time, but {words}: start them with --nthreads 1")
    try:
        client.run(_forget)
    except ModuleNotFoundError as error:
        raise ClickException(f"a worker of the cluster cannot import {error.name}") from error


def _forget() -> None:
    """Drop the package from a worker, so that it imports the sources as they are now."""
    for name in [one for one in sys.modules if one.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def compute_there(work: Work, key: str, device: str) -> dict[str, Any]:
    """Do the work on a worker, if it would give what it would give here."""
    os.environ["WORKINGS_DEVICE"] = device
    try:
        same = work.key == key
    except (NotThereError, SyntaxError, ValueError, OSError):
        same = False
    if not same:
        words = "a worker of the cluster has other sources, data, versions or devices than this project"
        return {"error": words, "trace": "", "line": 0}
    with tempfile.TemporaryDirectory(prefix="workings-") as folder:
        return compute(work, Path(folder) / "note")
