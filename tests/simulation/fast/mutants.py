"""The protocol with one rule broken: each such mutant must be caught, or the simulator proves
nothing.

``python -m tests.simulation.fast.mutants`` prints which schedule caught which.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from desk_app.core import exchange, queue
from desk_app.core.entries import Entry
from desk_app.core.exchange import Answer, Head, Row
from desk_app.core.queue import Effect, QueueState
from desk_app.hub import intake
from desk_app.hub.ledger import Ledger
from desk_app.sync.round import Round
from tests.helpers import memory_store
from tests.helpers.memory_ledger import MemoryHub, MemoryLedger
from tests.helpers.memory_store import MemoryStore
from tests.simulation.fast.run import run_schedule
from tests.simulation.fast.wire import GuardedStore

MOST = 300
"""Schedules within which every mutant must be caught."""

Mutant = Callable[[], AbstractContextManager[Any]]


def ack_early() -> AbstractContextManager[Any]:
    """What was handed to the wire counts as arrived."""
    real = MemoryStore.outbox

    def outbox(
        self: MemoryStore, limit: int = 500, max_bytes: int = 900_000, behind: str = ""
    ) -> list[Entry]:
        batch = real(self, limit, max_bytes, behind)
        self.settle([Answer(entry.id, "accepted") for entry in batch])
        return batch

    return patch.object(MemoryStore, "outbox", outbox)


def cursor_first() -> AbstractContextManager[Any]:
    """The cursor is moved in a transaction of its own, before the rows are here."""

    def apply(self: GuardedStore, rows: Sequence[Row], cursor: int) -> tuple[str, ...]:
        store = self._desk.store
        store._state = replace(store._state, cursor=cursor)
        self._world.may_kill(self._desk)
        return store.apply(rows, cursor)

    return patch.object(GuardedStore, "apply", apply, create=True)


def no_dedup() -> AbstractContextManager[Any]:
    """The hub numbers an entry again each time it comes."""
    real = intake._Batch.take

    def take(self: intake._Batch, entry: Entry) -> Answer:
        known = self._known.get(entry.id)
        if known is not None and known.sha256 == entry.sha256:
            self._known[entry.id] = replace(known, seqs={})
        return real(self, entry)

    return patch.object(intake._Batch, "take", take)


def no_hash() -> AbstractContextManager[Any]:
    """Another entry under a known id counts as the same, at the hub and at the desk."""
    real = intake._Batch.take

    def take(self: intake._Batch, entry: Entry) -> Answer:
        known = self._known.get(entry.id)
        if known is not None:
            self._known[entry.id] = replace(known, sha256=entry.sha256)
        return real(self, entry)

    stack = ExitStack()
    stack.enter_context(patch.object(intake._Batch, "take", take))
    stack.enter_context(contents_not_authority())
    return stack


def chain_check_off() -> AbstractContextManager[Any]:
    """The hub takes what a copy wrote on from an entry that it refused."""
    return patch.object(intake._Batch, "_breaks_chain", lambda _self, _entry: False)


def epoch_ignored() -> AbstractContextManager[Any]:
    """The desk does not look at the hub's epoch."""
    return patch.object(Round, "_is_new_epoch", lambda _self, _head: False)


def epoch_keeps_numbers() -> AbstractContextManager[Any]:
    """A new epoch is noted, and numbers of the old life are believed on."""

    def begin_epoch(self: MemoryStore, epoch: str, common: int) -> None:
        cursor = min(self._state.cursor, common)
        self._state = replace(self._state, epoch=epoch, cursor=cursor)

    return patch.object(MemoryStore, "begin_epoch", begin_epoch)


def any_hub_will_do() -> AbstractContextManager[Any]:
    """The desk believes whoever answers at its hub's address."""
    real = Round._is_new_epoch

    def is_new_epoch(self: Round, head: Head) -> bool:
        state = self._store.sync_state()
        return real(self, replace(head, hub=state.hub, centre=state.centre))

    return patch.object(Round, "_is_new_epoch", is_new_epoch)


def reissue_skipped() -> AbstractContextManager[Any]:
    """A copy goes on sending under the ids that the other copy used."""
    real = MemoryStore.reissue

    def reissue(self: MemoryStore, forked: Any, intact: Any = None) -> int:
        return 0 if intact is None else real(self, forked, intact)

    return patch.object(MemoryStore, "reissue", reissue)


