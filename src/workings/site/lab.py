"""A lab: a percent script of ``docs/labs``, read as a page, as a program and as a notebook.

The page and the program have the script's lines, each where it stands there, so that a fault found in either
bears the script's own line.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from workings.site.page import DOCS, Fault

FOLDER = DOCS / "labs"
TABLE = "application/vnd.workings.table+json"  # as workings.exhibits.notebook has it

_MARKER = re.compile(r"# %%(?P<words> \[markdown\])?\s*")


@dataclass(frozen=True)
class Cell:
    """A cell of words or of code, with the line of its marker."""

    kind: Literal["markdown", "code"]
    lines: tuple[str, ...]
    line: int

    @property
    def source(self) -> str:
        """What the cell holds, words without their comment signs, no blank lines around."""
        lines = [_word(line) for line in self.lines] if self.kind == "markdown" else self.lines
        return "\n".join(lines).strip("\n")

    @property
    def first(self) -> int:
        """The line of the script on which the source begins."""
        blank = next((place for place, line in enumerate(self.lines) if line.strip()), 0)
        return self.line + 1 + blank

    @property
    def statements(self) -> str:
        """Its code without comments and layout; a SyntaxError names the script's line."""
        return ast.unparse(ast.parse("\n" * self.line + "\n".join(self.lines)))


def _word(line: str) -> str:
    return line[2:] if line.startswith("# ") else line.removeprefix("#")


def cells(script: str) -> list[Cell]:
    """The cells of a script, in order; what stands above the first marker is none."""
    lines = script.split("\n")
    found = [(number, mark) for number, line in enumerate(lines) if (mark := _MARKER.fullmatch(line))]
    ends = [number for number, _ in found[1:]] + [len(lines)]
    return [
        Cell("markdown" if mark["words"] else "code", tuple(lines[number + 1 : end]), number + 1)
        for (number, mark), end in zip(found, ends, strict=True)
    ]


def code_cells(script: str) -> list[Cell]:
    """The cells that are run; the first is number 1."""
    return [cell for cell in cells(script) if cell.kind == "code"]


def faults(script: str) -> Iterator[Fault]:
    """What is wrong with the script as such."""
    found = cells(script)
    above = script.split("\n")[: found[0].line - 1 if found else None]
    if not found or any(line.strip() for line in above):
        yield Fault(1, "a lab begins with a cell: # %% [markdown], or # %% above code")
    for number, line in enumerate(script.split("\n"), 1):
        if line.lstrip().startswith("# %%") and not _MARKER.fullmatch(line):
            yield Fault(number, f"{line.strip()!r} begins no cell: write # %% or # %% [markdown], no more")
    for cell in found:
        if not cell.source.strip():
            yield Fault(cell.line, "the cell is empty")
        if cell.kind == "markdown":
            for number, line in enumerate(cell.lines, cell.line + 1):
                if line.strip() and not line.startswith("# ") and line != "#":
                    yield Fault(number, f"{line[:40]!r} stands among words: code begins with # %%")


def as_markdown(script: str) -> str:
    """The page: words as they are; each cell of code is a block ``cell`` that names it by its number."""
    lines = [""] * len(script.split("\n"))
    number = 0
    for cell in cells(script):
        if cell.kind == "markdown":
            lines[cell.line : cell.line + len(cell.lines)] = map(_word, cell.lines)
        elif cell.lines:
            number += 1
            lines[cell.line - 1], lines[cell.line - 1 + len(cell.lines)] = f"/// cell | {number}", "///"
    return "\n".join(lines)


def as_program(script: str) -> str:
    """The code alone."""
    lines = [""] * len(script.split("\n"))
    for cell in code_cells(script):
        lines[cell.line : cell.line + len(cell.lines)] = cell.lines
    return "\n".join(lines)


def as_notebook(script: str, outputs: Sequence[Sequence[Mapping[str, Any]]], python: str) -> str:
    """The executed notebook (nbformat 4.5)."""
    made: list[dict[str, Any]] = []
    run = 0
    for place, cell in enumerate(cells(script)):
        one: dict[str, Any] = {"cell_type": cell.kind, "id": f"cell-{place}", "metadata": {}}
        one["source"] = _split(cell.source)
        if cell.kind == "code":
            run += 1
            one |= {"execution_count": run, "outputs": [_output(kept, run) for kept in outputs[run - 1]]}
        made.append(one)
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "name": "python", "version": python},
    }
    notebook = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _output(kept: Mapping[str, Any], run: int) -> dict[str, Any]:
    if kept["output_type"] == "stream":
        return {**kept, "text": _split(kept["text"])}
    data = {kind: _split(one) if isinstance(one, str) else one for kind, one in kept["data"].items()}
    count = {"execution_count": run} if kept["output_type"] == "execute_result" else {}
    return {**kept, **count, "data": data, "metadata": {}}


def _split(text: str) -> list[str]:
    return text.splitlines(keepends=True)


class _Deferred(ModuleType):
    """Stands for a module until something is taken from it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__path__":  # import's own questions
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def defer(*names: str) -> None:
    """Let modules be imported by whoever asks, but loaded only when something is taken from them.

    The plugin that takes labs in as pages imports all of nbconvert; a build uses nothing of it.
    """
    for name in names:
        sys.modules.setdefault(name, _Deferred(name))


def script_of(name: str) -> str:
    """The script of a lab, named as its page is: ``labs/word2vec.py``."""
    return (DOCS / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def paths() -> list[Path]:
    """Every lab's file."""
    return sorted(FOLDER.glob("*.py"))
