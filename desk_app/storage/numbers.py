"""The centre's numbers: which rows of its stream are here, and what has no number yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import Connection

from desk_app.core.entries import Entry, fingerprint
from desk_app.core.exchange import DIGEST_MODULUS, Row, SyncState, row_mark
from desk_app.storage import journal
from desk_app.storage.engine import marks, parts, run, run_each

SENT = "sent"
"""Type of a row that an answer gave us and the stream has not shown yet: what stands before it is
not all here, so the queue does not count it."""
SHOWN = "shown"
"""Type of such a row once all before it is here. It counts as an entry's, but does not say that the
case is this centre's: only the stream does."""
QUARANTINED = "quarantined"
"""Type of an entry that the centre took in without a number, from a device it no longer trusts. It
is kept under a number of ours below 0."""

COUNTS = f"'entry', '{SHOWN}'"
"""The types of rows that count in the queue, as a list for SQL."""

_HALF = 1 << 32
_END = 1 << 62
"""Beyond every place of the journal."""
_LOG = (
    "INSERT INTO hub_log (seq, id, type, received, high_half, low_half) VALUES (?,?,?,?,?,?) "
    "ON CONFLICT(seq) DO UPDATE SET id = excluded.id, type = excluded.type, "
    "received = excluded.received, high_half = excluded.high_half, low_half = excluded.low_half"
)
ENTRY_COLUMNS = ", ".join(f"e.{name}" for name in journal.COLUMNS.split(", "))
UNNUMBERED = "NOT EXISTS (SELECT 1 FROM hub_log h WHERE h.id = e.id)"
_REFUSED = "EXISTS (SELECT 1 FROM tray t WHERE t.id = e.id AND t.sha256 = e.sha256)"
_PRACTICE = (
    "EXISTS (SELECT 1 FROM entries o WHERE o.case_id = e.case_id AND o.kind = 'case.opened' "
    "AND json_type(o.body, '$.practice') = 'true')"
)
_TO_SEND = f"FROM entries e WHERE e.seq > ? AND {UNNUMBERED} AND NOT {_REFUSED} AND NOT {_PRACTICE}"


@dataclass(frozen=True, slots=True)
class Progress:
    """``SyncState`` as it is kept, and what only the store needs to know.

    Attributes:
        settled: no entry up to this place of the journal is still to be sent. The outbox looks at
            what follows only: it costs nothing at a commit, and little at each round.
        settled_id: the entry that stands there. Where rows left the journal's end (let go, or lost
            with a damaged file), SQLite gives their places again, and what stands there then was
            never sent: where there is another entry, or none, nothing counts as settled.
    """

    state: SyncState = field(default_factory=SyncState)
    settled: int = 0
    settled_id: str = ""


def read_progress(connection: Connection) -> Progress:
    """How far this store is with its centre."""
    kept = run(connection, "SELECT value FROM meta WHERE name = 'sync'").fetchone()
    if kept is None:
        return Progress()
    fields = json.loads(kept[0])
    state, place = SyncState(**fields["state"]), int(fields["settled"])
    there = _id_at(connection, place)
    return (
        Progress(state, place, there) if there == fields.get("settled_id", "") else Progress(state)
    )


def write_progress(connection: Connection, progress: Progress) -> None:
    """Keep it; part of the transaction that made it so."""
    run(
        connection,
        "INSERT INTO meta (name, value) VALUES ('sync', ?) "
        "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (json.dumps(asdict(progress)),),
    )


def number(connection: Connection, rows: Iterable[Row]) -> None:
    """Note the rows' numbers, one after another; what held one before holds it no longer."""
    run_each(
        connection,
        _LOG,
        ((row.seq, row.id, row.type, row.received, *divmod(row.mark, _HALF)) for row in rows),
    )


