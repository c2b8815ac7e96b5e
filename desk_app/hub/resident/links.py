"""What a resident sees who opens a link."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select, text

from desk_app.hub import tables
from desk_app.hub.database import Database
from desk_app.hub.resident.projection import token_hash
from desk_app.hub.resident.side import Side, side_of
from desk_app.protocol.signing import unseal

_LINK = tables.resident_links.c


@dataclass(frozen=True, slots=True)
class Status:
    """What the page behind a link shows; ``stage`` empty = nothing, whyever."""

    side: Side
    stage: str = ""
    next: str = ""


def status(database: Database, centre: str, token: str, now: int) -> Status:
    """What a resident sees who brings ``token``.

    The same steps whether there is such a link, was one, or never was. Where there is nothing to
    see, the answer speaks of ``centre``, the one that was asked for, alone.
    """
    hashed = token_hash(token)
    with database.reading() as connection:
        if database.is_postgresql:
            connection.execute(text("SELECT set_config('app.link', :hash, true)"), {"hash": hashed})
        found = connection.execute(
            select(_LINK.centre, _LINK.ends, _LINK.sealed).where(_LINK.token_hash == hashed)
        ).first()
        asked = side_of(connection, centre)
        side = side_of(connection, found.centre if found else centre)
    if found is None or not side.shows_status or 0 < found.ends <= now:
        return Status(asked)
    shown = json.loads(unseal(database.key, found.sealed, hashed.encode()))
    return Status(side, shown["stage"], shown["next"])
