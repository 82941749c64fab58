"""The package of benchmarks stands beside ``src``, where an installed environment does not look."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
