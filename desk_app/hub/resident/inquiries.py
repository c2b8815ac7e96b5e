"""Inquiries made online: kept until a desk has made a case of them, and given to one desk only."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, text, update

from desk_app.core.entries import canonical
from desk_app.hub import tables
from desk_app.hub.database import Database
from desk_app.hub.resident.side import Side, side_of
from desk_app.hub.sql_ledger import see_centres
from desk_app.protocol.resident import InquiryLine, ResidentReply
from desk_app.protocol.signing import seal, unseal

MOST_WAITING = 200
"""Of one centre; more is a flood, and the form then says to call."""

MOST_SHOWN = 30
"""Given to a desk at once, oldest first: together they fit one answer."""

KEPT_FOR_MS = 24 * 3_600_000
"""How long an inquiry is a desk's that took it, while no case of it has come: then anyone's."""

MOST_TRIES = 50

_ROW = tables.inquiries.c
_KEEP = text(
    "INSERT INTO inquiries (centre, number, digest, received, sealed, device, taken) "
    "VALUES (:centre, :number, :digest, :received, :sealed, '', 0) ON CONFLICT DO NOTHING"
)


class FullError(Exception):
    """So many inquiries wait that no more are taken."""


class TakenError(Exception):
    """Another desk took the inquiry, or it is a case already."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a resident wrote; ``name`` and ``phone`` may be empty."""

    words: str
    name: str
    phone: str


def keep(database: Database, centre: str, form: str, words: Words, now: int) -> str:
    """Keep an inquiry; its number, once it is committed. Empty: the centre takes none.

    Args:
        form: which copy of the form it came in: the same words in it again are the same inquiry.

    Raises FullError: nothing was kept.
    """
    contents = canonical(asdict(words))
    digest = hashlib.sha256(form.encode() + b"\0" + contents).hexdigest()
    with database.writing() as connection:
        if not side_of(connection, centre).takes_inquiries:
            return ""
        see_centres(connection, [centre])
        for _ in range(MOST_TRIES):
            if known := _number_of(connection, centre, digest):
                return known
            if _waiting(connection, _ROW.centre == centre) >= MOST_WAITING:
                raise FullError
            number = f"{secrets.randbelow(10**6):06d}"
            connection.execute(
                _KEEP,
                {
                    "centre": centre,
                    "number": number,
                    "digest": digest,
                    "received": now,
                    "sealed": seal(database.key, contents, digest.encode()),
                },
            )
    raise FullError  # a million numbers, and fifty tries found none that is free


def open_side(database: Database, centre: str) -> Side:
    """The centre's side, for the page with the form."""
    with database.reading() as connection:
        return side_of(connection, centre)


def waiting_for(database: Database, centre: str, device: str, now: int) -> ResidentReply:
    """The resident's side of a desk's centre, with what it may take."""
    with database.reading() as connection:
        see_centres(connection, [centre])
        side = side_of(connection, centre)
        mine = _may_take(centre, device, now)
        found = connection.execute(
            select(_ROW.number, _ROW.received, _ROW.sealed, _ROW.digest, _ROW.device)
            .where(mine)
            .order_by(_ROW.received, _ROW.number)
            .limit(MOST_SHOWN)
        ).all()
        count = _waiting(connection, mine)
    return ResidentReply(
        address=side.address if side.shows_status else "",
        takes_inquiries=side.takes_inquiries,
        waiting=count,
        inquiries=[_line(database.key, device, row) for row in found],
    )


def take(database: Database, centre: str, number: str, device: str, now: int) -> InquiryLine:
    """Give an inquiry to one desk; the same desk may ask again.

    Raises TakenError.
    """
    this = (_ROW.number == number, _may_take(centre, device, now))
    with database.writing() as connection:
        see_centres(connection, [centre])
        done = connection.execute(
            update(tables.inquiries).where(*this).values(device=device, taken=now)
        )
        if not done.rowcount:
            raise TakenError
        row = connection.execute(
            select(_ROW.number, _ROW.received, _ROW.sealed, _ROW.digest, _ROW.device).where(*this)
        ).one()
    return _line(database.key, device, row)


def _may_take(centre: str, device: str, now: int) -> ColumnElement[bool]:
    free = or_(_ROW.device.in_(("", device)), _ROW.taken < now - KEPT_FOR_MS)
    return (_ROW.centre == centre) & _ROW.sealed.is_not(None) & free


def _waiting(connection: Connection, where: ColumnElement[bool]) -> int:
    return connection.execute(
        select(func.count()).select_from(tables.inquiries).where(where, _ROW.sealed.is_not(None))
    ).scalar_one()


def _number_of(connection: Connection, centre: str, digest: str) -> str:
    found = connection.execute(
        select(_ROW.number).where(_ROW.centre == centre, _ROW.digest == digest)
    ).scalar()
    return str(found or "")


def _line(key: bytes, device: str, row: Any) -> InquiryLine:
    opened = Words(**json.loads(unseal(key, row.sealed, row.digest.encode())))
    return InquiryLine(
        number=row.number,
        received=row.received,
        is_mine=row.device == device,
        **asdict(opened),
    )
