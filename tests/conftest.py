"""A small copy of the site that a test may damage: two pages of its own, the package's own machinery."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

settings.register_profile("workings", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("workings")

ROOT = Path(__file__).resolve().parents[1]
PLANTED = Path(__file__).with_name("planted")
collect_ignore = ["planted"]
DECIDES = re.compile(r"^@(claim|erratum|exhibit)\b", re.MULTILINE)


@dataclass(frozen=True)
class Built:
    """How a command ended, and all that it said."""

    code: int
    said: str

    @property
    def lines(self) -> list[str]:
        """What it said, without the decoration that a terminal gets."""
        return [re.sub(r"\x1b\[[\d;]*m", "", line) for line in self.said.splitlines()]


@dataclass(frozen=True)
class Site:
    """A copy of the site in a folder of its own."""

    root: Path

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "PYTHONPATH": str(self.root / "src"),
            "WORKINGS_STORE": str(self.root / ".workings" / "results"),
            "NO_MKDOCS_2_WARNING": "1",
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "300",
        }
        return {name: value for name, value in os.environ.items() if not name.startswith("WORKINGS_")} | own

    @property
    def page(self) -> Path:
        return self.root / "docs" / "small.md"

    @property
    def claims(self) -> Path:
        return self.root / "src" / "workings" / "claims" / "small.py"

    @property
    def exhibits(self) -> Path:
        return self.root / "src" / "workings" / "exhibits" / "small.py"

    @property
    def byhand(self) -> Path:
        return self.root / "src" / "workings" / "byhand" / "small.py"

    @property
    def entries(self) -> list[Path]:
        return sorted((self.root / ".workings" / "results").glob("*.json"))

    def edit(self, path: Path, old: str, new: str) -> int:
        """Replace a text that stands once in a file; return its line."""
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def plant(self, text: str, page: str = "small.md") -> int:
        """Add a text to the end of a page; return the line of its first line."""
        path = self.root / "docs" / page
        before = path.read_text(encoding="utf-8")
        assert before.endswith("\n")
        path.write_text(f"{before}\n{text}\n", encoding="utf-8")
        return before.count("\n") + 2

    def line(self, text: str, page: str = "small.md") -> int:
        """The line of a page that holds a text, which stands there once."""
        lines = (self.root / "docs" / page).read_text(encoding="utf-8").splitlines()
        found = [number for number, line in enumerate(lines, 1) if text in line]
        assert len(found) == 1, f"{text!r} stands on lines {found} of {page}"
        return found[0]

    def command(self, *words: str, **environment: str) -> Built:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Built(done.returncode, done.stdout + done.stderr)

    def build(self, **environment: str) -> Built:
        """Build as a reader does, strictly."""
        return self.command("mkdocs", "build", "--strict", **environment)

    def workings(self, *words: str, **environment: str) -> Built:
        return self.command("workings.cli", *words, **environment)

    def run(self, *words: str, **environment: str) -> dict[str, Any]:
        """Bring everything up to date; what ran, what was fresh, what is wrong."""
        done = subprocess.run(
            [sys.executable, "-m", "workings.cli", "run", "--json", *words],
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.stdout, done.stderr
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    def html(self, page: str = "small") -> str:
        return (self.root / "site" / page / "index.html").read_text(encoding="utf-8")

    def fails(self, line: int, *words: str, page: str = "small.md", **environment: str) -> Built:
        """Build, and expect one clear message that names page and line and says these words."""
        built = self.build(**environment)
        assert built.code != 0, "the build passed"
        where = f"docs/{page}:{line}: "
        told = [said for said in built.lines if where in said]
        assert told, f"nothing said {where}…\n{built.said}"
        for word in words:
            assert any(word in said for said in told), f"{word!r} was not said in {told}"
        assert "Traceback" not in built.said, built.said
        return built


def make(root: Path) -> Site:
    """Copy the package and the settings, and write the small pages."""
    for name in ("src", "overrides"):
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for folder in ("claims", "exhibits"):
        for path in (root / "src" / "workings" / folder).glob("*.py"):
            if DECIDES.search(path.read_text(encoding="utf-8")):
                path.unlink()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, root)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    shutil.copytree(
        ROOT / "docs" / "assets", root / "docs" / "assets", ignore=shutil.ignore_patterns("vendor")
    )
    (root / "docs" / "assets" / "vendor").symlink_to(ROOT / "docs" / "assets" / "vendor")
    for path in PLANTED.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            target = root / path.relative_to(PLANTED)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    nav = "nav:\n  - index.md\n  - small.md\n  - code.md\n"
    settings, count = re.subn(r"^nav:\n(?:[ \t].*\n|\n(?=[ \t]))*", nav, settings, flags=re.MULTILINE)
    assert count == 1, "mkdocs.yml has no nav"
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    return Site(root)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; a test that reads them is skipped, with the reason, where they are not."""
    folder = os.environ.get("WORKINGS_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("reads real files: set WORKINGS_DATA to a folder that holds them")
    return Path(folder)


@pytest.fixture(scope="session")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The copy that nobody damages, built once with a warm store, for all workers of pytest-xdist."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    root = shared / "healthy"
    with FileLock(shared / "healthy.lock"):
        if not (root / "whole").exists():
            shutil.rmtree(root, ignore_errors=True)
            site = make(root)
            built = site.build()
            assert built.code == 0, built.said
            (root / "whole").touch()
    return Site(root)


@pytest.fixture
def site(healthy: Site, tmp_path: Path) -> Site:
    """A copy to damage, built and fresh."""
    root = tmp_path / "copy"
    shutil.copytree(healthy.root, root, symlinks=True, ignore=shutil.ignore_patterns("*.js.map", "lunr"))
    return Site(root)