def references_stay() -> AbstractContextManager[Any]:
    """Reissued entries speak of the ids that their forerunners had before."""
    return patch.object(memory_store, "_with_names", lambda value, _names: value)


def fence_skipped() -> AbstractContextManager[Any]:
    """Whoever acts on a case acts on it, whatever he saw."""

    class Fits(int):
        __hash__ = int.__hash__

        def __eq__(self, other: object) -> bool:
            return True

        def __ne__(self, other: object) -> bool:
            return False

    return patch.object(queue, "_fence", lambda _entry: Fits())


def lease_by_local_clock() -> AbstractContextManager[Any]:
    """A lease runs by the clock of the desk that took it."""
    real = queue.advance

    def advance(state: QueueState, entry: Entry, received: int) -> tuple[QueueState, Effect]:
        del received
        return real(state, entry, int(entry.hlc[:13]))

    return _both_advance(advance)


def lease_never_ends() -> AbstractContextManager[Any]:
    """Whoever holds a case holds it for ever."""
    return patch.object(QueueState, "is_held", lambda self, _now: bool(self.holder))


def _both_advance(advance: Callable[..., Any]) -> AbstractContextManager[Any]:
    stack = ExitStack()
    stack.enter_context(patch.object(intake, "advance", advance))
    stack.enter_context(patch.object(memory_store, "advance", advance))
    return stack


def evict_at_once() -> AbstractContextManager[Any]:
    """A case that goes is erased as soon as the stream says so."""
    real = MemoryStore.apply

    def apply(self: MemoryStore, rows: Sequence[Row], cursor: int) -> tuple[str, ...]:
        touched = real(self, rows, cursor)
        leaving = set(self.leaving())
        for entry in list(self.all_entries().values()):
            if entry.case_id in leaving:
                self.lose(entry.id)
        return touched

    return patch.object(MemoryStore, "apply", apply)


def shed_erases() -> AbstractContextManager[Any]:
    """What was let go is not kept for the day when the hub is restored."""
    real = MemoryStore.shed_ready

    def shed_ready(self: MemoryStore, *, approved: bool = False) -> tuple[str, ...]:
        gone = real(self, approved=approved)
        for entry in list(self.all_entries().values()):
            if entry.case_id in gone:
                self.lose(entry.id)
        return gone

    return patch.object(MemoryStore, "shed_ready", shed_ready)


def brake_off() -> AbstractContextManager[Any]:
    """Any number of cases goes without a person being asked."""
    return patch.object(MemoryStore, "_held", lambda _self: 0)


def stream_not_authority() -> AbstractContextManager[Any]:
    """A number that an entry holds stays its own, whatever the stream says."""
    real = MemoryStore._number

    def number(self: MemoryStore, row: Row) -> None:
        held = self._rows.get(row.seq)
        if held is None or held.id == row.id:
            real(self, row)

    return patch.object(MemoryStore, "_number", number)


def contents_not_authority() -> AbstractContextManager[Any]:
    """An entry here stays as it is, although the centre has another under its id."""
    return patch.object(MemoryStore, "_yield_to_stream", lambda _self, _rows: None)


def snapshot_forgets_gone() -> AbstractContextManager[Any]:
    """A first load leaves out the rows of cases that went to another centre."""
    real = MemoryHub.snapshot

    def snapshot(self: MemoryHub, centre: str, upto: int, after: str) -> exchange.SnapshotAnswer:
        answer = real(self, centre, upto, after)
        return replace(answer, rows=tuple(row for row in answer.rows if row.type != "gone"))

    return patch.object(MemoryHub, "snapshot", snapshot)


def clamp_off() -> AbstractContextManager[Any]:
    """A clock that runs ahead is believed."""
    return patch.object(memory_store, "MAX_AHEAD_MS", 1 << 60)


def clamp_off_everywhere() -> AbstractContextManager[Any]:
    """The fold orders by whatever time an entry claims, on every machine alike."""
    return patch.object(Entry, "effective_ms", property(lambda self: int(self.hlc[:13])))


def poison_blocks() -> AbstractContextManager[Any]:
    """A refused entry stays where it is, at the head of what is to be sent."""
    real = MemoryStore.settle

    def settle(self: MemoryStore, answers: Sequence[Answer]) -> None:
        real(self, [answer for answer in answers if answer.status != "rejected"])

    return patch.object(MemoryStore, "settle", settle)


