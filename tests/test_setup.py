"""The project's setting-up: lists that must agree, and the Makefile's sentences when something is missing."""

import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
GENERATED = {".git", ".venv", "node_modules", "site", ".workings", "vendor", "__pycache__"}
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


OLDEST = "3.11.0"
HERE = platform.python_version()


def pins(python: str = HERE) -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in pinned
        if one.marker is None or one.marker.evaluate({"python_full_version": python})
    }


def test_what_is_pinned_for_a_newer_python_has_a_substitute_for_the_oldest() -> None:
    assert SpecifierSet(project()["requires-python"]).contains(OLDEST)
    newer = {
        name
        for name, version in pins().items()
        if not SpecifierSet(metadata(name).get("Requires-Python") or "").contains(OLDEST)
        and pins(OLDEST)[name] == version
    }
    assert not newer, f"constraints.txt pins versions that refuse Python {OLDEST}: {newer}"
    assert pins(OLDEST).keys() == pins("3.14.0").keys()


@pytest.mark.parametrize("python", [OLDEST, HERE])
def test_every_dependency_is_pinned_to_a_version_that_it_allows(python: str) -> None:
    wanted = [
        Requirement(text) for text in project()["dependencies"] + project()["optional-dependencies"]["dev"]
    ]
    assert len(wanted) > 20
    for requirement in wanted:
        version = pins(python).get(canonicalize_name(requirement.name))
        assert version is not None, f"constraints.txt does not pin {requirement.name}"
        assert requirement.specifier.contains(version), f"{requirement} does not allow the pinned {version}"


def test_torch_is_the_same_everywhere() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    versions = dict(re.findall(r"^TORCH_(\w+) := torch={2,3}(\S+)$", makefile, flags=re.M))
    assert versions == {"any": pins()["torch"], "cpu": pins()["torch"] + "+cpu", "cuda": pins()["torch"]}
    assert f"torch=={pins()['torch']}" in project()["dependencies"]


def test_the_lock_file_has_no_addresses_and_the_versions_of_package_json() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "resolved" not in text
    packages = json.loads(text)["packages"]
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert wanted == packages[""]["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_the_version_is_the_same_everywhere() -> None:
    assert f"\nversion: {project()['version']}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_ci_runs_what_the_readme_says() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```sh\n(.*?)```", readme, flags=re.S)
    assert block is not None
    commands = [line.split("#")[0].strip() for line in block[1].splitlines()]
    assert commands == ["make serve", "make test"]
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert "make test" in ci
    assert "make check" in ci
    assert (ROOT / ".ci/run").stat().st_mode & 0o100, ".ci/run is not executable"
    assert "- run: .ci/run\n" in (ROOT / ".github/workflows/site.yml").read_text(encoding="utf-8")


def test_what_the_readme_links_to_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", readme) + re.findall(
        r"`(src/[^`]*)/[a-z_]*(?:\.py)?`", readme
    ):
        assert (ROOT / target).exists(), f"README.md names {target}"


def test_no_file_names_a_package_registry() -> None:
    names = ("pypi org", "pythonhosted org", "npmjs org", "npmjs com", "download pytorch org", "anaconda org")
    hosts = re.compile("|".join(re.escape(name.replace(" ", ".")) for name in names), flags=re.I)
    texts = {}
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name for name in folders if name not in GENERATED and not name.endswith(("_cache", ".egg-info"))
        ]
        texts |= {
            path: path.read_bytes().decode("utf-8", "ignore")
            for path in (Path(folder) / name for name in files)
        }
    assert ROOT / "Makefile" in texts
    assert [str(path) for path, text in texts.items() if hosts.search(text)] == []


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=kept, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A project without its environment."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def stub(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def furnished(bare: Path) -> Path:
    """A project whose environment is made of stubs; pip notes what it is asked to install."""
    stub(bare / ".venv/bin/pip", '[ "$1" = --version ] || echo "$@" >> asked')
    stub(bare / ".venv/bin/python", "exit 0")
    stub(bare / ".venv/bin/pytest", "echo pytest ran")
    return bare


