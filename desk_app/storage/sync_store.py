"""The store as sync sees it: what is to be sent, what came, what was refused, what goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from desk_app.core.clock import Hlc
from desk_app.core.entries import (
    MAX_AHEAD_MS,
    QUEUE_KINDS,
    Entry,
    Json,
    check_foreign,
    fingerprint,
)
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
from desk_app.core.fold import CaseState, fold
from desk_app.core.ids import EntryId, new_incarnation
from desk_app.core.queue import QueueState
from desk_app.storage import journal, numbers, projections, queue_table
from desk_app.storage.engine import run, transaction, translated
from desk_app.storage.journal import Chain, write_chain
from desk_app.storage.store import SqlCaseStore

BRAKE_CASES = 50
BRAKE_SHARE = 10
BRAKE_LEAST = 10
"""More than 50 cases gone at once, or more than a tenth and at least 10, wait for a person."""


class SqlSyncStore(SqlCaseStore):
    """A case store that can also talk with its centre. Implements ``exchange.SyncStore``."""

    def sync_state(self) -> SyncState:
        """See ``SyncStore.sync_state``."""
        with translated():
            state = numbers.read_progress(self._connection).state
            pending = len(self._ready_to_go()) if self._evictions() else 0
        return replace(state, hold=pending if self._is_braked(pending) else 0)

    def join(self, hub: str, centre: str, centre_name: str, epoch: str) -> None:
        """See ``SyncStore.join``."""
        with transaction(self._connection):
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

    def outbox(self, limit: int = 200, max_bytes: int = 900_000) -> list[Entry]:
        """See ``SyncStore.outbox``."""
        found: list[Entry] = []
        size = 0
        practice: dict[str, bool] = {}
        with translated():
            settled = numbers.read_progress(self._connection).settled
            for _, entry in numbers.unsent(self._connection, settled):
                if self._is_practice(entry.case_id, practice):
                    continue
                size += 600 + 4 * len(str(entry.body))
                if found and (len(found) == limit or size > max_bytes):
                    break
                found.append(entry)
        return found

    def count_outbox(self) -> int:
        """See ``SyncStore.count_outbox``."""
        with translated():
            settled = numbers.read_progress(self._connection).settled
            counts = numbers.count_unsent(self._connection, settled)
            known: dict[str, bool] = {}
            return sum(n for case, n in counts.items() if not self._is_practice(case, known))

    def settle(self, answers: Sequence[Answer]) -> None:
        """See ``SyncStore.settle``."""
        now = self._now.now().isoformat(timespec="milliseconds")
        late: dict[str, int] = {}
        cases: set[str] = set()
        with transaction(self._connection):
            self._notice_others()
            for answer in answers:
                entry = self._entry(answer.id)
                if entry is None:
                    continue
                if answer.status in ("accepted", "duplicate") and answer.seq:
                    row = _row_of(entry, answer)
                    self._number([row])
                    cases.add(entry.case_id)
                    late[entry.id] = answer.received
                elif answer.status == "rejected" and not self._will_be_reissued(answer):
                    run(
                        self._connection,
                        "INSERT INTO tray (id, code, at, state) VALUES (?,?,?,'open') "
                        "ON CONFLICT(id) DO UPDATE SET code = excluded.code, state = 'open'",
                        (answer.id, answer.code, now),
                    )
            self._clamp(late)
            for case_id in cases:
                self._project_queue(case_id)
            progress = numbers.read_progress(self._connection)
            numbers.write_progress(self._connection, numbers.settle(self._connection, progress))

    def apply(self, rows: Sequence[Row], cursor: int) -> tuple[str, ...]:
        """See ``SyncStore.apply``."""
        for row in rows:
            _check_row(row)
        with transaction(self._connection):
            self._notice_others()
            touched = self._take(rows)
            progress = numbers.read_progress(self._connection)
            progress = numbers.settle(self._connection, progress)
            state = replace(progress.state, cursor=cursor)
            numbers.write_progress(self._connection, replace(progress, state=state))
        return touched

    def apply_snapshot(self, rows: Sequence[Row], upto: int, after: str, done: bool) -> None:
        """See ``SyncStore.apply_snapshot``."""
        for row in rows:
            _check_row(row)
        with transaction(self._connection):
            self._notice_others()
            self._take(rows)
            progress = numbers.settle(self._connection, numbers.read_progress(self._connection))
            state = replace(
                progress.state,
                cursor=upto if done else 0,
                snapshot_upto=0 if done else upto,
                snapshot_after="" if done else after,
            )
            numbers.write_progress(self._connection, replace(progress, state=state))

    def begin_epoch(self, epoch: str, common: int) -> None:
        """See ``SyncStore.begin_epoch``."""
        with transaction(self._connection):
            self._notice_others()
            numbers.forget_after(self._connection, common)
            progress = numbers.read_progress(self._connection)
            state = replace(
                progress.state,
                epoch=epoch,
                cursor=min(progress.state.cursor, common),
                snapshot_upto=0,
                snapshot_after="",
            )
            numbers.write_progress(self._connection, numbers.Progress(state))
            run(self._connection, "DELETE FROM evictions WHERE seq > ?", (common,))
            queue_table.rebuild(self._connection)

    def reissue(self) -> int:
        """See ``SyncStore.reissue``."""
        with transaction(self._connection):
            self._notice_others()
            return self._reissue()

    def stream_digest(self, low: int, high: int, *, thorough: bool = False) -> tuple[int, int]:
        """See ``SyncStore.stream_digest``."""
        count = numbers.thorough_digest if thorough else numbers.digest
        with translated():
            return count(self._connection, low, high)

    def shed_ready(self, *, approved: bool = False) -> tuple[str, ...]:
        """See ``SyncStore.shed_ready``."""
        with transaction(self._connection):
            self._notice_others()
            ready = self._ready_to_go()
            if not ready or (self._is_braked(len(ready)) and not approved):
                return ()
            for case_id in ready:
                self._let_go(case_id)
            # Places of the journal that were freed are given again: what stands there then was
            # never sent. And the chain must not be read off a row that is no longer the latest.
            numbers.write_progress(
                self._connection,
                replace(numbers.read_progress(self._connection), settled=0),
            )
            write_chain(self._connection, self._chain)
        self._cache.clear()
        return tuple(ready)

    def tray(self, *, state: str = "open") -> list[TrayItem]:
        """See ``SyncStore.tray``."""
        rows = self._rows(
            "SELECT id, code, at, state FROM tray WHERE state = ? ORDER BY at DESC, id", state
        )
        found = []
        for entry_id, code, at, kept in rows:
            entry = self._entry(str(entry_id))
            if entry is not None:
                found.append(TrayItem(entry, str(code), str(at), str(kept)))
        return found

    def retry(self, entry_id: str) -> None:
        """See ``SyncStore.retry``."""
        with transaction(self._connection):
            run(self._connection, "DELETE FROM tray WHERE id = ?", (entry_id,))
            self._look_again_from(entry_id)

    def set_tray_state(self, entry_id: str, state: str) -> None:
        """See ``SyncStore.set_tray_state``."""
        self._execute("UPDATE tray SET state = ? WHERE id = ?", state, entry_id)

    def case_sync(self, case_ids: Sequence[str]) -> dict[str, CaseSync]:
        """See ``SyncStore.case_sync``."""
        with translated():
            progress = numbers.read_progress(self._connection)
            if not progress.state.hub:
                return {case_id: CaseSync("local") for case_id in case_ids}
            unsent = numbers.count_unsent(self._connection, progress.settled)
            return {case_id: self._sync_of(case_id, unsent) for case_id in case_ids}

    def queue(self) -> list[QueueRow]:
        """See ``SyncStore.queue``."""
        with translated():
            states = queue_table.read_all(self._connection)
            pending = self._pending()
            found = [
                self._queue_row(case_id, states.get(case_id, QueueState()), pending)
                for case_id in dict.fromkeys([*states, *pending])
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
        self._notice_others()
        return self._chain.device, self._chain.incarnation, self._chain.counter

    def begin_incarnation(self) -> None:
        """See ``SyncStore.begin_incarnation``."""
        with transaction(self._connection):
            self._notice_others()
            chain = Chain(self._chain.device, new_incarnation(), hlc=self._chain.hlc)
            write_chain(self._connection, chain)
        self._go_on(chain)

    # What came

    def _take(self, rows: Sequence[Row]) -> tuple[str, ...]:
        self._make_way(rows)
        before = numbers.ids_at(self._connection, rows)
        entries = [_clamped(row.entry, row.received) for row in rows if row.entry is not None]
        known = {e.id for e in entries if self._entry_sha(e.id) is not None}
        fresh = journal.unknown_of(self._connection, entries)
        if fresh:
            after = self._write(fresh)
            chain = self._chain.after_foreign(fresh)
            write_chain(self._connection, chain)
            self._go_on(chain)
            self._remember(after)
        self._number(rows, before)
        self._clamp({row.id: row.received for row in rows if row.id in known})
        self._take_notices(rows)
        for case_id in queue_table.concerned(self._connection, rows):
            queue_table.project(self._connection, case_id)
        return tuple(dict.fromkeys(entry.case_id for entry in fresh))

    def _make_way(self, rows: Sequence[Row]) -> None:
        """Give new ids to own entries whose ids another copy of this store has used."""
        for row in rows:
            here = self._entry_sha(row.id) if row.sha256 else None
            if here is not None and here != row.sha256:
                mine = EntryId.parse(row.id).device == self._chain.device
                if mine and not self._has_number(row.id):
                    self._reissue()
                    return

    def _number(self, rows: Iterable[Row], before: Mapping[int, str] | None = None) -> None:
        rows = list(rows)
        held = numbers.ids_at(self._connection, rows) if before is None else before
        for row in rows:
            is_here = bool(row.sha256) and self._entry_sha(row.id) is not None
            numbers.number(self._connection, row, is_here)
            if (other := held.get(row.seq)) is not None and other != row.id:
                self._look_again_from(other)
            run(self._connection, "DELETE FROM tray WHERE id = ?", (row.id,))

    def _take_notices(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row.type in ("offer", "settled"):
                queue_table.note_offer(self._connection, row)
            elif row.type == "evict":
                run(
                    self._connection,
                    "INSERT INTO evictions (case_id, seq) VALUES (?,?) ON CONFLICT(case_id) "
                    "DO UPDATE SET seq = max(seq, excluded.seq)",
                    (row.case_id, row.seq),
                )
        for row in rows:
            if row.type == "entry":  # it has come back since
                run(
                    self._connection,
                    "DELETE FROM evictions WHERE case_id = ? AND seq < ?",
                    (row.case_id, row.seq),
                )

    def _clamp(self, received: Mapping[str, int]) -> None:
        """Order entries of a clock that runs ahead by when the centre received them."""
        for entry_id, at in received.items():
            entry = self._entry(entry_id)
            if entry is None:
                continue
            counted = _clamped(entry, at).received
            if counted == entry.received:
                continue
            before = fold(entry.case_id, self._entries(entry.case_id))
            run(
                self._connection,
                "UPDATE entries SET received = ? WHERE id = ?",
                (counted, entry_id),
            )
            self._project_again(before)

    # Going on under another name

    def _reissue(self) -> int:
        old = numbers.unnumbered_of(self._connection, self._chain.device)
        names: dict[str, str] = {}
        before = {e.case_id: fold(e.case_id, self._entries(e.case_id)) for e in old}
        chain = Chain(self._chain.device, new_incarnation(), hlc=self._chain.hlc)
        for entry in old:
            name = str(EntryId(chain.device, chain.incarnation, chain.counter + 1))
            names[entry.id] = name
            fresh = _renamed(entry, name, names, chain.head)
            chain = replace(chain, counter=chain.counter + 1, head=fresh.sha256)
            self._rewrite(entry.id, fresh)
        write_chain(self._connection, chain)
        self._go_on(chain)
        self._cache.clear()
        for state in before.values():
            self._project_again(state)
        return len(old)

    def _rewrite(self, old_id: str, fresh: Entry) -> None:
        run(
            self._connection,
            "UPDATE entries SET id = ?, body = ?, base = ?, prev = ?, sha256 = ? WHERE id = ?",
            (*journal.rewritten(fresh), old_id),
        )
        run(self._connection, "UPDATE tray SET id = ? WHERE id = ?", (fresh.id, old_id))

    def _project_again(self, before: CaseState) -> None:
        """Write what is different since ``before``; the entries are in the journal already."""
        self._cache.pop(before.case_id, None)
        known = self._known(before.case_id)
        projections.update_case(self._connection, known.row, before, known.state)

    # Going

    def _evictions(self) -> dict[str, int]:
        rows = run(self._connection, "SELECT case_id, seq FROM evictions")
        return {str(case_id): int(seq) for case_id, seq in rows}

    def _ready_to_go(self) -> list[str]:
        evictions = self._evictions()
        if not evictions:
            return []
        settled = numbers.read_progress(self._connection).settled
        unsent = numbers.count_unsent(self._connection, settled)
        refused = {
            str(row[0])
            for row in run(
                self._connection,
                "SELECT e.case_id FROM tray t JOIN entries e ON e.id = t.id WHERE t.state = 'open'",
            )
        }
        return sorted(case for case in evictions if case not in unsent and case not in refused)

    def _is_braked(self, going: int) -> bool:
        if going > BRAKE_CASES:
            return True
        (cases,) = run(self._connection, "SELECT count(*) FROM cases").fetchone()
        return going >= BRAKE_LEAST and going * BRAKE_SHARE > cases

    def _let_go(self, case_id: str) -> None:
        known = self._known(case_id)
        if known.entries:
            for place, entry in enumerate(known.entries):
                projections.unwrite_search(
                    self._connection, known.row, place, entry, self._romanise
                )
            run(self._connection, 'DELETE FROM cases WHERE "row" = ?', (known.row,))
        for table in ("promises", "drafts", "evictions", "entries"):
            run(self._connection, f"DELETE FROM {table} WHERE case_id = ?", (case_id,))
        numbers.let_go(self._connection, case_id)
        queue_table.let_go(self._connection, case_id)
        self._cache.pop(case_id, None)

    # Looking

    def _is_practice(self, case_id: str, known: dict[str, bool]) -> bool:
        if case_id not in known:
            row = run(
                self._connection,
                "SELECT body FROM entries WHERE case_id = ? AND kind = 'case.opened' LIMIT 1",
                (case_id,),
            ).fetchone()
            known[case_id] = row is not None and '"practice":true' in row[0]
        return known[case_id]

    def _sync_of(self, case_id: str, unsent: Mapping[str, int]) -> CaseSync:
        row = run(
            self._connection, "SELECT conflicts FROM cases WHERE case_id = ?", (case_id,)
        ).fetchone()
        waiting = unsent.get(case_id, 0)
        if row and row[0]:
            return CaseSync("conflict", waiting)
        return CaseSync("waiting" if waiting else "at_centre", waiting)

    def _pending(self) -> dict[str, tuple[str, ...]]:
        settled = numbers.read_progress(self._connection).settled
        found: dict[str, tuple[str, ...]] = {}
        for _, entry in numbers.unsent(self._connection, settled):
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

    def _project_queue(self, case_id: str) -> None:
        in_queue = run(
            self._connection,
            f"SELECT 1 FROM entries WHERE case_id = ? AND kind IN ({queue_table.KINDS}) LIMIT 1",
            (case_id,),
        ).fetchone()
        if in_queue:
            queue_table.project(self._connection, case_id)

    def _look_again_from(self, entry_id: str) -> None:
        place = numbers.place_of(self._connection, entry_id)
        progress = numbers.read_progress(self._connection)
        if place is not None and place <= progress.settled:
            numbers.write_progress(self._connection, replace(progress, settled=place - 1))

    def _will_be_reissued(self, answer: Answer) -> bool:
        return answer.code == "forked" and EntryId.parse(answer.id).device == self._chain.device

    def _has_number(self, entry_id: str) -> bool:
        found = run(self._connection, "SELECT 1 FROM hub_log WHERE id = ?", (entry_id,))
        return found.fetchone() is not None

    def _entry_sha(self, entry_id: str) -> str | None:
        row = run(
            self._connection, "SELECT sha256 FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        return str(row[0]) if row else None

    def _entry(self, entry_id: str) -> Entry | None:
        row = run(
            self._connection, f"SELECT {journal.COLUMNS} FROM entries WHERE id = ?", (entry_id,)
        ).fetchone()
        return journal.to_entry(row) if row else None


def _check_row(row: Row) -> None:
    """Raise BadInputError for a row that does not hold together."""
    entry = row.entry
    if entry is None:
        fits = row.type in ("gone", "evict", "offer", "settled")
    else:
        check_foreign(entry)
        fits = (entry.id, entry.sha256, entry.case_id) == (row.id, row.sha256, row.case_id)
    if not fits or row.seq < 1:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "中心发来的记录对不上，没有收下。"),
            safe=QT_TRANSLATE_NOOP("Errors", "已有的记录没有变。"),
        )


def _row_of(entry: Entry, answer: Answer) -> Row:
    return Row(
        seq=answer.seq,
        id=entry.id,
        received=answer.received,
        type="entry",
        case_id=entry.case_id,
        sha256=entry.sha256,
        entry=entry,
    )


def _clamped(entry: Entry, received: int) -> Entry:
    ahead = Hlc.parse(entry.hlc).ms > received + MAX_AHEAD_MS
    return replace(entry, received=received if ahead else 0)


def _renamed(entry: Entry, name: str, names: Mapping[str, str], prev: str) -> Entry:
    body = {key: _with_names(value, names) for key, value in entry.body.items()}
    base = names.get(entry.base, entry.base)
    fresh = replace(entry, id=name, body=body, base=base, prev=prev, received=0)
    return replace(fresh, sha256=fingerprint(fresh))


def _with_names(value: Json, names: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_with_names(inner, names) for inner in value]
    return value
