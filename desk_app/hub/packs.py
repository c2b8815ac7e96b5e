"""Content packs that the centre publishes; desks check their signatures themselves."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import func, insert, select, update

from desk_app.hub import tables
from desk_app.hub.database import Database
from desk_app.protocol.wire import PackReply

_ROW = tables.packs.c


_KEYS = "pack_keys"


def keys(database: Database) -> tuple[str, ...]:
    """Public keys (PEM) of the publishers whose packs were published here."""
    kept = database.facts((_KEYS,)).get(_KEYS, "[]")
    return tuple(json.loads(kept))


def publish(database: Database, version: str, content: bytes, key: str, now: int) -> str:
    """Make a pack the current one; publishing an older one again rolls back. Returns its digest.

    Args:
        key: the public key (PEM) that it is signed with; desks that join from now on are told.
    """
    known = keys(database)
    if key not in known:
        database.put_fact(_KEYS, json.dumps([*known, key]))
    digest = hashlib.sha256(content).hexdigest()
    with database.writing() as connection:
        done = connection.execute(
            update(tables.packs).where(_ROW.digest == digest).values(published=now)
        )
        if not done.rowcount:
            connection.execute(
                insert(tables.packs).values(
                    digest=digest, version=version, published=now, bytes=content
                )
            )
    return digest


def current(database: Database) -> PackReply | None:
    """The pack published last."""
    with database.reading() as connection:
        found = connection.execute(
            select(_ROW.digest, _ROW.version, func.length(_ROW.bytes))
            .order_by(_ROW.published.desc())
            .limit(1)
        ).first()
    return PackReply(digest=found[0], version=found[1], size=found[2]) if found else None


def content(database: Database, digest: str) -> bytes | None:
    """The bytes of a pack; None where there is no such one."""
    with database.reading() as connection:
        found: bytes | None = connection.execute(
            select(_ROW.bytes).where(_ROW.digest == digest)
        ).scalar()
    return found
