"""An experiment: a function that runs too long for a build; its result is kept as a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from typing import Any

from workings.data.corpora import sources


class Experiment:
    """A function that returns named values, and the real files that it reads; made by :func:`experiment`."""

    def __init__(self, measure: Callable[[], Mapping[str, Any]], data: Sequence[str]) -> None:
        """Refuse files that the manifest does not name."""
        if unknown := sorted(set(data) - set(sources())):
            raise ValueError(f"an experiment reads files of manifest.toml, which has no {', '.join(unknown)}")
        update_wrapper(self, measure)  # type: ignore[arg-type]
        self.data = tuple(data)
        self._measure = measure

    def run(self) -> dict[str, Any]:
        """Run it, for as long as it takes."""
        values = dict(self._measure())
        if not values:
            raise ValueError(f"the experiment {getattr(self, '__name__', '?')} returned no values")
        return values


def experiment(*, data: Sequence[str] = ()) -> Callable[[Callable[[], Mapping[str, Any]]], Experiment]:
    """Make a function an experiment; ``data`` lists paths of ``manifest.toml``.

    The function is named ``run`` and stands in ``experiments/<name>.py``; ``workings record <name>`` writes
    what it returns to ``docs/records/<name>.json``. Its values are numbers, strings, lists and dictionaries.
    """
    return lambda measure: Experiment(measure, data)