def quarantine(connection: Connection, row: Row) -> None:
    """Note that the centre has an entry, and gave it no number."""
    (lowest,) = run(connection, "SELECT min(seq) FROM hub_log").fetchone()
    number(connection, [replace(row, seq=min(lowest or 0, 0) - 1, type=QUARANTINED)])


def held(connection: Connection, rows: Iterable[Row]) -> dict[int, tuple[str, str, int]]:
    """Id, type and time of receipt of what has these rows' numbers now, by number."""
    found = {}
    for part in parts(row.seq for row in rows):
        for seq, row_id, row_type, received in run(
            connection,
            f"SELECT seq, id, type, received FROM hub_log WHERE seq IN ({marks(part)})",
            part,
        ):
            found[int(seq)] = (str(row_id), str(row_type), int(received))
    return found


def of_case(connection: Connection, case_id: str) -> dict[str, int]:
    """The centre's numbers of a case's entries, by id."""
    rows = run(
        connection,
        "SELECT h.id, max(h.seq) FROM hub_log h JOIN entries e ON e.id = h.id "
        f"WHERE e.case_id = ? AND h.type IN ('entry', '{SENT}', '{SHOWN}') GROUP BY h.id",
        (case_id,),
    )
    return {str(entry_id): int(seq) for entry_id, seq in rows}


def show_sent(connection: Connection, cursor: int) -> set[str]:
    """The stream is here up to ``cursor``: what was sent counts there. Returns the cases."""
    shown = f"type = '{SENT}' AND seq <= ?"
    rows = run(
        connection,
        f"SELECT DISTINCT case_id FROM entries WHERE id IN (SELECT id FROM hub_log WHERE {shown})",
        (cursor,),
    ).fetchall()
    if rows:
        run(connection, f"UPDATE hub_log SET type = '{SHOWN}' WHERE {shown}", (cursor,))
    return {str(row[0]) for row in rows}


def sent(connection: Connection) -> list[Entry]:
    """Entries with a number that the stream has not shown yet, in its order."""
    rows = run(
        connection,
        f"SELECT {ENTRY_COLUMNS} FROM hub_log h JOIN entries e ON e.id = h.id "
        f"WHERE h.type = '{SENT}' ORDER BY h.seq",
    )
    return [journal.to_entry(row) for row in rows]


def unsent(connection: Connection, settled: int) -> Iterator[Entry]:
    """Entries to be sent, oldest first."""
    rows = run(connection, f"SELECT {ENTRY_COLUMNS} {_TO_SEND} ORDER BY e.seq", (settled,))
    for row in rows:
        yield journal.to_entry(row)


def count_unsent(connection: Connection, settled: int) -> int:
    """How many entries are to be sent."""
    return int(run(connection, f"SELECT count(*) {_TO_SEND}", (settled,)).fetchone()[0])


def unsent_by_case(connection: Connection, settled: int) -> dict[str, int]:
    """How many entries are to be sent, by case."""
    rows = run(connection, f"SELECT e.case_id, count(*) {_TO_SEND} GROUP BY e.case_id", (settled,))
    return {str(case_id): int(count) for case_id, count in rows}


def own_unnumbered(connection: Connection, device: str) -> list[Entry]:
    """All entries of ``device`` without a number, refused ones too, in the journal's order."""
    rows = run(
        connection,
        # As text, "." follows "-": these are the ids that begin with the device.
        f"SELECT {ENTRY_COLUMNS} FROM entries e WHERE e.id > ? AND e.id < ? AND {UNNUMBERED} "
        "ORDER BY e.seq",
        (f"{device}-", f"{device}."),
    )
    return [journal.to_entry(row) for row in rows]


def settle(connection: Connection, progress: Progress) -> Progress:
    """Move ``settled`` up to the last entry before the first that is still to be sent."""
    found = run(
        connection, f"SELECT e.seq {_TO_SEND} ORDER BY e.seq LIMIT 1", (progress.settled,)
    ).fetchone()
    return _settled_before(connection, progress.state, int(found[0]) if found else _END)


