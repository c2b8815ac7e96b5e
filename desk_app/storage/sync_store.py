"""The store as sync sees it: what is to be sent, what came, what was refused, what goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from desk_app.core.entries import Entry, check_foreign
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.exchange import (
    Answer,
    CaseSync,
    IncomingOffer,
    QueueRow,
    Row,
    SyncState,
    TrayItem,
)
from desk_app.core.ids import EntryId, new_incarnation
from desk_app.core.kinds.queue import QUEUE_KINDS
from desk_app.core.queue import QueueState
from desk_app.storage import evictions, numbers, queue_table, tray
from desk_app.storage.engine import run, translated
from desk_app.storage.intake import StreamIntake
from desk_app.storage.journal import Chain
from desk_app.storage.store import SqlCaseStore


class SqlSyncStore(SqlCaseStore):
    """A case store that can also talk with its centre. Implements ``exchange.SyncStore``."""

    def sync_state(self) -> SyncState:
        """See ``SyncStore.sync_state``."""
        with translated():
            state = numbers.read_progress(self._connection).state
            if not evictions.is_any(self._connection):
                return state
            return replace(state, hold=evictions.held(self._connection))

    def join(self, hub: str, centre: str, centre_name: str, epoch: str) -> None:
        """See ``SyncStore.join``."""
        with self._book.writing():
            progress = numbers.read_progress(self._connection)
            known = progress.state
            if known.hub and (known.hub, known.centre) != (hub, centre):
                raise BadInputError(
                    QT_TRANSLATE_NOOP("Errors", "这份资料已经属于另一个中心，没有改。"),
                    safe=QT_TRANSLATE_NOOP("Errors", "本机的记录没有变。"),
                )
            if known.hub:
                state = replace(known, centre_name=centre_name)
            else:
                state = SyncState(hub=hub, centre=centre, centre_name=centre_name, epoch=epoch)
            numbers.write_progress(self._connection, replace(progress, state=state))

    def outbox(self, limit: int = 500, max_bytes: int = 900_000, behind: str = "") -> list[Entry]:
        """See ``SyncStore.outbox``."""
        found: list[Entry] = []
        lives: dict[str, str] = {}
        size = 0
        with translated():
            settled = numbers.read_progress(self._connection).settled
            begin = max(settled, numbers.place_of(self._connection, behind)) if behind else settled
            for entry in numbers.unsent(self._connection, begin):
                size += 600 + 4 * len(str(entry.body))
                name = EntryId.parse(entry.id)
                is_later_life = lives.setdefault(name.device, name.incarnation) != name.incarnation
                if found and (len(found) == limit or size > max_bytes or is_later_life):
                    break
                found.append(entry)
        return found

    def count_outbox(self) -> int:
        """See ``SyncStore.count_outbox``."""
        with translated():
            settled = numbers.read_progress(self._connection).settled
            return numbers.count_unsent(self._connection, settled)

    def centre_numbers(self, case_id: str) -> Mapping[str, int] | None:
        """See ``CaseStore.centre_numbers``."""
        with translated():
            if not numbers.read_progress(self._connection).state.hub:
                return None
            return numbers.of_case(self._connection, case_id)

    def settle(self, answers: Sequence[Answer]) -> None:
        """See ``SyncStore.settle``."""
        now = self._now.now().isoformat(timespec="milliseconds")
        with self._book.writing():
            StreamIntake(self._book).settle(answers, now)

    def apply(self, rows: Sequence[Row], cursor: int) -> tuple[str, ...]:
        """See ``SyncStore.apply``."""
        return self._take(rows, cursor=cursor)

    def apply_snapshot(self, rows: Sequence[Row], upto: int, after: str, done: bool) -> None:
        """See ``SyncStore.apply_snapshot``."""
        if done:
            self._take(rows, cursor=upto, snapshot_upto=0, snapshot_after="")
        else:
            self._take(rows, cursor=0, snapshot_upto=upto, snapshot_after=after)

    def begin_epoch(self, epoch: str, common: int) -> None:
        """See ``SyncStore.begin_epoch``."""
        with self._book.writing():
            known = numbers.read_progress(self._connection).state
            sure = numbers.forget_after(self._connection, common)
            queue_table.forget_offers_after(self._connection, common)
            state = replace(
                known,
                epoch=epoch,
                cursor=min(known.cursor, sure),
                snapshot_upto=0,
                snapshot_after="",
            )
            numbers.write_progress(self._connection, numbers.Progress(state))
            evictions.forget_after(self._book, common)
            queue_table.rebuild(self._connection)

    def reissue(self, forked: Sequence[str]) -> int:
        """See ``SyncStore.reissue``."""
        with self._book.writing():
            return StreamIntake(self._book).reissue(forked)

    def stream_digest(self, low: int, high: int, *, thorough: bool = False) -> tuple[int, int]:
        """See ``SyncStore.stream_digest``."""
        count = numbers.thorough_digest if thorough else numbers.digest
        with translated():
            return count(self._connection, low, high)

    def shed_ready(self, *, approved: bool = False) -> tuple[str, ...]:
        """See ``SyncStore.shed_ready``."""
        with translated():
            if not evictions.is_any(self._connection):
                return ()
        with self._book.writing():
            evictions.erase_old(self._book)
            if evictions.held(self._connection) and not approved:
                return ()
            return evictions.let_go(self._book)

    def tray(self, *, state: str = "open") -> list[TrayItem]:
        """See ``SyncStore.tray``."""
        with translated():
            return tray.items(self._connection, state)

    def retry(self, entry_id: str) -> None:
        """See ``SyncStore.retry``."""
        with self._book.writing():
            if not tray.is_journals(self._connection, entry_id):
                return  # the journal has the centre's version: ours is only to be read
            tray.remove(self._connection, entry_id)
            numbers.send_again(self._connection, [entry_id])

    def set_tray_state(self, entry_id: str, state: str) -> None:
        """See ``SyncStore.set_tray_state``."""
        with self._book.writing():
            tray.set_state(self._connection, entry_id, state)

    def case_sync(self, case_ids: Sequence[str]) -> dict[str, CaseSync]:
        """See ``SyncStore.case_sync``."""
        with translated():
            progress = numbers.read_progress(self._connection)
            if not progress.state.hub:
                return {case_id: CaseSync("local") for case_id in case_ids}
            unsent = numbers.unsent_by_case(self._connection, progress.settled)
            return {case_id: self._sync_of(case_id, unsent) for case_id in case_ids}

    def queue(self) -> list[QueueRow]:
        """See ``SyncStore.queue``."""
        with translated():
            states = queue_table.read_all(self._connection)
            pending = self._pending()
            found = [
                self._queue_row(case_id, states.get(case_id, QueueState()), pending)
                for case_id in dict.fromkeys([*states, *pending])
                if self._is_shown(case_id)
            ]
        return sorted(found, key=lambda row: (row.state.since, row.case_id))

    def queue_row(self, case_id: str) -> QueueRow:
        """See ``SyncStore.queue_row``."""
        with translated():
            state = queue_table.read(self._connection, case_id) or QueueState()
            return self._queue_row(case_id, state, self._pending())

    def without_effect(self, case_id: str) -> dict[str, str]:
        """See ``SyncStore.without_effect``."""
        with translated():
            return queue_table.marks(self._connection, case_id)

    def incoming_offers(self) -> list[IncomingOffer]:
        """See ``SyncStore.incoming_offers``."""
        with translated():
            return queue_table.offers(self._connection)

    def life(self) -> tuple[str, str, int]:
        """See ``SyncStore.life``."""
        with translated():
            self._book.look()
        chain = self._book.chain
        return chain.device, chain.incarnation, chain.counter

    def begin_incarnation(self) -> None:
        """See ``SyncStore.begin_incarnation``."""
        with self._book.writing():
            chain = self._book.chain
            self._book.keep_chain(Chain(chain.device, new_incarnation(), hlc=chain.hlc))

    def _take(self, rows: Sequence[Row], **changes: int | str) -> tuple[str, ...]:
        for row in rows:
            _check_row(row)
        with self._book.writing():
            intake = StreamIntake(self._book)
            touched = intake.take(rows)
            progress = numbers.read_progress(self._connection)
            state = replace(progress.state, **changes)  # type: ignore[arg-type]
            progress = numbers.settle(self._connection, replace(progress, state=state))
            numbers.write_progress(self._connection, progress)
            intake.show_sent(state.cursor)
        return touched

    def _pending(self) -> dict[str, tuple[str, ...]]:
        """Kinds of queue entries the centre has not answered, or not shown in its stream."""
        settled = numbers.read_progress(self._connection).settled
        waiting = [
            *numbers.sent(self._connection),
            *numbers.unsent(self._connection, settled),
        ]
        found: dict[str, tuple[str, ...]] = {}
        for entry in waiting:
            if entry.kind in QUEUE_KINDS:
                found[entry.case_id] = (*found.get(entry.case_id, ()), entry.kind)
        return found

    def _queue_row(
        self, case_id: str, state: QueueState, pending: Mapping[str, tuple[str, ...]]
    ) -> QueueRow:
        row = run(
            self._connection,
            "SELECT number, title, resident, first_contact_officer FROM cases WHERE case_id = ?",
            (case_id,),
        ).fetchone()
        number, title, resident, officer = row or ("", "", "", "")
        return QueueRow(case_id, number, title, resident, officer, state, pending.get(case_id, ()))

    def _is_shown(self, case_id: str) -> bool:
        shown = "SELECT 1 FROM cases WHERE case_id = ?"
        return run(self._connection, shown, (case_id,)).fetchone() is not None

    def _sync_of(self, case_id: str, unsent: Mapping[str, int]) -> CaseSync:
        row = run(
            self._connection,
            "SELECT conflicts, EXISTS (SELECT 1 FROM entries o WHERE o.case_id = c.case_id AND "
            "o.kind = 'case.opened' AND json_type(o.body, '$.practice') = 'true') "
            "FROM cases c WHERE case_id = ?",
            (case_id,),
        ).fetchone()
        conflicts, is_practice = row or (0, False)
        waiting = unsent.get(case_id, 0)
        if is_practice:
            return CaseSync("local")
        if conflicts:
            return CaseSync("conflict", waiting)
        return CaseSync("waiting" if waiting else "at_centre", waiting)


def _check_row(row: Row) -> None:
    """Raise BadInputError for a row that does not hold together."""
    entry = row.entry
    if entry is None:
        fits = row.type in ("gone", "evict", "offer", "settled")
        fits = fits and (row.type != "gone" or _is_entry_id(row.id))
    else:
        check_foreign(entry)
        fits = (entry.id, entry.sha256, entry.case_id) == (row.id, row.sha256, row.case_id)
        fits = fits and row.type == "entry"
    if not fits or row.seq < 1:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "中心发来的记录对不上，没有收下。"),
            safe=QT_TRANSLATE_NOOP("Errors", "已有的记录没有变。"),
        )


def _is_entry_id(text: str) -> bool:
    try:
        EntryId.parse(text)
    except BadInputError:
        return False
    return True
