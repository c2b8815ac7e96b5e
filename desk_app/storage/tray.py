"""The tray 待处理: entries the centre refused, each with a copy of its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection

from desk_app.core.entries import Entry
from desk_app.core.exchange import TrayItem
from desk_app.storage.engine import marks, run

OPEN, DONE = "open", "done"


def put(connection: Connection, entry: Entry, code: str, at: str) -> None:
    """Keep a refused entry.

    With a copy of its contents: the journal may one day hold the centre's version under its id.
    """
    run(
        connection,
        "INSERT INTO tray (id, sha256, code, at, state, entry) VALUES (?,?,?,?,?,?) "
        "ON CONFLICT(id) DO UPDATE SET sha256 = excluded.sha256, code = excluded.code, "
        "at = excluded.at, state = excluded.state, entry = excluded.entry",
        (entry.id, entry.sha256, code, at, OPEN, _text(entry)),
    )


def rename(connection: Connection, old_id: str, entry: Entry) -> None:
    """A refused entry goes on under another id."""
    run(
        connection,
        "UPDATE tray SET id = ?, sha256 = ?, entry = ? WHERE id = ?",
        (entry.id, entry.sha256, _text(entry), old_id),
    )


def items(connection: Connection, state: str) -> list[TrayItem]:
    """Refused entries, latest first."""
    rows = run(
        connection,
        "SELECT entry, code, at, state FROM tray WHERE state = ? ORDER BY at DESC, id",
        (state,),
    )
    return [TrayItem(Entry(**json.loads(kept)), code, at, now) for kept, code, at, now in rows]


def is_journals(connection: Connection, entry_id: str) -> bool:
    """Whether a refused entry is in the journal as it was refused."""
    found = run(
        connection,
        "SELECT 1 FROM tray t JOIN entries e ON e.id = t.id AND e.sha256 = t.sha256 WHERE t.id = ?",
        (entry_id,),
    )
    return found.fetchone() is not None


def remove(connection: Connection, entry_id: str, sha256: str = "") -> None:
    """It is no longer refused. ``sha256``: only if it is this one."""
    run(
        connection,
        "DELETE FROM tray WHERE id = ? AND (sha256 = ? OR ? = '')",
        (entry_id, sha256, sha256),
    )


def set_state(connection: Connection, entry_id: str, state: str) -> None:
    """Mark it as dealt with or not."""
    run(connection, "UPDATE tray SET state = ? WHERE id = ?", (state, entry_id))


def count(connection: Connection) -> int:
    """How many there are, in whatever state."""
    return int(run(connection, "SELECT count(*) FROM tray").fetchone()[0])


def forked(connection: Connection) -> set[str]:
    """Ids under which the centre knows other contents than we do, or did."""
    return {str(row[0]) for row in run(connection, "SELECT id FROM tray WHERE code = 'forked'")}


def take_back(connection: Connection, case_id: str, codes: Sequence[str]) -> list[str]:
    """Take a case's open ones refused with one of ``codes`` out again; returns their ids."""
    found = run(
        connection,
        "SELECT t.id FROM tray t JOIN entries e ON e.id = t.id AND e.sha256 = t.sha256 "
        f"WHERE e.case_id = ? AND t.state = '{OPEN}' AND t.code IN ({marks(codes)})",
        (case_id, *codes),
    )
    ids = [str(row[0]) for row in found.fetchall()]
    for entry_id in ids:
        remove(connection, entry_id)
    return ids


def _text(entry: Entry) -> str:
    return json.dumps(asdict(entry), ensure_ascii=False)
