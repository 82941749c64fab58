"""The same page of small computations, run at build by this project and by its nearest neighbours.

Twenty blocks of five lines, each with the output it prints. Here each is a session, run in a worker process,
compared with the output written under it and kept while the code stands. markdown-exec runs blocks in the
process of the build, mkdocs-jupyter in one notebook kernel; it keeps the page while the notebook stands.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.timing import spread
from benchmarks.tree import build, copy, environment

COUNT = 20
MARKDOWN_EXEC = "1.12.6"
_PAGE = "# Twenty computations\n\n"
_SETTINGS = """site_name: Peer
theme: {name: material, font: false}
plugins: [search%s]
markdown_extensions:
  - pymdownx.highlight: {pygments_lang_class: true}
  - pymdownx.superfences%s
"""
_FENCES = """:
      custom_fences:
        - name: python
          class: python
          validator: !!python/name:markdown_exec.validator
          format: !!python/name:markdown_exec.formatter"""
_JUPYTER = ", mkdocs-jupyter: {execute: true, allow_errors: false, include: ['*.ipynb']}"


def block(number: int) -> list[str]:
    """Give five lines of NumPy that print one number."""
    return [
        "import numpy as np",
        f"x = np.arange({number}, {number} + 5) / 10",
        "e = np.exp(x - x.max())",
        "p = e / e.sum()",
        "print(round(float(p.max()), 6))",
    ]


def output(lines: list[str]) -> str:
    """What a block prints."""
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    return done.stdout


def session(lines: list[str], printed: str) -> str:
    r"""Write a block as a session with its output.

    >>> session(["x = 1", "print(x)"], "1\n").splitlines()
    ['```pycon', '>>> x = 1', '>>> print(x)', '1', '```']
    """
    return "```pycon\n" + "".join(f">>> {line}\n" for line in lines) + printed + "```\n"


def measure(scratch: Path, repeats: int, cold: int) -> dict[str, Any]:
    """Time each tool cold and warm, and the same page with nothing to run."""
    blocks = [block(number) for number in range(COUNT)]
    printed = output(blocks[0])  # a softmax forgets a shift: all blocks print one number
    tools = {
        "workings": _workings(scratch / "workings", [session(lines, printed) for lines in blocks]),
        "mkdocs_jupyter": _jupyter(scratch / "jupyter", blocks),
    }
    if exec_path := _installed(scratch):
        tools["markdown_exec"] = _markdown_exec(scratch / "exec", blocks, exec_path)
    tools["nothing_run"] = _still(scratch / "still", [session(lines, printed) for lines in blocks])
    site = scratch / "site"
    found: dict[str, Any] = {"blocks": COUNT, "versions": {"mkdocs_jupyter": version("mkdocs-jupyter")}}
    if exec_path:
        found["versions"]["markdown_exec"] = MARKDOWN_EXEC
    for name, (tree, settings) in tools.items():
        colds = []
        for _ in range(cold):
            for kept in (".workings/results", ".cache"):
                shutil.rmtree(tree / kept, ignore_errors=True)
            colds.append(build(tree, site, settings).clock)
        warms = [build(tree, site, settings).clock for _ in range(repeats)]
        found[name] = {"cold": spread(colds), "warm": spread(warms)}
    return found


def _workings(place: Path, pages: list[str]) -> tuple[Path, dict[str, str]]:
    tree = copy(place)
    for path in [*(tree / "docs").rglob("*.md"), *(tree / "docs/labs").glob("*.py")]:
        path.unlink()
    _write(tree / "docs/index.md", _PAGE + "\n".join(pages))
    settings = (tree / "mkdocs.yml").read_text("utf-8")
    (tree / "mkdocs.yml").write_text(re.sub(r"(?m)^nav:\n(?:[ \t].*\n)*", "", settings), "utf-8")
    return tree, environment(tree)


def _still(place: Path, pages: list[str]) -> tuple[Path, dict[str, str]]:
    _write(place / "mkdocs.yml", _SETTINGS % ("", ""))
    _write(place / "docs/index.md", _PAGE + "\n".join(pages))
    return place, {}


def _markdown_exec(place: Path, blocks: list[list[str]], path: Path) -> tuple[Path, dict[str, str]]:
    _write(place / "mkdocs.yml", _SETTINGS % ("", _FENCES))
    fences = [
        '```python exec="true" source="above" result="text"\n' + "\n".join(one) + "\n```\n" for one in blocks
    ]
    _write(place / "docs/index.md", _PAGE + "\n".join(fences))
    return place, {"PYTHONPATH": str(path)}


def _jupyter(place: Path, blocks: list[list[str]]) -> tuple[Path, dict[str, str]]:
    _write(place / "mkdocs.yml", _SETTINGS % (_JUPYTER, ""))
    empty: dict[str, Any] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [empty | {"id": f"c{number}", "source": "\n".join(one)} for number, one in enumerate(blocks)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    book = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    _write(place / "docs/index.ipynb", json.dumps(book))
    return place, {}


def _installed(scratch: Path) -> Path | None:
    """Fetch markdown-exec beside the environment; None without a network."""
    path = scratch / "packages"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(path)]
    done = subprocess.run([*command, f"markdown-exec=={MARKDOWN_EXEC}"], capture_output=True, check=False)
    return path if done.returncode == 0 else None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
