"""Do what is stale, in worker processes, and keep what comes of it."""

from __future__ import annotations

import ast
import contextlib
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workings.site import store
from workings.site.closure import at_once, closure_of_code
from workings.site.cluster import compute_there, done_there, scheduler
from workings.site.compute import compute
from workings.site.module import PACKAGE, ROOT, NotThereError
from workings.site.work import Work

UNREADABLE = (NotThereError, SyntaxError, ValueError, OSError)


@dataclass(frozen=True)
class Outcome:
    """The result of a work, or the error that stands in its place; ``ran`` if it was not fresh."""

    result: dict[str, Any] | None
    error: str = ""
    trace: str = ""
    ran: bool = False
    line: int = 0  # counted from the first of the program or the session


def results(
    works: Iterable[Work], *, jobs: int | None = None, force: bool = False, bar: bool = True
) -> dict[Work, Outcome]:
    """Give each work's outcome: from the store if it is fresh there, else computed now."""
    outcomes: dict[Work, Outcome] = {}
    stale: dict[Work, str] = {}
    with at_once():
        for work in dict.fromkeys(works):
            try:
                key = work.key
            except UNREADABLE as error:
                line = _line(work, error) if work.kind == "lab" else 0
                outcomes[work] = Outcome(None, _unreadable(error), line=line)
                continue
            kept = None if force else store.read(key)
            if kept is None:
                stale[work] = key
            else:
                outcomes[work] = Outcome(kept)
    if stale:
        outcomes |= _run(stale, jobs or os.cpu_count() or 1, bar)
    return outcomes


def _unreadable(error: Exception) -> str:
    """Why a work cannot even be found."""
    if isinstance(error, SyntaxError):
        return f"is not Python: {error.msg} (line {error.lineno})"
    return str(error.args[0]) if error.args else repr(error)


def _line(lab: Work, error: Exception) -> int:
    """The line of a lab that cannot be read, or that imports what cannot be found; 0 if neither is known."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    with contextlib.suppress(*UNREADABLE):
        for node in ast.walk(ast.parse(lab.code)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                try:
                    closure_of_code(ast.unparse(node))
                except NotThereError:
                    return node.lineno
    return 0


def _run(stale: dict[Work, str], jobs: int, bar: bool) -> dict[Work, Outcome]:
    """Run in parallel; what ran while a worker died is run again, alone, to see whose fault it was."""
    outcomes: dict[Work, Outcome] = {}
    suspects: set[Work] = set()
    silent_deaths = 0
    with tempfile.TemporaryDirectory(prefix="workings-") as folder, _Progress(len(stale), bar) as advance:
        notes = {work: Path(folder) / str(number) for number, work in enumerate(stale)}
        while waiting := [work for work in stale if work not in outcomes]:
            alone = [work for work in waiting if work in suspects][:1]
            blamed: dict[Work, str] = {}
            try:
                asked = {work: stale[work] for work in alone or waiting}
                for work, result in _parallel(asked, notes, jobs):
                    if done := _done(work, result, stale):
                        outcomes[work] = done
                        advance(work.label)
            except BrokenProcessPool:
                running = _running({work: notes[work] for work in waiting if work not in outcomes})
                blamed = {work: _hung(words) for work, words in running.items() if words}
                silent_deaths += not running
                if silent_deaths > 2:
                    blamed = dict.fromkeys(waiting, "worker processes die before they start")
                elif alone and running and not blamed:
                    blamed = dict.fromkeys(alone, "its worker process died (killed, or out of memory)")
                elif not blamed:
                    suspects |= set(running)
            for work, words in blamed.items():
                outcomes[work] = Outcome(None, words, ran=True)
                advance(work.label)
    return outcomes


def _parallel(
    works: dict[Work, str], notes: dict[Work, Path], jobs: int
) -> Iterator[tuple[Work, dict[str, Any]]]:
    from joblib import Parallel, delayed
    from joblib.externals.loky import get_reusable_executor

    if address := scheduler():
        device = os.environ.get("WORKINGS_DEVICE", "cpu")
        calls = {work: (work, key, device) for work, key in works.items()}
        died = {
            "error": "its worker died, on one worker of the cluster after another",
            "trace": "",
            "line": 0,
        }
        for work, result in done_there(address, compute_there, calls):
            yield work, result or died
        return
    runs = Parallel(
        n_jobs=max(2, min(jobs, len(works))), backend="loky", return_as="generator_unordered", batch_size=1
    )
    warnings.filterwarnings("ignore", message="A worker stopped while some jobs")  # it is replaced
    try:
        yield from runs(delayed(_labelled)(work, notes[work]) for work in works)
    finally:  # the next run must import the package as it is then
        get_reusable_executor().shutdown(wait=True, kill_workers=True)


def _labelled(work: Work, note: Path) -> tuple[Work, dict[str, Any]]:
    return work, compute(work, note)


def _done(work: Work, result: dict[str, Any], stale: dict[Work, str]) -> Outcome | None:
    """Keep a result, unless its sources were edited while it ran: then the next round runs it again."""
    try:
        key = work.key
    except UNREADABLE as error:
        return Outcome(None, _unreadable(error), ran=True)
    if key != stale[work]:
        stale[work] = key
        return None
    if "error" in result:
        return Outcome(None, result["error"], result["trace"], ran=True, line=result["line"])
    store.write(key, result)
    return Outcome(result, ran=True)


def _running(notes: dict[Work, Path]) -> dict[Work, str]:
    """The works that were running when a worker died, with what its watchdog wrote, if it did."""
    found = {}
    for work, note in notes.items():
        if note.exists():
            found[work] = note.read_text(encoding="utf-8")
            note.unlink()
    return found


def _hung(words: str) -> str:
    """What a watchdog's note says: how long it waited, and where the work was."""
    hours, minutes, seconds = words[len("Timeout (") : words.index(")")].split(":")
    limit = 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    frames = re.findall(rf'File "{re.escape(str(ROOT))}/(src/{PACKAGE}/(?!site/).*)", line (\d+)', words)
    return f"did not finish within its limit of {limit:g} s" + "".join(
        f"; it was at {path}:{line}" for path, line in frames[:1]
    )


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
