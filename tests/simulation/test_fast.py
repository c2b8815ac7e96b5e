"""A short stretch of the simulator in memory, as it runs with every change."""

from __future__ import annotations

from collections import Counter

from tests.simulation.fast.run import run_really, run_schedule

SHORT = range(1, 401)
REAL = range(1, 31)
AGAIN = "python -m tests.simulation.fast --schedules 1 --seed"
KINDS_OF_TROUBLE = (
    "lost", "unanswered", "doubled", "delayed", "late", "overtaken", "captive", "stranger",
    "deferred", "killed", "hub cut", "written meanwhile", "cloned", "desk put back", "hub restored",
    "hub restored in silence", "clock jumped", "bad_fingerprint", "too_large", "too_deep",
    "bad_shape", "retried", "damaged", "new desk", "first load", "months",
)  # fmt: skip


def test_nothing_is_lost_doubled_or_mixed_up_whatever_goes_wrong() -> None:
    faults: Counter[str] = Counter()
    bad = []
    for seed in SHORT:
        outcome = run_schedule(seed)
        faults.update(outcome.faults)
        if outcome.found:
            bad.append(f"{AGAIN} {seed}: {outcome.found[0]}")

    assert bad == []
    assert [kind for kind in KINDS_OF_TROUBLE if not faults[kind]] == []


def test_a_number_repeats_its_schedule_to_the_letter() -> None:
    first, again = run_schedule(7), run_schedule(7)

    assert first == again
    assert first.log != run_schedule(8).log


def test_nor_with_the_real_store() -> None:
    bad = []
    for seed in REAL:
        outcome = run_really(seed)
        if outcome.found:
            bad.append(f"{AGAIN} {seed} --real: {outcome.found[0]}")

    assert bad == []
