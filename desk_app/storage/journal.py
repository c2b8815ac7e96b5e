"""The journal: entries in, entries out, and this device's chain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from desk_app.core.clock import Hlc, HybridClock
from desk_app.core.entries import Entry, NewEntry, canonical, fingerprint, seal
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.ids import EntryId, new_incarnation
from desk_app.storage.engine import marks, parts, run, run_each

COLUMNS = "id, case_id, kind, version, body, author, hlc, at, base, prev, sha256, received"
_INSERT = f"INSERT INTO entries ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"


@dataclass(frozen=True, slots=True)
class Chain:
    """Where this device's chain of entries stands.

    Attributes:
        counter: of its latest entry; 0 = none yet.
        head: sha256 of its latest entry; empty = none yet.
        hlc: the highest clock reading seen here; empty = none yet.
    """

    device: str
    incarnation: str
    counter: int = 0
    head: str = ""
    hlc: str = ""

    def clock(self) -> HybridClock:
        """A clock that goes on from here."""
        return HybridClock(self.device, Hlc.parse(self.hlc) if self.hlc else None)

    def wrote(self, entry: EntryId) -> bool:
        """Whether ``entry`` belongs to this chain."""
        return (entry.device, entry.incarnation) == (self.device, self.incarnation)

    def after_foreign(self, entries: Iterable[Entry]) -> Chain:
        """The chain once entries from elsewhere are in: no later reading may be below theirs.

        Later entries of our own than we ever wrote mean that this store is an old copy of itself:
        it begins a new incarnation, or it would give their numbers away a second time.
        """
        entries = list(entries)
        seen = max([self.hlc, *map(_seen_at, entries)])
        mine = (entry.id for entry in entries if entry.id.startswith(self.device))
        names = map(EntryId.parse, mine)
        if any(self.wrote(name) and name.counter > self.counter for name in names):
            return Chain(self.device, new_incarnation(), hlc=seen)
        return replace(self, hlc=seen)


def read_chain(connection: Connection) -> Chain:
    """This store's chain.

    It is written only when entries came from elsewhere: after this device's own entries, the
    latest row of the journal says the same, and a commit touches a page less.
    """
    found = connection.exec_driver_sql("SELECT value FROM meta WHERE name = 'chain'").scalar_one()
    chain = Chain(**json.loads(found))
    latest = connection.exec_driver_sql(
        "SELECT id, sha256, hlc FROM entries ORDER BY seq DESC LIMIT 1"
    ).first()
    if latest is None:
        return chain
    name = EntryId.parse(latest[0])
    if not chain.wrote(name) or name.counter <= chain.counter:  # later ones may have been let go
        return chain
    return replace(chain, counter=name.counter, head=latest[1], hlc=max(chain.hlc, latest[2]))


def write_chain(connection: Connection, chain: Chain) -> None:
    """Keep the chain; part of the transaction that wrote entries from elsewhere."""
    connection.exec_driver_sql(
        "INSERT INTO meta (name, value) VALUES ('chain', ?) "
        "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (json.dumps(asdict(chain)),),
    )


def seal_new(
    chain: Chain,
    clock: HybridClock,
    now: datetime,
    author: str,
    new: Sequence[NewEntry],
) -> tuple[Chain, tuple[Entry, ...]]:
    """Seal entries and move the chain on; ``insert`` puts them in. Raises BadInputError."""
    counter, head, hlc = chain.counter, chain.head, chain.hlc
    sealed = []
    for draft in new:
        counter += 1
        reading = clock.tick(now)
        entry = seal(
            draft,
            entry_id=str(EntryId(chain.device, chain.incarnation, counter)),
            author=author,
            hlc=reading,
            now=now,
            prev=head,
        )
        head, hlc = entry.sha256, entry.hlc
        sealed.append(entry)
    return Chain(chain.device, chain.incarnation, counter, head, hlc), tuple(sealed)


def insert(connection: Connection, entries: Iterable[Entry]) -> None:
    """Insert entries that are known to be new."""
    run_each(connection, _INSERT, map(_values, entries))


def unknown_of(connection: Connection, entries: Iterable[Entry]) -> list[Entry]:
    """Those of ``entries`` that are not here yet.

    Raises:
        BadInputError: an id is here with other contents: that device was copied.
    """
    entries = list(entries)
    here: dict[str, str] = {}
    for part in parts(entry.id for entry in entries):
        here.update(
            run(connection, f"SELECT id, sha256 FROM entries WHERE id IN ({marks(part)})", part)
        )
    fresh: dict[str, Entry] = {}
    for entry in entries:
        twin = fresh.get(entry.id)
        known = here.get(entry.id) or (twin.sha256 if twin else entry.sha256)
        if known != entry.sha256:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "有一台设备的资料被复制过：同一编号有两种内容。"),
                safe=QT_TRANSLATE_NOOP("Errors", "已有的记录没有变。"),
            )
        if entry.id not in here:
            fresh[entry.id] = entry
    return list(fresh.values())


def of_ids(connection: Connection, entry_ids: Iterable[str]) -> dict[str, Entry]:
    """Those of the entries that are here, by id."""
    found: dict[str, Entry] = {}
    for part in parts(entry_ids):
        rows = run(connection, f"SELECT {COLUMNS} FROM entries WHERE id IN ({marks(part)})", part)
        found.update({str(row[0]): to_entry(row) for row in rows})
    return found


def of_case(connection: Connection, case_id: str) -> list[Entry]:
    """All entries of one case, in order of arrival."""
    rows = run(
        connection, f"SELECT {COLUMNS} FROM entries WHERE case_id = ? ORDER BY seq", (case_id,)
    )
    return [to_entry(row) for row in rows]


def case_ids(connection: Connection) -> list[str]:
    """Ids of all cases, in order of their first entry's arrival."""
    found = connection.exec_driver_sql(
        "SELECT case_id FROM entries GROUP BY case_id ORDER BY min(seq)"
    )
    return [str(row[0]) for row in found]


