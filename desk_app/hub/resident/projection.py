"""What intake writes of the resident's side, in its own transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, select, text, update

from desk_app.core.entries import canonical
from desk_app.core.resident import ShownLink
from desk_app.hub import tables
from desk_app.protocol.signing import seal

_LINK = tables.resident_links.c
_INQUIRY = tables.inquiries.c
_PUT = text(
    "INSERT INTO resident_links (token_hash, centre, case_id, ends, sealed) "
    "VALUES (:token_hash, :centre, :case_id, :ends, :sealed) ON CONFLICT DO NOTHING"
)
"""A token that another case has is that case's: nobody can take it over."""


def linked_cases(connection: Connection, case_ids: Iterable[str]) -> frozenset[str]:
    """Those of the cases that ever had a link."""
    found = connection.execute(
        select(_LINK.case_id).where(_LINK.case_id.in_(list(case_ids))).distinct()
    )
    return frozenset(found.scalars())


def put_links(
    connection: Connection, key: bytes, centre: str, case_id: str, links: Sequence[ShownLink]
) -> None:
    """Keep what the links of a case show from now on; the case is ``centre``'s."""
    connection.execute(delete(tables.resident_links).where(_LINK.case_id == case_id))
    for link in links:
        hashed = token_hash(link.token)
        shown = canonical({"stage": link.stage, "next": link.next})
        connection.execute(
            _PUT,
            {
                "token_hash": hashed,
                "centre": centre,
                "case_id": case_id,
                "ends": link.ends,
                "sealed": seal(key, shown, hashed.encode()),
            },
        )


def settle_inquiry(connection: Connection, centre: str, number: str) -> None:
    """An inquiry is a case now: its words are in the journal, and no longer here."""
    connection.execute(
        update(tables.inquiries)
        .where(_INQUIRY.centre == centre, _INQUIRY.number == number)
        .values(sealed=None)
    )


def token_hash(token: str) -> str:
    """What the hub keeps of a link's token."""
    return hashlib.sha256(b"desk-app resident link\0" + token.encode()).hexdigest()