def send_again(connection: Connection, entry_ids: Collection[str]) -> None:
    """Move ``settled`` down to before these, those that have no number among them."""
    progress = read_progress(connection)
    first = _END
    for part in parts(entry_ids):
        (place,) = run(
            connection, f"SELECT min(seq) FROM entries WHERE id IN ({marks(part)})", part
        ).fetchone()
        first = min(first, _END if place is None else int(place))
    if first <= progress.settled:
        write_progress(connection, _settled_before(connection, progress.state, first))


def _settled_before(connection: Connection, state: SyncState, place: int) -> Progress:
    found = run(
        connection, "SELECT seq, id FROM entries WHERE seq < ? ORDER BY seq DESC LIMIT 1", (place,)
    ).fetchone()
    return Progress(state, int(found[0]), str(found[1])) if found else Progress(state)


def place_of(connection: Connection, entry_id: str) -> int:
    """Where an entry stands in the journal; 0 = nowhere."""
    found = run(connection, "SELECT seq FROM entries WHERE id = ?", (entry_id,)).fetchone()
    return int(found[0]) if found else 0


def _id_at(connection: Connection, place: int) -> str:
    found = run(connection, "SELECT id FROM entries WHERE seq = ?", (place,)).fetchone()
    return str(found[0]) if found else ""


def forget(connection: Connection, entry_ids: Collection[str]) -> None:
    """Forget all numbers of these entries."""
    for part in parts(entry_ids):
        run(connection, f"DELETE FROM hub_log WHERE id IN ({marks(part)})", part)


def forget_after(connection: Connection, common: int) -> int:
    """Forget all numbers beyond ``common``; returns up to where those that are left are sure.

    Cases came and went, and the centre's data may be from before one of them did: which rows are
    of its cases must be read again from the first that ever spoke of such a case, and so must
    those whose contents were erased here since.
    """
    run(connection, "DELETE FROM hub_log WHERE seq > ? OR seq < 0", (common,))
    (first,) = run(
        connection,
        f"SELECT min(seq) FROM hub_log h WHERE type IN ('gone', 'evict') OR (type IN ({COUNTS}) "
        "AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.id = h.id))",
    ).fetchone()
    return common if first is None else int(first) - 1


def latest_received(connection: Connection) -> int:
    """The centre's clock, as far as we have heard of it: ms since 1970."""
    row = run(connection, "SELECT received FROM hub_log ORDER BY seq DESC LIMIT 1").fetchone()
    return int(row[0]) if row else 0


def digest(connection: Connection, low: int, high: int) -> tuple[int, int]:
    """Count and sum of marks as they were noted when the rows came."""
    count, highs, lows = run(
        connection,
        "SELECT count(*), coalesce(sum(high_half), 0), coalesce(sum(low_half), 0) FROM hub_log "
        "WHERE seq > ? AND seq <= ?",
        (low, high),
    ).fetchone()
    return int(count), (int(highs) * _HALF + int(lows)) % DIGEST_MODULUS


def thorough_digest(connection: Connection, low: int, high: int) -> tuple[int, int]:
    """The same from the entries themselves, as far as they are to be here."""
    rows = run(
        connection,
        f"SELECT h.type, h.received, h.high_half, h.low_half, {ENTRY_COLUMNS} FROM hub_log h "
        "LEFT JOIN entries e ON e.id = h.id WHERE h.seq > ? AND h.seq <= ?",
        (low, high),
    )
    count = total = 0
    for row_type, received, high_half, low_half, *values in rows:
        if row_type not in ("entry", SENT, SHOWN):
            count, total = count + 1, total + high_half * _HALF + low_half
        elif values[0] is not None:
            entry = journal.to_entry(values)
            count, total = count + 1, total + row_mark(entry.id, fingerprint(entry), int(received))
    return count, total % DIGEST_MODULUS
