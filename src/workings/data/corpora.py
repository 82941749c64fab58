"""Real corpora: ``manifest.toml`` says where each comes from, ``WORKINGS_DATA`` where it lies."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MANIFEST = Path(__file__).with_name("manifest.toml")


@dataclass(frozen=True)
class Source:
    """One file of the manifest."""

    path: str
    bytes: int
    sha256: str
    source: str
    licence: str
    note: str


@lru_cache(maxsize=1)
def sources() -> dict[str, Source]:
    """Every file of the manifest by its path.

    Examples
    --------
    >>> from workings.data.corpora import sources
    >>> print(sources()["tinyshakespeare/input.txt"].bytes)
    1115394
    """
    entries = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["file"]
    return {entry["path"]: Source(**entry) for entry in entries}


def corpus(path: str) -> Path:
    """Find a file of the manifest below ``WORKINGS_DATA``, and hold it against its digest.

    Raises
    ------
    LookupError : the manifest has no such file, or it is not there.
    ValueError : it is there, and is not the file that the manifest means.
    """
    if path not in sources():
        raise LookupError(f"manifest.toml names no file {path!r}; it has {', '.join(sorted(sources()))}")
    folder = os.environ.get("WORKINGS_DATA", "")
    if not folder:
        raise LookupError(f"{path} is needed: set WORKINGS_DATA to the folder that holds it")
    file = Path(folder) / path
    if not file.is_file():
        raise LookupError(f"no file {path} below WORKINGS_DATA; it comes from {sources()[path].source}")
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != sources()[path].sha256:
        raise ValueError(f"{path} should have the sha256 {sources()[path].sha256}, got {digest}")
    return file
