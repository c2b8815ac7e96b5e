"""The queue as this desk knows it: a projection of the entries in the order of their numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Connection

from desk_app.core.exchange import IncomingOffer, Row
from desk_app.core.kinds.queue import QUEUE_KINDS
from desk_app.core.queue import Offer, QueueState, advance
from desk_app.storage import journal
from desk_app.storage.engine import run
from desk_app.storage.numbers import COUNTS, ENTRY_COLUMNS

KINDS = ",".join(f"'{kind}'" for kind in sorted(QUEUE_KINDS))
"""The kinds that move a case in the queue, as a list for SQL."""


def project(connection: Connection, case_id: str) -> None:
    """Make a case's place in the queue anew from what the centre has numbered.

    An entry that got several numbers (its case went away and came back) counts at its latest, and
    not at all where the case was away then.
    """
    rows = run(
        connection,
        f"SELECT max(h.seq), h.received, {ENTRY_COLUMNS} FROM entries e "
        # With max(), SQLite takes the other columns of h from the row that has it.
        "JOIN hub_log h ON h.id = e.id "
        f"WHERE e.case_id = ? GROUP BY e.id HAVING h.type IN ({COUNTS}) ORDER BY max(h.seq)",
        (case_id,),
    )
    state = QueueState()
    marks = []
    for _, received, *values in rows:
        entry = journal.to_entry(values)
        state, effect = advance(state, entry, int(received))
        if effect.code:
            marks.append((entry.id, case_id, effect.code))
    run(connection, "DELETE FROM queue_marks WHERE case_id = ?", (case_id,))
    for mark in marks:
        run(connection, "INSERT INTO queue_marks (id, case_id, code) VALUES (?,?,?)", mark)
    if state == QueueState():
        run(connection, "DELETE FROM queue WHERE case_id = ?", (case_id,))
        return
    run(
        connection,
        "INSERT INTO queue (case_id, state) VALUES (?,?) "
        "ON CONFLICT(case_id) DO UPDATE SET state = excluded.state",
        (case_id, json.dumps(asdict(state), ensure_ascii=False)),
    )


def project_moved(connection: Connection, case_ids: Iterable[str]) -> None:
    """As ``project``, for those of the cases that were ever in the queue."""
    for case_id in case_ids:
        found = run(
            connection,
            f"SELECT 1 FROM entries WHERE case_id = ? AND kind IN ({KINDS}) LIMIT 1",
            (case_id,),
        )
        if found.fetchone():
            project(connection, case_id)


def rebuild(connection: Connection) -> None:
    """Make the whole queue anew; cases that were let go are not in it."""
    run(connection, "DELETE FROM queue")
    run(connection, "DELETE FROM queue_marks")
    cases = run(
        connection,
        f"SELECT DISTINCT e.case_id FROM entries e JOIN cases c ON c.case_id = e.case_id "
        f"WHERE e.kind IN ({KINDS})",
    )
    for (case_id,) in cases.fetchall():
        project(connection, str(case_id))


def read(connection: Connection, case_id: str) -> QueueState | None:
    """Where a case stands; None = it never was in the queue."""
    found = run(connection, "SELECT state FROM queue WHERE case_id = ?", (case_id,)).fetchone()
    return _state(found[0]) if found else None


def read_all(connection: Connection) -> dict[str, QueueState]:
    """Where all cases that ever were in the queue stand."""
    rows = run(connection, "SELECT case_id, state FROM queue")
    return {str(case_id): _state(state) for case_id, state in rows}


def cases(connection: Connection) -> set[str]:
    """Cases that ever were in the queue."""
    return {str(row[0]) for row in run(connection, "SELECT case_id FROM queue")}


def marks(connection: Connection, case_id: str) -> dict[str, str]:
    """Code by entry id for entries that had no effect, or were written beside the holder."""
    rows = run(connection, "SELECT id, code FROM queue_marks WHERE case_id = ?", (case_id,))
    return {str(entry_id): str(code) for entry_id, code in rows}


def note_offer(connection: Connection, row: Row) -> None:
    """Keep another centre's offer; it is on the table until the stream says that it is settled."""
    ref = row.notice.get("ref", "")
    run(
        connection,
        "INSERT INTO offers (seq, ref, case_id, received, notice) VALUES (?,?,?,?,?) "
        "ON CONFLICT(seq) DO UPDATE SET ref = excluded.ref, case_id = excluded.case_id, "
        "received = excluded.received, notice = excluded.notice",
        (row.seq, ref, row.case_id, row.received, json.dumps(row.notice, ensure_ascii=False)),
    )


def offers(connection: Connection) -> list[IncomingOffer]:
    """Cases that other centres ask us to take, oldest first."""
    rows = run(
        connection,
        "SELECT o.ref, o.case_id, o.received, o.notice FROM offers o "
        "JOIN hub_log h ON h.seq = o.seq AND h.type = 'offer' "
        "WHERE NOT EXISTS (SELECT 1 FROM hub_log s WHERE s.id = 'settled:' || o.ref) "
        "ORDER BY o.seq",
    )
    found = []
    for ref, case_id, received, kept in rows:
        notice = json.loads(kept)
        words = {
            name: str(notice.get(name, ""))
            for name in ("number", "from_centre", "from_name", "by", "to", "why", "summary")
        }
        found.append(IncomingOffer(ref=ref, case_id=case_id, received=received, **words))
    return found


def forget_offers_after(connection: Connection, common: int) -> None:
    """No offer that was made beyond ``common`` holds."""
    run(connection, "DELETE FROM offers WHERE seq > ?", (common,))


def remove(connection: Connection, case_id: str) -> None:
    """Forget a case that went to another centre."""
    run(connection, "DELETE FROM queue WHERE case_id = ?", (case_id,))
    run(connection, "DELETE FROM queue_marks WHERE case_id = ?", (case_id,))


def _state(kept: str) -> QueueState:
    fields = json.loads(kept)
    offer = fields.pop("offer")
    return QueueState(**fields, offer=Offer(**offer) if offer else None)