@pytest.mark.parametrize("has_chromium", [True, False])
def test_ci_installs_chromium_where_it_is_missing(has_chromium: bool, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    for name in ("make", "apt-get", "sudo", *(["chromium"] if has_chromium else [])):
        stub(tools / name, f'echo {name} "$@" >> "{tmp_path}/called"')
    for name in ("bash", "env", "id", "dirname", "sh"):
        (tools / name).symlink_to(shutil.which(name) or name)
    command = [ROOT / ".ci/run"]
    subprocess.run(command, env={"PATH": str(tools), "PYTHON": sys.executable}, check=True, timeout=60)
    called = (tmp_path / "called").read_text(encoding="utf-8")
    assert called.endswith("make test\nmake check\n")
    assert ("--no-install-recommends chromium fonts-dejavu-core\n" in called) == (not has_chromium)


@needs_make
def test_help_lists_every_target_in_one_line_each() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.M)
    assert phony is not None
    lines = make(ROOT, "help").stdout.splitlines()
    assert [line.split()[1] for line in lines] == phony[1].split()
    assert all(re.fullmatch(r"make [a-z]+ +\S.*", line) for line in lines)
    assert make(ROOT).stdout.splitlines() == lines, "help is what make does without a target"


@needs_make
def test_the_second_run_installs_nothing_and_a_choice_of_torch_holds(furnished: Path) -> None:
    def asked() -> list[str]:
        return re.findall(r"torch=\S+", (furnished / "asked").read_text(encoding="utf-8"))

    first, second = make(furnished, "test"), make(furnished, "test")
    assert "Installing into .venv" in first.stdout
    assert second.stdout == "pytest ran\n"
    assert asked() == ["torch==2.13.0"]
    make(furnished, "test", "TORCH=cpu")
    assert make(furnished, "test").stdout == "pytest ran\n"
    assert asked() == ["torch==2.13.0", "torch==2.13.0+cpu"]
    os.utime(furnished / "constraints.txt", (4e9, 4e9))
    os.utime(furnished / ".venv/installed-cpu", (3e9, 3e9))
    make(furnished, "test")
    assert asked() == ["torch==2.13.0", "torch==2.13.0+cpu", "torch==2.13.0+cpu"]
    make(furnished, "test", "TORCH=cuda")
    assert asked()[-1] == "torch===2.13.0"


@needs_make
@pytest.mark.parametrize("tool", ["pip", "python"])
def test_a_failed_installation_leaves_no_stamp(furnished: Path, tool: str) -> None:
    said = "No route to host"
    stub(furnished / ".venv/bin" / tool, f'[ "$1" = --version ] || {{ echo "{said}"; exit 1; }}')
    done = make(furnished, "test")
    assert done.returncode != 0
    assert "pytest ran" not in done.stdout
    assert list((furnished / ".venv").glob("installed-*")) == []
    if tool == "pip":
        sentence = "pip could not install (no network? no such build of Torch on the index?)"
        assert f"{sentence}: its words are in .workings/install.log\n" in done.stdout
        assert said in (furnished / ".workings/install.log").read_text(encoding="utf-8")
    stub(furnished / ".venv/bin" / tool, "exit 0")
    assert make(furnished, "test").stdout.endswith("pytest ran\n")


@needs_make
@pytest.mark.parametrize("python", ["no-such-python", "./old"])
def test_a_python_that_will_not_do(bare: Path, python: str) -> None:
    stub(bare / "old", "exit 1")
    done = make(bare, "serve", f"PYTHON={python}")
    assert done.returncode != 0
    wanted = "is not Python 3.11 or newer with venv: install python3 and python3-venv, or set PYTHON=..."
    assert done.stdout == f"{python} {wanted}\n"
    assert not (bare / ".venv").exists()


@needs_make
def test_a_build_of_torch_that_there_is_not(bare: Path) -> None:
    done = make(bare, "site", "TORCH=gpu")
    assert done.returncode != 0
    assert done.stdout == "TORCH must be cpu, cuda or left out, not gpu\n"


@needs_make
def test_a_port_in_use_names_another(furnished: Path) -> None:
    make(furnished, "test")
    stub(furnished / ".venv/bin/python", f'exec "{sys.executable}" "$@"')
    stub(furnished / ".venv/bin/workings", "echo workings ran")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = make(furnished, "serve", f"PORT={port}")
    assert done.returncode != 0
    other = port % 60000 + 1
    assert (
        done.stdout == f"Port {port} cannot be opened (in use?): try another, as in make serve PORT={other}\n"
    )
    words = make(furnished, "serve", "PORT=eight")
    assert words.stdout == "Port eight cannot be opened (in use?): try another, as in make serve PORT=8001\n"


@needs_make
def test_serve_brings_the_exhibits_up_to_date_and_then_serves(furnished: Path) -> None:
    stub(furnished / ".venv/bin/workings", 'echo "workings $@"')
    stub(furnished / ".venv/bin/mkdocs", 'echo "mkdocs $@"')
    make(furnished, "test")
    done = make(furnished, "serve", "PORT=8123")
    assert done.stdout == "workings run\nmkdocs serve --strict --dev-addr 127.0.0.1:8123\n"
