"""The store of results: one file an entry, whole or not there, and damage is noticed."""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from click import ClickException

from workings.site.module import ROOT

_log = logging.getLogger(__name__)


class StoreError(ClickException):
    """Results cannot be kept: no right to write, or no room."""


def folder() -> Path:
    """Where results are kept; ``WORKINGS_STORE`` moves it."""
    return Path(os.environ.get("WORKINGS_STORE", ROOT / ".workings" / "results"))


def read(key: str) -> Any | None:
    """The result stored under a key, or None if there is none or it is damaged."""
    path = folder() / f"{key}.json"
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if digest.decode("ascii", "replace") == hashlib.sha256(body).hexdigest():
            return json.loads(body)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError):  # unreadable, or a digest over what is not JSON
        pass
    _log.warning("%s is damaged and will be computed again", path)
    return None


def write(key: str, result: Any) -> None:
    """Store a result: readers see the whole of it or nothing, whoever else writes at the same time."""
    body = json.dumps(result, sort_keys=True, ensure_ascii=False).encode()
    whole = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
    try:
        write_whole(folder() / f"{key}.json", whole)
    except OSError as error:
        reason = error.strerror or str(error)
        advice = "make room, or set WORKINGS_STORE to a folder that can be written"
        raise StoreError(f"results cannot be kept in {folder()} ({reason}): {advice}") from error


def kept(kind: str, made_from: list[str], make: Callable[[], str]) -> str:
    """The text that a function makes from nothing but these strings: made once, then kept between builds.

    The file in which the function is written counts as one of them.
    """
    parts = [_source_digest(inspect.getfile(make)), *made_from]
    key = f"{kind}/{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"
    text: str | None = read(key)
    if text is None:
        text = make()
        write(key, text)
    return text


@lru_cache(maxsize=64)
def _source_digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in its place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
