"""Records are made by experiments: with provenance, whole or not at all."""

import hashlib
import json
import subprocess
import sys
import time
from typing import Any

import pytest
from tests.conftest import Site

EXPERIMENT = '''"""A small experiment."""

from dataclasses import dataclass

from workings.byhand.small import __NAME__
from workings.data.corpora import corpus
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment


@dataclass(frozen=True)
class Config:
    """What decides the run."""

    seed: int = 3
    times: int = 1


@experiment(data=("sacrebleu_tests/bleu_cases.json",), full=Config(), quick=Config(times=10))
def run(config: Config, checkpoints: Checkpoints) -> dict[str, int]:
    """Count the lines of a real file."""
    lines = corpus("sacrebleu_tests/bleu_cases.json").read_text("utf-8").splitlines()
    return {"lines": config.times * len(lines), "known": callable(__NAME__), "seed": config.seed}
'''
TRAINED = '''"""A small training that says which steps it does."""

import time
from dataclasses import dataclass

import torch
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import experiment
from workings.experiments.training import Training


@dataclass(frozen=True)
class Config:
    """What decides the run."""

    seed: int = 3
    steps: int = 400


@experiment(full=Config(), quick=Config(steps=2))
def run(config: Config, checkpoints: Checkpoints) -> dict[str, object]:
    """Fit a line, twice."""
    return {part: _fit(config, checkpoints, part) for part in ("first", "second")}


def _fit(config: Config, checkpoints: Checkpoints, part: str) -> list[float]:
    model = torch.nn.Linear(3, 1)
    torch.nn.init.ones_(model.weight)
    torch.nn.init.zeros_(model.bias)

    def loss(called: torch.nn.Module, step: int) -> torch.Tensor:
        time.sleep(0.002)
        with open("steps.txt", "a", encoding="utf-8") as stream:
            print(part, step, file=stream)
        X = torch.randn(8, 3, generator=torch.Generator().manual_seed(10_000 * config.seed + step))
        return (called(X)[:, 0] ** 2).mean()

    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    saved = checkpoints.of(part)
    Training(model, [optimizer], loss, config.steps, 100, checkpoint=saved, save_every=0.1).run()
    return model.weight.flatten().tolist()
'''
EXHIBIT = '''

@exhibit(records=("counted",))
def counted() -> Table:
    """What the experiment counted."""
    from workings.data.record import record

    values = record("counted").values
    return Table(["lines"], [[values["lines"]]], head=0, values=values)
'''
MACHINERY = ("__init__.py", "experiment.py", "checkpoint.py", "processes.py", "training.py", "counted.py")
PATH = "sacrebleu_tests/bleu_cases.json"


@pytest.fixture
def experimental(site: Site) -> Site:
    """A site with an experiment that reads a file, and a manifest that holds the digest of ours."""
    name = next(line for line in site.byhand.read_text("utf-8").splitlines() if line.startswith("def "))
    name = name.removeprefix("def ").partition("(")[0]
    file = site.root / "src" / "workings" / "experiments" / "counted.py"
    file.write_text(EXPERIMENT.replace("__NAME__", name), encoding="utf-8")
    manifest = site.root / "src" / "workings" / "data" / "manifest.toml"
    real = next(one for one in manifest.read_text("utf-8").split("[[file]]") if PATH in one)
    old = next(line for line in real.splitlines() if line.startswith("sha256"))
    digest = hashlib.sha256(b"one\ntwo\n").hexdigest()
    site.edit(manifest, old, f'sha256 = "{digest}"')
    data = site.root / "data" / PATH
    data.parent.mkdir(parents=True)
    data.write_bytes(b"one\ntwo\n")
    return site


