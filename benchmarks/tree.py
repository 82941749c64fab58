"""A private copy of the project to build, so that nothing measured touches what others read."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.timing import Taken, run

ROOT = Path(__file__).resolve().parents[1]
OWN_PAGE = Path("docs/about/benchmarks.md")
_PARTS = ("docs", "src", "snippets", "overrides", "benchmarks")
_FILES = ("mkdocs.yml", "pyproject.toml", "package.json", "package-lock.json")


def copy(place: Path) -> Path:
    """Copy what a build needs. Of its own page only headings stay: the numbers are yet to be measured."""
    place.mkdir(parents=True)
    for name in _PARTS:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
            shutil.copytree(ROOT / name, place / name, ignore=ignored)
    for name in _FILES:
        shutil.copy(ROOT / name, place)
    (place / "node_modules").symlink_to(ROOT / "node_modules")
    page = place / OWN_PAGE
    page.write_text(headings(page.read_text("utf-8")), "utf-8")
    return place


def headings(page: str) -> str:
    """Leave a page its headings."""
    fences = re.compile(r"^(```+).*?^\1", re.DOTALL | re.MULTILINE)
    lines = [line for line in fences.sub("", page).splitlines() if re.match(r"#{1,6} ", line)]
    return "\n\n".join(lines) + "\n"


def environment(tree: Path, store: Path | None = None) -> dict[str, str]:
    """The package's place decides which tree is built."""
    found = {"PYTHONPATH": f"{tree / 'src'}:{ROOT}"}
    return found | ({"WORKINGS_STORE": str(store)} if store else {})


def build(tree: Path, site: Path, environment: Mapping[str, str]) -> Taken:
    """Build a tree in a fresh process; a page outside the navigation shall not stop a measurement."""
    command = [sys.executable, "-m", "mkdocs", "build", "--no-strict", "--quiet", "--site-dir", str(site)]
    return run(command, tree, environment)


def edit(page: Path, turn: int) -> None:
    """Add a sentence to a page."""
    page.write_text(page.read_text("utf-8") + f"\nA sentence that was not here in turn {turn}.\n", "utf-8")
