"""A Dask cluster does the work: a real scheduler and two workers, one of which is killed on the way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from distributed import Client
from tests.conftest import Site
from tests.site.test_recording import TRAINED

COUNT = 6
EXHIBIT = '''

@exhibit
def slow(number: int) -> Table:
    """Take two seconds, and say so in a file that the test reads."""
    import os
    import time

    with open({log!r}, "a", encoding="utf-8") as stream:
        print("begin", number, os.getpid(), file=stream, flush=True)
        time.sleep(2)
        print("end", number, os.getpid(), file=stream)
    return Table(["number"], [[number]], values={{"twice": 2 * number}})
'''


@contextmanager
def running(site: Site, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of Dask in the site's folder, as long as it is needed."""
    environment = site.environment | {"DASK_TEMPORARY_DIRECTORY": str(site.root / "dask")}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-m", *words], cwd=site.root, env=environment, **quiet)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def cluster(site: Site, workers: int = 2, threads: int = 1) -> Iterator[str]:
    """A scheduler with its workers; gives its address."""
    file = site.root / "scheduler.json"
    file.unlink(missing_ok=True)
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)]
    with ExitStack() as stack:
        stack.enter_context(running(site, "distributed.cli.dask_scheduler", *options))
        until(file.is_file)
        for _ in range(workers):
            own = ["--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--scheduler-file", str(file)]
            stack.enter_context(running(site, "distributed.cli.dask_worker", *own))
        address = json.loads(file.read_text("utf-8"))["address"]
        until(lambda: present(address) == workers)
        yield address


def present(address: str) -> int:
    with Client(address, timeout=120) as client:
        return len(client.scheduler_info(n_workers=-1)["workers"])


def until(happens: Any, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def slow(site: Site) -> Path:
    """Plant works of two seconds each; give the file in which they say what they do."""
    log = site.root / "log.txt"
    log.touch()
    with site.exhibits.open("a", encoding="utf-8") as stream:
        stream.write(EXHIBIT.format(log=str(log)))
    site.plant("## Slow\n")
    for number in range(COUNT):
        site.plant(f"/// exhibit | small.slow\n    arguments: {{number: {number}}}\nNumber {number}.\n///\n")
    return log


def said(log: Path, what: str) -> list[tuple[int, int]]:
    """The works that began or ended, with the process of each."""
    rows = [line.split() for line in log.read_text("utf-8").splitlines()]
    return [(int(number), int(pid)) for word, number, pid in rows if word == what]


def unfinished(log: Path) -> list[int]:
    """The processes that are in the middle of a work."""
    return [pid for _, pid in sorted(set(said(log, "begin")) - set(said(log, "end")))]


def kept(site: Site) -> list[dict[str, Any]]:
    """What the store holds of the slow works, but for the seconds."""
    texts = [path.read_text("utf-8").partition("\n")[2] for path in site.entries]
    found = [json.loads(text) for text in texts if text]
    slow = [one for one in found if "twice" in (one.get("values") or {})]
    return sorted(
        ({name: part for name, part in one.items() if name != "seconds"} for one in slow),
        key=lambda one: one["values"]["twice"],
    )


def test_a_killed_worker_costs_no_result(site: Site, slow: Path) -> None:
    with cluster(site) as address:
        command = [sys.executable, "-m", "workings.cli", "run", "--json", "--scheduler", address]
        with subprocess.Popen(
            command, cwd=site.root, env=site.environment, stdout=subprocess.PIPE, text=True
        ) as run:
            until(lambda: len(said(slow, "end")) >= 2 and unfinished(slow))
            time.sleep(1)  # what ended before has arrived by then
            killed = unfinished(slow)[0]
            os.kill(killed, signal.SIGKILL)
            out, _ = run.communicate(timeout=120)
    assert run.returncode == 0, out
    assert len([one for one in json.loads(out)["ran"] if one == "exhibit small.slow"]) == COUNT
    assert sorted(number for number, _ in said(slow, "end")) == list(range(COUNT))  # each once
    assert {pid for _, pid in said(slow, "begin")} - {killed}
    there = kept(site)
    assert [one["values"]["twice"] for one in there] == [2 * number for number in range(COUNT)]
    assert site.run()["ran"] == []  # nothing is left to do here
    assert len(site.run("--force")["ran"]) >= COUNT
    assert kept(site) == there


def test_an_experiment_goes_on_at_another_worker(site: Site) -> None:
    (site.root / "src/workings/experiments/trained.py").write_text(TRAINED, encoding="utf-8")
    steps, record = site.root / "steps.txt", site.root / "docs/records/trained.json"
    assert site.workings("record", "trained").code == 0
    alone = json.loads(record.read_text("utf-8"))["values"]
    record.unlink()
    steps.unlink()
    with cluster(site) as address:
        command = [sys.executable, "-m", "workings.cli", "record", "trained", "--scheduler", address]
        with subprocess.Popen(command, cwd=site.root, env=site.environment) as run:
            until(lambda: list((site.root / ".workings/checkpoints").glob("*/second.safetensors")))
            with Client(address, timeout=120) as client:
                busy = [name for name, keys in client.processing().items() if keys]
                pids = client.run(os.getpid)
            os.kill(pids[busy[0]], signal.SIGKILL)
            run.wait(timeout=120)
    assert run.returncode == 0
    assert json.loads(record.read_text("utf-8"))["values"] == alone
    lines = steps.read_text("utf-8").splitlines()
    assert len([line for line in lines if line.startswith("first ")]) == 400  # that part was done
    assert 400 < len([line for line in lines if line.startswith("second ")]) < 800


def test_a_cluster_that_does_not_do_is_refused(site: Site) -> None:
    nobody = site.workings("run", "--force", "--scheduler", "tcp://127.0.0.1:9")
    assert (nobody.code, "Traceback" in nobody.said) == (1, False)
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in nobody.said
    with cluster(site, workers=0) as address:
        empty = site.workings("run", "--force", "--scheduler", address)
    assert empty.code == 1
    assert f"the scheduler at {address} has no workers" in empty.said
    with cluster(site, workers=1, threads=2) as address:
        wide = site.workings("run", "--force", "--scheduler", address)
    assert wide.code == 1
    assert "1 workers have several threads: start them with --nthreads 1" in wide.said


def test_a_worker_with_other_sources_is_refused(site: Site, slow: Path) -> None:
    other = Site(site.root.with_name("other"))
    shutil.copytree(site.root, other.root, symlinks=True)
    other.edit(other.exhibits, "2 * number", "3 * number")
    with cluster(other, workers=1) as address:
        done = site.workings("run", "--scheduler", address)
    assert done.code == 1
    assert "a worker of the cluster has other sources, data, versions or devices" in done.said
    assert not said(slow, "begin")
