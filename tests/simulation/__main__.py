"""Run many schedules: ``python -m tests.simulation --schedules 1000 --seed 1 --workers 2``.

Prints what happened, and for a failure the seed, the course of events and the command that repeats
it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.simulation.schedule import Outcome, Templates, run_schedule


def _some(seeds: list[int], events: int) -> list[Outcome]:
    with Templates() as templates:
        return [run_schedule(seed, events, templates) for seed in seeds]


def main() -> int:
    """Run, print; 1 when anything was lost."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--schedules", type=int, default=200)
    asked.add_argument("--events", type=int, default=120)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    tempfile.tempdir = "/dev/shm" if Path("/dev/shm").is_dir() else None
    seeds = [given.seed + number for number in range(given.schedules)]
    started = time.monotonic()
    parts = [seeds[place :: given.workers] for place in range(given.workers)]
    with ProcessPoolExecutor(given.workers) as pool:
        outcomes = [
            outcome
            for part in pool.map(_some, parts, [given.events] * len(parts))
            for outcome in part
        ]
    faults: Counter[str] = Counter()
    for outcome in outcomes:
        faults.update(outcome.faults)
    bad = [outcome for outcome in outcomes if outcome.found]
    seconds = time.monotonic() - started
    print(
        f"{len(outcomes)} schedules from seed {given.seed}, {given.events} events each, "
        f"{sum(outcome.typed for outcome in outcomes)} notes typed, {seconds:.0f} s"
    )
    print("trouble: " + ", ".join(f"{name} {count}" for name, count in sorted(faults.items())))
    for outcome in sorted(bad, key=lambda outcome: outcome.seed)[:5]:
        print(f"\nseed {outcome.seed}: {outcome.found[:6]}")
        print("  again: python -m tests.simulation --schedules 1 --workers 1 "
              f"--events {given.events} --seed {outcome.seed}")  # fmt: skip
        if len(outcomes) == 1:
            print("\n".join(outcome.log))
    print(f"{len(bad)} of {len(outcomes)} schedules lost or mixed up anything")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