def kept(site: Site, path: str = "docs/records/counted.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site.root / path).read_text("utf-8"))
    return found


def record(site: Site, *words: str, name: str = "counted", folder: str = "data") -> tuple[int, str]:
    done = site.workings("record", name, *words, WORKINGS_DATA=str(site.root / folder))
    return done.code, " ".join(done.said.split())


def test_a_record_is_made_shown_and_refused_when_its_code_changes(experimental: Site) -> None:
    assert record(experimental)[0] == 0
    made = kept(experimental)
    assert made["values"] == {"lines": 2, "known": True, "seed": 3}
    assert made["config"] == {"seed": 3, "times": 1}
    assert list(made["data"]) == [PATH]
    assert made["again"] == "workings record counted"
    with experimental.exhibits.open("a", encoding="utf-8") as stream:
        stream.write(EXHIBIT)
    experimental.plant("## A record\n\n/// exhibit | small.counted\nCounted.\n///\n")
    assert experimental.build().code == 0
    assert "Measure again: workings record counted" in experimental.html()
    file = experimental.root / "src/workings/experiments/counted.py"
    experimental.edit(file, '"known": callable', '"known": not callable')
    experimental.fails(experimental.line("/// exhibit | small.counted"), "the record counted is stale")


def test_another_preset_or_seed_is_kept_where_no_page_reads_it(experimental: Site) -> None:
    assert record(experimental)[0] == 0
    before = kept(experimental)
    assert record(experimental, "--preset", "quick")[0] == 0
    quick = kept(experimental, ".workings/records/counted-quick.json")
    assert (quick["values"]["lines"], quick["again"]) == (20, "workings record counted --preset quick")
    assert record(experimental, "--seed", "5")[0] == 0
    seeded = kept(experimental, ".workings/records/counted-full-seed-5.json")
    assert (seeded["values"]["seed"], seeded["again"]) == (5, "workings record counted --seed 5")
    assert kept(experimental) == before
    assert "the preset must be full or quick, got 'fast'" in record(experimental, "--preset", "fast")[1]


def test_what_needs_cuda_is_passed_over_where_there_is_none(experimental: Site) -> None:
    file = experimental.root / "src/workings/experiments/counted.py"
    experimental.edit(file, "quick=Config(times=10))", "quick=Config(times=10), needs_cuda=True)")
    code, said = record(experimental)
    assert (code, "counted needs a CUDA device (its quick preset runs anywhere)" in said) == (1, True)
    assert record(experimental, "--preset", "quick")[0] == 0
    for path in file.parent.glob("*.py"):
        if path.name not in MACHINERY:
            path.unlink()
    data = {"WORKINGS_DATA": str(experimental.root / "data")}
    done = experimental.workings("record", "--all", **data)
    assert (done.code, "passed over: counted needs a CUDA device" in done.said) == (0, True)


def test_two_processes_write_one_record(experimental: Site) -> None:
    torchrun = ("torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "workings.cli")
    data = {"WORKINGS_DATA": str(experimental.root / "data")}
    done = experimental.command(*torchrun, "record", "counted", **data)
    assert (done.code, done.said.count("wrote ")) == (0, 1)
    made = kept(experimental)
    assert made["machine"]["processes"] == 2
    assert record(experimental)[0] == 0
    assert "processes" not in kept(experimental)["machine"]
    assert kept(experimental)["values"] == made["values"]


def test_damaged_data_leaves_the_old_record(experimental: Site) -> None:
    assert record(experimental)[0] == 0
    before = kept(experimental)
    (experimental.root / "data" / PATH).write_bytes(b"one\n")
    code, said = record(experimental)
    assert code == 1
    assert f"{PATH} below WORKINGS_DATA should have the sha256" in said
    assert kept(experimental) == before
    assert not list((experimental.root / "docs/records").glob(".part-*"))


def test_missing_data_and_a_missing_experiment_are_one_sentence(experimental: Site) -> None:
    code, said = record(experimental, folder="elsewhere")
    assert (code, "Traceback" in said) == (1, False)
    assert f"{PATH} cannot be downloaded as it is" in said
    code, said = record(experimental, name="nothing")
    assert (code, "Traceback" in said) == (1, False)
    assert "no experiment 'nothing'; there are" in said


def test_all_means_what_is_stale(experimental: Site) -> None:
    for path in (experimental.root / "src/workings/experiments").glob("*.py"):
        if path.name not in MACHINERY:
            path.unlink()
    data = {"WORKINGS_DATA": str(experimental.root / "data")}
    assert "wrote " in experimental.workings("record", "--all", **data).said
    assert "every record is of the code as it stands" in experimental.workings("record", "--all", **data).said
    said = " ".join(experimental.workings("record", **data).said.split())
    assert "name an experiment, or say --all; there are counted" in said


def test_a_killed_run_goes_on_where_it_was(site: Site) -> None:
    (site.root / "src/workings/experiments/trained.py").write_text(TRAINED, encoding="utf-8")
    steps, folder = site.root / "steps.txt", site.root / ".workings" / "checkpoints"
    assert site.workings("record", "trained").code == 0
    whole = kept(site, "docs/records/trained.json")
    assert len(steps.read_text("utf-8").splitlines()) == 800
    assert not list(folder.iterdir())
    (site.root / "docs/records/trained.json").unlink()
    steps.unlink()
    command = [sys.executable, "-m", "workings.cli", "record", "trained"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=site.root, env=site.environment, **quiet) as process:  # type: ignore[call-overload]
        end = time.monotonic() + 90
        while not list(folder.glob("*/second.safetensors")) and time.monotonic() < end:
            time.sleep(0.01)
        process.kill()
    assert not (site.root / "docs/records/trained.json").exists()
    steps.write_text("", encoding="utf-8")
    assert site.workings("record", "trained").code == 0
    again = steps.read_text("utf-8").splitlines()
    assert 0 < len(again) < 400
    assert all(line.startswith("second ") for line in again)  # the first part is not done again
    assert kept(site, "docs/records/trained.json")["values"] == whole["values"]
