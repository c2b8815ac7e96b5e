"""The journal: entries in, entries out, and this device's chain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection

from desk_app.core.clock import Hlc, HybridClock
from desk_app.core.entries import Entry, NewEntry, canonical, fingerprint, seal
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.ids import EntryId

COLUMNS = "id, case_id, kind, version, body, author, hlc, at, base, prev, sha256"
_INSERT = f"INSERT INTO entries ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)"


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


def read_chain(connection: Connection) -> Chain:
    """This store's chain."""
    found = connection.exec_driver_sql("SELECT value FROM meta WHERE name = 'chain'").scalar_one()
    return Chain(**json.loads(found))


def write_chain(connection: Connection, chain: Chain) -> None:
    """Keep the chain; part of the transaction that wrote its entries."""
    value = json.dumps(
        {
            "device": chain.device,
            "incarnation": chain.incarnation,
            "counter": chain.counter,
            "head": chain.head,
            "hlc": chain.hlc,
        }
    )
    connection.exec_driver_sql(
        "INSERT INTO meta (name, value) VALUES ('chain', ?) "
        "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (value,),
    )


def seal_new(
    connection: Connection,
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
    after = Chain(chain.device, chain.incarnation, counter, head, hlc)
    write_chain(connection, after)
    return after, tuple(sealed)


def insert(connection: Connection, entry: Entry) -> int:
    """Insert an entry that is known to be new; returns its row."""
    return int(connection.exec_driver_sql(_INSERT, _values(entry)).lastrowid)


def rows(connection: Connection) -> Iterator[tuple[int, Entry]]:
    """All entries with their rows, in order of arrival."""
    found = connection.exec_driver_sql(f"SELECT seq, {COLUMNS} FROM entries ORDER BY seq")
    for seq, *values in found:
        yield int(seq), _entry(values)


def unknown_of(connection: Connection, entries: Iterable[Entry]) -> list[Entry]:
    """Those of ``entries`` that are not here yet.

    Raises:
        BadInputError: an id is here with other contents: that device was copied.
    """
    fresh: dict[str, Entry] = {}
    for entry in entries:
        here = connection.exec_driver_sql(
            "SELECT sha256 FROM entries WHERE id = ?", (entry.id,)
        ).scalar()
        twin = fresh.get(entry.id)
        known = here or (twin.sha256 if twin else entry.sha256)
        if known != entry.sha256:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "有一台设备的资料被复制过：同一编号有两种内容。"),
                safe=QT_TRANSLATE_NOOP("Errors", "已有的记录没有变。"),
            )
        if here is None:
            fresh[entry.id] = entry
    return list(fresh.values())


def of_case(connection: Connection, case_id: str) -> list[Entry]:
    """All entries of one case, in order of arrival."""
    rows = connection.exec_driver_sql(
        f"SELECT {COLUMNS} FROM entries WHERE case_id = ? ORDER BY seq",
        (case_id,),
    )
    return [_entry(row) for row in rows]


def case_ids(connection: Connection) -> list[str]:
    """Ids of all cases, in order of their first entry's arrival."""
    found = connection.exec_driver_sql(
        "SELECT case_id FROM entries GROUP BY case_id ORDER BY min(seq)"
    )
    return [str(row[0]) for row in found]


def verify(connection: Connection) -> list[str]:
    """Ids of entries whose contents do not fit their fingerprint, or that break their chain."""
    broken = []
    chains: dict[tuple[str, str], list[tuple[int, Entry]]] = {}
    for _, entry in rows(connection):
        if fingerprint(entry) != entry.sha256:
            broken.append(entry.id)
        name = EntryId.parse(entry.id)
        chains.setdefault((name.device, name.incarnation), []).append((name.counter, entry))
    for links in chains.values():
        links.sort(key=lambda link: link[0])
        for (before, left), (after, right) in pairwise(links):
            if after == before + 1 and right.prev != left.sha256:
                broken.append(right.id)
    return broken


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
    )


def _entry(row: Sequence[object]) -> Entry:
    (entry_id, case_id, kind, version, body, author, hlc, at, base, prev, sha256) = row
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
    )
