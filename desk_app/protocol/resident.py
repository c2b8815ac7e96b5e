"""What a hub tells its desks of the resident's side: switches, and inquiries made online."""

from __future__ import annotations

from desk_app.core.resident import Inquiry, ResidentSide
from desk_app.protocol.wire import Message


class InquiryLine(Message):
    """Answer to ``POST /v1/inquiries/{number}/take``; fields as ``core.resident.Inquiry``."""

    number: str
    received: int
    words: str
    name: str
    phone: str
    is_mine: bool

    def to_inquiry(self) -> Inquiry:
        """The same for the core."""
        return Inquiry(**dict(self))


class ResidentReply(Message):
    """Answer to ``GET /v1/inquiries``; fields as ``core.resident.ResidentSide``."""

    address: str
    takes_inquiries: bool
    waiting: int
    inquiries: list[InquiryLine]

    def to_side(self) -> ResidentSide:
        """The same for the core."""
        inquiries = tuple(line.to_inquiry() for line in self.inquiries)
        return ResidentSide(self.address, self.takes_inquiries, self.waiting, inquiries)
