"""Build the site beside the old one and swap: whoever reads it sees the old site or the new one, whole."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from click import ClickException
from filelock import FileLock

from workings.site.module import ROOT

SITE = ROOT / "site"
HOLD = ROOT / ".workings"


def build_site(*, jobs: int | None = None, quiet: bool = False) -> Path:
    """Run a strict MkDocs build into a folder of its own, then put that in the place of ``site``."""
    HOLD.mkdir(exist_ok=True)
    _sweep()
    new = Path(tempfile.mkdtemp(prefix="site-", dir=HOLD))
    new.chmod(0o755)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(new)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **({"WORKINGS_JOBS": str(jobs)} if jobs else {})}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=quiet, text=True, check=False
        )
        if done.returncode:
            raise ClickException(f"the site was not built; site/ is as it was\n{done.stderr or ''}".strip())
        put_in_place(new)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return SITE


def put_in_place(new: Path) -> None:
    """Put a folder in the place of the site, in one step where the system can; one builder at a time."""
    old = new.with_name(new.name + "-old")
    with FileLock(HOLD / "swap.lock"):
        if SITE.exists() and exchange(new, SITE):
            new.rename(old)
        else:
            if SITE.exists():
                SITE.rename(old)
            new.rename(SITE)
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot (it is Linux that can)."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, swap = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), swap) == 0)


def _sweep() -> None:
    """Put a site back whose swap was killed, and remove what builds killed an hour ago left."""
    with FileLock(HOLD / "swap.lock"):
        for left in sorted(HOLD.glob("site-*")):
            if left.name.endswith("-old") and not SITE.exists():
                left.rename(SITE)
            elif time.time() - left.stat().st_mtime > 3600:
                shutil.rmtree(left, ignore_errors=True)
