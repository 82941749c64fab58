"""Records: results of runs too long for a build, committed as JSON with where they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "records"


@dataclass(frozen=True)
class Record:
    """What a long run measured, and its provenance.

    ``covers`` names the code that decides the result: files below the project (``benchmarks/*.py``) or
    functions of the package (``experiments.lstm.run``), whose import closures then count. ``key`` is the
    digest of that code when the run was made, ``again`` the command that makes it anew, ``data`` the digest
    of each file that it read, ``config`` the settings of the run, its seed among them.
    """

    name: str
    made: str
    again: str
    covers: tuple[str, ...]
    key: str
    machine: Mapping[str, str | int]
    versions: Mapping[str, str]
    seconds: float
    values: Mapping[str, Any]
    data: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a record that covers no code or holds no values."""
        if not self.covers or not self.values:
            raise ValueError(f"a record covers code and holds values, got {self.covers} and {self.values}")

    @property
    def provenance(self) -> dict[str, Any]:
        """Everything but the values."""
        return {name: part for name, part in asdict(self).items() if name != "values"}

    def text(self) -> str:
        """Write the record as its file has it."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def path(name: str) -> Path:
    """The file of a record."""
    return FOLDER / f"{name}.json"


def record(name: str) -> Record:
    """Read a record.

    Raises
    ------
    LookupError : there is no such record, or its file is damaged.
    """
    file = path(name)
    if not file.is_file():
        raise LookupError(f"no record docs/records/{name}.json")
    try:
        parts = json.loads(file.read_text(encoding="utf-8"))
        found = Record(**{**parts, "covers": tuple(parts["covers"])})
    except (ValueError, TypeError, KeyError) as error:
        raise LookupError(f"docs/records/{name}.json is damaged: {error}") from error
    if found.name != name:
        raise LookupError(f"docs/records/{name}.json is the record of {found.name!r}")
    return found
