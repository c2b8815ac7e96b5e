"""A ``SyncStore`` in memory: what the port says, word for word, and nothing of how SQL does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime

from desk_app.core.clock import Hlc, HybridClock
from desk_app.core.entries import MAX_AHEAD_MS, Entry, NewEntry, check_foreign, fingerprint, seal
from desk_app.core.errors import BadInputError
from desk_app.core.exchange import (
    DIGEST_MODULUS,
    Answer,
    CaseSync,
    IncomingOffer,
    QueueRow,
    Row,
    SyncState,
    TrayItem,
    row_mark,
)
from desk_app.core.fold import CaseState, fold
from desk_app.core.ids import EntryId, derived_incarnation, new_incarnation
from desk_app.core.kinds.kind import Json
from desk_app.core.kinds.queue import QUEUE_KINDS
from desk_app.core.queue import QueueState, advance
from desk_app.storage.projections import title_of
from tests.helpers.fakes import A_MONDAY

BRAKE_CASES = 50
BRAKE_SHARE = 10
BRAKE_LEAST = 10
KEPT_MS = 30 * 24 * 3_600_000
MAY_PASS = ("foreign_case", "foreign_device", "not_addressee")
SENT = "sent"
"""A number that an answer gave, and the stream has not shown yet."""
QUARANTINED = "quarantined"
"""The centre has it and gave no number: it stands under one of ours below 0."""


class MemoryStore:
    """One desk's store.

    Args:
        device: its id.
        name_life: makes the names of incarnations; a simulation hands in its dice.
    """

    def __init__(
        self, device: str = "k7desk0000", name_life: Callable[[], str] = new_incarnation
    ) -> None:
        self._device = device
        self._name_life = name_life
        self._incarnation = name_life()
        self._counter = 0
        self._head = ""
        self._hlc = ""
        self._state = SyncState()
        self._entries: dict[str, Entry] = {}
        self._practice: frozenset[str] = frozenset()
        self._rows: dict[int, Row] = {}
        self._marks: dict[int, int] = {}
        self._seqs: dict[str, tuple[int, ...]] = {}
        self._ahead: dict[str, int] = {}
        self._tray: dict[str, TrayItem] = {}
        self._let_go: dict[str, int] = {}
        self._evicted: dict[str, Row] | None = None

    def copy(self) -> MemoryStore:
        """The same store a second time, as whoever copies the file has it."""
        twin = copy(self)
        for name in ("_entries", "_rows", "_marks", "_seqs", "_ahead", "_tray", "_let_go"):
            setattr(twin, name, dict(getattr(self, name)))
        return twin

    # What the window does with it.

    def write(self, new: NewEntry, author: str, now: datetime) -> Entry:
        """Commit one entry of this device. Raises BadInputError."""
        entry = self.sealed(new, author, now)
        self.plant(entry)
        return entry

    def sealed(self, new: NewEntry, author: str, now: datetime) -> Entry:
        """What ``write`` would commit."""
        clock = HybridClock(self._device, Hlc.parse(self._hlc) if self._hlc else None)
        name = str(EntryId(self._device, self._incarnation, self._counter + 1))
        hlc = clock.tick(now)
        return seal(new, entry_id=name, author=author, hlc=hlc, now=now, prev=self._head)

    def plant(self, entry: Entry) -> None:
        """Commit an entry as it is, as this device's next: how broken ones come about."""
        self._insert(entry)
        self._let_go.pop(entry.case_id, None)  # somebody still had it open
        self._counter, self._head, self._hlc = self._counter + 1, entry.sha256, entry.hlc

    def all_entries(self) -> dict[str, Entry]:
        """The journal by id, in order of arrival, and as it was written."""
        return self._entries

    def of_case(self, case_id: str) -> list[Entry]:
        """All entries of one case, as the fold wants them."""
        return [self._as_read(e) for e in self._entries.values() if e.case_id == case_id]

    def numbered(self) -> dict[str, Entry]:
        """What the centre has numbered of the cases that are shown, as the fold wants it."""
        shown = set(self.case_ids())
        return {
            name: self._as_read(entry)
            for name, entry in self._entries.items()
            if name in self._seqs and entry.case_id in shown
        }

    def case_ids(self) -> list[str]:
        """Ids of all cases that are shown, in order of arrival.

        Another centre's case that we only answered an offer of is none of them.
        """
        gone = self._gone()
        mine = (e for e in self._entries.values() if e.kind != "handover.answered")
        cases = dict.fromkeys(e.case_id for e in mine)
        return [case_id for case_id in cases if case_id not in gone]

    def fold(self, case_id: str) -> CaseState:
        """A case as it stands here."""
        return fold(case_id, self.of_case(case_id))

    def lose(self, entry_id: str) -> None:
        """Damage: an entry is gone from the journal, and nothing else knows."""
        del self._entries[entry_id]

    # What sync does with it: see ``core.exchange.SyncStore``.

    def sync_state(self) -> SyncState:
        """See ``SyncStore.sync_state``."""
        return replace(self._state, hold=self._held())

    def join(self, hub: str, centre: str, centre_name: str, epoch: str) -> None:
        """See ``SyncStore.join``."""
        here = (self._state.hub, self._state.centre)
        if here not in (("", ""), (hub, centre)):
            raise BadInputError("belongs to another centre")
        if here == ("", ""):
            self._state = SyncState(hub, centre, centre_name, epoch)
        self._state = replace(self._state, centre_name=centre_name)

    def outbox(self, limit: int = 500, max_bytes: int = 900_000, behind: str = "") -> list[Entry]:
        """See ``SyncStore.outbox``."""
        chosen: list[Entry] = []
        lives: dict[str, str] = {}
        size = 0
        places = {name: place for place, name in enumerate(self._entries)}
        begin = places.get(behind, -1)
        for entry in (e for e in self._to_send() if places[e.id] > begin):
            size += 600 + 4 * len(str(entry.body))
            name = EntryId.parse(entry.id)
            is_later = lives.setdefault(name.device, name.incarnation) != name.incarnation
            if chosen and (len(chosen) >= limit or size > max_bytes or is_later):
                break
            chosen.append(entry)
        return chosen

    def count_outbox(self) -> int:
        """See ``SyncStore.count_outbox``."""
        return sum(1 for _ in self._to_send())

    def settle(self, answers: Sequence[Answer]) -> None:
        """See ``SyncStore.settle``."""
        at = A_MONDAY.isoformat(timespec="milliseconds")
        numbered = []
        for answer in answers:
            entry = self._entries.get(answer.id)
            if entry is None:
                continue
            if answer.status in ("accepted", "duplicate"):
                self._note_number(entry, answer)
                numbered += [answer.seq] if answer.seq else []
            elif answer.status == "rejected" and not self._is_own_fork(answer):
                self._tray.pop(entry.id, None)  # the latest stands last
                self._tray[entry.id] = TrayItem(entry, answer.code, at, "open")
        self._reach(numbered)

    def apply(self, rows: Sequence[Row], cursor: int) -> tuple[str, ...]:
        """See ``SyncStore.apply``."""
        _check(rows)
        touched = self._take(rows)
        self._state = replace(self._state, cursor=cursor)
        return touched

    def apply_snapshot(self, rows: Sequence[Row], upto: int, after: str, done: bool) -> None:
        """See ``SyncStore.apply_snapshot``."""
        _check(rows)
        self._take(rows)
        if done:
            self._state = replace(self._state, cursor=upto, snapshot_upto=0, snapshot_after="")
        else:
            self._state = replace(self._state, snapshot_upto=upto, snapshot_after=after)

    def begin_epoch(self, epoch: str, common: int) -> None:
        """See ``SyncStore.begin_epoch``."""
        for seq in [seq for seq in self._rows if seq > common or seq < 0]:
            self._unnumber(seq)
        moved = (
            seq
            for seq, row in self._rows.items()
            if row.type in ("gone", "evict") or (row.sha256 and row.id not in self._entries)
        )
        cursor = min(self._state.cursor, common, min(moved, default=common + 1) - 1)
        self._state = replace(
            self._state, epoch=epoch, cursor=cursor, snapshot_upto=0, snapshot_after=""
        )

    def reissue(self, forked: Sequence[str], intact: Collection[str] = ()) -> int:
        """See ``SyncStore.reissue``; ``intact`` stand in the stream already."""
        parted: dict[str, int] = {}
        for name in map(EntryId.parse, forked):
            if name.device == self._device:
                first = parted.get(name.incarnation, name.counter)
                parted[name.incarnation] = min(first, name.counter)
        fresh = self._renamed_after(parted, intact)
        if fresh:
            self._entries = {e.id: e for e in (fresh.get(n, e) for n, e in self._entries.items())}
            for old, twin in fresh.items():
                if old in self._tray:
                    self._tray[twin.id] = replace(self._tray.pop(old), entry=twin)
            self.begin_incarnation()
        return len(fresh)

    def stream_digest(self, low: int, high: int, *, thorough: bool = False) -> tuple[int, int]:
        """See ``SyncStore.stream_digest``."""
        marks = [self._marks[seq] for seq in self._rows if low < seq <= high]
        if thorough:
            rows = [row for seq, row in self._rows.items() if low < seq <= high]
            marks = [mark for row in rows if (mark := self._mark_of(row)) is not None]
        return len(marks), sum(marks) % DIGEST_MODULUS

    def shed_ready(self, *, approved: bool = False) -> tuple[str, ...]:
        """See ``SyncStore.shed_ready``."""
        self._erase_old()
        if self._held() and not approved:
            return ()
        going = [case for case in self.leaving() if self._may_go(case)]
        for case_id in going:
            self._let_go[case_id] = self._evictions()[case_id].seq
        return tuple(sorted(going))

    def tray(self, *, state: str = "open") -> list[TrayItem]:
        """See ``SyncStore.tray``."""
        return [item for item in reversed(self._tray.values()) if item.state == state]

    def retry(self, entry_id: str) -> None:
        """See ``SyncStore.retry``."""
        item, entry = self._tray.get(entry_id), self._entries.get(entry_id)
        if item is not None and entry is not None and item.entry.sha256 == entry.sha256:
            del self._tray[entry_id]

    def set_tray_state(self, entry_id: str, state: str) -> None:
        """See ``SyncStore.set_tray_state``."""
        if entry_id in self._tray:
            self._tray[entry_id] = replace(self._tray[entry_id], state=state)

    def case_sync(self, case_ids: Sequence[str]) -> dict[str, CaseSync]:
        """See ``SyncStore.case_sync``."""
        return {case_id: self._case_sync(case_id) for case_id in case_ids}

    def queue(self) -> list[QueueRow]:
        """See ``SyncStore.queue``."""
        rows = [self.queue_row(case_id) for case_id in self.case_ids()]
        here = [row for row in rows if row.state != QueueState() or row.pending]
        return sorted(here, key=lambda row: (row.state.since, row.case_id))

    def queue_row(self, case_id: str) -> QueueRow:
        """See ``SyncStore.queue_row``."""
        pending = tuple(e.kind for e in self._pending() if e.case_id == case_id)
        if case_id not in self.case_ids():
            return QueueRow(case_id, "", "", "", "", QueueState(), pending)
        case = self.fold(case_id)
        return QueueRow(
            case_id,
            case.number,
            title_of(case),
            case.fields.get("resident_name") or case.fields.get("resident_title", ""),
            case.first_contact_officer,
            self.queue_state(case_id),
            pending,
        )

    def queue_state(self, case_id: str) -> QueueState:
        """Where a case stands in the queue; one that was let go is not in it."""
        return QueueState() if case_id in self._gone() else self._queue(case_id)[0]

    def without_effect(self, case_id: str) -> dict[str, str]:
        """See ``SyncStore.without_effect``."""
        return self._queue(case_id)[1] if case_id in self.case_ids() else {}

    def incoming_offers(self) -> list[IncomingOffer]:
        """See ``SyncStore.incoming_offers``."""
        settled = {r.notice["ref"] for r in self._rows.values() if r.type == "settled"}
        offers = [row for _, row in sorted(self._rows.items()) if row.type == "offer"]
        return [
            IncomingOffer(case_id=row.case_id, received=row.received, **row.notice)
            for row in offers
            if row.notice["ref"] not in settled
        ]

    def life(self) -> tuple[str, str, int]:
        """See ``SyncStore.life``."""
        return self._device, self._incarnation, self._counter

    def begin_incarnation(self) -> None:
        """See ``SyncStore.begin_incarnation``."""
        self._incarnation = self._name_life()
        self._counter, self._head = 0, ""

    # Inside.

    def _insert(self, entry: Entry) -> None:
        if entry.kind == "case.opened" and entry.body.get("practice") is True:
            self._practice |= {entry.case_id}
        self._entries[entry.id] = entry

    def _to_send(self) -> Iterator[Entry]:
        for name, entry in self._entries.items():
            if name in self._seqs or entry.case_id in self._practice:
                continue
            item = self._tray.get(name)
            if item is None or item.entry.sha256 != entry.sha256:
                yield entry

    def _pending(self) -> Iterator[Entry]:
        """Queue entries that do not count yet: not sent, or not shown by the stream so far."""
        cursor = self._state.cursor
        sent = (r for s, r in sorted(self._rows.items()) if r.type == SENT and s > cursor)
        answered = [self._entries[row.id] for row in sent if row.id in self._entries]
        yield from (e for e in (*answered, *self._to_send()) if e.kind in QUEUE_KINDS)

    def _is_own_fork(self, answer: Answer) -> bool:
        return answer.code == "forked" and EntryId.parse(answer.id).device == self._device

    def _note_number(self, entry: Entry, answer: Answer) -> None:
        seq, kind = answer.seq, SENT
        if not seq:
            seq, kind = min((0, *self._rows)) - 1, QUARANTINED
        held = self._rows.get(seq)
        kind = held.type if held is not None and held.id == entry.id else kind
        self._number(Row(seq, entry.id, answer.received, kind, entry.case_id, entry.sha256))

    def _reach(self, numbered: Iterable[int]) -> None:
        """What follows on the cursor is what was sent: it need not be fetched."""
        for seq in sorted(numbered):
            cursor, row = self._state.cursor, self._rows[seq]
            foreign = self._entries[row.id].kind == "handover.answered"
            foreign = foreign or row.case_id in self._evictions()
            if self._state.snapshot_upto or seq > cursor + 1 or foreign:
                return
            self._state = replace(self._state, cursor=max(cursor, seq))

    def _take(self, rows: Sequence[Row]) -> tuple[str, ...]:
        self._yield_to_stream(rows)
        touched: dict[str, None] = {}
        for row in rows:
            if row.sha256 and row.id not in self._entries:
                name = EntryId.parse(row.id)
                mine = (name.device, name.incarnation) == (self._device, self._incarnation)
                if mine and name.counter > self._counter:
                    self.begin_incarnation()  # an old copy of itself: never give a number twice
            if row.entry is not None and row.id not in self._entries:
                self._insert(row.entry)
                self._hlc = max(self._hlc, _seen_at(row.entry, row.received))
                touched[row.case_id] = None
            self._number(row)
        ours = {row.case_id for row in rows if row.entry is not None}
        for item in list(self._tray.values()):
            if item.entry.case_id in ours and item.code in MAY_PASS and item.state == "open":
                self.retry(item.entry.id)
        return tuple(touched)

    def _renamed_after(
        self, parted: Mapping[str, int], intact: Collection[str]
    ) -> dict[str, Entry]:
        fresh: dict[str, Entry] = {}
        for entry in self._entries.values():
            name = EntryId.parse(entry.id)
            if entry.id in self._seqs or entry.id in intact or name.device != self._device:
                continue
            is_after = name.counter >= parted.get(name.incarnation, name.counter + 1)
            if not is_after and not _mentions(entry, fresh):
                continue
            names = {old: twin.id for old, twin in fresh.items()}
            twin = _renamed(entry, names, derived_incarnation(f"{entry.id} {entry.sha256}"))
            here = self._entries.get(twin.id)
            if here is not None and here.sha256 != twin.sha256:
                twin = _renamed(entry, names, self._name_life())
            fresh[entry.id] = twin
        return fresh

    def _yield_to_stream(self, rows: Sequence[Row]) -> None:
        while others := self._others(rows):  # new ids may stand in the same rows
            here = self._entries
            intact = {r.id for r in rows if r.id in here and here[r.id].sha256 == r.sha256}
            self._yield_to(others, intact)

    def _others(self, rows: Sequence[Row]) -> list[Row]:
        here = self._entries
        return [r for r in rows if r.sha256 and r.id in here and here[r.id].sha256 != r.sha256]

    def _yield_to(self, others: Sequence[Row], intact: Collection[str]) -> None:
        mine = [r.id for r in others if EntryId.parse(r.id).device == self._device]
        for name in mine:
            for seq in self._seqs.get(name, ()):
                self._unnumber(seq)
        self.reissue(mine, intact)
        for row in others:
            if row.id not in mine:
                ours = self._entries.pop(row.id)
                self._tray[row.id] = TrayItem(ours, "forked", ours.at, "open")
                if row.entry is not None:
                    self._insert(row.entry)

    def _evictions(self) -> dict[str, Row]:
        """With which row each case went that has not come back since."""
        if self._evicted is None:
            went: dict[str, Row] = {}
            for _, row in sorted(self._rows.items()):
                if row.type == "evict":
                    went[row.case_id] = row
                elif row.type == "entry":
                    went.pop(row.case_id, None)
            self._evicted = went
        return self._evicted

    def _number(self, row: Row) -> None:
        before = self._rows.get(row.seq)
        if before is not None and before.id != row.id:
            self._unnumber(row.seq)
        self._rows[row.seq] = row if row.entry is None else replace(row, entry=None)
        if (entry := self._entries.get(row.id)) is not None and row.type != QUARANTINED:
            ahead = int(entry.hlc[:13]) > row.received + MAX_AHEAD_MS
            self._ahead[row.id] = row.received if ahead else 0
        self._evicted = None
        self._marks[row.seq] = row.mark
        seqs = self._seqs.get(row.id, ())
        self._seqs[row.id] = (*(seq for seq in seqs if seq != row.seq), row.seq)
        item = self._tray.get(row.id)
        if item is not None and item.entry.sha256 == row.sha256:
            del self._tray[row.id]

    def _unnumber(self, seq: int) -> None:
        row = self._rows.pop(seq)
        self._evicted = None
        if row.type == "evict":
            self._let_go.pop(row.case_id, None)
        del self._marks[seq]
        left = tuple(number for number in self._seqs[row.id] if number != seq)
        if left:
            self._seqs[row.id] = left
        else:
            del self._seqs[row.id]

    def _as_read(self, entry: Entry) -> Entry:
        received = self._ahead.get(entry.id, 0)
        return replace(entry, received=received) if received else entry

    def _mark_of(self, row: Row) -> int | None:
        if row.type not in ("entry", SENT):
            return self._marks[row.seq]
        entry = self._entries.get(row.id)
        return None if entry is None else row_mark(row.id, fingerprint(entry), row.received)

    def _gone(self) -> set[str]:
        went = self._evictions()
        return {c for c, seq in self._let_go.items() if c in went and went[c].seq == seq}

    def leaving(self) -> list[str]:
        """Cases that went to another centre and are still shown here."""
        here = set(self.case_ids())
        return [case_id for case_id in self._evictions() if case_id in here]

    def _held(self) -> int:
        if not self._evictions():
            return 0
        going, cases = len(self.leaving()), len(self.case_ids())
        many = going > BRAKE_CASES or (going >= BRAKE_LEAST and going * BRAKE_SHARE > cases)
        return going if many else 0

    def _may_go(self, case_id: str) -> bool:
        for entry in self._entries.values():
            if entry.case_id == case_id and entry.id not in self._seqs:
                item = self._tray.get(entry.id)
                if item is None or item.state != "done" or item.entry.sha256 != entry.sha256:
                    return False
        return True

    def _erase_old(self) -> None:
        latest = self._rows[max(self._rows)].received if self._rows else 0
        gone = self._gone()
        for case_id, row in self._evictions().items():
            old = case_id in gone and row.received < latest - KEPT_MS
            mine = [name for name, e in self._entries.items() if e.case_id == case_id]
            if old and mine and self._may_go(case_id):
                for name in mine:
                    del self._entries[name]
                for seq, kept in self._rows.items():
                    if kept.case_id == case_id and kept.type == "entry":
                        self._rows[seq] = replace(kept, type="gone")

    def _queue(self, case_id: str) -> tuple[QueueState, dict[str, str]]:
        state, codes = QueueState(), {}
        shown = []
        for entry in self._entries.values():
            if entry.case_id == case_id and entry.id in self._seqs:
                row = self._rows[max(self._seqs[entry.id])]
                if row.type == "entry" or (row.type == SENT and row.seq <= self._state.cursor):
                    shown.append((row.seq, row.received, entry))
        for _, received, entry in sorted(shown, key=lambda one: one[0]):
            state, effect = advance(state, entry, received)
            if effect.code:
                codes[entry.id] = effect.code
        return state, codes

    def _case_sync(self, case_id: str) -> CaseSync:
        if not self._state.hub or case_id in self._practice:
            return CaseSync("local")
        unsent = sum(1 for entry in self._to_send() if entry.case_id == case_id)
        if self.fold(case_id).conflicts:
            return CaseSync("conflict", unsent)
        return CaseSync("waiting" if unsent else "at_centre", unsent)


