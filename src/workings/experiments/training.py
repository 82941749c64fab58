"""One loop for every model that an experiment trains: resumable, with a bar and a curve."""

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

    ``loss`` gives the loss of a step; whatever it draws, it draws by the number of the step alone, so that
    a run that was broken off goes on as if nothing had happened. ``factor`` multiplies the learning rates of
    a step, ``evaluate`` gives a number to watch, measured with the model in evaluation mode.
    """

    model: nn.Module
    optimizers: Sequence[Optimizer]
    loss: Callable[[int], Tensor]
    steps: int
    every: int
    factor: Callable[[int], float] | None = None
    evaluate: Callable[[], float] | None = None
    max_norm: float = 0.0
    checkpoint: Checkpoint | None = None
    save_every: float = 30.0  # seconds

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
        curve, first = self._begin()
        saved = time.perf_counter()
        bar = Progress(
            TextColumn("{task.fields[loss]:.3f}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]:.1f} steps/s"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        with bar:
            task = bar.add_task("", total=self.steps, completed=first, loss=math.nan, speed=0.0)
            for step in range(first, self.steps):
                start = time.perf_counter()
                loss = self._step(step)
                if (step + 1) % self.every == 0 or step + 1 == self.steps:
                    value = loss.item()
                    if not math.isfinite(value):
                        raise ValueError(f"the loss of step {step} is {value}: the run has diverged")
                    curve.seconds += time.perf_counter() - start
                    self._note(curve, step + 1, value)
                    bar.update(task, loss=value)
                else:
                    curve.seconds += time.perf_counter() - start
                speed = (step + 1) / max(curve.seconds, 1e-9)
                bar.update(task, completed=step + 1, speed=speed)
                if self.checkpoint and time.perf_counter() - saved >= self.save_every:
                    self._save(self.checkpoint, step + 1, curve)
                    saved = time.perf_counter()
        return curve

    def _step(self, step: int) -> Tensor:
        self.model.train()
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                peak = group.setdefault("initial_lr", group["lr"])
                group["lr"] = peak * (self.factor(step) if self.factor else 1.0)
            optimizer.zero_grad(set_to_none=True)
        loss = self.loss(step)
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

    def _save(self, checkpoint: Checkpoint, step: int, curve: Curve) -> None:
        rest = {"step": step, "curve": vars(curve)}
        checkpoint.save(State(tensors_of(self.model, self.optimizers), rest))
