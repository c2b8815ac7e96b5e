"""The centre's numbers: which rows of its stream are here, and what has no number yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import Connection

from desk_app.core.entries import Entry
from desk_app.core.exchange import DIGEST_MODULUS, Row, SyncState, row_mark
from desk_app.storage import journal
from desk_app.storage.engine import run

_HALF = 1 << 32
_LOG = (
    "INSERT INTO hub_log (seq, id, case_id, received, is_here, high_half, low_half) "
    "VALUES (?,?,?,?,?,?,?) ON CONFLICT(seq) DO UPDATE SET id = excluded.id, "
    "case_id = excluded.case_id, received = excluded.received, is_here = excluded.is_here, "
    "high_half = excluded.high_half, low_half = excluded.low_half"
)
_UNNUMBERED = (
    "FROM entries e WHERE e.seq > ? AND NOT EXISTS (SELECT 1 FROM hub_log h WHERE h.id = e.id)"
)
_TO_SEND = f"{_UNNUMBERED} AND NOT EXISTS (SELECT 1 FROM tray t WHERE t.id = e.id)"


@dataclass(frozen=True, slots=True)
class Progress:
    """``SyncState`` as it is kept, and what only the store needs to know.

    Attributes:
        settled: no entry up to this place of the journal is still to be sent; what follows is
            looked at, so that the outbox costs nothing at each commit and little at each round.
    """

    state: SyncState = field(default_factory=SyncState)
    settled: int = 0


def read_progress(connection: Connection) -> Progress:
    """How far this store is with its centre."""
    kept = connection.exec_driver_sql("SELECT value FROM meta WHERE name = 'sync'").scalar()
    if kept is None:
        return Progress()
    fields = json.loads(kept)
    return Progress(SyncState(**fields["state"]), fields["settled"])


def write_progress(connection: Connection, progress: Progress) -> None:
    """Keep it; part of the transaction that made it so."""
    run(
        connection,
        "INSERT INTO meta (name, value) VALUES ('sync', ?) "
        "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        (json.dumps(asdict(progress)),),
    )


def number(connection: Connection, row: Row, is_here: bool) -> None:
    """Note a row's number; what held it before holds it no longer. ``is_here``: in the journal."""
    high, low = divmod(row.mark, _HALF)
    run(
        connection,
        _LOG,
        (row.seq, row.id, row.case_id, row.received, int(is_here), high, low),
    )


def ids_at(connection: Connection, rows: Sequence[Row]) -> dict[int, str]:
    """Which ids hold these rows' numbers now."""
    found: dict[int, str] = {}
    for row in rows:
        held = run(connection, "SELECT id FROM hub_log WHERE seq = ?", (row.seq,)).fetchone()
        if held:
            found[row.seq] = str(held[0])
    return found


def unsent(connection: Connection, settled: int) -> Iterator[tuple[int, Entry]]:
    """Entries to be sent with their places in the journal, oldest first."""
    columns = ", ".join(f"e.{name}" for name in journal.COLUMNS.split(", "))
    rows = run(connection, f"SELECT e.seq, {columns} {_TO_SEND} ORDER BY e.seq", (settled,))
    for row in rows:
        yield int(row[0]), journal.to_entry(row[1:])


def unnumbered_of(connection: Connection, device: str) -> list[Entry]:
    """All entries of ``device`` without a number, refused ones too, oldest first."""
    columns = ", ".join(f"e.{name}" for name in journal.COLUMNS.split(", "))
    rows = run(
        connection,
        f"SELECT {columns} {_UNNUMBERED} AND e.id LIKE ? ORDER BY e.seq",
        (0, f"{device}-%"),
    )
    return [journal.to_entry(row) for row in rows]


def count_unsent(connection: Connection, settled: int) -> dict[str, int]:
    """How many entries are to be sent, by case."""
    rows = run(connection, f"SELECT e.case_id, count(*) {_TO_SEND} GROUP BY e.case_id", (settled,))
    return {str(case_id): int(count) for case_id, count in rows}


def settle(connection: Connection, progress: Progress) -> Progress:
    """Move ``settled`` up to the first entry that is still to be sent."""
    first = run(connection, f"SELECT min(e.seq) {_TO_SEND}", (progress.settled,)).fetchone()[0]
    if first is None:
        first = run(connection, "SELECT coalesce(max(seq), 0) + 1 FROM entries").fetchone()[0]
    return replace(progress, settled=int(first) - 1)


def place_of(connection: Connection, entry_id: str) -> int | None:
    """An entry's place in the journal."""
    found = run(connection, "SELECT seq FROM entries WHERE id = ?", (entry_id,)).fetchone()
    return int(found[0]) if found else None


def forget_after(connection: Connection, common: int) -> None:
    """Forget all numbers beyond ``common``."""
    run(connection, "DELETE FROM hub_log WHERE seq > ?", (common,))


def let_go(connection: Connection, case_id: str) -> None:
    """The entries of a case are no longer here; their numbers stay."""
    run(connection, "UPDATE hub_log SET is_here = 0 WHERE case_id = ?", (case_id,))


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
        "SELECT h.id, h.is_here, h.high_half, h.low_half, e.sha256 FROM hub_log h "
        "LEFT JOIN entries e ON e.id = h.id WHERE h.seq > ? AND h.seq <= ?",
        (low, high),
    )
    count = total = 0
    for row_id, is_here, high_half, low_half, sha256 in rows:
        if is_here and sha256 is None:
            continue
        mark = row_mark(row_id, sha256) if is_here else high_half * _HALF + low_half
        count, total = count + 1, total + mark
    return count, total % DIGEST_MODULUS
