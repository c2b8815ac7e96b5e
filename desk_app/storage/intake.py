"""Takes in what the centre said, within one transaction: its rows, and its answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from desk_app.core.entries import MAX_AHEAD_MS, Entry, fingerprint
from desk_app.core.exchange import Answer, Row, SyncState
from desk_app.core.ids import EntryId, derived_incarnation, new_incarnation
from desk_app.core.kinds.kind import Json
from desk_app.core.kinds.queue import QUEUE_KINDS
from desk_app.storage import evictions, journal, numbers, queue_table, tray
from desk_app.storage.casebook import CaseBook, Known
from desk_app.storage.engine import run
from desk_app.storage.journal import Chain

MAY_PASS = ("foreign_case", "foreign_device", "not_addressee")
"""Refusals that end when the case comes (back) to this centre."""


class StreamIntake:
    """One transaction's work; ``CaseBook.writing`` is open around it."""

    def __init__(self, book: CaseBook) -> None:
        self._book = book
        self._connection = book.connection

    def settle(self, answers: Sequence[Answer], now: str) -> None:
        """Keep what the centre answered; ``now`` is said of refused ones in the tray."""
        here = journal.of_ids(self._connection, [answer.id for answer in answers])
        rows = []
        for answer in answers:
            entry = here.get(answer.id)
            if entry is None:
                continue
            if answer.status in ("accepted", "duplicate"):
                rows.append(_row_of(entry, answer))
            elif answer.status == "rejected" and not self._will_be_reissued(answer):
                tray.put(self._connection, entry, answer.code, now)
        for row in rows:
            if row.seq < 1:
                numbers.quarantine(self._connection, row)
        self._number([row for row in rows if row.seq > 0])
        self._clamp({row.id: row.received for row in rows if row.seq > 0}, here)
        progress = numbers.settle(self._connection, numbers.read_progress(self._connection))
        cursor = self._reached(progress.state, rows)
        state = replace(progress.state, cursor=cursor)
        numbers.write_progress(self._connection, replace(progress, state=state))
        self.show_sent(cursor)

    def _reached(self, state: SyncState, rows: Iterable[Row]) -> int:
        """How far the stream is known once ``rows`` were numbered by an answer.

        Numbers have no holes: what follows on the cursor is what we sent, and need not be fetched.
        Of a case that is, or was, another centre's only the stream tells whose a row is.
        """
        cursor = state.cursor
        away = evictions.cases(self._connection)
        for row in sorted(rows, key=lambda row: row.seq):
            foreign = row.entry is None or row.entry.kind == "handover.answered"
            if state.snapshot_upto or row.seq > cursor + 1 or foreign or row.case_id in away:
                break
            cursor = max(cursor, row.seq)
        return cursor

    def take(self, rows: Sequence[Row]) -> tuple[str, ...]:
        """Take in rows of the stream; returns the cases that look different now."""
        here = self._yield_to_stream(rows)
        entries = [_clamped(row.entry, row.received) for row in rows if row.entry is not None]
        fresh = journal.unknown_of(self._connection, entries)
        if fresh:
            self._book.write(fresh, self._still_away(rows))
            self._book.keep_chain(self._book.chain.after_foreign(fresh))
        self._look_at_hollow(rows)
        self._number(rows)
        late = {row.id: row.received for row in rows if row.id in here}
        self._clamp(late, here)
        self._take_notices(rows)
        touched = dict.fromkeys(row.case_id for row in rows if row.entry is not None)
        self._try_again(touched)
        self._queue_of(rows, touched)
        return tuple(dict.fromkeys(entry.case_id for entry in fresh))

    def _still_away(self, rows: Sequence[Row]) -> set[str]:
        """Cases that were let go, and of which these rows only say what was before they went."""
        latest = {row.case_id: row.seq for row in sorted(rows, key=lambda row: row.seq)}
        gone = evictions.gone(self._connection)
        return {c for c in gone if latest.get(c, 0) <= evictions.of(self._connection, c)}

    def _look_at_hollow(self, rows: Sequence[Row]) -> None:
        """Numbers of our own that we never gave, their contents gone: we are an old copy too."""
        chain = self._book.chain
        names = [EntryId.parse(row.id) for row in rows if row.type == "gone"]
        if any(chain.wrote(name) and name.counter > chain.counter for name in names):
            self._book.keep_chain(Chain(chain.device, new_incarnation(), hlc=chain.hlc))

    def show_sent(self, cursor: int) -> None:
        """The stream is here up to ``cursor``: what was sent before it counts in the queue now."""
        queue_table.project_moved(
            self._connection, self._shown(numbers.show_sent(self._connection, cursor))
        )

    def reissue(self, forked: Sequence[str], intact: Collection[str] = ()) -> int:
        """See ``SyncStore.reissue``.

        Args:
            intact: entries that the stream has as they are; they keep their ids.
        """
        chain = self._book.chain
        parted = _parted(forked, chain.device)
        before: dict[str, Known] = {}
        names: dict[str, str] = {}
        dropped: set[str] = set()
        for entry in numbers.own_unnumbered(self._connection, chain.device):
            if entry.id in intact or not (_is_after(entry, parted) or _mentions(entry, names)):
                continue
            before.setdefault(entry.case_id, self._book.known(entry.case_id))
            # Every copy of this store comes to the same new id, whatever else it has to rename.
            fresh = _renamed(entry, derived_incarnation(f"{entry.id} {entry.sha256}"), names)
            there = journal.of_ids(self._connection, [fresh.id]).get(fresh.id)
            if there is not None and there.sha256 == fresh.sha256:
                dropped.add(entry.case_id)  # another copy sent it already, and it came back
                self._drop(entry)
            else:
                if there is not None:
                    fresh = _renamed(entry, new_incarnation(), names)
                self._rewrite(entry, fresh)
            names[entry.id] = fresh.id
        if not names:
            return 0
        self._book.keep_chain(Chain(chain.device, new_incarnation(), hlc=chain.hlc))
        numbers.send_again(self._connection, list(names.values()))
        for case_id, known in before.items():
            if case_id in dropped:
                self._book.forget(case_id)
                self._book.show(case_id)
            else:
                self._book.project_again(known)
        return len(names)

    def _drop(self, entry: Entry) -> None:
        """Ours stands under its new id already: take it out under the old one."""
        self._book.hide(entry.case_id)
        run(self._connection, "DELETE FROM entries WHERE id = ?", (entry.id,))
        tray.remove(self._connection, entry.id)

    def _yield_to_stream(self, rows: Sequence[Row]) -> dict[str, Entry]:
        """Where a row has other contents than the journal under its id, the stream is right.

        Ours go on under new ids; another device's stay readable in the tray. Returns the entries
        among the rows that are here already.
        """
        ids = [row.id for row in rows if row.sha256]
        device = self._book.chain.device
        while True:
            here = journal.of_ids(self._connection, ids)
            others = [row for row in rows if row.id in here and here[row.id].sha256 != row.sha256]
            mine = [row.id for row in others if EntryId.parse(row.id).device == device]
            for row in others:
                if row.id not in mine:
                    theirs = row.entry and _clamped(row.entry, row.received)
                    self._displace(here[row.id], theirs)
            if not mine:
                return journal.of_ids(self._connection, ids) if others else here
            # Another copy may have come to the same new ids, and stand among these very rows.
            numbers.forget(self._connection, mine)
            self.reissue(mine, {r.id for r in rows if r.id in here and r not in others})

    def _displace(self, ours: Entry, theirs: Entry | None) -> None:
        """Put the centre's version in the place of ours; ours stays readable in the tray."""
        tray.put(self._connection, ours, "forked", ours.at)
        self._book.hide(ours.case_id)  # its places in search are counted anew
        run(self._connection, "DELETE FROM entries WHERE id = ?", (ours.id,))
        self._book.forget(ours.case_id)
        self._book.show(ours.case_id)
        if theirs is not None:
            self._book.write([theirs])

    def _number(self, rows: Sequence[Row]) -> None:
        before = numbers.held(self._connection, rows)
        displaced, never_went, numbered = [], [], []
        is_any_refused = tray.count(self._connection) > 0
        for row in rows:
            held = before.get(row.seq)
            if held is not None and held[0] != row.id:
                displaced.append(held[0])
                never_went += [row.seq] if held[1] == "evict" else []
            if row.type == numbers.SENT and held is not None and held[0] == row.id:
                row = replace(row, type=held[1])
            numbered.append(row)
            if is_any_refused:
                tray.remove(self._connection, row.id, row.sha256)
        numbers.number(self._connection, numbered)
        for seq in never_went:
            evictions.forget_at(self._book, seq)
        if displaced:
            numbers.send_again(self._connection, displaced)
            cases = {
                entry.case_id for entry in journal.of_ids(self._connection, displaced).values()
            }
            queue_table.project_moved(self._connection, self._shown(cases))

    def _clamp(self, received: Mapping[str, int], here: Mapping[str, Entry]) -> None:
        """Order entries of a clock that runs ahead by when the centre received them."""
        for entry_id, at in received.items():
            entry = here.get(entry_id)
            if entry is None or (counted := _clamped(entry, at).received) == entry.received:
                continue
            before = self._book.known(entry.case_id)
            run(
                self._connection,
                "UPDATE entries SET received = ? WHERE id = ?",
                (counted, entry_id),
            )
            self._book.project_again(before)

    def _take_notices(self, rows: Sequence[Row]) -> None:
        any_gone = evictions.is_any(self._connection)
        for row in sorted(rows, key=lambda row: row.seq):
            if row.type == "offer":
                queue_table.note_offer(self._connection, row)
            elif row.type == "evict":
                evictions.note(self._connection, row)
                any_gone = True
            elif (
                any_gone
                and row.type == "entry"
                and 0 < evictions.of(self._connection, row.case_id) < row.seq
            ):
                evictions.take_back(self._book, row.case_id)

    def _try_again(self, cases: Iterable[str]) -> None:
        """The case is this centre's: what was refused because it was not is sent again."""
        if not tray.count(self._connection):
            return
        for case_id in cases:
            again = tray.take_back(self._connection, case_id, MAY_PASS)
            numbers.send_again(self._connection, again)

    def _queue_of(self, rows: Sequence[Row], touched: Iterable[str]) -> None:
        moved = {row.case_id for row in rows if row.entry and row.entry.kind in QUEUE_KINDS}
        in_queue = queue_table.cases(self._connection)
        for case_id in self._shown({*moved, *(set(touched) & in_queue)}):
            queue_table.project(self._connection, case_id)
        gone = {row.case_id for row in rows if row.type == "gone"}
        queue_table.project_moved(self._connection, self._shown(gone))

    def _shown(self, cases: Iterable[str]) -> list[str]:
        """Those of ``cases`` that stand in the lists; the others have no place in the queue."""
        shown = "SELECT 1 FROM cases WHERE case_id = ?"
        return [
            case_id
            for case_id in sorted(cases)
            if run(self._connection, shown, (case_id,)).fetchone()
        ]

    def _rewrite(self, old: Entry, fresh: Entry) -> None:
        run(
            self._connection,
            "UPDATE entries SET id = ?, body = ?, base = ?, prev = ?, sha256 = ?, received = 0 "
            "WHERE id = ?",
            (*journal.rewritten(fresh), old.id),
        )
        tray.rename(self._connection, old.id, fresh)

    def _will_be_reissued(self, answer: Answer) -> bool:
        device = self._book.chain.device
        return answer.code == "forked" and EntryId.parse(answer.id).device == device


