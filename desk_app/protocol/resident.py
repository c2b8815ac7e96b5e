"""What a hub tells its desks of the resident's side: switches, and inquiries made online."""

from __future__ import annotations

from desk_app.protocol.wire import Message


class InquiryLine(Message):
    """What one resident wrote online.

    Attributes:
        number: six digits, which the resident was told.
        received: ms since 1970 by the hub's clock.
        words, name, phone: as written; the last two may be empty.
        is_mine: this desk took it already, and no case of it has come to the hub yet.
    """

    number: str
    received: int
    words: str
    name: str
    phone: str
    is_mine: bool


class ResidentReply(Message):
    """Answer to ``GET /v1/inquiries``: the resident's side of the caller's centre.

    Attributes:
        address: where residents reach the centre's pages; empty = they show no links.
        takes_inquiries: whether the form for residents is open.
        waiting: how many inquiries wait; ``inquiries`` are the first of them, oldest first.
    """

    address: str
    takes_inquiries: bool
    waiting: int
    inquiries: list[InquiryLine]
