"""Do what is stale, in worker processes, and keep what comes of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from workings.site import store
from workings.site.closure import NotThereError
from workings.site.work import Work, compute, note_of


@dataclass(frozen=True)
class Outcome:
    """The result of a work, or the error that stands in its place; ``ran`` if it was not fresh."""

    result: dict[str, Any] | None
    error: str = ""
    trace: str = ""
    ran: bool = False


def results(
    works: Iterable[Work], *, jobs: int | None = None, force: bool = False, bar: bool = True
) -> dict[Work, Outcome]:
    """Give each work's outcome: from the store if it is fresh there, else computed now."""
    outcomes: dict[Work, Outcome] = {}
    stale: dict[Work, str] = {}
    for work in dict.fromkeys(works):
        try:
            key = work.key
        except (NotThereError, SyntaxError, ValueError) as error:
            outcomes[work] = Outcome(
                None, str(error.args[0]) if isinstance(error, NotThereError) else repr(error)
            )
            continue
        kept = None if force else store.read(key)
        if kept is None:
            stale[work] = key
        else:
            outcomes[work] = Outcome(kept)
    if stale:
        outcomes |= _run(stale, jobs or os.cpu_count() or 1, bar)
    return outcomes


def _run(stale: dict[Work, str], jobs: int, bar: bool) -> dict[Work, Outcome]:
    outcomes: dict[Work, Outcome] = {}
    deaths: dict[Work, int] = dict.fromkeys(stale, 0)
    with _Progress(len(stale), bar) as advance:
        while waiting := [work for work in stale if work not in outcomes]:
            alone = max(deaths[work] for work in waiting) > 0
            batch = waiting[:1] if alone else waiting
            try:
                for work, result in _parallel(batch, 1 if alone else jobs):
                    key = work.key
                    if key == stale[work]:
                        outcomes[work] = _keep(key, result)
                        advance(work.label)
                    else:  # its sources were edited while it ran: the next round runs what stands now
                        stale[work] = key
            except BrokenProcessPool:
                for work in batch:
                    if work not in outcomes and (blame := _blame(work, deaths, alone)):
                        outcomes[work] = Outcome(None, blame, ran=True)
                        advance(work.label)
    return outcomes


def _parallel(works: list[Work], jobs: int) -> Iterator[tuple[Work, dict[str, Any]]]:
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    runs = Parallel(
        n_jobs=max(2, min(jobs, len(works))), backend="loky", return_as="generator_unordered", batch_size=1
    )
    try:
        yield from runs(delayed(_labelled)(work) for work in works)
    finally:  # the next run must import the package as it is then
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _labelled(work: Work) -> tuple[Work, dict[str, Any]]:
    return work, compute(work)


def _keep(key: str, result: dict[str, Any]) -> Outcome:
    if "error" in result:
        return Outcome(None, result["error"], result["trace"], ran=True)
    store.write(key, result)
    return Outcome(result, ran=True)


def _blame(work: Work, deaths: dict[Work, int], alone: bool) -> str:
    """Why a work has no result after a worker died; empty if it is only to be tried again."""
    note = note_of(work)
    if not note.exists():
        return ""
    words = note.read_text(encoding="utf-8")
    note.unlink()
    if words.startswith("Timeout ("):
        frames = [line.strip() for line in words.splitlines() if "/workings/" in line and "site/" not in line]
        hours, minutes, seconds = words[len("Timeout (") : words.index(")")].split(":")
        limit = 3600 * int(hours) + 60 * int(minutes) + float(seconds)
        return f"did not finish within its limit of {limit:g} s" + (
            f"; it was in {frames[0]}" if frames else ""
        )
    deaths[work] += 1
    return "its worker process died (killed, or out of memory)" if alone else ""


class _Progress:
    """A progress bar on a terminal, silence elsewhere."""

    def __init__(self, total: int, bar: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
        self._progress = Progress(*columns, console=Console(file=sys.stderr), transient=True, disable=not bar)
        self._task = self._progress.add_task("starting workers", total=total)

    def __enter__(self) -> Callable[[str], None]:
        self._progress.start()
        return lambda label: self._progress.update(self._task, advance=1, description=label)

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
