"""The machinery's parts, in a process of their own: formulas, standalone forms, keys, imports."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.timing import run, spread
from benchmarks.tree import environment

UNWANTED = ("torch", "matplotlib", "sympy", "joblib", "numpy", "quickjs", "fontTools")


def measure(tree: Path) -> dict[str, Any]:
    """Measure the parts of a tree that has been built."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "parts.json"
        run([sys.executable, "-m", "benchmarks.parts", str(out)], tree, environment(tree))
        found: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return found


def each(work: Callable[[Any], object], inputs: Iterable[Any]) -> dict[str, float]:
    """Time a function on each of several inputs: milliseconds each, as a spread."""
    taken = []
    for one in inputs:
        start = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - start) * 1000)
    return spread(taken)


def _main(out: str) -> None:
    start = time.perf_counter()
    from workings.site import extension

    imported = (time.perf_counter() - start) * 1000
    formulas = _formulas()
    loaded = sorted(name for name in UNWANTED if name in sys.modules)
    found = {"import": imported, "loaded": loaded, **_maths(formulas), **_forms(), **_keys()}
    Path(out).write_text(json.dumps(found | {"extension": extension.__name__}), encoding="utf-8")


def _formulas() -> list[tuple[str, bool]]:
    """Every formula of the site, once: those that a build asks for."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    from workings.site import maths

    asked: dict[tuple[str, bool], None] = {}
    rendered = maths.rendered

    def ask(tex: str, display: bool) -> str:
        asked[tex, display] = None
        return rendered(tex, display)

    maths.rendered = ask  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as site:
        build(load_config(site_dir=site, strict=False))
    maths.rendered = rendered
    return list(asked)


def _maths(formulas: list[tuple[str, bool]]) -> dict[str, Any]:
    from workings.site import maths

    maths.rendered.cache_clear()
    kept = each(lambda one: maths.rendered(*one), formulas)
    engine = each(lambda one: maths.render(*one), formulas[:1])
    made = each(lambda one: maths.render(*one), formulas)
    return {"formulas": {"count": len(formulas), "engine": engine["median"], "made": made, "kept": kept}}


def _forms() -> dict[str, Any]:
    from workings.site import copying
    from workings.site.module import PACKAGE, SRC, load

    names = [
        f"byhand.{path.stem}.{name}"
        for path in sorted((SRC / PACKAGE / "byhand").glob("*.py"))
        if path.stem != "__init__"
        for name in load(f"{PACKAGE}.byhand.{path.stem}").definitions
        if not name.startswith("_")
    ]
    return {"standalone": {"count": len(names), "each": each(copying.standalone, names)}}


def _keys() -> dict[str, Any]:
    from workings.site.survey import current

    works = list(current().outcomes)
    return {"keys": {"count": len(works), "each": each(lambda work: work.key, works)}}


if __name__ == "__main__":
    _main(sys.argv[1])