def verify(connection: Connection) -> list[str]:
    """Ids of entries whose contents do not fit their fingerprint, or that break their chain."""
    broken = []
    ends: dict[EntryId, str] = {}  # fingerprints whose follower has not been met yet
    waiting: dict[EntryId, Entry] = {}  # entries whose forerunner has not been met yet
    for entry in _all(connection):
        if fingerprint(entry) != entry.sha256:
            broken.append(entry.id)
        name = EntryId.parse(entry.id)
        before = ends.pop(replace(name, counter=name.counter - 1), None)
        if before is None:
            waiting[name] = entry
        elif before != entry.prev:
            broken.append(entry.id)
        after = waiting.pop(replace(name, counter=name.counter + 1), None)
        if after is None:
            ends[name] = entry.sha256
        elif after.prev != entry.sha256:
            broken.append(after.id)
    return broken


def _all(connection: Connection) -> Iterator[Entry]:
    for row in connection.exec_driver_sql(f"SELECT {COLUMNS} FROM entries ORDER BY seq"):
        yield to_entry(row)


def _values(entry: Entry) -> tuple[object, ...]:
    return (
        entry.id,
        entry.case_id,
        entry.kind,
        entry.version,
        canonical(entry.body).decode(),
        entry.author,
        entry.hlc,
        entry.at,
        entry.base,
        entry.prev,
        entry.sha256,
        entry.received,
    )


def to_entry(row: Sequence[object]) -> Entry:
    """The entry of a row of ``COLUMNS``."""
    (entry_id, case_id, kind, version, body, author, hlc, at, base, prev, sha256, received) = row
    return Entry(
        id=str(entry_id),
        case_id=str(case_id),
        kind=str(kind),
        version=int(str(version)),
        body=json.loads(str(body)),
        author=str(author),
        hlc=str(hlc),
        at=str(at),
        base=str(base),
        prev=str(prev),
        sha256=str(sha256),
        received=int(str(received)),
    )


def rewritten(entry: Entry) -> tuple[str, str, str, str, str]:
    """Id, body, base, prev and fingerprint of an entry that goes on under another id."""
    return (entry.id, canonical(entry.body).decode(), entry.base, entry.prev, entry.sha256)


def _seen_at(entry: Entry) -> str:
    """The clock reading to go on from: of a clock that ran ahead, only what counts of it."""
    if not entry.received:
        return entry.hlc
    return str(replace(Hlc.parse(entry.hlc), ms=entry.effective_ms))
