"""One loop for every model that an experiment trains: resumable, with a bar, a curve, in many processes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor, nn
from torch.optim import Optimizer

from workings.experiments.checkpoint import Checkpoint, State, put_back, tensors_of
from workings.experiments.processes import first, joined, mean


@dataclass
class Curve:
    """What a run measured on its way: a point every ``every`` steps, and the seconds spent in steps."""

    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    evaluations: list[float] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Training:
    """A run of ``steps`` steps.

    ``loss`` gives the loss of a step from the model to call and the number of the step; whatever it draws, it
    draws by that number alone, so that a run that was broken off goes on as if nothing had happened.
    ``factor`` multiplies the learning rates of a step, ``evaluate`` gives a number to watch, measured with
    the model in evaluation mode.
    """

    model: nn.Module
    optimizers: Sequence[Optimizer]
    loss: Callable[[nn.Module, int], Tensor]
    steps: int
    every: int
    factor: Callable[[int], float] | None = None
    evaluate: Callable[[], float] | None = None
    max_norm: float = 0.0
    checkpoint: Checkpoint | None = None
    save_every: float = 30.0  # seconds
    name: str = ""

    def __post_init__(self) -> None:
        """Refuse a run without steps."""
        if self.steps < 1 or self.every < 1:
            raise ValueError(f"steps and every are at least 1, got {self.steps} and {self.every}")

    def run(self) -> Curve:
        """Train to the end, from the start or from the checkpoint.

        Raises
        ------
        ValueError : the loss is no longer finite.
        """
        curve, begun = self._begin()
        called, saved = joined(self.model), time.perf_counter()
        bar = Progress(
            TextColumn("{task.description} {task.fields[loss]:.3f}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]:.1f} steps/s"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not first(),
        )
        with bar:
            task = bar.add_task(self.name, total=self.steps, completed=begun, loss=math.nan, speed=0.0)
            for step in range(begun, self.steps):
                start = time.perf_counter()
                loss = self._step(called, step)
                noted = (step + 1) % self.every == 0 or step + 1 == self.steps
                value = mean(loss.item()) if noted else math.nan  # the device has finished its work by then
                curve.seconds += time.perf_counter() - start
                if noted:
                    if not math.isfinite(value):
                        raise ValueError(f"the loss of step {step} is {value}: the run has diverged")
                    self._note(curve, step + 1, value)
                    bar.update(task, loss=value)
                bar.update(task, completed=step + 1, speed=(step + 1) / max(curve.seconds, 1e-9))
                if time.perf_counter() - saved >= self.save_every or step + 1 == self.steps:
                    self._save(step + 1, curve)
                    saved = time.perf_counter()
        return curve

    def _step(self, called: nn.Module, step: int) -> Tensor:
        called.train()
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                peak = group.setdefault("initial_lr", group["lr"])
                group["lr"] = peak * (self.factor(step) if self.factor else 1.0)
            optimizer.zero_grad(set_to_none=True)
        loss = self.loss(called, step)
        loss.backward()
        if self.max_norm:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.max_norm)
        for optimizer in self.optimizers:
            optimizer.step()
        return loss.detach()

    def _note(self, curve: Curve, step: int, value: float) -> None:
        curve.steps.append(step)
        curve.losses.append(value)
        if self.evaluate:
            self.model.eval()
            curve.evaluations.append(self.evaluate())

    def _begin(self) -> tuple[Curve, int]:
        state = self.checkpoint.load() if self.checkpoint else None
        if state is None:
            return Curve(), 0
        put_back(state.tensors, self.model, self.optimizers)
        return Curve(**state.rest["curve"]), int(state.rest["step"])

    def _save(self, step: int, curve: Curve) -> None:
        if self.checkpoint and first():
            rest = {"step": step, "curve": vars(curve)}
            self.checkpoint.save(State(tensors_of(self.model, self.optimizers), rest))
