"""Attachments at the hub: sealed by the desk, in chunks, addressed by the digest of the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection, insert, select, update

from desk_app.hub import tables
from desk_app.hub.database import Database
from desk_app.hub.sql_ledger import see_centres
from desk_app.protocol.wire import BlobStatus

_BLOB = tables.blobs.c
_CHUNK = tables.chunks.c


class Hash(Protocol):
    """What ``hashlib.sha256()`` gives."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""

    def hexdigest(self) -> str:
        """The digest in hex."""


def status(database: Database, centre: str, digest: str) -> BlobStatus:
    """Which chunks of a blob are here."""
    with database.reading() as connection:
        return _status(connection, centre, digest)


def keep(
    database: Database, centre: str, digest: str, place: int, chunks: int, chunk: bytes
) -> BlobStatus | None:
    """Keep one chunk; the same once more is fine. None: it, or their number, is another here."""
    with database.writing() as connection:
        known = _status(connection, centre, digest)
        if known.chunks and known.chunks != chunks:
            return None
        if place in known.have:
            here = _chunk(connection, centre, digest, place)
            return known if known.complete or here == chunk else None
        if not known.chunks:
            connection.execute(
                insert(tables.blobs).values(centre=centre, digest=digest, chunks=chunks)
            )
        connection.execute(
            insert(tables.chunks).values(centre=centre, digest=digest, place=place, bytes=chunk)
        )
        return _status(connection, centre, digest)


def chunk(database: Database, centre: str, digest: str, place: int) -> bytes | None:
    """One chunk of a complete blob; None where there is none."""
    with database.reading() as connection:
        if not _status(connection, centre, digest).complete:
            return None
        return _chunk(connection, centre, digest, place)


def complete(
    database: Database, centre: str, digest: str, new_hash: Callable[[], Hash]
) -> BlobStatus | None:
    """Check the whole. None: chunks are missing, or do not give the digest; then they are dropped.

    Chunks that do not fit are of a file that changed while it was sent: it is sent anew.
    """
    with database.writing() as connection:
        known = _status(connection, centre, digest)
        if known.complete:
            return known
        if not known.chunks or len(known.have) < known.chunks:
            return None
        seen = new_hash()
        for place in range(known.chunks):
            seen.update(_chunk(connection, centre, digest, place) or b"")
        here = (_BLOB.centre == centre, _BLOB.digest == digest)
        if seen.hexdigest() != digest:
            of_blob = (_CHUNK.centre == centre, _CHUNK.digest == digest)
            connection.execute(tables.chunks.delete().where(*of_blob))
            connection.execute(tables.blobs.delete().where(*here))
            return None
        connection.execute(update(tables.blobs).where(*here).values(complete=1))
        return _status(connection, centre, digest)


def _status(connection: Connection, centre: str, digest: str) -> BlobStatus:
    see_centres(connection, [centre])
    found = connection.execute(
        select(_BLOB.chunks, _BLOB.complete).where(_BLOB.centre == centre, _BLOB.digest == digest)
    ).first()
    have = connection.execute(
        select(_CHUNK.place)
        .where(_CHUNK.centre == centre, _CHUNK.digest == digest)
        .order_by(_CHUNK.place)
    ).scalars()
    chunks, done = found or (0, 0)
    return BlobStatus(digest=digest, chunks=chunks, have=list(have), complete=bool(done))


def _chunk(connection: Connection, centre: str, digest: str, place: int) -> bytes | None:
    found: bytes | None = connection.execute(
        select(_CHUNK.bytes).where(
            _CHUNK.centre == centre, _CHUNK.digest == digest, _CHUNK.place == place
        )
    ).scalar()
    return found
