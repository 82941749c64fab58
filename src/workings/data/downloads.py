"""One file over the network into the cache: resumed where it broke off, whole and checked, or not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pooch
import requests

CHUNK = 1 << 16
WAIT = 20.0  # seconds without a byte


def fetch(url: str, target: Path, sha256: str, size: int) -> Path:
    """Download a file to a place, and hold it against its digest.

    A broken download leaves ``<name>.<digest>.part`` beside the target, from which the next one goes on.

    Raises
    ------
    LookupError : it cannot be had (no network, no such address) or not be kept (no room, no right to write).
    ValueError : what came is another file.
    """
    resume = Resume(target.with_name(f"{target.name}.{sha256[:12]}.part"), size)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        found = pooch.retrieve(
            url, known_hash=f"sha256:{sha256}", fname=target.name, path=target.parent, downloader=resume
        )
    except ValueError as error:  # of pooch: the digests differ
        resume.part.unlink(missing_ok=True)
        words = f"{url} gave another file than the manifest means (sha256 {sha256})"
        raise ValueError(f"{words}; nothing of it was kept") from error
    except requests.RequestException as error:
        words = f"{target.name} cannot be downloaded from {url}: {type(error).__name__}"
        raise LookupError(f"{words}. Try again, or set WORKINGS_DATA to a folder that holds it") from error
    except OSError as error:
        words = f"{target.name} cannot be kept in {target.parent}: {error.strerror or error}"
        raise LookupError(f"{words}. Set WORKINGS_CACHE to a folder that can be written") from error
    resume.part.unlink(missing_ok=True)
    return Path(found)


class Resume:
    """A downloader for pooch that goes on where the last one broke off."""

    def __init__(self, part: Path, size: int) -> None:
        """Keep the unfinished file and how many bytes it will have."""
        self.part = part
        self.size = size

    def __call__(self, url: str, output_file: Any, _: object) -> None:
        """Write the whole file to ``output_file``, a path that pooch checks and moves to its place."""
        have = self.part.stat().st_size if self.part.is_file() else 0
        if have > self.size:
            self.part.unlink()
            have = 0
        if have < self.size:
            self._read(url, have)
        whole = self.part.read_bytes()
        Path(output_file).write_bytes(whole)

    def _read(self, url: str, have: int) -> None:
        headers = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=headers, stream=True, timeout=WAIT) as answer:
            answer.raise_for_status()
            goes_on = answer.status_code == requests.codes.partial_content
            with self.part.open("ab" if goes_on else "wb") as stream:
                for chunk in answer.iter_content(CHUNK):
                    stream.write(chunk)
