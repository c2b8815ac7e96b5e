"""All figures: ``python -m tests.bench``. Each table is measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run every ``bench_*.py`` of this folder, one after the other; 1 when one missed its limit."""
    missed = 0
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n== {path.stem.removeprefix('bench_')}", flush=True)
        missed |= subprocess.call([sys.executable, "-m", f"tests.bench.{path.stem}"])
    return missed


if __name__ == "__main__":
    sys.exit(main())
