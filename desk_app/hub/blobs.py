"""Attachments at the hub: sealed by the desk, in chunks, addressed by the digest of the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection, select, text, update

from desk_app.hub import tables
from desk_app.hub.database import Database
from desk_app.hub.sql_ledger import see_centres
from desk_app.protocol.wire import BlobStatus

_BLOB = tables.blobs.c
_CHUNK = tables.chunks.c

_ANNOUNCE = text(
    "INSERT INTO blobs (centre, digest, chunks, complete) "
    "VALUES (:centre, :digest, :chunks, 0) ON CONFLICT (centre, digest) DO NOTHING"
)
_KEEP = text(
    "INSERT INTO chunks (centre, digest, place, bytes) "
    "VALUES (:centre, :digest, :place, :bytes) ON CONFLICT (centre, digest, place) DO NOTHING"
)


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
    of_blob = {"centre": centre, "digest": digest}
    with database.writing() as connection:
        # The same chunk may come twice at once: after a cut, the first try may still be at work.
        see_centres(connection, [centre])
        connection.execute(_ANNOUNCE, {**of_blob, "chunks": chunks})
        known = _status(connection, centre, digest, hold=True)
        if known.chunks != chunks:
            return None
        if known.complete:
            return known
        added = connection.execute(_KEEP, {**of_blob, "place": place, "bytes": chunk})
        if not added.rowcount and _chunk(connection, centre, digest, place) != chunk:
            return None
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
        known = _status(connection, centre, digest, hold=True)
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


def _status(connection: Connection, centre: str, digest: str, *, hold: bool = False) -> BlobStatus:
    """``hold``: nobody else adds to this blob, or checks it, until the transaction ends."""
    see_centres(connection, [centre])
    wanted = select(_BLOB.chunks, _BLOB.complete).where(
        _BLOB.centre == centre, _BLOB.digest == digest
    )
    found = connection.execute(wanted.with_for_update() if hold else wanted).first()
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
