"""A desk that is killed within a step of sync has taken it wholly or not at all.

The long form, every statement of every step: ``DESK_APP_STORE_KILLS=1 ./packaging/test
tests/integration/test_store_killed.py``.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.exchange import Meanwhile, PullAnswer, PushAnswer, SnapshotAnswer
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.round import Round
from tests.contract.looking import look
from tests.helpers.fakes import A_MONDAY, FakeClock
from tests.helpers.memory_ledger import MemoryHub, Tables
from tests.helpers.memory_store import MemoryStore
from tests.helpers.stream import HERE, case_opened, note
from tests.simulation.fast.real import KEY, RealStore, Shelf
from tests.simulation.fast.writing import poisoned

TRIALS = 10_000 if "DESK_APP_STORE_KILLS" in os.environ else 24
CENTRES = {"east": "东", "west": "西"}
OURS, LEAVING = "case000000000001", "case000000000002"
EVERYTHING = 1 << 60
STEPS = ("settle", "reissue", "apply", "shed_ready", "erase")

KILLED = "killed"


@dataclass
class Line:
    """The centre as one desk reaches it, over a wire that never fails. Is an ``exchange.Hub``."""

    hub: MemoryHub
    device: str
    centre: str
    now: datetime = A_MONDAY

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        """See ``Hub.push``."""
        del meanwhile
        return self.hub.push(self.device, entries, int(self.now.timestamp() * 1000))

    def pull(self, cursor: int, epoch: str) -> PullAnswer:
        """See ``Hub.pull``."""
        del epoch
        return self.hub.rows(self.centre, cursor, EVERYTHING)

    def rows(self, low: int, high: int) -> PullAnswer:
        """See ``Hub.rows``."""
        return self.hub.rows(self.centre, low, high)

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        """See ``Hub.snapshot``."""
        del meanwhile
        return self.hub.snapshot(self.centre, upto, after)

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """See ``Hub.digest``."""
        return self.hub.digest(self.centre, low, high)


@dataclass(frozen=True, slots=True)
class Moment:
    """Just before a step: the store's file, what is about to be done, and the centre as it is."""

    path: Path
    name: str
    arguments: tuple[Any, ...]
    tables: Tables


