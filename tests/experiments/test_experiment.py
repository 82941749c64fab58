"""An experiment reads what the manifest names, has two configs and returns something."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from workings.experiments.checkpoint import Checkpoints
from workings.experiments.experiment import Experiment, experiment


@dataclass(frozen=True)
class Config:
    seed: int = 0
    steps: int = 9


@dataclass
class Loose:
    seed: int = 0


@dataclass(frozen=True)
class Seedless:
    steps: int = 9


def made(values: Mapping[str, Any]) -> Experiment:
    return experiment(full=Config(), quick=Config(steps=1))(lambda config, _: {**values, "seed": config.seed})


def nowhere(tmp_path: Path) -> Checkpoints:
    return Checkpoints(tmp_path, "key")


def test_it_returns_its_values(tmp_path: Path) -> None:
    tried = made({"a": 1})
    assert tried.run(tried.config(seed=4), nowhere(tmp_path)) == {"a": 1, "seed": 4}


def test_presets() -> None:
    tried = made({})
    assert tried.config() == Config()
    assert tried.config("quick", seed=2) == Config(seed=2, steps=1)
    with pytest.raises(ValueError, match="the preset must be full or quick, got 'slow'"):
        tried.config("slow")


@pytest.mark.parametrize("config", [Loose(), Seedless(), {"seed": 0}])
def test_a_config_that_could_change_or_has_no_seed_is_refused(config: object) -> None:
    with pytest.raises(TypeError, match="the preset quick must be a frozen dataclass with a seed, got "):
        experiment(full=Config(), quick=config)(lambda config, _: {})


def test_a_file_outside_the_manifest_is_refused() -> None:
    with pytest.raises(ValueError, match=r"manifest\.toml, which has no nothing\.txt"):
        experiment(data=("nothing.txt",), full=Config(), quick=Config())(lambda config, _: {})


def test_no_values_are_refused(tmp_path: Path) -> None:
    tried = experiment(full=Config(), quick=Config())(lambda config, _: {})
    with pytest.raises(ValueError, match="returned no values"):
        tried.run(Config(), nowhere(tmp_path))


def test_time_counts_over_tries(tmp_path: Path) -> None:
    tried = Checkpoints(tmp_path, "key", begun=0.0)
    from workings.experiments.checkpoint import State

    tried.of("part").save(State({}, {"step": 1}))
    assert Checkpoints(tmp_path, "key").spent() > tried.of("part").load().rest["spent"]  # type: ignore[union-attr]
    assert Checkpoints(tmp_path, "another").spent() < 1
