"""What shut-out devices sent: kept apart in no stream, until a person lets it in or leaves it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, text

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.hub import tables
from desk_app.hub.database import Database
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.people import RefusedError
from desk_app.protocol.signing import seal, unseal
from desk_app.protocol.wire import MAX_ENTRIES

MOST_KEPT = 50_000
"""Of one device: far more than a desk ever has unsent, and no way to fill the disk."""

_ROW = tables.quarantine.c
_SAID = {"entry_id": "id", "case_id": "case_id", "kind": "kind", "author": "author"}


@dataclass(frozen=True, slots=True)
class KeptApart:
    """One thing a shut-out device sent.

    Attributes:
        entry_id, case_id, kind, author: as it says; empty where it does not.
        received: ms since 1970 by the hub's clock.
    """

    number: int
    entry_id: str
    case_id: str
    kind: str
    author: str
    received: int


@dataclass(frozen=True, slots=True)
class Released:
    """What became of what was let in; ``kept`` stays apart, refused by ``codes``."""

    taken: int
    kept: int
    codes: tuple[str, ...]


def keep_apart(database: Database, device: str, sent: Sequence[Any], now: int) -> None:
    """Keep JSON values as they came; the same again is there once.

    Raises RefusedError (``too_much``) beyond ``MOST_KEPT``: nothing of ``sent`` was kept.
    """
    values = [_values(database, device, value, now) for value in sent]
    with database.writing() as connection:
        # One batch of a device after the other, whichever process it came to.
        known = tables.devices.c.id
        connection.execute(select(known).where(known == device).with_for_update())
        count = connection.execute(
            select(func.count()).select_from(tables.quarantine).where(_ROW.device == device)
        ).scalar_one()
        if count + len(values) > MOST_KEPT:
            raise RefusedError("too_much")
        connection.execute(
            text(
                "INSERT INTO quarantine (device, digest, entry_id, received, sealed) "
                "VALUES (:device, :digest, :entry_id, :received, :sealed) "
                "ON CONFLICT (device, digest) DO NOTHING"
            ),
            values,
        )


def listed(database: Database, device: str) -> list[KeptApart]:
    """What a device sent after it was shut out, in the order it came; no contents."""
    found: list[KeptApart] = []
    for number, received, value in _each(database, device):
        said = value if isinstance(value, dict) else {}
        names = {field: str(said.get(key, ""))[:80] for field, key in _SAID.items()}
        found.append(KeptApart(number=number, received=received, **names))
    return found


def release(database: Database, device: str, now: int) -> Released:
    """Let in what a device sent, as if it had never been shut out; the device stays shut out.

    What the centre refuses stays apart. Raises BadInputError for an unknown device.
    """
    with database.reading() as connection:
        row = tables.devices.c
        centre = connection.execute(select(row.centre).where(row.id == device)).scalar()
    if centre is None:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "没有这台设备。"))
    taken = kept = after = 0
    codes: set[str] = set()
    while page := _page(database, device, after):
        after = page[-1][0]
        values = [value for _, _, value in page]
        answers = take_in(database.ledger, Sender(device, centre), values, now).answers
        done = [
            number
            for (number, _, _), answer in zip(page, answers, strict=True)
            if answer.status in ("accepted", "duplicate")
        ]
        with database.writing() as connection:
            connection.execute(delete(tables.quarantine).where(_ROW.number.in_(done)))
        taken += len(done)
        kept += len(page) - len(done)
        codes |= {answer.code for answer in answers if answer.code}
    return Released(taken, kept, tuple(sorted(codes)))


def _values(database: Database, device: str, value: Any, now: int) -> dict[str, object]:
    name = value.get("id") if isinstance(value, dict) else None
    name = name[:80] if isinstance(name, str) and name.isprintable() else ""
    content = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return {
        "device": device,
        "digest": hashlib.sha256(content).hexdigest(),
        "entry_id": name,
        "received": now,
        "sealed": seal(database.key, content, name.encode()),
    }


def _each(database: Database, device: str) -> list[tuple[int, int, Any]]:
    found: list[tuple[int, int, Any]] = []
    while page := _page(database, device, found[-1][0] if found else 0):
        found += page
    return found


def _page(database: Database, device: str, after: int) -> list[tuple[int, int, Any]]:
    """Number, time of receipt and JSON value of the next things kept apart."""
    with database.reading() as connection:
        rows = connection.execute(
            select(_ROW.number, _ROW.received, _ROW.entry_id, _ROW.sealed)
            .where(_ROW.device == device, _ROW.number > after)
            .order_by(_ROW.number)
            .limit(MAX_ENTRIES)
        ).all()
    return [
        (number, received, json.loads(unseal(database.key, sealed, name.encode())))
        for number, received, name, sealed in rows
    ]
