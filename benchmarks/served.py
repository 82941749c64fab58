"""Rebuild in one process after each edit, as ``mkdocs serve`` does. Arguments: page, repeats, output file."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

from benchmarks.tree import edit

ADDRESS = "http://127.0.0.1:8000/"


def main(page: str, repeats: str, out: str) -> None:
    """Build once, then edit and build again, each time from a configuration read anew."""
    taken: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as site:
        for turn in range(-1, int(repeats)):
            edit(Path(page), turn)
            start = time.perf_counter(), time.process_time()
            config = load_config(site_dir=site, strict=False)
            if turn < 0:
                config.plugins.on_startup(command="serve", dirty=False)
            config.site_url = ADDRESS
            build(config, serve_url=ADDRESS)
            taken.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    Path(out).write_text(json.dumps(taken[1:]), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
