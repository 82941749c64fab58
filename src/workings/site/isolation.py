"""A worker does one work after another: each finds the package as its sources are, and a clean desk."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from workings.site.module import PACKAGE

SEED = 0


class _Source(SourceFileLoader):
    """Compile anew: kept bytecode goes by whole seconds and sizes, so it may be that of an older source."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class _FromSources(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.split(".")[0] != PACKAGE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.origin and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Source(fullname, spec.origin)
        return spec


def from_sources() -> None:
    """From now on this process imports the package from its sources alone."""
    if not any(isinstance(finder, _FromSources) for finder in sys.meta_path):
        sys.meta_path.insert(0, _FromSources())


@contextmanager
def isolated() -> Iterator[None]:
    """Undo what a work sets for the whole process, so that no result depends on what ran before it."""
    import numpy as np

    random.seed(SEED)
    np.random.seed(SEED)
    _reset_torch(sys.modules.get("torch"))
    with np.printoptions(), np.errstate():
        yield


def _reset_torch(torch: Any) -> None:
    if torch is not None:
        torch.manual_seed(SEED)
        torch.set_default_dtype(torch.float32)
        torch.set_printoptions(profile="default")
