"""An experiment: a function that runs too long for a build; its result is kept as a record."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from typing import Any

from workings.data.corpora import sources
from workings.experiments.checkpoint import Checkpoints

Measure = Callable[[Any, Checkpoints], Mapping[str, Any]]


class Experiment:
    """A function from a config to named values, its presets and its files; made by :func:`experiment`."""

    def __init__(
        self, measure: Measure, data: Sequence[str], presets: Mapping[str, Any], needs_cuda: bool
    ) -> None:
        """Refuse files that the manifest does not name, and configs that could change or have no seed."""
        if unknown := sorted(set(data) - set(sources())):
            raise ValueError(f"an experiment reads files of manifest.toml, which has no {', '.join(unknown)}")
        for name, config in presets.items():
            if not _frozen(config) or not hasattr(config, "seed"):
                raise TypeError(f"the preset {name} must be a frozen dataclass with a seed, got {config!r}")
        update_wrapper(self, measure)  # type: ignore[arg-type]
        self.data = tuple(data)
        self.presets = dict(presets)
        self.needs_cuda = needs_cuda
        self._measure = measure

    def config(self, preset: str = "full", seed: int | None = None) -> Any:
        """Give the config of a preset, with another seed if one is named."""
        if preset not in self.presets:
            raise ValueError(f"the preset must be {' or '.join(self.presets)}, got {preset!r}")
        config = self.presets[preset]
        return config if seed is None else dataclasses.replace(config, seed=seed)

    def run(self, config: Any, checkpoints: Checkpoints) -> dict[str, Any]:
        """Run it, for as long as it takes."""
        values = dict(self._measure(config, checkpoints))
        if not values:
            raise ValueError(f"the experiment {getattr(self, '__name__', '?')} returned no values")
        return values


def experiment(
    *, full: Any, quick: Any, data: Sequence[str] = (), needs_cuda: bool = False
) -> Callable[[Measure], Experiment]:
    """Make a function an experiment.

    The function is named ``run``, stands in ``experiments/<name>.py`` and takes a config and
    :class:`Checkpoints`; ``workings record <name>`` writes what it returns to ``docs/records/<name>.json``.
    Its values are numbers, strings, lists and dictionaries.

    Parameters
    ----------
    full, quick : configs (frozen dataclasses with a ``seed``): what pages show, and a trial of seconds.
    data : paths of ``manifest.toml``.
    needs_cuda : the full preset is of no use on a CPU.
    """
    return lambda measure: Experiment(measure, data, {"full": full, "quick": quick}, needs_cuda)


def _frozen(config: Any) -> bool:
    parameters = getattr(config, "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)