def _seen_at(entry: Entry, received: int) -> str:
    """What this desk's clock goes on from: of a clock that ran ahead, only what counts of it."""
    hlc = Hlc.parse(entry.hlc)
    ahead = hlc.ms > received + MAX_AHEAD_MS
    return str(replace(hlc, ms=replace(entry, received=received).effective_ms) if ahead else hlc)


def _check(rows: Iterable[Row]) -> None:
    for row in rows:
        entry = row.entry
        if entry is None:
            fits = row.type in ("gone", "evict", "offer", "settled")
            if row.type == "gone":
                EntryId.parse(row.id)
        else:
            check_foreign(entry)
            said = (row.id, row.case_id, row.sha256)
            fits = row.type == "entry" and said == (entry.id, entry.case_id, entry.sha256)
        if not fits or row.seq < 1:
            raise BadInputError("a row that does not hold together")


def _mentions(entry: Entry, names: Mapping[str, object]) -> bool:
    """Whether an entry speaks of one of ``names``: it must follow when they change."""
    also = entry.body.get("also", ())
    others = also if isinstance(also, (list, tuple)) else ()
    return any(name in names for name in (entry.base, entry.body.get("ref"), *others))


def _renamed(entry: Entry, names: Mapping[str, str], life: str) -> Entry:
    """The entry as the only one of a life of its own: its id depends on nothing else."""
    name = str(EntryId(EntryId.parse(entry.id).device, life, 1))
    names = {**names, entry.id: name}
    body = {key: _with_names(value, names) for key, value in entry.body.items()}
    base = names.get(entry.base, entry.base)
    fresh = replace(entry, id=name, body=body, base=base, prev="")
    return replace(fresh, sha256=fingerprint(fresh))


def _with_names(value: Json, names: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_with_names(inner, names) for inner in value]
    return value
