"""Which files the journal speaks of, also of cases that were let go and are still kept."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from desk_app.core.attachments import FiledBlob
from desk_app.core.kinds import KINDS
from desk_app.storage.engine import marks, parts, run
from desk_app.storage.numbers import UNNUMBERED

_ADDED = "attachment.added"


def filed_after(connection: Connection, row: int) -> tuple[list[FiledBlob], int]:
    """Files of entries after a place of the journal, and the last place there is.

    Bodies that make no sense are left out. ``is_numbered`` is as of now; see ``numbered``.
    """
    (last,) = run(connection, "SELECT coalesce(max(seq), 0) FROM entries").fetchone()
    rows = run(
        connection,
        f"SELECT e.seq, e.id, e.case_id, e.body, NOT {UNNUMBERED} FROM entries e "
        "WHERE e.seq > ? AND e.kind = ? ORDER BY e.seq",
        (row, _ADDED),
    )
    found = []
    for seq, entry_id, case_id, text, is_numbered in rows:
        body = json.loads(text)
        if KINDS[_ADDED].understands(body):
            found.append(
                FiledBlob(seq, entry_id, case_id, body["sha256"], body["size"], bool(is_numbered))
            )
    return found, int(last)


def numbered(connection: Connection, entry_ids: Iterable[str]) -> set[str]:
    """Which of these entries the centre has."""
    found: set[str] = set()
    for part in parts(entry_ids):
        rows = run(connection, f"SELECT id FROM hub_log WHERE id IN ({marks(part)})", part)
        found |= {str(row[0]) for row in rows}
    return found
