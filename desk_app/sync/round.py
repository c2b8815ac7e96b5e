"""One round of sync: send, fetch, compare. No clock, no thread, no network of its own.

Whatever happens in between (a cut, a kill, a centre restored from last night's backup), the next
round goes on from what both sides hold. That is why every step is one transaction on either side,
and why nothing here keeps a memory of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from desk_app.core.entries import Entry
from desk_app.core.exchange import (
    Answer,
    Head,
    Hub,
    HubRefusesError,
    HubUnreachableError,
    Meanwhile,
    PullAnswer,
    PushAnswer,
    SnapshotAnswer,
    SyncState,
    SyncStore,
)

T = TypeVar("T")

SNAPSHOT_FROM = 2_000
"""A store that lacks more rows than this, and has none, loads whole cases first."""

REPAIR_STRETCH = 500
"""Rows fetched again at once when a digest does not fit."""

MAX_STALLED = 3
"""Batches in a row that the centre puts off before a round gives up and tries later."""


LAST_NUMBER = 1 << 62
"""Beyond any number a centre will ever give."""

MAX_RESTARTS = 3
"""New epochs that one round believes."""


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What a round did.

    Attributes:
        sent, refused, fetched: entries.
        repaired: rows fetched again because a digest did not fit.
        reissued: entries that got new ids because this store had been copied.
        changed: cases that look different now.
        shed: cases let go to another centre.
        unsent: entries the centre has not numbered yet.
        head: what the centre last said of itself.
    """

    sent: int = 0
    refused: int = 0
    fetched: int = 0
    repaired: int = 0
    reissued: int = 0
    changed: frozenset[str] = frozenset()
    shed: tuple[str, ...] = ()
    unsent: int = 0
    head: Head | None = None


