"""Making records: experiments are run, and their results kept with the code, data and machine behind them."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import workings.experiments
from workings.data.corpora import corpus, sources
from workings.data.machine import machine
from workings.data.record import Record, path
from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import Experiment
from workings.experiments.processes import count, first, together
from workings.site.closure import closure_of
from workings.site.cluster import done_there, scheduler
from workings.site.freshness import device_kind, versions
from workings.site.module import PACKAGE, ROOT, load
from workings.site.record import code_key, wrong
from workings.site.store import write_whole

HOLD = ROOT / ".workings"


@dataclass(frozen=True)
class Order:
    """One experiment to run, by a preset, with its own seed or another."""

    name: str
    preset: str = "full"
    seed: int | None = None

    @property
    def module(self) -> str:
        """Where the experiment stands."""
        return f"{PACKAGE}.experiments.{self.name}"

    @property
    def experiment(self) -> Experiment:
        """The experiment itself."""
        if self.name not in experiments():
            raise LookupError(f"no experiment {self.name!r}; there are {', '.join(experiments())}")
        found = getattr(import_module(self.module), "run", None)
        if not isinstance(found, Experiment):
            raise LookupError(f"experiments/{self.name}.py needs a function run under @experiment")
        return found

    @property
    def command(self) -> str:
        """What makes it again."""
        preset = "" if self.preset == "full" else f" --preset {self.preset}"
        return f"workings record {self.name}{preset}" + ("" if self.seed is None else f" --seed {self.seed}")

    @property
    def target(self) -> Path:
        """The file of its record: pages show what the full preset gives with its own seed, nothing else."""
        if self.preset == "full" and self.seed is None:
            return path(self.name)
        seed = "" if self.seed is None else f"-seed-{self.seed}"
        return HOLD / "records" / f"{self.name}-{self.preset}{seed}.json"


def experiments() -> list[str]:
    """The names of all experiments."""
    names = sorted(one.name for one in pkgutil.iter_modules(workings.experiments.__path__))
    return [name for name in names if "run" in load(f"{PACKAGE}.experiments.{name}").definitions]


def stale() -> list[Order]:
    """The experiments whose record is not there, damaged or not of the code as it stands."""
    return [Order(name) for name in experiments() if _outdated(name)]


def _outdated(name: str) -> bool:
    try:
        return bool(wrong(name))
    except LookupError:
        return True


def unfit(order: Order) -> str:
    """Why an experiment should not be run here; empty if it may be."""
    if order.preset == "full" and order.experiment.needs_cuda and device_kind() == "cpu":
        return f"{order.name} needs a CUDA device (its quick preset runs anywhere)"
    return ""


def record_all(orders: Sequence[Order]) -> Iterator[Path]:
    """Run experiments, here or on a cluster, and write each record; an old one stays until the new is whole.

    Raises
    ------
    LookupError : there is no such experiment, or a file that it reads is not there.
    ValueError : a file that it reads is damaged, there is no such preset, or the device does not do.
    """
    for order in orders:
        order.experiment.config(order.preset, order.seed)
        if words := unfit(order):
            raise ValueError(words)
    for order, record in _measured_all(orders):
        if record is not None:
            order.target.parent.mkdir(parents=True, exist_ok=True)
            write_whole(order.target, record.text().encode())
            _checkpoints(order, record.key).remove()
            yield order.target


def _measured_all(orders: Sequence[Order]) -> Iterator[tuple[Order, Record | None]]:
    """Each record as it comes: one after the other here, in any order from a cluster."""
    if address := scheduler():
        device = device_kind()
        for order, record in done_there(address, measured_there, {one: (one, device) for one in orders}):
            if record is None:
                raise ValueError(f"{order.name}: its worker died, on one worker of the cluster after another")
            yield order, record
    else:
        yield from ((order, measured(order)) for order in orders)


def measured_there(order: Order, device: str) -> Record | None:
    """Run an experiment on a worker of a cluster."""
    os.environ["WORKINGS_DEVICE"] = device
    return measured(order)


def measured(order: Order) -> Record | None:
    """Run an experiment to its end, from its checkpoints if it was killed; None if another process tells."""
    experiment = order.experiment
    for file in experiment.data:
        corpus(file)
    covers = (f"experiments.{order.name}.run",)
    key = code_key(covers)  # of the code that runs, should somebody edit it meanwhile
    config = experiment.config(order.preset, order.seed)
    with together():
        checkpoints = _checkpoints(order, key)
        values = experiment.run(config, checkpoints)
        several = {"processes": count()} if count() > 1 else {}
        if not first():
            return None
    return Record(
        name=order.name,
        made=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        again=order.command,
        covers=covers,
        key=key,
        machine={**machine(), "device": _device(), **several},
        versions=versions(closure_of(order.module, "run").distributions),
        seconds=round(checkpoints.spent(), 1),
        values=values,
        data={file: sources()[file].sha256 for file in experiment.data},
        config=asdict(config),
    )


def _checkpoints(order: Order, key: str) -> Checkpoints:
    """Where the states of a run are kept: of this code, these settings, data, versions and device alone."""
    experiment = order.experiment
    depends: list[Any] = [
        key,
        asdict(experiment.config(order.preset, order.seed)),
        {file: sources()[file].sha256 for file in experiment.data},
        versions(closure_of(order.module, "run").distributions),
        device_kind(),
    ]
    digest = hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()
    return Checkpoints(HOLD / "checkpoints" / f"{order.name}-{digest[:12]}", digest)


def _device() -> str:
    import torch

    return torch.cuda.get_device_name() if device_kind() == "cuda" else "CPU"
