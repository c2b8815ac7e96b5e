"""A round sends and fetches while the centre works, and loses nothing of it to a cut."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from desk_app.core.entries import Entry
from desk_app.core.exchange import (
    Answer,
    HubUnreachableError,
    Meanwhile,
    PushAnswer,
    SnapshotAnswer,
)
from desk_app.sync.round import Round
from tests.helpers.factories import Desk
from tests.helpers.fakes import A_MONDAY
from tests.helpers.memory_store import MemoryStore
from tests.helpers.stream import HERE, THERE, case_opened, note, rows_of
from tests.unit.sync.small_centre import RECEIVED, SmallCentre

LONG = "长" * 100_000


class BusyCentre(SmallCentre):
    """Notes how much the desk has still to send each time, and may be cut off.

    Attributes:
        patience: how many requests it answers.
    """

    def __init__(self, store: MemoryStore, patience: int = 1_000) -> None:
        super().__init__()
        self._store = store
        self._patience = patience
        self.sizes: list[int] = []
        self.unsent: list[int] = []

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        self._look()
        assert meanwhile is not None
        meanwhile()
        self.sizes.append(len(entries))
        self.unsent.append(self._store.count_outbox())
        return super().push(entries)

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        del upto, meanwhile
        self._look()
        case = min(row.case_id for row in self.rows_here if row.case_id > after)
        rows = tuple(row for row in self.rows_here if row.case_id == case)
        done = case == max(row.case_id for row in self.rows_here)
        return SnapshotAnswer(self.head, rows, len(self.rows_here), case, done)

    def _look(self) -> None:
        self._patience -= 1
        if self._patience < 0:
            raise HubUnreachableError("cut")


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore(HERE, lambda: "life000000001")
    head = SmallCentre().head
    made.join(head.hub, head.centre, "东街", head.epoch)
    return made


def test_while_the_centre_works_on_a_batch_the_one_before_is_settled(store: MemoryStore) -> None:
    for new in (case_opened(), *(note(LONG) for _ in range(7))):
        store.write(new, "小李", A_MONDAY)
    centre = BusyCentre(store)
    Round(store, centre).run()
    assert len(centre.sizes) > 2
    assert centre.unsent == [8 - sum(centre.sizes[:n]) for n in range(len(centre.sizes))]
    assert (store.count_outbox(), len(centre.rows_here)) == (0, 8)


def test_what_was_answered_is_settled_when_the_next_batch_is_lost(store: MemoryStore) -> None:
    for new in (case_opened(), *(note(LONG) for _ in range(7))):
        store.write(new, "小李", A_MONDAY)
    centre = BusyCentre(store, patience=2)
    with pytest.raises(HubUnreachableError):
        Round(store, centre).run()
    assert store.count_outbox() == 8 - sum(centre.sizes)


def test_a_page_that_came_is_kept_when_the_next_one_is_lost(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk_app.sync.round.SNAPSHOT_FROM", 1)
    desk = Desk(THERE)
    cases = ("case1", "case2", "case3")
    centre = BusyCentre(store, patience=2)
    centre.rows_here = rows_of([desk.write(case_opened(case)) for case in cases])
    with pytest.raises(HubUnreachableError):
        Round(store, centre).run()
    assert store.case_ids() == ["case1", "case2"]
    assert store.sync_state().snapshot_after == "case2"


def test_a_number_that_the_centre_has_forgotten_in_silence_is_asked_for_anew(
    store: MemoryStore,
) -> None:
    centre = BusyCentre(store)
    centre.rows_here = rows_of([Desk(THERE).write(case_opened("case2"))])
    Round(store, centre).run()
    mine = store.write(case_opened(), "小李", A_MONDAY)
    store.settle([Answer(mine.id, "accepted", 3, RECEIVED)])  # a colleague's stood before it
    Round(store, centre).run()
    assert [row.id for row in centre.rows_here][1:] == [mine.id]
