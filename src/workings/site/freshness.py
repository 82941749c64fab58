"""When a computed thing is fresh: its key is a digest of everything that can change its result."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import platform
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from typing import Any

from workings.data.record import path
from workings.site.closure import Closure, unparsed
from workings.site.module import Module
from workings.site.store import kept

ALWAYS = ("numpy", "torch", "matplotlib")


def key(
    kind: str,
    name: str,
    closure: Closure,
    arguments: Mapping[str, Any],
    data: tuple[str, ...] = (),
    records: tuple[str, ...] = (),
) -> str:
    """Digest the sources of the closure, the arguments, data files, records, the versions and the device."""
    parts = {
        "what": [kind, name],
        "sources": sorted((module.name, one, _sources(module)[one]) for module, one in closure.definitions),
        "arguments": arguments,
        "data": {path: data_digest(path) for path in data},
        "records": {name: record_digest(name) for name in records},
        "versions": versions(closure.distributions),
        "device": device_kind(),
    }
    if files := beside({module for module, _ in closure.definitions}):
        parts["beside"] = files
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def beside(modules: Iterable[Module]) -> dict[str, str]:
    """Digests of the files that lie beside modules and are named in them, such as ``manifest.toml``."""
    files = {file for module in modules for file in _named_beside(module)}
    stats = {file: file.stat() for file in files if file.is_file()}
    return {file.name: _digest(file, stat.st_mtime_ns, stat.st_size) for file, stat in sorted(stats.items())}


@lru_cache(maxsize=1024)
def _named_beside(module: Module) -> tuple[Path, ...]:
    data = (file for file in module.path.parent.iterdir() if file.suffix == ".toml")
    return tuple(file for file in data if f'"{file.name}"' in module.source)


@lru_cache(maxsize=1024)
def _sources(module: Module) -> dict[str, str]:
    """The digest of each definition and statement of a module, kept between builds."""

    def digests() -> str:
        found = {name: unparsed(module, name) for name in module.parts}
        return json.dumps({name: hashlib.sha256(text.encode()).hexdigest() for name, text in found.items()})

    made_from = [module.source, platform.python_version(), _way_of_parsing()]
    kept_digests: dict[str, str] = json.loads(kept("digests", made_from, digests))
    return kept_digests


@lru_cache(maxsize=1)
def _way_of_parsing() -> str:
    return "".join(Path(inspect.getfile(one)).read_text(encoding="utf-8") for one in (Closure, Module))


@lru_cache(maxsize=1)
def engine() -> str:
    """What runs labs: our own part of it, and the versions of the rest."""
    own = Path(__file__).with_name("kernel.py").read_text(encoding="utf-8")
    return json.dumps([own, _version("ipykernel"), _version("ipython"), _version("nbclient")])


def device_kind() -> str:
    """The device that exhibits run on: what ``WORKINGS_DEVICE`` says (``cpu`` unless set; ``auto`` looks)."""
    asked = os.environ.get("WORKINGS_DEVICE", "cpu")
    return _found() if asked == "auto" else asked


@lru_cache(maxsize=1)
def _found() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def versions(imported: set[str] = frozenset()) -> dict[str, str]:  # type: ignore[assignment]
    """Versions of Python, NumPy, Torch, Matplotlib, and of whatever else is imported."""
    found = {name: _version(name) for name in sorted({*ALWAYS, *imported})}
    return {"python": platform.python_version(), **found}


@lru_cache(maxsize=64)
def _version(top_level: str) -> str:
    try:
        return version(top_level)
    except PackageNotFoundError:
        names = _distributions().get(top_level, [])
        return version(names[0]) if names else "absent"


@lru_cache(maxsize=1)
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


def record_digest(name: str) -> str:
    """The sha256 of a record's file, or ``absent``."""
    file = path(name)
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "absent"


def data_digest(path: str) -> str:
    """The sha256 of a file below ``WORKINGS_DATA``, or ``absent``."""
    file = Path(os.environ.get("WORKINGS_DATA", "data-is-not-set")) / path
    if not file.is_file():
        return "absent"
    stat = file.stat()
    return _digest(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=64)
def _digest(file: Path, _mtime: int, _size: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