class Round:
    """One round between a store and its centre.

    Args:
        store: joined to a centre already.
        hub: how to reach it.
        thorough: compare the entries themselves, not what was noted when they came.
    """

    def __init__(self, store: SyncStore, hub: Hub, *, thorough: bool = False) -> None:
        self._store = store
        self._hub = hub
        self._thorough = thorough
        self._result = RoundResult()
        self._restarts = 0
        self._answered: tuple[Answer, ...] = ()  # by the centre, and not settled yet
        self._ahead: list[Entry] = []  # to be sent next

    def run(self) -> RoundResult:
        """Send all, fetch all, compare.

        Raises:
            HubUnreachableError, HubRefusesError: what was done until then stays done.
        """
        self._send()
        self._fetch()
        self._send()  # what a repair or a new epoch has brought up
        shed = self._store.shed_ready()
        return replace(self._result, shed=shed, unsent=self._store.count_outbox())

    def _send(self) -> None:
        stalled, batch = 0, self._store.outbox()
        while batch and stalled < MAX_STALLED:
            answer = self._push(batch)
            # Numbers of the centre's earlier life are put right first; those of its answer are of
            # the new one. Were they forgotten, a copy would give what it sent another id.
            is_new = self._is_new_epoch(answer.head)
            self._answered = answer.answers
            done = sum(a.status in ("accepted", "duplicate") for a in answer.answers)
            refused = [a for a in answer.answers if a.status == "rejected"]
            self._count(sent=done, refused=len(refused))
            if is_new or done < len(batch) or not self._ahead:
                self._settle()
                if forked := [a.id for a in refused if a.code == "forked"]:
                    self._fetch()  # what the centre has of this life keeps its ids
                    self._count(reissued=self._store.reissue(forked))
                self._ahead = self._store.outbox()
            batch = self._ahead
            stalled = stalled + 1 if done + len(refused) == 0 else 0
        self._settle()

    def _push(self, batch: Sequence[Entry]) -> PushAnswer:
        """While the centre works on a batch, the one before is settled and the next one read."""

        def meanwhile() -> None:
            self._settle()
            self._ahead = self._store.outbox(behind=batch[-1].id)

        return _asked(partial(self._hub.push, batch), meanwhile)

    def _settle(self) -> None:
        answered, self._answered = self._answered, ()
        if answered:
            self._store.settle(answered)

    def _fetch(self) -> None:
        while True:
            state = self._store.sync_state()
            if state.snapshot_upto:
                self._load_cases(state)
                continue
            answer = self._hub.pull(state.cursor, state.epoch)
            if self._is_new_epoch(answer.head):
                continue
            if state.cursor == 0 and answer.head.high > SNAPSHOT_FROM:
                self._load_cases(state)
                continue
            if answer.rows or answer.cursor != state.cursor:
                touched = self._store.apply(answer.rows, answer.cursor)
                self._count(fetched=len(answer.rows))
                changed = self._result.changed | set(touched)
                self._result = replace(self._result, changed=changed)
            if answer.cursor >= answer.head.high:
                self._compare(answer)
                self._drop_phantoms(answer.head)
                return
            if answer.cursor <= state.cursor:
                raise HubUnreachableError("stalled")  # it says there is more, and gives nothing

    def _load_cases(self, state: SyncState) -> None:
        """Whole cases: each is folded once, not once a page that speaks of it.

        While the centre looks for a page, the one before is written.
        """
        page: SnapshotAnswer | None = None
        upto, after = state.snapshot_upto, state.snapshot_after
        while page is None or not page.done:
            answer = _asked(partial(self._hub.snapshot, upto, after), partial(self._keep, page))
            if self._is_new_epoch(answer.head):
                return
            if not answer.done and answer.after <= after:
                raise HubUnreachableError("stalled")
            page, upto, after = answer, answer.upto, answer.after
        self._keep(page)

    def _keep(self, page: SnapshotAnswer | None) -> None:
        if page is not None:
            self._store.apply_snapshot(page.rows, page.upto, page.after, page.done)
            self._count(fetched=len(page.rows))

    def _compare(self, last: PullAnswer) -> None:
        """Fetch again what does not fit the centre's digest; never choose one side."""
        here = self._store.stream_digest(0, last.cursor, thorough=self._thorough)
        if here == (last.cursor, last.mark_sum):
            return
        for low, high in self._misfits(0, last.cursor):
            while low < high:
                answer = self._hub.rows(low, high)
                if self._is_new_epoch(answer.head) or answer.cursor <= low:
                    return  # the next round compares again
                self._store.apply(answer.rows, last.cursor)
                self._count(repaired=len(answer.rows))
                low = answer.cursor

    def _drop_phantoms(self, head: Head) -> None:
        """Numbers beyond the centre's end were given before it was restored without saying so."""
        if self._store.stream_digest(head.high, LAST_NUMBER)[0]:
            self._store.begin_epoch(head.epoch, head.high)

    def _misfits(self, low: int, high: int) -> list[tuple[int, int]]:
        if high - low <= REPAIR_STRETCH:
            return [(low, high)]
        middle = (low + high) // 2
        halves = ((low, middle), (middle, high))
        return [part for half in halves if not self._fits(*half) for part in self._misfits(*half)]

    def _fits(self, low: int, high: int) -> bool:
        here = self._store.stream_digest(low, high, thorough=self._thorough)
        return here == self._hub.digest(low, high)

    def _is_new_epoch(self, head: Head) -> bool:
        """Look at who answers; True = the centre was restored and our numbers were put right.

        Raises HubRefusesError where it is not our centre: an empty or foreign hub is never data.
        """
        state = self._store.sync_state()
        if head.hub != state.hub:
            raise HubRefusesError("other_hub")
        if head.centre != state.centre:
            raise HubRefusesError("other_centre")
        self._result = replace(self._result, head=head)
        if head.epoch == state.epoch and head.high >= state.cursor:
            return False
        self._restarts += 1
        if self._restarts > MAX_RESTARTS:
            raise HubUnreachableError("epochs")  # two centres answer under one name
        # In the same epoch it was restored without saying so: what is beyond its end, it lacks.
        common = head.high if head.epoch == state.epoch else head.common
        self._store.begin_epoch(head.epoch, min(common, state.cursor))
        return True

    def _count(self, **more: int) -> None:
        counted = {name: getattr(self._result, name) + by for name, by in more.items()}
        self._result = replace(self._result, **counted)


def _asked(ask: Callable[[Meanwhile], T], work: Meanwhile) -> T:
    """What the centre answers; ``work`` is done meanwhile, once, and whatever it answers."""
    left = [work]

    def meanwhile() -> None:
        while left:
            left.pop()()

    try:
        answer = ask(meanwhile)
    except (HubUnreachableError, HubRefusesError):
        meanwhile()
        raise
    meanwhile()
    return answer
