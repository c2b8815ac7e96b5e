"""Attachments at the hub: in chunks, sealed at rest, addressed by the digest of the whole.

They lie with the centre of the case they belong to, and go with it (``blob_copies``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Connection, func, select, text, update

from desk_app.hub import tables
from desk_app.hub.database import Database
from desk_app.hub.sql_ledger import see_centres
from desk_app.protocol.signing import seal, unseal
from desk_app.protocol.wire import CHUNK_BYTES, BlobStatus

CENTRE_BYTES = 200 * (1 << 30)
"""What one centre may keep: 100,000 photographs; its desks beyond that are told that it is full."""

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


class FullError(Exception):
    """The centre keeps as much as it may; nothing was kept."""


class Hash(Protocol):
    """What ``hashlib.sha256()`` gives."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""

    def hexdigest(self) -> str:
        """The digest in hex."""


def home(database: Database, centre: str, case_id: str) -> str:
    """Where a blob of a case belongs: where the case is, if it is or was with ``centre``."""
    row = tables.places.c
    with database.reading() as connection:
        found = connection.execute(
            select(row.centre, row.past).where(row.case_id == case_id)
        ).first()
    if found is None:
        return centre
    there, past = found
    return str(there) if centre in str(past).split() else centre


def status(database: Database, centre: str, digest: str) -> BlobStatus:
    """Which chunks of a blob are here."""
    with database.reading() as connection:
        return _status(connection, centre, digest)


def keep(
    database: Database, centre: str, digest: str, place: int, chunks: int, chunk: bytes,
    most: int = CENTRE_BYTES,
) -> BlobStatus | None:  # fmt: skip
    """Keep one chunk; the same once more is fine. None: it, or their number, is another here.

    Args:
        most: bytes that the centre may keep.

    Raises FullError where a new blob would be more than that.
    """
    of_blob = {"centre": centre, "digest": digest}
    with database.writing() as connection:
        # The same chunk may come twice at once: after a cut, the first try may still be at work.
        see_centres(connection, [centre])
        announced = connection.execute(_ANNOUNCE, {**of_blob, "chunks": chunks})
        if announced.rowcount and _announced(connection, centre) * CHUNK_BYTES > most:
            raise FullError
        known = _status(connection, centre, digest, hold=True)
        if known.chunks != chunks:
            return None
        if known.complete:
            return known
        sealed = seal(database.key, chunk, _bound(digest, place))
        added = connection.execute(_KEEP, {**of_blob, "place": place, "bytes": sealed})
        if not added.rowcount and _chunk(database, connection, centre, digest, place) != chunk:
            return None
        return _status(connection, centre, digest)


def chunk(database: Database, centre: str, digest: str, place: int) -> bytes | None:
    """One chunk of a complete blob; None where there is none."""
    with database.reading() as connection:
        if not _status(connection, centre, digest).complete:
            return None
        return _chunk(database, connection, centre, digest, place)


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
            seen.update(_chunk(database, connection, centre, digest, place) or b"")
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


def _announced(connection: Connection, centre: str) -> int:
    """Chunks of all blobs of a centre, those still on their way too."""
    total = connection.execute(select(func.sum(_BLOB.chunks)).where(_BLOB.centre == centre))
    return int(total.scalar() or 0)


def _chunk(
    database: Database, connection: Connection, centre: str, digest: str, place: int
) -> bytes | None:
    sealed: bytes | None = connection.execute(
        select(_CHUNK.bytes).where(
            _CHUNK.centre == centre, _CHUNK.digest == digest, _CHUNK.place == place
        )
    ).scalar()
    return None if sealed is None else unseal(database.key, sealed, _bound(digest, place))


def _bound(digest: str, place: int) -> bytes:
    """Not to a centre: blobs go to another with their case."""
    return f"{digest} {place}".encode()
