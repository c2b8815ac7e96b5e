"""Run many schedules: ``python -m tests.simulation.fast --schedules 10000 --seed 1 --workers 2``.

Prints what went wrong on purpose and what became of it. For a failure: its seed, the shortest
course of events that still shows it, and the command that repeats it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.fast.run import EVENTS, Outcome, run_schedule

AT_ONCE = 50


def shortest(seed: int, events: int) -> Outcome:
    """The failing schedule cut off as early as it still fails."""
    low, high = 1, events
    worst = run_schedule(seed, high)
    while low < high:
        middle = (low + high) // 2
        outcome = run_schedule(seed, middle)
        if outcome.found:
            high, worst = middle, outcome
        else:
            low = middle + 1
    return worst


def some(seeds: range, events: int) -> tuple[int, int, Counter[str], list[int]]:
    """Run a stretch; how many, texts typed, what went wrong, and the seeds that failed."""
    typed, faults, bad = 0, Counter[str](), []
    for seed in seeds:
        outcome = run_schedule(seed, events)
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
    given = asked.parse_args()
    started = time.monotonic()
    last = given.seed + given.schedules
    parts = [range(n, min(n + AT_ONCE, last)) for n in range(given.seed, last, AT_ONCE)]
    runs, typed, faults, bad = 0, 0, Counter[str](), list[int]()
    with ProcessPoolExecutor(given.workers) as pool:
        for part in pool.map(some, parts, [given.events] * len(parts)):
            runs, typed = runs + part[0], typed + part[1]
            faults.update(part[2])
            bad += part[3]
    seconds = time.monotonic() - started
    print(f"seed {given.seed}, {runs} schedules of {given.events} events, {typed} texts typed")
    print(f"{seconds:.0f} s, {runs / seconds / given.workers:.0f} schedules a second and worker")
    print("trouble: " + ", ".join(f"{name} {count}" for name, count in sorted(faults.items())))
    for seed in sorted(bad)[:3]:
        outcome = shortest(seed, given.events)
        print(f"\nseed {seed}:", *outcome.found[:6], sep="\n  ")
        print("course of events:", *outcome.log, sep="\n  ")
    for seed in sorted(bad)[:20]:
        events = f" --events {given.events}" if given.events != EVENTS else ""
        print(f"again: python -m tests.simulation.fast --schedules 1 --seed {seed}{events}")
    print(f"lost or mixed up anything: {len(bad)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
