"""How long the site takes to build: cold, warm, after an edit, and the same pages with plain MkDocs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import plain
from benchmarks.timing import Taken, in_turns, run, spread, summed
from benchmarks.tree import build, edit, environment

CHAPTER = "attention/scaled-attention"


def measure(tree: Path, scratch: Path, repeats: int, cold: int) -> dict[str, Any]:
    """Measure all builds of a tree that has been built once, so that nothing is left to compile."""
    site = scratch / "site"
    build(tree, site, environment(tree))
    plain_tree = plain.make(tree, site, scratch / "plain")
    trees = {"workings": tree, "plain": plain_tree, "floor": plain.make_floor(plain_tree, scratch / "floor")}
    found: dict[str, Any] = {"cold": _cold(tree, scratch, cold), "pages": len(list(site.rglob("index.html")))}
    tasks = {name: partial(_again, one, scratch / f"{name}-site") for name, one in trees.items()}
    found["warm"] = summed(in_turns(tasks, repeats), ["plain", "floor"])
    tasks = {name: partial(_edited, one, scratch / f"{name}-site") for name, one in trees.items()}
    found["edited"] = summed(in_turns(tasks, repeats), ["plain", "floor"])
    found["served"] = summed({name: _served(one, repeats) for name, one in trees.items()}, ["plain", "floor"])
    return found


def _cold(tree: Path, scratch: Path, repeats: int) -> Any:
    """Time builds with an empty store."""
    taken = []
    for _ in range(repeats):
        store = scratch / "empty" / "results"
        taken.append(build(tree, scratch / "cold-site", environment(tree, store)))
        shutil.rmtree(store.parent)
    return summed({"cold": taken})["cold"]


def _again(tree: Path, site: Path, _turn: int) -> Taken:
    return build(tree, site, environment(tree))


def _edited(tree: Path, site: Path, turn: int) -> Taken:
    edit(tree / f"docs/{CHAPTER}.md", turn)
    return build(tree, site, environment(tree))


def _served(tree: Path, repeats: int) -> list[Taken]:
    """Time rebuilds in one process, as ``mkdocs serve`` does them."""
    command = [sys.executable, "-m", "benchmarks.served", f"docs/{CHAPTER}.md", str(repeats)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "taken.json"
        run([*command, str(out)], tree, environment(tree))
        return [Taken(*one) for one in json.loads(out.read_text("utf-8"))]


def doctests(tree: Path, repeats: int) -> dict[str, Any]:
    """Time the suite of doctests, and count them."""
    command = [sys.executable, "-m", "pytest", "--doctest-modules", "src", "-q", "-p", "no:cacheprovider"]
    collect = [*command, "--collect-only"]
    settings = {**os.environ, **environment(tree)}
    done = subprocess.run(collect, cwd=tree, env=settings, capture_output=True, text=True, check=False)
    counted = re.search(r"^(\d+) tests? collected", done.stdout, re.MULTILINE)
    if counted is None:
        raise RuntimeError(f"pytest collected no doctests:\n{done.stdout[-2000:]}")
    taken = [run(command, tree, environment(tree)) for _ in range(repeats)]
    return {"count": int(counted[1]), "clock": spread([one.clock for one in taken])}
