"""The hub's tables in memory: a ``Ledger`` with transactions that can be cut, and what is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace

from desk_app.core.entries import Entry
from desk_app.core.exchange import (
    DIGEST_MODULUS,
    PullAnswer,
    PushAnswer,
    Row,
    SnapshotAnswer,
)
from desk_app.core.exchange import Head as HubHead
from desk_app.core.resident import ShownLink
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.ledger import CasePlace, Counter, Head, Known, Ledger, Taken


class CutError(Exception):
    """The hub died within a transaction: nothing of it happened."""


@dataclass
class Tables:
    """All that the hub keeps.

    Attributes:
        entries: with when each was received, and whose its contents are, by id.
        streams: rows by centre; the row with number 1 comes first. Rows carry no contents.
        sums: running sum of the marks, by centre, as long as the stream.
        seqs: latest number by centre, by id.
        links: whose a case with residents' links is, and what they show, by case.
    """

    names: dict[str, str] = field(default_factory=dict)
    counters: dict[str, Counter] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    entries: dict[str, Taken] = field(default_factory=dict)
    of_case: dict[str, tuple[str, ...]] = field(default_factory=dict)
    streams: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    sums: dict[str, tuple[int, ...]] = field(default_factory=dict)
    seqs: dict[str, dict[str, int]] = field(default_factory=dict)
    places: dict[str, CasePlace] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    links: dict[str, tuple[str, tuple[ShownLink, ...]]] = field(default_factory=dict)

    def copy(self) -> Tables:
        """As they stand now: a backup, or what a transaction goes back to."""
        twin = copy(self)
        for name in self.__dataclass_fields__:
            setattr(twin, name, dict(getattr(self, name)))
        return twin

    def case_entries(self, case_id: str) -> list[tuple[Entry, int]]:
        """All entries of a case in the order of its centre's numbers, with ``received`` of each."""
        names = self.of_case.get(case_id, ())
        if not names:
            return []
        centre = self.places[case_id].centre
        ordered = sorted(names, key=lambda name: self.seqs[name].get(centre, 0))
        kept = (self.entries[name] for name in ordered)
        return [(taken.entry, taken.received) for taken in kept]


class MemoryLedger:
    """One transaction over ``Tables``. Implements ``ledger.Ledger``.

    Args:
        step: called before every write; may raise to cut the transaction there.
    """

    def __init__(self, tables: Tables, step: Callable[[], None]) -> None:
        self._tables = tables
        self._step = step

    def lock(self, centres: Iterable[str]) -> dict[str, Counter]:
        """See ``Ledger.lock``."""
        counters = self._tables.counters
        return {centre: counters[centre] for centre in sorted(centres) if centre in counters}

    def centre_names(self, centres: Iterable[str]) -> dict[str, str]:
        """See ``Ledger.centre_names``."""
        return {c: self._tables.names[c] for c in sorted(set(centres)) if c in self._tables.names}

    def device_centres(self, devices: Iterable[str]) -> dict[str, str]:
        """See ``Ledger.device_centres``."""
        known = self._tables.devices
        return {device: known[device] for device in devices if device in known}

    def known(self, entry_ids: Iterable[str]) -> dict[str, Known]:
        """See ``Ledger.known``."""
        found = {}
        for name in entry_ids:
            if name in self._tables.entries:
                taken = self._tables.entries[name]
                entry, seqs = taken.entry, self._tables.seqs[name]
                found[name] = Known(entry.sha256, entry.prev, taken.received, seqs)
        return found

    def places(self, case_ids: Iterable[str]) -> dict[str, CasePlace]:
        """See ``Ledger.places``."""
        here = self._tables.places
        return {case_id: here[case_id] for case_id in case_ids if case_id in here}

    def case_entries(self, case_id: str) -> list[tuple[Entry, int]]:
        """See ``Ledger.case_entries``."""
        return self._tables.case_entries(case_id)

    def add_entries(self, entries: Sequence[Taken], device: str) -> None:
        """See ``Ledger.add_entries``."""
        assert device in self._tables.devices
        for taken in entries:
            self._step()
            entry = taken.entry
            assert entry.id not in self._tables.entries, "an id is given once"
            self._tables.entries[entry.id] = taken
            before = self._tables.of_case.get(entry.case_id, ())
            self._tables.of_case[entry.case_id] = (*before, entry.id)

    def give_case(self, case_id: str, centre: str) -> None:
        """See ``Ledger.give_case``."""
        self._step()
        for name in self._tables.of_case.get(case_id, ()):
            self._tables.entries[name] = replace(self._tables.entries[name], centre=centre)

    def add_rows(self, centre: str, rows: Sequence[Row]) -> None:
        """See ``Ledger.add_rows``."""
        self._step()
        tables = self._tables
        counter = tables.counters[centre]
        total, sums = counter.mark_sum, []
        for place, row in enumerate(rows):
            assert row.seq == counter.high + 1 + place, "numbers without holes"
            total = (total + row.mark) % DIGEST_MODULUS
            sums.append(total)
            if row.type in ("entry", "gone"):
                tables.seqs[row.id] = {**tables.seqs.get(row.id, {}), centre: row.seq}
        bare = (replace(row, entry=None) for row in rows)
        tables.streams[centre] = (*tables.streams[centre], *bare)
        tables.sums[centre] = (*tables.sums[centre], *sums)
        received = max(counter.received, *(row.received for row in rows[-1:]))
        high = counter.high + len(rows)
        tables.counters[centre] = replace(counter, high=high, mark_sum=total, received=received)

    def put_places(self, places: Mapping[str, CasePlace]) -> None:
        """See ``Ledger.put_places``."""
        for case_id, place in places.items():
            self._step()
            self._tables.places[case_id] = place

    def put_heads(self, heads: Mapping[str, Head]) -> None:
        """See ``Ledger.put_heads``."""
        self._step()
        self._tables.heads.update(heads)

    def linked(self, case_ids: Iterable[str]) -> frozenset[str]:
        """See ``Ledger.linked``."""
        return frozenset(case_ids) & self._tables.links.keys()

    def put_links(self, case_id: str, centre: str, links: Sequence[ShownLink]) -> None:
        """See ``Ledger.put_links``."""
        self._step()
        self._tables.links[case_id] = (centre, tuple(links))

    def settle_inquiry(self, centre: str, number: str) -> None:
        """See ``Ledger.settle_inquiry``. There are none here."""
        del centre, number