def refused_is_dropped() -> AbstractContextManager[Any]:
    """A refused entry is thrown away."""
    real = MemoryStore.settle

    def settle(self: MemoryStore, answers: Sequence[Answer]) -> None:
        real(self, answers)
        for answer in answers:
            if self._tray.pop(answer.id, None):
                self._entries.pop(answer.id, None)

    return patch.object(MemoryStore, "settle", settle)


def put_off_is_done() -> AbstractContextManager[Any]:
    """What the hub puts off counts as arrived."""
    real = MemoryStore.settle

    def settle(self: MemoryStore, answers: Sequence[Answer]) -> None:
        put_off = [Answer(a.id, "accepted") for a in answers if a.status == "deferred"]
        real(self, [*put_off, *(a for a in answers if a.status != "deferred")])

    return patch.object(MemoryStore, "settle", settle)


def digest_off() -> AbstractContextManager[Any]:
    """Nobody compares at the end of a round."""
    return patch.object(Round, "_compare", lambda _self, _last: None)


def digest_without_time() -> AbstractContextManager[Any]:
    """The digest does not see when an entry was received."""
    real = exchange.row_mark

    def mark(row_id: str, sha256: str, received: int) -> int:
        del received
        return real(row_id, sha256, 0)

    stack = ExitStack()
    stack.enter_context(patch.object(exchange, "row_mark", mark))
    stack.enter_context(patch.object(memory_store, "row_mark", mark))
    return stack


def move_keeps_contents() -> AbstractContextManager[Any]:
    """A case that moves leaves its contents with the centre that it left."""
    return patch.object(MemoryLedger, "give_case", lambda _self, _case, _centre: None)


def hub_half_done() -> AbstractContextManager[Any]:
    """A transaction of the hub that is cut keeps what it had written until then."""

    @contextmanager
    def transaction(self: MemoryHub) -> Iterator[Ledger]:
        yield MemoryLedger(self.tables, self.step)

    return patch.object(MemoryHub, "transaction", transaction)


def phantoms_kept() -> AbstractContextManager[Any]:
    """Numbers beyond the centre's end are believed."""
    return patch.object(Round, "_drop_phantoms", lambda _self, _head: None)


MUTANTS: Mapping[Mutant, tuple[str, ...]] = {
    ack_early: ("wire",),
    cursor_first: ("kills",),
    no_dedup: ("wire",),
    no_hash: ("clones",),
    chain_check_off: ("clones",),
    epoch_ignored: ("hub_restored",),
    epoch_keeps_numbers: ("hub_restored",),
    any_hub_will_do: ("wire",),
    reissue_skipped: ("clones",),
    references_stay: ("clones",),
    fence_skipped: (),
    lease_by_local_clock: ("clocks",),
    lease_never_ends: (),
    evict_at_once: ("moves", "busy", "wire"),
    shed_erases: ("moves", "hub_restored"),
    brake_off: ("moves",),
    stream_not_authority: ("in_silence",),
    contents_not_authority: ("clones", "busy"),
    snapshot_forgets_gone: ("moves", "newcomers"),
    clamp_off: ("clocks",),
    clamp_off_everywhere: ("clocks",),
    poison_blocks: ("poison",),
    refused_is_dropped: ("poison",),
    put_off_is_done: ("wire",),
    digest_off: ("damage",),
    digest_without_time: ("in_silence",),
    move_keeps_contents: ("moves",),
    hub_half_done: ("kills",),
    phantoms_kept: ("in_silence",),
}
"""Each with the kinds of trouble that it needs; its schedules surely know them."""


def caught_by(mutant: Mutant, seed: int = 1, most: int = MOST) -> tuple[int, str] | None:
    """The how-manieth schedule catches ``mutant``, and by what; None: none of ``most`` does."""
    for number in range(1, most + 1):
        with mutant():
            outcome = run_schedule(seed + number - 1, always=MUTANTS[mutant])
        if outcome.found:
            return number, outcome.found[0].strip().splitlines()[-1]
    return None


def main() -> int:
    """Print the table; 1 when a mutant lives."""
    alive = 0
    for mutant in MUTANTS:
        caught = caught_by(mutant)
        alive += caught is None
        number, words = caught or ("-", "LIVES")
        print(f"{mutant.__name__:24} {number:>4}  {words[:110]}")
    print(f"{len(MUTANTS) - alive} of {len(MUTANTS)} mutants caught within {MOST} schedules")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
