"""What runs again after an edit, and what does not: dependants, and only they."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from workings.site import freshness
from workings.site.closure import Closure

if TYPE_CHECKING:
    from conftest import Site

HALVE = "session >>> from workings.byhand.small import halve"
SOFTMAX = "session >>> from workings.byhand.softmax import softmax"
ON_HALVE = {HALVE, "claim small.halving", "claim small.three_halves", "exhibit small.halves"}
ON_DOUBLE = {"claim small.doubling", "exhibit small.rising"}


READS = '''

def number() -> int:
    """Read a file that lies beside this one."""
    import tomllib
    from pathlib import Path

    return int(tomllib.loads(Path(__file__).with_name("table.toml").read_text())["number"])
'''
BESIDE = '''

@exhibit
def tabled() -> Table:
    """A number of that file."""
    from workings.byhand.small import number

    return Table(["number"], [[number()]], head=0)
'''


def ran(site: Site, **environment: str) -> set[str]:
    done = site.run(**environment)
    assert done["faults"] == []
    assert set(done) == {"ran", "fresh", "faults"}
    return set(done["ran"])


def test_a_helper_that_was_edited(site: Site) -> None:
    site.edit(site.byhand, "return float(np.float64(x) * HALF)", "return float(HALF * np.float64(x))")
    assert ran(site) == ON_HALVE
    assert ran(site) == set()


def test_a_function_reached_through_its_module(site: Site) -> None:
    site.edit(site.byhand, "return x + x", "return 2 * x")
    assert ran(site) == ON_DOUBLE


def test_a_constant_that_was_edited(site: Site) -> None:
    site.edit(site.byhand, "HALF = 0.5", "HALF = 1 / 2")
    assert ran(site) == ON_HALVE


def test_a_helper_two_modules_away(site: Site) -> None:
    path = site.root / "src" / "workings" / "byhand" / "arguments.py"
    site.edit(path, "number = float(value)", "number = 1.0 * float(value)")
    assert ran(site) == {SOFTMAX}


def test_comments_and_layout_run_nothing(site: Site) -> None:
    site.edit(
        site.byhand, "    # the one line that everything here stands on\n", "    # another\n    # comment\n\n"
    )
    site.edit(site.byhand, "return x + x", "return (\n        x + x\n    )")
    assert ran(site) == set()


def test_a_function_that_nobody_uses(site: Site) -> None:
    site.byhand.write_text(site.byhand.read_text() + "\n\ndef third(x: float) -> float:\n    return x / 3\n")
    assert ran(site) == set()


def test_a_statement_that_runs_when_a_module_is_imported(site: Site) -> None:
    site.edit(site.byhand, "HALF = 0.5\n", "HALF = 0.5\nfor _ in range(3):\n    HALF = HALF * 1\n")
    assert ran(site) == ON_HALVE | ON_DOUBLE


def test_a_module_imported_for_what_it_does(site: Site) -> None:
    quiet = site.byhand.with_name("quiet.py")
    quiet.write_text('"""Nothing to use."""\n\nimport numpy as np\n\nnp.seterr(all="warn")\n')
    site.edit(
        site.byhand,
        "import numpy as np\n",
        "import numpy as np\n\nfrom workings.byhand import quiet  # noqa\n",
    )
    ran(site)
    site.edit(quiet, '"warn"', '"ignore"')
    assert ran(site) == ON_HALVE | ON_DOUBLE


def test_arguments_that_changed(site: Site) -> None:
    site.edit(site.page, "arguments: {count: 3}", "arguments: {count: 4}")
    assert ran(site) == {"exhibit small.halves"}
    site.edit(site.page, "arguments: {count: 4}", "arguments: {count: 3}")
    assert ran(site) == set()


def test_a_snippet_that_was_edited(site: Site) -> None:
    site.edit(site.root / "snippets" / "small" / "greet.py", "three halves", "3 halves")
    assert ran(site) == {"snippet small/greet.py"}


def test_a_page_that_was_edited_runs_nothing(site: Site) -> None:
    site.plant("More words, and {{ small.halving.half:.3f }} again.")
    assert ran(site) == set()


def test_a_data_file_that_changed(site: Site, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "words.txt").write_text("one two")
    site.edit(site.exhibits, "@exhibit\ndef halves", '@exhibit(data=["words.txt"])\ndef halves')
    assert ran(site, WORKINGS_DATA=str(data)) == {"exhibit small.halves"}
    assert ran(site, WORKINGS_DATA=str(data)) == set()
    (data / "words.txt").write_text("one and two")
    assert ran(site, WORKINGS_DATA=str(data)) == {"exhibit small.halves"}
    (data / "words.txt").unlink()
    assert ran(site, WORKINGS_DATA=str(data)) == {"exhibit small.halves"}


def test_a_file_beside_a_module_that_changed(site: Site) -> None:
    site.byhand.with_name("table.toml").write_text("number = 1\n")
    with site.exhibits.open("a", encoding="utf-8") as stream:
        stream.write(BESIDE)
    with site.byhand.open("a", encoding="utf-8") as stream:
        stream.write(READS)
    site.plant("## A file\n\n/// exhibit | small.tabled\nA number.\n///")
    assert "exhibit small.tabled" in ran(site)
    site.byhand.with_name("table.toml").write_text("number = 2\n")
    assert "exhibit small.tabled" in ran(site)
    site.byhand.with_name("other.toml").write_text("number = 3\n")
    assert ran(site) == set()


def test_another_device(site: Site) -> None:
    everything = {*site.run()["fresh"]}
    assert {*site.run("--device", "auto")["fresh"]} == everything or _has_cuda()
    code = "from workings.site.freshness import device_kind; print(device_kind())"
    assert site.command("timeit", "-n1", "-r1", code, WORKINGS_DEVICE="cuda").said.startswith("cuda")


def _has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()


def test_force_runs_everything(site: Site) -> None:
    fresh = {*site.run()["fresh"]}
    assert {*site.run("--force")["ran"]} == fresh


EMPTY = Closure((), {})


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("WORKINGS_DEVICE", "cpu")
    return freshness.key("exhibit", "a.b", EMPTY, {"n": 1})


def test_the_key_stands_on_versions(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert freshness.key("exhibit", "a.b", EMPTY, {"n": 1}) == key
    for name in ("numpy", "torch", "matplotlib"):
        with monkeypatch.context() as patch:
            patch.setattr(freshness, "_version", lambda one, other=name: "99" if one == other else "1")
            changed = freshness.key("exhibit", "a.b", EMPTY, {"n": 1})
        assert changed != key
    with monkeypatch.context() as patch:
        patch.setattr("platform.python_version", lambda: "3.99.0")
        assert freshness.key("exhibit", "a.b", EMPTY, {"n": 1}) != key


def test_the_key_stands_on_a_package_that_the_closure_imports() -> None:
    closure = Closure((), {"sp": ("sympy", None)})
    assert "sympy" in freshness.versions(closure.distributions)
    assert freshness.key("claim", "a.b", closure, {}) != freshness.key("claim", "a.b", EMPTY, {})


def test_the_key_stands_on_the_device_the_name_and_the_arguments(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert freshness.key("exhibit", "a.c", EMPTY, {"n": 1}) != key
    assert freshness.key("claim", "a.b", EMPTY, {"n": 1}) != key
    assert freshness.key("exhibit", "a.b", EMPTY, {"n": 2}) != key
    monkeypatch.setenv("WORKINGS_DEVICE", "cuda")
    assert freshness.key("exhibit", "a.b", EMPTY, {"n": 1}) != key


# An edit while something runs

SLOW = """    import pathlib, time
    pathlib.Path({started!r}).touch()
    while not pathlib.Path({go_on!r}).exists():
        time.sleep(0.01)
    rows = [[0, 1.0]]"""


@contextmanager
def while_it_runs(site: Site, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """``workings run``, while an exhibit waits for the end of this block."""
    started, go_on = folder / "started", folder / "go-on"
    site.edit(site.exhibits, "    rows = [[0, 1.0]]", SLOW.format(started=str(started), go_on=str(go_on)))
    command = [sys.executable, "-m", "workings.cli", "run"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=site.root, env=site.environment, **pipes) as running:
        deadline = time.monotonic() + 100
        while not started.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield running


def test_sources_edited_while_an_exhibit_runs(site: Site, tmp_path: Path) -> None:
    """What ran on the old source is not kept under the new one's key, nor under the old one's."""
    with while_it_runs(site, tmp_path) as running:
        site.edit(site.exhibits, "halve(rows[-1][1])]", "halve(rows[-1][1]) / 2]")
        (tmp_path / "go-on").touch()
        said, _ = running.communicate(timeout=100)
    assert running.returncode == 0, said
    assert ran(site) == set()
    built = site.build()
    assert built.code == 0, built.said
    assert ">0.062</span> after three rows" in site.html()


def test_sources_that_break_while_an_exhibit_runs(site: Site, tmp_path: Path) -> None:
    with while_it_runs(site, tmp_path) as running:
        line = site.edit(site.byhand, "return x + x", "return x +")
        (tmp_path / "go-on").touch()
        said, _ = running.communicate(timeout=100)
    assert running.returncode == 1
    assert f"src/workings/byhand/small.py:{line} is not Python" in said
    assert "Traceback" not in said


def test_an_edit_within_the_second_that_keeps_the_size(site: Site) -> None:
    """Python's own bytecode files go by whole seconds and sizes, and would give the old result."""
    stamp = int(time.time()) - 10
    for old, new in (("HALF = 0.5", "HALF = 0.6"), ("HALF = 0.6", "HALF = 0.5")):
        site.edit(site.byhand, old, new)
        os.utime(site.byhand, ns=(stamp * 10**9, stamp * 10**9 + (5 if new.endswith("6") else 9)))
        compiled = "import workings.byhand.small"
        site.command("timeit", "-n1", "-r1", compiled)
        done = site.run("--force")
        assert bool(done["faults"]) == new.endswith("6"), done["faults"]


def test_what_ran_before_in_a_worker_changes_nothing(site: Site) -> None:
    """A session that sets print options or a seed leaves no trace in what runs after it."""
    sets = ">>> np.set_printoptions(precision=1)\n>>> np.random.seed(7)\n>>> draw = np.random.rand(3)"
    shows = ">>> print(np.array([1 / 3]))\n[0.33333333]\n>>> print(round(np.random.rand(), 3))\n0.549"
    for number in range(4):
        head = f">>> import numpy as np\n>>> number = {number}"
        site.plant(f"```pycon\n{head}\n{sets}\n```\n\n```pycon\n{head}\n{shows}\n```")
    assert ran(site) == {"session >>> import numpy as np"}
