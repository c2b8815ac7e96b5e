"""One schedule: a seed, a course of events, and what was found at its end."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

from desk_app.core.entries import Entry, check_foreign
from desk_app.core.queue import Effect, QueueState
from desk_app.hub import intake
from desk_app.sync import round as sync_round
from tests.helpers import memory_store
from tests.simulation.fast.both import BothStores
from tests.simulation.fast.checks import faults_found
from tests.simulation.fast.events import Course
from tests.simulation.fast.real import shelf

EVENTS = 40


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a schedule; ``found`` empty = nothing lost, doubled or mixed up."""

    seed: int
    typed: int
    faults: Counter[str]
    found: tuple[str, ...]
    log: tuple[str, ...]


def run_really(seed: int, events: int = EVENTS, always: Collection[str] = ()) -> Outcome:
    """The same over real stores."""
    with shelf(seed) as files:
        return _run(Course(seed, always, files.new), events)


def run_both(seed: int, events: int = EVENTS, always: Collection[str] = ()) -> Outcome:
    """The same over both at once, which are compared at every step."""
    with shelf(seed) as files:
        return _run(Course(seed, always, BothStores.on(files)), events)


def run_schedule(seed: int, events: int = EVENTS, always: Collection[str] = ()) -> Outcome:
    """Let ``events`` things happen, then calm, then look.

    Args:
        always: kinds of trouble that the schedule surely knows (see ``Trouble``).
    """
    return _run(Course(seed, always), events)


def _run(world: Course, events: int) -> Outcome:
    with _small_limits(), _watched(world):
        try:
            for _ in range(events):
                world.step()
            world.settle()
            found = tuple(faults_found(world))
        except Exception:  # noqa: BLE001 - whatever escapes is what is looked for
            found = (traceback.format_exc(),)
    return Outcome(world.seed, len(world.typed), world.faults, found, tuple(world.log))


@contextmanager
def _small_limits() -> Iterator[None]:
    """Limits that a short schedule meets; what was found intact is not looked at on every desk."""
    intact: dict[int, Entry] = {}

    def check_once(entry: Entry) -> None:
        if intact.get(id(entry)) is not entry:
            check_foreign(entry)
            intact[id(entry)] = entry

    with (
        patch.object(sync_round, "SNAPSHOT_FROM", 6),
        patch.object(sync_round, "REPAIR_STRETCH", 8),
        patch.object(intake, "MAX_ENTRY_BYTES", 1500),
        patch.object(memory_store, "BRAKE_LEAST", 3),
        patch.object(memory_store, "check_foreign", check_once),
    ):
        yield


@contextmanager
def _watched(world: Course) -> Iterator[None]:
    """Hold every step of the hub's queue against the laws."""
    real = vars(intake)["advance"]

    def advance(state: QueueState, entry: Entry, received: int) -> tuple[QueueState, Effect]:
        after, effect = real(state, entry, received)
        world.laws.watch(state, entry, received, after, effect)
        return after, effect

    with patch.object(intake, "advance", advance):
        yield