def _parted(forked: Sequence[str], device: str) -> dict[str, int]:
    """Where copies of this store parted: the first forked counter by incarnation."""
    first: dict[str, int] = {}
    for name in map(EntryId.parse, forked):
        if name.device == device:
            first[name.incarnation] = min(name.counter, first.get(name.incarnation, name.counter))
    return first


def _is_after(entry: Entry, parted: Mapping[str, int]) -> bool:
    name = EntryId.parse(entry.id)
    return name.incarnation in parted and name.counter >= parted[name.incarnation]


def _row_of(entry: Entry, answer: Answer) -> Row:
    return Row(
        seq=answer.seq,
        id=entry.id,
        received=answer.received,
        type=numbers.SENT,
        case_id=entry.case_id,
        sha256=entry.sha256,
        entry=entry,
    )


def _clamped(entry: Entry, received: int) -> Entry:
    ahead = int(entry.hlc[:13]) > received + MAX_AHEAD_MS
    counted = received if ahead else 0
    return entry if counted == entry.received else replace(entry, received=counted)


def _renamed(entry: Entry, life: str, names: Mapping[str, str]) -> Entry:
    """The entry as the only one of a life of its own; what it speaks of goes by its new id."""
    name = str(EntryId(EntryId.parse(entry.id).device, life, 1))
    names = {**names, entry.id: name}
    body = {key: _with_names(value, names) for key, value in entry.body.items()}
    base = names.get(entry.base, entry.base)
    fresh = replace(entry, id=name, body=body, base=base, prev="", received=0)
    return replace(fresh, sha256=fingerprint(fresh))


def _mentions(entry: Entry, names: Mapping[str, str]) -> bool:
    """Whether an entry speaks of one that has another id now."""
    if not names:
        return False
    return entry.base in names or any(
        _with_names(value, names) != value for value in entry.body.values()
    )


def _with_names(value: Json, names: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_with_names(inner, names) for inner in value]
    return value
