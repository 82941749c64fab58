"""An experiment reads what the manifest names and returns something."""

import pytest

from workings.experiments.experiment import experiment


def test_it_returns_its_values() -> None:
    assert experiment()(lambda: {"a": 1}).run() == {"a": 1}


def test_a_file_outside_the_manifest_is_refused() -> None:
    with pytest.raises(ValueError, match=r"manifest\.toml, which has no nothing\.txt"):
        experiment(data=("nothing.txt",))(lambda: {"a": 1})


def test_no_values_are_refused() -> None:
    with pytest.raises(ValueError, match="returned no values"):
        experiment()(dict).run()
