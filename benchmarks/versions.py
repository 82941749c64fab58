"""The packages that the times depend on."""

from __future__ import annotations

import platform
from importlib.metadata import version

_SHOWN = ("numpy", "torch", "mkdocs", "mkdocs-material", "markdown", "pymdown-extensions", "quickjs-ng")


def versions() -> dict[str, str]:
    """Python and the packages that the times depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in _SHOWN}}