class MemoryHub:
    """A hub in memory: real intake, and the least that answers a desk's questions.

    Attributes:
        step: called before every write of a transaction; may raise ``CutError``.
    """

    def __init__(self, name: str, centres: Mapping[str, str], page: int = 500) -> None:
        self.name = name
        self.page = page
        self.tables = Tables(names=dict(centres))
        self.step: Callable[[], None] = lambda: None
        for centre in centres:
            self.tables.counters[centre] = Counter(0, 0, 0, f"epoch0-{centre}", 0)
            self.tables.streams[centre] = ()
            self.tables.sums[centre] = ()

    def enrol(self, device: str, centre: str) -> None:
        """A device belongs to a centre."""
        self.tables.devices[device] = centre

    def restore(self, backup: Tables, epoch: str = "") -> None:
        """Go back to a backup; ``epoch``: and say so, as the operator is told to."""
        devices = self.tables.devices
        self.tables = backup.copy()
        self.tables.devices = devices
        if epoch:
            for centre, counter in self.tables.counters.items():
                said = replace(counter, epoch=f"{epoch}-{centre}", common=counter.high)
                self.tables.counters[centre] = said

    @contextmanager
    def transaction(self) -> Iterator[Ledger]:
        """One transaction: all of it, or nothing."""
        before = self.tables.copy()
        try:
            yield MemoryLedger(self.tables, self.step)
        except BaseException:
            self.tables = before
            raise

    def push(self, device: str, entries: Sequence[Entry], now: int) -> PushAnswer:
        """Take entries in as they come over the wire."""
        sender = Sender(device, self.tables.devices[device])
        taken = take_in(self.transaction, sender, [as_json(entry) for entry in entries], now)
        return PushAnswer(self.head(sender.centre), taken.answers)

    def head(self, centre: str) -> HubHead:
        """Who speaks."""
        counter = self.tables.counters[centre]
        return HubHead(self.name, centre, counter.epoch, counter.common, counter.high)

    def rows(self, centre: str, low: int, high: int) -> PullAnswer:
        """Rows ``low < seq <= high``, a page of them."""
        found = self.tables.streams[centre][low : min(high, low + self.page)]
        cursor = low + len(found)
        total = self.tables.sums[centre][cursor - 1] if 0 < cursor <= self.high(centre) else 0
        return PullAnswer(self.head(centre), self._filled(centre, found), cursor, total)

    def high(self, centre: str) -> int:
        """The latest number."""
        return self.tables.counters[centre].high

    def snapshot(self, centre: str, upto: int, after: str) -> SnapshotAnswer:
        """Whole cases after ``after``: one page is a case or more."""
        upto = upto or self.high(centre)
        mine = [r for r in self.tables.streams[centre][:upto] if r.case_id > after]
        mine.sort(key=lambda row: (row.case_id, row.seq))
        page = mine[: self.page]
        last = page[-1].case_id if page else after
        page += [row for row in mine[self.page :] if row.case_id == last]
        done = len(page) == len(mine)
        rows = self._filled(centre, page)
        return SnapshotAnswer(self.head(centre), rows, upto, last, done)

    def digest(self, centre: str, low: int, high: int) -> tuple[int, int]:
        """Count and sum of the marks of rows ``low < seq <= high``."""
        sums = (0, *self.tables.sums[centre])
        high, low = min(high, len(sums) - 1), min(low, len(sums) - 1)
        return high - low, (sums[high] - sums[low]) % DIGEST_MODULUS

    def _filled(self, centre: str, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Rows as they are given out: contents only of cases that are this centre's now."""
        return tuple(self._fill(centre, row) for row in rows)

    def _fill(self, centre: str, row: Row) -> Row:
        if row.type != "entry":
            return row
        taken = self.tables.entries[row.id]
        if taken.centre != centre:
            return replace(row, type="gone")
        return replace(row, entry=taken.entry)


def as_json(entry: Entry) -> dict[str, object]:
    """An entry as JSON on the wire, without the way over bytes."""
    return {name: getattr(entry, name) for name in _WIRE}


_WIRE = (
    "id", "case_id", "kind", "version", "body", "author", "hlc", "at", "base", "prev", "sha256",
)  # fmt: skip
