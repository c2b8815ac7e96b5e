"""Cases that went to another centre: noted, let go when all has arrived, kept for a while, erased.

A case that is let go disappears from every list, from search, drafts and queue at once. Its entries
stay in the journal for 30 days of the centre's clock: were the centre restored from a backup in
between, nobody else might have them. Then they are erased.
"""

from __future__ import annotations

from sqlalchemy import Connection

from desk_app.core.exchange import Row
from desk_app.storage import numbers, queue_table
from desk_app.storage.casebook import CaseBook
from desk_app.storage.engine import run
from desk_app.storage.tray import DONE

BRAKE_CASES = 50
BRAKE_SHARE = 10
BRAKE_LEAST = 10
"""More than 50 cases gone at once, or more than a tenth and at least 10, wait for a person."""

KEPT_MS = 30 * 24 * 3_600_000
"""How long the entries of a case are kept after it went to another centre."""

_MAY_GO = (
    f"NOT EXISTS (SELECT 1 FROM entries e WHERE e.case_id = v.case_id AND {numbers.UNNUMBERED} "
    "AND NOT EXISTS (SELECT 1 FROM tray t WHERE t.id = e.id AND t.sha256 = e.sha256 "
    f"AND t.state = '{DONE}'))"
)


def note(connection: Connection, row: Row) -> None:
    """The case went to another centre with this row of the stream; or it is back since."""
    run(
        connection,
        "INSERT INTO evictions (case_id, seq, received, is_gone) SELECT ?,?,?,0 "
        "WHERE NOT EXISTS (SELECT 1 FROM entries e JOIN hub_log h ON h.id = e.id "
        "WHERE e.case_id = ? AND h.type = 'entry' AND h.seq > ?) "
        "ON CONFLICT(case_id) DO UPDATE SET seq = excluded.seq, received = excluded.received "
        "WHERE excluded.seq > seq",
        (row.case_id, row.seq, row.received, row.case_id, row.seq),
    )


def of(connection: Connection, case_id: str) -> int:
    """Number of the row with which a case went; 0 = it is ours."""
    found = run(connection, "SELECT seq FROM evictions WHERE case_id = ?", (case_id,)).fetchone()
    return int(found[0]) if found else 0


def is_any(connection: Connection) -> bool:
    """Whether any case went and may still be in the journal."""
    return run(connection, "SELECT 1 FROM evictions LIMIT 1").fetchone() is not None


def cases(connection: Connection) -> set[str]:
    """Cases that went, and may still be in the journal."""
    return {str(row[0]) for row in run(connection, "SELECT case_id FROM evictions")}


def gone(connection: Connection) -> set[str]:
    """Cases that were let go, and whose entries are still kept."""
    rows = run(connection, "SELECT case_id FROM evictions WHERE is_gone = 1")
    return {str(row[0]) for row in rows}


def take_back(book: CaseBook, case_id: str) -> None:
    """The case is ours again."""
    run(book.connection, "DELETE FROM evictions WHERE case_id = ?", (case_id,))
    book.show(case_id)
    queue_table.project(book.connection, case_id)


def forget_at(book: CaseBook, seq: int) -> None:
    """The stream has something else at this number: the case did not go with it."""
    rows = run(book.connection, "SELECT case_id FROM evictions WHERE seq = ?", (seq,))
    for (case_id,) in rows.fetchall():
        take_back(book, str(case_id))


def forget_after(book: CaseBook, common: int) -> None:
    """Nothing that was said beyond ``common`` holds."""
    rows = run(book.connection, "SELECT case_id FROM evictions WHERE seq > ?", (common,))
    for (case_id,) in rows.fetchall():
        take_back(book, str(case_id))


def held(connection: Connection) -> int:
    """How many cases the brake holds; 0 = it does not."""
    (going,) = run(
        connection, "SELECT count(*) FROM evictions v JOIN cases c ON c.case_id = v.case_id"
    ).fetchone()
    (cases,) = run(connection, "SELECT count(*) FROM cases").fetchone()
    many = going > BRAKE_CASES or (going >= BRAKE_LEAST and going * BRAKE_SHARE > cases)
    return int(going) if many else 0


def let_go(book: CaseBook) -> tuple[str, ...]:
    """Let go of every case of which nothing is still to arrive; returns them."""
    rows = run(
        book.connection,
        "SELECT v.case_id FROM evictions v JOIN cases c ON c.case_id = v.case_id "
        f"WHERE {_MAY_GO} ORDER BY v.case_id",
    )
    going = tuple(str(row[0]) for row in rows.fetchall())
    for case_id in going:
        book.hide(case_id)
        run(book.connection, "DELETE FROM drafts WHERE case_id = ?", (case_id,))
        queue_table.remove(book.connection, case_id)
        run(book.connection, "UPDATE evictions SET is_gone = 1 WHERE case_id = ?", (case_id,))
    return going


def erase_old(book: CaseBook) -> int:
    """Erase the entries of cases that were let go long ago; returns of how many cases."""
    before = numbers.latest_received(book.connection) - KEPT_MS
    rows = run(
        book.connection,
        f"SELECT v.case_id FROM evictions v WHERE v.is_gone = 1 AND v.received < ? AND {_MAY_GO}",
        (before,),
    )
    old = [str(row[0]) for row in rows.fetchall()]
    for case_id in old:
        run(
            book.connection,
            f"UPDATE hub_log SET type = 'gone' WHERE type IN ({numbers.COUNTS}) "
            "AND id IN (SELECT id FROM entries WHERE case_id = ?)",
            (case_id,),
        )
        run(book.connection, "DELETE FROM entries WHERE case_id = ?", (case_id,))
        run(book.connection, "DELETE FROM evictions WHERE case_id = ?", (case_id,))
        book.forget(case_id)
    if old:
        # The chain must not be read off a row that is no longer this device's latest.
        book.keep_chain(book.chain)
    return len(old)
