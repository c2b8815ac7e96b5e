"""What schedules in memory find is worth as much as that store is like the real one."""

from __future__ import annotations

from tests.simulation.fast.run import run_both

SHORT = range(5, 9)
AGAIN = "python -m tests.simulation.fast --both --schedules 1 --seed"


def test_the_two_stores_are_never_told_apart() -> None:
    bad = [f"{AGAIN} {seed}: {o.found[0]}" for seed in SHORT if (o := run_both(seed)).found]

    assert bad == []
