"""Run a lab as a reader's notebook would: its cells one after the other, in a Jupyter kernel of its own.

In worker processes alone. The kernel imports the package from its sources, and has one thread, so that the
same digits are printed on every machine.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from workings.site.compute import ProgramError
from workings.site.lab import Cell, cells
from workings.site.module import PACKAGE, ROOT, SRC

_START = f"from {PACKAGE}.site.isolation import from_sources; from_sources()"
_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def run_lab(script: str, limit: float) -> list[list[dict[str, Any]]]:
    """The outputs of each cell of code; ProgramError says on which line of the script what went wrong."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from nbformat.v4 import new_code_cell, new_notebook

    parts = list(_read(script))
    sheet = new_notebook(cells=[new_code_cell(part.source) for part in parts])
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        client = NotebookClient(sheet, km=_kernel(folder), shutdown_kernel="immediate")
        with client.setup_kernel(cleanup_kc=True, env=_environment(folder), cwd=folder):
            end = time.monotonic() + limit
            client.timeout_func = lambda _: max(1, round(end - time.monotonic()))
            for number, (part, cell) in enumerate(zip(parts, sheet.cells, strict=True)):
                try:
                    client.execute_cell(cell, number)
                except CellExecutionError as error:
                    raise _placed(error, part, number + 1) from error
                except CellTimeoutError as error:
                    words = f"the cell did not finish within the lab's limit of {limit:g} s"
                    raise ProgramError(words, part.line) from error
                except DeadKernelError as error:
                    words = "the cell's process died (killed, or out of memory)"
                    raise ProgramError(words, part.line) from error
    return [_joined(cell.outputs, part) for part, cell in zip(parts, sheet.cells, strict=True)]


def _read(script: str) -> Iterator[Cell]:
    """The cells of code, if Jupyter's own reader of such scripts sees the same."""
    import jupytext

    own = cells(script)
    theirs = [
        (one.cell_type, one.source.strip("\n")) for one in jupytext.reads(script, fmt="py:percent").cells
    ]
    for place, one in enumerate(own):
        if theirs[place : place + 1] != [(one.kind, one.source)]:
            raise ProgramError("Jupyter would read this cell otherwise", one.line)
        if one.kind == "code":
            yield one


def _kernel(folder: str) -> Any:
    """A kernel of this very Python, whatever kernels a user has installed."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, _name: str) -> Any:
            words = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
            words += ["--HistoryManager.enabled=False", "--InteractiveShell.colors=nocolor"]
            return KernelSpec(argv=[sys.executable, *words, f"--IPKernelApp.exec_lines={_START}"])

    way = "ipc" if os.name == "posix" else "tcp"  # files of its own folder; no port that others can reach
    return AsyncKernelManager(
        kernel_spec_manager=ThisPython(), transport=way, connection_file=f"{folder}/kernel.json"
    )


def _environment(folder: str) -> dict[str, str]:
    paths = [str(SRC), *filter(None, [os.environ.get("PYTHONPATH")])]
    own = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "0", "IPYTHONDIR": folder}
    return {**os.environ, **own, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _placed(error: Any, part: Cell, number: int) -> ProgramError:
    """What was raised, the line of the script that led there, and where in the package."""
    trace = _COLOUR.sub("", error.traceback)
    within = re.findall(rf"Cell In\[{number}\], line (\d+)", trace)
    package = re.findall(rf"{re.escape(SRC.name)}/{PACKAGE}/((?!site/)[\w/]+\.py):(\d+)", trace)
    place = f" ({SRC.relative_to(ROOT).as_posix()}/{PACKAGE}/{':'.join(package[-1])})" if package else ""
    said = f"{error.ename}: {error.evalue}".rstrip(": ").partition("\n")[0]
    return ProgramError(said + place, part.first - 1 + int(within[-1]) if within else part.line)


def _joined(outputs: list[Any], part: Cell) -> list[dict[str, Any]]:
    """A cell's outputs; what is printed comes in pieces, cut where the kernel happened to pause."""
    found: list[dict[str, Any]] = []
    for one in (_output(output, part) for output in outputs):
        if found and "text" in one and "text" in found[-1]:
            found[-1]["text"] += one["text"]
        else:
            found.append(one)
    return found


def _output(one: Any, part: Cell) -> dict[str, Any]:
    """An output as it is kept: refused if a page could not show it well."""
    if one.output_type == "stream":
        if one.name != "stdout":
            first = _COLOUR.sub("", one.text).strip().partition("\n")[0]
            raise ProgramError(f"the cell writes to stderr: {first}", part.line)
        return {"output_type": "stream", "name": "stdout", "text": str(one.text)}
    if pictures := [kind for kind in one.data if kind.startswith("image/") and kind != "image/svg+xml"]:
        words = f"the cell shows {pictures[0]}: end it with show(Figure(...)), which follows light and dark"
        raise ProgramError(words, part.line)
    return {"output_type": str(one.output_type), "data": dict(one.data)}
