"""Real corpora: from ``WORKINGS_DATA``, else from a cache, else from their public source, by their digests.

``manifest.toml`` says where each file comes from, at a pinned commit, with licence and sha256.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pooch

from workings.data.downloads import fetch

MANIFEST = Path(__file__).with_name("manifest.toml")
HOST = "https://raw.githubusercontent.com"


@dataclass(frozen=True)
class Source:
    """One file of the manifest; ``source`` reads ``github.com/owner/name : path @ commit``."""

    path: str
    bytes: int
    sha256: str
    source: str
    licence: str
    note: str

    @property
    def url(self) -> str:
        """Where the file itself can be had; empty if it was made from what lies there."""
        repository, _, rest = self.source.partition(" : ")
        inside, _, commit = rest.partition(" @ ")
        if Path(inside).name != Path(self.path).name:
            return ""
        return f"{HOST}/{repository.removeprefix('github.com/')}/{commit}/{inside}"


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


def cache() -> Path:
    """The folder of downloaded files: ``WORKINGS_CACHE``, or the user's cache folder."""
    return Path(os.environ.get("WORKINGS_CACHE") or pooch.os_cache("workings"))


def corpus(path: str) -> Path:
    """Find a file of the manifest, download it if need be, and hold it against its digest.

    Raises
    ------
    LookupError : the manifest has no such file, or it can be had nowhere.
    ValueError : the file below ``WORKINGS_DATA``, or what came over the network, is another.
    """
    if path not in sources():
        raise LookupError(f"manifest.toml names no file {path!r}; it has {', '.join(sorted(sources()))}")
    source = sources()[path]
    own = Path(os.environ.get("WORKINGS_DATA") or "data-is-not-set") / path
    if own.is_file():
        if (found := digest(own)) != source.sha256:
            words = f"{path} below WORKINGS_DATA should have the sha256"
            raise ValueError(f"{words} {source.sha256}, got {found}")
        return own
    kept = cache() / path
    if kept.is_file() and digest(kept) == source.sha256:
        return kept
    if not source.url:
        words = f"{path} cannot be downloaded as it is, it was made from {source.source}"
        raise LookupError(f"{words}: set WORKINGS_DATA to a folder that holds it")
    return fetch(source.url, kept, source.sha256, source.bytes)


def digest(file: Path) -> str:
    """The sha256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