class Course:
    """A desk on its way through every step there is, and moments to be killed in."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.hub = MemoryHub("hub1", CENTRES)
        self.line = Line(self.hub, HERE, "east")
        self.moments: dict[str, Moment] = {}
        self.store = self.joined(shelf.new(HERE, lambda: "ourfirstlife0"), HERE, "east")
        self._prepare()
        self._walk()

    def joined(self, store: Any, device: str, centre: str) -> Any:
        self.hub.enrol(device, centre)
        epoch = self.hub.tables.counters[centre].epoch
        store.join("hub1", centre, CENTRES[centre], epoch)
        return store

    def _prepare(self) -> None:
        """Two cases; one goes west; a colleague and a copy of our store work on the other."""
        store = self.store
        for new in (case_opened(OURS), case_opened(LEAVING), note("早先", LEAVING)):
            store.write(new, "小李", A_MONDAY)
        offer = {"fence": 0, "to": "", "to_centre": "west", "why": "搬家"}
        store.write(NewEntry(LEAVING, "handover.offered", offer), "小李", A_MONDAY)
        Round(store, self.line).run()
        twin = store.copy()
        colleague = self.joined(MemoryStore("colleague0"), "colleague0", "east")
        west = self.joined(MemoryStore("westwest00"), "westwest00", "west")
        east_line = Line(self.hub, "colleague0", "east")
        west_line = Line(self.hub, "westwest00", "west")
        Round(west, west_line).run()
        (asked,) = west.incoming_offers()
        answer = {"ref": asked.ref, "answer": "accept", "why": "好"}
        west.write(NewEntry(LEAVING, "handover.answered", answer), "小西", A_MONDAY)
        west.write(case_opened("westcase00000001"), "小西", A_MONDAY)
        back = {"fence": 0, "to": "", "to_centre": "east", "why": "也搬家"}
        west.write(NewEntry("westcase00000001", "handover.offered", back), "小西", A_MONDAY)
        Round(west, west_line).run()
        Round(colleague, east_line).run()
        ahead = A_MONDAY + timedelta(days=3650)
        colleague.write(NewEntry(OURS, "case.claimed", {"fence": 0}), "小王", A_MONDAY)
        colleague.write(note("将来写的", OURS), "小王", ahead)
        colleague.write(case_opened("case000000000003"), "小王", A_MONDAY)
        Round(colleague, east_line).run()
        twin.write(note("别处写的", OURS), "小李", A_MONDAY)
        Round(twin, self.line).run()
        self._colleague = colleague

    def _walk(self) -> None:
        """What we wrote is sent, answered, renamed; what came is taken in; one case goes."""
        store = self.store
        first = store.write(note("写错了", OURS), "小李", A_MONDAY)
        correction = NewEntry(OURS, "note.corrected", {"ref": first.id, "text": "改好了"})
        store.write(correction, "小李", A_MONDAY)
        store.write(NewEntry(OURS, "case.claimed", {"fence": 0}), "小李", A_MONDAY)
        store.plant(poisoned(store.sealed(note("太深", OURS), "小李", A_MONDAY), "too_deep"))
        store.begin_incarnation()
        store.write(note("另一生写的", OURS), "小李", A_MONDAY + timedelta(days=3650))
        answers = self.line.push(store.outbox()).answers
        self._step("settle", "settle", answers)
        forked = [answer.id for answer in answers if answer.code == "forked"]
        self._step("reissue", "reissue", forked)
        store.settle(self.line.push(store.outbox()).answers)
        found = self.line.pull(store.sync_state().cursor, "")
        self._step("apply", "apply", found.rows, found.cursor)
        self._step("shed_ready", "shed_ready")
        late = A_MONDAY + timedelta(days=31)
        self._colleague.write(note("一个月后", OURS), "小王", late)
        Round(self._colleague, Line(self.hub, "colleague0", "east", late)).run()
        found = self.line.pull(store.sync_state().cursor, "")
        store.apply(found.rows, found.cursor)
        self._step("erase", "shed_ready")

    def _step(self, step: str, name: str, *arguments: Any) -> None:
        path = self.store.copy().path
        self.moments[step] = Moment(path, name, arguments, self.hub.tables.copy())
        getattr(self.store, name)(*arguments)


class DyingStore:
    """``tests.helpers.dying_store`` in a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.dying_store"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def do(self, path: Path, work: Path, last: int = -1) -> str:
        """How many statements ran; KILLED where it was killed before statement ``last``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(path), str(work), last]) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """No more."""
        self._process.communicate()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    folder = tmp_path_factory.mktemp("course")
    template = folder / "template.db"
    SqlSyncStore.open(template, KEY, FakeClock(), lambda _: (), create=True).close()
    shelf = Shelf(folder, template)
    yield Course(shelf)
    for store in shelf.opened:
        store.close()


@pytest.fixture(scope="module")
def process() -> Iterator[DyingStore]:
    made = DyingStore()
    yield made
    made.close()


def picture(store: RealStore) -> dict[str, object]:
    """All there is of a store, but the name of a life in which nothing was written."""
    journal = {name: entry.sha256 for name, entry in store.all_entries().items()}
    counter = store.life()[2]
    return {**look(store), "journal": journal, "counter": counter, "lists": store.digest()}


def next_rounds(course: Course, store: RealStore, moment: Moment) -> dict[str, object]:
    """What the next rounds make of it, with the centre as it was when the desk was killed."""
    course.hub.tables = moment.tables.copy()
    for _ in range(2):
        Round(store, course.line, thorough=True).run()
    high = course.hub.high("east")
    for thorough in (False, True):
        assert store.stream_digest(0, high, thorough=thorough) == course.line.digest(0, high)
    return picture(store)


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_any_statement_a_step_was_taken_wholly_or_not_at_all(
    course: Course, process: DyingStore, tmp_path: Path, step: str
) -> None:
    moment = course.moments[step]
    work = tmp_path / "work"
    work.write_bytes(pickle.dumps((moment.name, moment.arguments)))

    def trial(last: int) -> tuple[str, RealStore]:
        path = course.shelf.copy_of(moment.path)
        said = process.do(path, work, last)
        return said, RealStore(course.shelf, path)

    before = picture(RealStore(course.shelf, course.shelf.copy_of(moment.path)))
    said, whole = trial(-1)
    statements, after = int(said), picture(whole)
    assert after != before
    end = next_rounds(course, whole, moment)
    assert end["outbox"] == []

    stride = max(1, statements // TRIALS)
    seen = []
    for last in sorted({*range(0, statements, stride), statements - 1}):
        said, store = trial(last)
        assert said == KILLED
        found = picture(store)
        assert found in (before, after)
        seen.append(found == after)
        assert store.health().problems == ()
        assert store.rebuild() == found["lists"]
        assert next_rounds(course, store, moment) == end
    assert not any(seen)  # it counts from its commit on, and that is its last statement
