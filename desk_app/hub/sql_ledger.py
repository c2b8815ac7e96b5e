"""The ledger over SQL: PostgreSQL for a city, SQLite for one street."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from desk_app.core.entries import Entry, canonical
from desk_app.core.exchange import DIGEST_MODULUS, Row
from desk_app.core.kinds.kind import Json
from desk_app.core.queue import Offer, QueueState
from desk_app.core.resident import ShownLink
from desk_app.hub import tables
from desk_app.hub.blob_copies import copy_blobs, digests_of
from desk_app.hub.ledger import CasePlace, Counter, Head, Known, Taken
from desk_app.hub.resident import projection
from desk_app.protocol.signing import seal, unseal
from desk_app.protocol.wire import WireEntry, wire_fields


class CaseTakenError(SQLAlchemyError):
    """A case became another centre's while this transaction was under way."""


class SqlLedger:
    """The hub's tables within one transaction. Implements ``ledger.Ledger``.

    Args:
        connection: in a transaction that was begun for writing.
        key: 32 bytes, seals contents at rest.
    """

    def __init__(self, connection: Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key
        self._sums: dict[str, int] = {}
        self._found: dict[str, str] = {}

    def lock(self, centres: Iterable[str]) -> dict[str, Counter]:
        """See ``Ledger.lock``."""
        wanted = sorted(centres)
        row = tables.centres.c
        columns = select(row.id, row.high, row.mark_sum, row.received, row.epoch, row.common)
        rows = self._connection.execute(
            _seeing(self._connection, columns, wanted)
            .where(row.id.in_(wanted))
            .order_by(row.id)
            .with_for_update()
        )
        counters = {
            centre: Counter(high, int(mark_sum), received, epoch, common)
            for centre, high, mark_sum, received, epoch, common, *_ in rows
        }
        self._sums.update({centre: counter.mark_sum for centre, counter in counters.items()})
        return counters

    def centre_names(self, centres: Iterable[str]) -> dict[str, str]:
        """See ``Ledger.centre_names``."""
        row = tables.centres.c
        found = self._connection.execute(select(row.id, row.name).where(row.id.in_(list(centres))))
        return {centre: name for centre, name in found}

    def device_centres(self, devices: Iterable[str]) -> dict[str, str]:
        """See ``Ledger.device_centres``."""
        row = tables.devices.c
        found = self._connection.execute(
            select(row.id, row.centre).where(row.id.in_(list(devices)))
        )
        return {device: centre for device, centre in found}

    def known(self, entry_ids: Iterable[str]) -> dict[str, Known]:
        """See ``Ledger.known``."""
        row, line = tables.entries.c, tables.stream.c
        rows = self._connection.execute(
            select(row.id, row.sha256, row.prev, row.received, line.centre, line.seq)
            .select_from(tables.entries.outerjoin(tables.stream, line.id == row.id))
            .where(row.id.in_(list(entry_ids)))
            .order_by(line.seq)
        )
        found: dict[str, Known] = {}
        for entry_id, sha256, prev, received, centre, seq in rows:
            seqs = found[entry_id].seqs if entry_id in found else {}
            if centre is not None:  # None: numbered in centres this transaction does not see
                seqs = {**seqs, centre: seq}
            found[entry_id] = Known(sha256, prev, received, seqs)
        return found

    def places(self, case_ids: Iterable[str]) -> dict[str, CasePlace]:
        """See ``Ledger.places``."""
        row = tables.places.c
        found = self._connection.execute(
            select(row.case_id, row.centre, row.past, row.number, row.queue).where(
                row.case_id.in_(list(case_ids))
            )
        ).all()
        self._found.update({case_id: centre for case_id, centre, *_ in found})
        return {
            case_id: CasePlace(
                centre,
                frozenset(past.split()),
                _to_queue(unseal(self._key, queue, case_id.encode())),
                number,
            )
            for case_id, centre, past, number, queue in found
        }

    def case_entries(self, case_id: str) -> list[tuple[Entry, int]]:
        """See ``Ledger.case_entries``."""
        row, kept, line = tables.entries.c, tables.contents.c, tables.stream.c
        found = self._connection.execute(
            select(row.id, kept.sealed, row.received, func.max(line.seq).label("seq"))
            .where(row.case_id == case_id, kept.id == row.id)
            .where(line.id == row.id, line.centre == kept.centre)
            .group_by(row.id, kept.sealed, row.received)
            .order_by("seq")
        )
        return [(open_entry(self._key, i, sealed), received) for i, sealed, received, _ in found]

    def add_entries(self, entries: Sequence[Taken], device: str) -> None:
        """See ``Ledger.add_entries``."""
        if not entries:
            return
        _insert(
            self._connection,
            tables.entries,
            [
                (entry.id, entry.case_id, entry.sha256, entry.prev, received, device)
                for entry, received in ((taken.entry, taken.received) for taken in entries)
            ],
        )
        _insert(
            self._connection,
            tables.contents,
            [
                (taken.entry.id, taken.centre, seal_entry(self._key, taken.entry))
                for taken in entries
            ],
        )

    def give_case(self, case_id: str, centre: str) -> None:
        """See ``Ledger.give_case``."""
        if before := self._found.get(case_id):
            digests = digests_of(entry for entry, _ in self.case_entries(case_id))
            copy_blobs(self._connection, digests, before, centre)
        row = tables.entries.c
        of_case = select(row.id).where(row.case_id == case_id)
        self._connection.execute(
            update(tables.contents).where(tables.contents.c.id.in_(of_case)).values(centre=centre)
        )

    def add_rows(self, centre: str, rows: Sequence[Row]) -> None:
        """See ``Ledger.add_rows``."""
        line = tables.centres.c
        running = self._sums[centre]
        values = []
        for row in rows:
            running = (running + row.mark) % DIGEST_MODULUS
            values.append(self._row_values(centre, row, running))
        _insert(self._connection, tables.stream, values)
        self._connection.execute(
            update(tables.centres)
            .where(line.id == centre)
            .values(high=rows[-1].seq, mark_sum=str(running), received=_latest(rows))
        )

    def _row_values(self, centre: str, row: Row, running: int) -> tuple[object, ...]:
        notice = None
        if row.notice:
            notice = seal(self._key, canonical(row.notice), row.id.encode())
        return (
            centre, row.seq, row.id, row.type, row.case_id, row.sha256, row.received, str(running),
            notice,
        )  # fmt: skip

    def put_places(self, places: Mapping[str, CasePlace]) -> None:
        """See ``Ledger.put_places``."""
        if not places:
            return
        done = self._connection.execute(
            text(
                "INSERT INTO places (case_id, centre, past, number, queue) "
                "VALUES (:case_id, :centre, :past, :number, :queue) "
                "ON CONFLICT (case_id) DO UPDATE SET centre = excluded.centre, "
                "past = excluded.past, number = excluded.number, queue = excluded.queue "
                "WHERE places.centre = :found"
            ),
            [
                {
                    "found": self._found.get(case_id, ""),
                    "case_id": case_id,
                    "centre": place.centre,
                    "past": " ".join(sorted(place.past)),
                    "number": place.number,
                    "queue": seal(self._key, canonical(_plain(place.queue)), case_id.encode()),
                }
                for case_id, place in sorted(places.items())
            ],
        )
        # Two centres may name one new case at once: each holds its own counter only. The second
        # begins again, and then finds whose the case is.
        if done.rowcount != len(places):
            raise CaseTakenError

    def put_heads(self, heads: Mapping[str, Head]) -> None:
        """See ``Ledger.put_heads``."""
        if not heads:
            return
        row = tables.devices.c
        self._connection.execute(
            update(tables.devices)
            .where(row.id == bindparam("device"))
            .values(
                head_incarnation=bindparam("incarnation"),
                head_counter=bindparam("counter"),
                head_sha256=bindparam("sha256"),
            ),
            [
                {
                    "device": device,
                    "incarnation": head.incarnation,
                    "counter": head.counter,
                    "sha256": head.sha256,
                }
                for device, head in sorted(heads.items())
            ],
        )

    def linked(self, case_ids: Iterable[str]) -> frozenset[str]:
        """See ``Ledger.linked``."""
        return projection.linked_cases(self._connection, case_ids)

    def put_links(self, case_id: str, centre: str, links: Sequence[ShownLink]) -> None:
        """See ``Ledger.put_links``."""
        projection.put_links(self._connection, self._key, centre, case_id, links)

    def settle_inquiry(self, centre: str, number: str) -> None:
        """See ``Ledger.settle_inquiry``."""
        projection.settle_inquiry(self._connection, centre, number)


def see_centres(connection: Connection, centres: Iterable[str]) -> None:
    """Let this transaction see these centres' rows: PostgreSQL's row-level security asks for it."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(_seen(centres)))


def _seeing(connection: Connection, query: Select[Any], centres: Iterable[str]) -> Select[Any]:
    """``query`` of a table without a wall, which does what ``see_centres`` does on its way."""
    if connection.dialect.name == "postgresql":
        return query.add_columns(_seen(centres))
    return query


def _seen(centres: Iterable[str]) -> ColumnElement[str]:
    return func.set_config("app.centres", ",".join(sorted(centres)), True)


def seal_entry(key: bytes, entry: Entry) -> bytes:
    """An entry's JSON as it goes over the wire, sealed for rest and bound to its id."""
    return seal(key, canonical(wire_fields(entry)), entry.id.encode())


def entry_json(key: bytes, entry_id: str, sealed: bytes) -> bytes:
    """The JSON that ``seal_entry`` closed."""
    return unseal(key, sealed, entry_id.encode())


def open_entry(key: bytes, entry_id: str, sealed: bytes) -> Entry:
    """The entry that ``seal_entry`` closed."""
    return WireEntry.model_validate_json(entry_json(key, entry_id, sealed)).to_entry()


def _insert(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows, a value for each column in the table's order.

    Straight through the driver: SQLAlchemy's own way costs three times what the database does.
    """
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    columns, marks = ", ".join(table.c.keys()), ", ".join([mark] * len(table.c))
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", rows)


def _latest(rows: Sequence[Row]) -> int:
    return max(row.received for row in rows)


def _plain(queue: QueueState) -> dict[str, Json]:
    plain: dict[str, Json] = {name: getattr(queue, name) for name in _QUEUE_FIELDS}
    return {**plain, "offer": asdict(queue.offer) if queue.offer else None}


_QUEUE_FIELDS = tuple(field.name for field in fields(QueueState))


def _to_queue(kept: bytes) -> QueueState:
    plain = json.loads(kept)
    offer = plain.pop("offer")
    return QueueState(**plain, offer=Offer(**offer) if offer else None)
