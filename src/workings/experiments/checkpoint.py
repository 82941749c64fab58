"""The states of an unfinished experiment on disk: each whole or not there, whenever it is killed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer


@dataclass(frozen=True)
class State:
    """What a run needs to go on: tensors by name, and whatever else JSON can hold."""

    tensors: Mapping[str, Tensor]
    rest: Mapping[str, Any]


@dataclass(frozen=True)
class Checkpoint:
    """The file of one run. ``key`` names what the run depends on: a state of another key is not taken up.

    ``spent`` tells how long the whole experiment has run, earlier tries included; each state keeps it.
    """

    file: Path
    key: str
    spent: Callable[[], float] = lambda: 0.0

    def load(self) -> State | None:
        """The state that was saved last, if there is one and it is of this run."""
        if not self.file.is_file():
            return None
        try:
            with safe_open(self.file, framework="pt") as found:
                rest = json.loads(found.metadata()["rest"])
                if rest.pop("key") != self.key:
                    return None
                return State({name: found.get_tensor(name) for name in found.keys()}, rest)  # noqa: SIM118
        except (SafetensorError, KeyError, TypeError, ValueError):
            return None  # damaged: the run begins anew

    def save(self, state: State) -> None:
        """Put the state in the place of the last one, in one step."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.file.parent, prefix=".part-")
        os.close(handle)
        try:
            tensors = {name: value.detach().cpu().contiguous() for name, value in state.tensors.items()}
            save_file(
                tensors,
                temporary,
                {"rest": json.dumps({**state.rest, "key": self.key, "spent": self.spent()})},
            )
            Path(temporary).replace(self.file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


@dataclass(frozen=True)
class Checkpoints:
    """The states of an experiment's parts: a file each in one folder, gone when the record is written."""

    folder: Path
    key: str
    begun: float = field(default_factory=time.perf_counter)

    def of(self, part: str) -> Checkpoint:
        """Give the checkpoint of a part, such as one of several trainings."""
        return Checkpoint(self.folder / f"{part}.safetensors", self.key, self.spent)

    def spent(self) -> float:
        """How long the experiment has run, in seconds: this try, and what earlier ones had saved."""
        return self._before + time.perf_counter() - self.begun

    @cached_property
    def _before(self) -> float:
        states = [Checkpoint(file, self.key).load() for file in self.folder.glob("*.safetensors")]
        return max((float(one.rest["spent"]) for one in states if one), default=0.0)

    def remove(self) -> None:
        """Forget all states: the experiment is done."""
        shutil.rmtree(self.folder, ignore_errors=True)


def tensors_of(model: nn.Module, optimizers: Sequence[Optimizer]) -> dict[str, Tensor]:
    """The tensors of a model and its optimizers, by names that :func:`put_back` understands."""
    found = {f"model.{name}": value for name, value in model.state_dict().items()}
    for place, optimizer in enumerate(optimizers):
        for number, entries in optimizer.state_dict()["state"].items():
            for name, value in entries.items():
                found[f"{place}.{number}.{name}"] = torch.as_tensor(value)
    return found


def put_back(tensors: Mapping[str, Tensor], model: nn.Module, optimizers: Sequence[Optimizer]) -> None:
    """Give a model and its optimizers the tensors that :func:`tensors_of` took from their like."""
    inside = "model."
    model.load_state_dict(
        {name.removeprefix(inside): value for name, value in tensors.items() if name.startswith(inside)}
    )
    for place, optimizer in enumerate(optimizers):
        entries: dict[int, dict[str, Tensor]] = {}
        for whole_name, value in tensors.items():
            owner, _, rest = whole_name.partition(".")
            if owner == str(place):
                number, _, name = rest.partition(".")
                entries.setdefault(int(number), {})[name] = value
        state = optimizer.state_dict()
        state["state"] = entries
        optimizer.load_state_dict(state)
