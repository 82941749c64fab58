"""Do a piece of work: decide a claim, show an exhibit, run a program. Worker processes are here.

What comes of it is JSON; what goes wrong is told in one line, with its place.
"""

from __future__ import annotations

import contextlib
import doctest
import faulthandler
import importlib
import json
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workings.site import freshness
from workings.site.copying import run_alone
from workings.site.isolation import from_sources, isolated
from workings.site.module import PACKAGE, ROOT, SRC, NotThereError
from workings.site.work import Work

LIMIT = 120.0


def compute(work: Work, note: Path) -> dict[str, Any]:
    """Do the work in this process, and say what came of it; never raises, but dies at the time limit.

    The note exists while the work runs. A hang is ended by a watchdog that needs neither the interpreter
    nor its lock; it writes to the note where the work was, which the parent process then reads.
    """
    from_sources()
    with note.open("w", encoding="utf-8") as stream, contextlib.redirect_stdout(sys.stderr), isolated():
        faulthandler.dump_traceback_later(LIMIT, exit=True, file=stream)
        try:
            if work.kind in ("claim", "exhibit"):
                _import(work)  # so that the time is its own
            start = time.perf_counter()
            result = _COMPUTE[work.kind](work, stream)
            result |= {
                "seconds": round(time.perf_counter() - start, 3),
                "device": freshness.device_kind(),
                "versions": freshness.versions(work.closure.distributions),
            }
        except (Exception, SystemExit) as error:
            result = {
                "error": _told(error),
                "trace": traceback.format_exc(),
                "line": getattr(error, "line", 0),
            }
        finally:
            faulthandler.cancel_dump_traceback_later()
    note.unlink(missing_ok=True)
    return result


class ProgramError(Exception):
    """A program or a session that does not do what it must; ``line`` counts from its first, 0."""

    def __init__(self, message: str, line: int = 0) -> None:
        """Keep what is wrong, and where."""
        super().__init__(message)
        self.line = line


def _told(error: BaseException) -> str:
    """What was raised, in one line, and where in the package."""
    if isinstance(error, ProgramError | NotThereError):
        return str(error.args[0])
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    own, machinery = f"{SRC / PACKAGE}/", f"{SRC / PACKAGE / 'site'}/"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename.startswith(own) and not frame.filename.startswith(machinery):
            return f"{said} ({Path(frame.filename).relative_to(ROOT).as_posix()}:{frame.lineno})"
    return said


def _import(work: Work) -> Any:
    module, function = work.definition
    return getattr(importlib.import_module(module.name), function)


def _decide(work: Work, _stream: Any) -> dict[str, Any]:
    from workings.claims.claim import Claim, Erratum

    claim = _import(work)
    if not isinstance(claim, Claim):
        raise TypeError(f"{work.name} is not decorated as a claim, it is a {type(claim).__name__}")
    evidence = claim.decide()
    result = {
        "statement": claim.statement,
        "expected": claim.expected,
        "verdict": evidence.verdict,
        "answers": list(claim.answers),
        "witnesses": [
            {"name": one.name, "distance": one.distance, "tolerance": one.tolerance, "unit": one.unit}
            for one in evidence.witnesses
        ],
        "values": plain(evidence.values),
    }
    if isinstance(claim, Erratum):
        beside = claim.corrected.decide()
        result |= {
            "truth": claim.truth,
            "question": claim.question,
            "certainty": claim.certainty,
            "reading": claim.reading,
            "corrected": {"name": claim.corrected.name, "verdict": beside.verdict},
        }
        if beside.verdict != "holds":
            raise ValueError(
                f"the claim that corrects {work.name} is {beside.verdict}: {claim.corrected.statement}"
            )
    if evidence.verdict != claim.expected:
        apart = "; ".join(
            f"{one.name}: {one.distance:.3g} of {one.tolerance:.3g}" for one in evidence.witnesses
        )
        wanted = "hold" if claim.expected == "holds" else "be refuted"
        raise ValueError(f"must {wanted}, but is {evidence.verdict} ({apart}): {claim.statement}")
    return result


def _show(work: Work, stream: Any) -> dict[str, Any]:
    from workings.data.record import record
    from workings.exhibits.exhibit import Exhibit, Table

    exhibit = _import(work)
    if not isinstance(exhibit, Exhibit):
        raise TypeError(f"{work.name} is not decorated with @exhibit, it is a {type(exhibit).__name__}")
    faulthandler.dump_traceback_later(exhibit.limit, exit=True, file=stream)
    shown = exhibit.show(**json.loads(work.arguments))
    records = [record(name).provenance for name in exhibit.records]
    if isinstance(shown, Table):
        return {
            "records": records,
            "table": plain(
                {
                    "columns": shown.columns,
                    "rows": shown.rows,
                    "formats": shown.formats,
                    "heat": shown.heat,
                    "head": shown.head,
                }
            ),
            "values": plain(shown.values),
        }
    return {
        "records": records,
        "figure": {"svg": shown.svg, "alt": shown.alt},
        "values": plain(shown.values),
    }


def _run_snippet(work: Work, _stream: Any) -> dict[str, Any]:
    try:
        return {"output": run_alone(work.code, name=f"snippets/{work.name}")}
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or [f"it ended with status {error.returncode}"]
        lines = re.findall(rf'File "{re.escape(Path(work.name).name)}", line (\d+)', error.stderr)
        place = ":".join([f"snippets/{work.name}", *lines[-1:]])
        raise ProgramError(f"{said[-1]} ({place})") from error


def _run_session(work: Work, _stream: Any) -> dict[str, Any]:
    examples = doctest.DocTestParser().get_doctest(work.name, {"__name__": "__main__"}, "session", None, 0)
    if not examples.examples:
        raise ProgramError("a pycon fence without a >>> line")
    _Pinned(verbose=False).run(examples)
    return {"examples": len(examples.examples)}


class _Pinned(doctest.DocTestRunner):
    """Stops at the first example that prints something else than the page says."""

    def report_failure(self, _out: Any, _test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        pinned, code = example.want.strip(), example.source.strip()
        raise ProgramError(f"{code!r} printed {got.strip()!r}, but the page says {pinned!r}", example.lineno)

    def report_unexpected_exception(
        self, _out: Any, _test: doctest.DocTest, example: doctest.Example, raised: Any
    ) -> None:
        words = f"{raised[0].__name__}: {raised[1]}".rstrip(": ")
        raise ProgramError(f"{example.source.strip()!r} raised {words}", example.lineno)


def _run_lab(work: Work, stream: Any) -> dict[str, Any]:
    from workings.site.kernel import run_lab
    from workings.site.lab import script_of

    faulthandler.dump_traceback_later(
        LIMIT + 30, exit=True, file=stream
    )  # should the kernel's own end not come
    return {"outputs": run_lab(script_of(work.name), LIMIT)}


_COMPUTE = {
    "claim": _decide,
    "exhibit": _show,
    "snippet": _run_snippet,
    "session": _run_session,
    "lab": _run_lab,
}


def plain(value: Any) -> Any:
    """Numbers and nests of them as JSON has them: NumPy, Torch and SymPy values become Python's."""
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "__float__"):
        return float(value)
    raise TypeError(f"a value on a page is a number, a string or a nest of them, got {type(value).__name__}")
