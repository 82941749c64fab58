"""A warm build does what plain MkDocs does, and little else: it loads no library that computes or draws."""

import json
import subprocess
import sys

import pytest
from tests.conftest import Site

HEAVY = (
    "torch",
    "matplotlib",
    "sympy",
    "joblib",
    "numpy",
    "quickjs",
    "fontTools",
    "IPython",
    "nbconvert",
    "playwright",
)
BUILD = f"""
import json, sys
from mkdocs.commands.build import build
from mkdocs.config import load_config
build(load_config(site_dir=sys.argv[1]))
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
RUN = f"""
import json, sys
from workings.site import survey
assert not [work for work, outcome in survey.take(bar=False).outcomes.items() if outcome.ran or outcome.error]
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


@pytest.mark.parametrize("program", [BUILD, RUN], ids=["mkdocs build", "workings run"])
def test_nothing_heavy_is_loaded_when_everything_is_fresh(site: Site, program: str) -> None:
    command = [sys.executable, "-c", program, str(site.root / "elsewhere")]
    done = subprocess.run(
        command, cwd=site.root, env=site.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_formulas_and_code_are_kept_between_builds(site: Site) -> None:
    store = site.root / ".workings" / "results"
    for kind in ("formulas", "highlights"):
        before = {path: path.stat().st_mtime_ns for path in (store / kind).glob("*.json")}
        assert before
        assert site.build().code == 0
        assert {path: path.stat().st_mtime_ns for path in (store / kind).glob("*.json")} == before


def test_a_damaged_formula_is_made_again(site: Site) -> None:
    page = site.html()
    whole = {path: path.read_bytes() for path in (site.root / ".workings/results/formulas").glob("*.json")}
    for path, content in whole.items():
        path.write_bytes(content[:-9])
    assert site.build().code == 0
    assert site.html() == page
    assert {path: path.read_bytes() for path in whole} == whole
