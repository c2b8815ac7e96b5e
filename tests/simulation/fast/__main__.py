"""Run many schedules: ``python -m tests.simulation.fast --schedules 10000 --seed 1 --workers 2``.

With ``--real`` the desks keep their journals in encrypted files, as in the program; with ``--both``
in memory too, and the two are compared after every step.

Prints what went wrong on purpose and what became of it. For a failure: its seed, the shortest
course of events that still shows it, and the command that repeats it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

from tests.simulation.fast.run import EVENTS, Outcome, run_both, run_really, run_schedule

AT_ONCE = 50
STORES = {"": run_schedule, " --real": run_really, " --both": run_both}


def shortest(seed: int, events: int, stores: str) -> Outcome:
    """The failing schedule cut off as early as it still fails."""
    one = STORES[stores]
    low, high = 1, events
    worst = one(seed, high)
    while low < high:
        middle = (low + high) // 2
        outcome = one(seed, middle)
        if outcome.found:
            high, worst = middle, outcome
        else:
            low = middle + 1
    return worst


def some(seeds: range, events: int, stores: str) -> tuple[int, int, Counter[str], list[int]]:
    """Run a stretch; how many, texts typed, what went wrong, and the seeds that failed."""
    typed, faults, bad = 0, Counter[str](), []
    for seed in seeds:
        outcome = STORES[stores](seed, events)
        typed += outcome.typed
        faults.update(outcome.faults)
        if outcome.found:
            bad.append(seed)
    return len(seeds), typed, faults, bad


def main() -> int:
    """Run, print; 1 when anything was lost."""
    asked = argparse.ArgumentParser(prog="python -m tests.simulation.fast")
    asked.add_argument("--schedules", type=int, default=600)
    asked.add_argument("--events", type=int, default=EVENTS)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=2)
    stores = asked.add_mutually_exclusive_group()
    for name, words in ("--real", "over the real store: slower"), ("--both", "compare: slowest"):
        stores.add_argument(
            name, dest="stores", action="store_const", const=f" {name}", default="", help=words
        )
    given = asked.parse_args()
    tempfile.tempdir = "/dev/shm" if Path("/dev/shm").is_dir() else None
    started = time.monotonic()
    last = given.seed + given.schedules
    at_once = 5 if given.stores else AT_ONCE
    parts = [range(n, min(n + at_once, last)) for n in range(given.seed, last, at_once)]
    runs, typed, faults, bad = 0, 0, Counter[str](), list[int]()
    with ProcessPoolExecutor(given.workers) as pool:
        for part in pool.map(some, parts, repeat(given.events), repeat(given.stores)):
            runs, typed = runs + part[0], typed + part[1]
            faults.update(part[2])
            bad += part[3]
    seconds = time.monotonic() - started
    print(f"seed {given.seed}, {runs} schedules of {given.events} events, {typed} texts typed")
    print(f"{seconds:.0f} s, {runs / seconds / given.workers:.0f} schedules a second and worker")
    print("trouble: " + ", ".join(f"{name} {count}" for name, count in sorted(faults.items())))
    for seed in sorted(bad)[:3]:
        outcome = shortest(seed, given.events, given.stores)
        print(f"\nseed {seed}:", *outcome.found[:6], sep="\n  ")
        print("course of events:", *outcome.log, sep="\n  ")
    for seed in sorted(bad)[:20]:
        events = f" --events {given.events}" if given.events != EVENTS else ""
        words = f"--schedules 1 --seed {seed}{events}{given.stores}"
        print(f"again: python -m tests.simulation.fast {words}")
    print(f"lost or mixed up anything: {len(bad)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
