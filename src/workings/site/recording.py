"""Making a record: an experiment is run, and its result kept with the code, data and machine behind it."""

from __future__ import annotations

import datetime
import pkgutil
import time
from importlib import import_module
from pathlib import Path

import workings.experiments
from workings.data.corpora import corpus, sources
from workings.data.machine import machine
from workings.data.record import Record, path
from workings.experiments.experiment import Experiment
from workings.site.closure import closure_of
from workings.site.freshness import versions
from workings.site.module import PACKAGE, load
from workings.site.record import code_key, wrong
from workings.site.store import write_whole


def experiments() -> list[str]:
    """The names of all experiments."""
    names = sorted(one.name for one in pkgutil.iter_modules(workings.experiments.__path__))
    return [name for name in names if "run" in load(f"{PACKAGE}.experiments.{name}").definitions]


def stale() -> list[str]:
    """The experiments whose record is not there, damaged or not of the code as it stands."""
    return [name for name in experiments() if _outdated(name)]


def _outdated(name: str) -> bool:
    try:
        return bool(wrong(name))
    except LookupError:
        return True


def make(name: str) -> Path:
    """Run an experiment and write its record; an old one stays until the new one is whole.

    Raises
    ------
    LookupError : there is no such experiment, or a file that it reads is not there.
    ValueError : a file that it reads is damaged.
    """
    if name not in experiments():
        raise LookupError(f"no experiment {name!r}; there are {', '.join(experiments())}")
    module = f"{PACKAGE}.experiments.{name}"
    experiment = getattr(import_module(module), "run", None)
    if not isinstance(experiment, Experiment):
        raise LookupError(f"experiments/{name}.py needs a function run under @experiment")
    for file in experiment.data:
        corpus(file)
    covers = (f"experiments.{name}.run",)
    key = code_key(covers)  # of the code that runs, should somebody edit it meanwhile
    start = time.perf_counter()
    values = experiment.run()
    found = Record(
        name=name,
        made=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        again=f"workings record {name}",
        covers=covers,
        key=key,
        machine={**machine(), "device": _device()},
        versions=versions(closure_of(module, "run").distributions),
        seconds=round(time.perf_counter() - start, 1),
        values=values,
        data={file: sources()[file].sha256 for file in experiment.data},
    )
    write_whole(path(name), found.text().encode())
    return path(name)


def _device() -> str:
    import torch

    from workings.models.device import device

    return torch.cuda.get_device_name() if device().type == "cuda" else "CPU"
