"""The state of an unfinished run on disk: whole or not there, whenever the run is killed."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    """The file of one run. ``key`` names what the run depends on: a state of another key is not taken up."""

    file: Path
    key: str

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
            save_file(tensors, temporary, {"rest": json.dumps({**state.rest, "key": self.key})})
            Path(temporary).replace(self.file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def remove(self) -> None:
        """Forget the state: the run is done."""
        self.file.unlink(missing_ok=True)


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
