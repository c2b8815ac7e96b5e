"""Attachments go where their case goes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, literal, select

from desk_app.core.entries import Entry
from desk_app.hub import tables

_BLOB = tables.blobs.c
_CHUNK = tables.chunks.c


def digests_of(entries: Iterable[Entry]) -> list[str]:
    """Which blobs these entries speak of, each once."""
    added = (e for e in entries if e.kind == "attachment.added" and e.is_understood)
    return sorted({str(entry.body["sha256"]) for entry in added})


def copy_blobs(connection: Connection, digests: Iterable[str], before: str, after: str) -> None:
    """Let another centre have whole blobs too; rows of both centres can be seen.

    The first centre keeps its own: the same file may belong to another of its cases, and who of
    its desks speaks of it stands in sealed entries only. What has not all arrived yet comes to the
    new centre by itself (``blobs.home``).
    """
    for digest in digests:
        if _is_whole(connection, before, digest) and not _is_whole(connection, after, digest):
            there = (_BLOB.centre == after, _BLOB.digest == digest)
            chunks_there = (_CHUNK.centre == after, _CHUNK.digest == digest)
            connection.execute(delete(tables.chunks).where(*chunks_there))
            connection.execute(delete(tables.blobs).where(*there))
            for table in (tables.blobs, tables.chunks):
                rest = [column for column in table.c if column.name != "centre"]
                connection.execute(
                    insert(table).from_select(
                        ["centre", *(column.name for column in rest)],
                        select(literal(after), *rest).where(
                            table.c.centre == before, table.c.digest == digest
                        ),
                    )
                )


def _is_whole(connection: Connection, centre: str, digest: str) -> bool:
    found = connection.execute(
        select(_BLOB.complete).where(_BLOB.centre == centre, _BLOB.digest == digest)
    ).scalar()
    return bool(found)
