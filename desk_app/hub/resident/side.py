"""What a centre offers residents: its window's phone, where its pages are, what is switched on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select, update

from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.hub import tables
from desk_app.hub.database import Database

_CENTRE = tables.centres.c
_PLAIN = re.compile(r"[0-9a-z-]{1,40}")
_PHONE = re.compile(r"[0-9][0-9 、（）()转+-]{2,58}")


@dataclass(frozen=True, slots=True)
class Side:
    """A centre as residents meet it.

    Attributes:
        centre: its id; empty = no such centre.
        phone: of the window.
        address: where its pages are reached, ``https://…``; empty = nowhere.
        shows_status, takes_inquiries: what is switched on.
    """

    centre: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    shows_status: bool = False
    takes_inquiries: bool = False


def side_of(connection: Connection, centre: str) -> Side:
    """The side of a centre; an empty one where there is no such centre."""
    found = connection.execute(
        select(
            _CENTRE.id, _CENTRE.name, _CENTRE.phone, _CENTRE.page_address,
            _CENTRE.shows_status, _CENTRE.takes_inquiries,
        ).where(_CENTRE.id == (centre if _PLAIN.fullmatch(centre) else ""))
    ).first()  # fmt: skip
    if found is None:
        return Side()
    return Side(*found[:4], shows_status=bool(found[4]), takes_inquiries=bool(found[5]))


def change_side(
    database: Database,
    centre: str,
    *,
    phone: str | None = None,
    address: str | None = None,
    shows_status: bool | None = None,
    takes_inquiries: bool | None = None,
) -> Side:
    """Change what is given, leave the rest; returns how it is now.

    Raises BadInputError: no such centre, no phone, no address, or something switched on that
    residents could not be told of or reach. Nothing was changed.
    """
    given: dict[str, Any] = {
        "phone": phone,
        "address": address,
        "shows_status": shows_status,
        "takes_inquiries": takes_inquiries,
    }
    with database.writing() as connection:
        side = side_of(connection, centre)
        if not side.centre:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "没有“{centre}”这个中心。"), centre=centre[:40]
            )
        side = _checked(replace(side, **{k: v for k, v in given.items() if v is not None}))
        connection.execute(
            update(tables.centres)
            .where(_CENTRE.id == centre)
            .values(
                phone=side.phone,
                page_address=side.address,
                shows_status=int(side.shows_status),
                takes_inquiries=int(side.takes_inquiries),
            )
        )
    return side


def _checked(side: Side) -> Side:
    side = replace(side, phone=side.phone.strip(), address=side.address.strip().rstrip("/"))
    if side.phone and not _PHONE.fullmatch(side.phone):
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "窗口电话要写成 021-12345678 这样。没有改。")
        )
    if side.address and not _is_page_address(side.address):
        raise BadInputError(
            QT_TRANSLATE_NOOP(
                "Errors", "网页地址要写成 https://主机 或 https://主机:端口。没有改。"
            )
        )
    if (side.shows_status or side.takes_inquiries) and not side.phone:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "居民要看得到窗口电话，请先用 --phone 写上。没有改。")
        )
    if side.shows_status and not side.address:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "还没有网页地址，请用 --address 写上。没有改。")
        )
    return side


def _is_page_address(address: str) -> bool:
    """Whether it is the root of a site: HTTPS, or HTTP on this machine."""
    try:
        parts = urlsplit(address)
        rest = parts.path or parts.query or parts.fragment or parts.username or len(address) > 200
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        port = parts.port
    except ValueError:
        return False
    is_known = parts.scheme == "https" or (parts.scheme == "http" and local)
    return is_known and bool(parts.hostname) and not rest and port != 0 and address.isprintable()
