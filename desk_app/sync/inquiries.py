"""The resident's side as a desk asks for it: what was written online, and which of it is ours."""

from __future__ import annotations

from desk_app.core.resident import Inquiry, ResidentSide
from desk_app.protocol.resident import InquiryLine, ResidentReply
from desk_app.sync.http_hub import HttpHub
from desk_app.sync.hub_line import parse

TAKEN = "taken"
"""Code of the refusal where another desk was faster."""


class Inquiries:
    """Asks the hub, one request a call.

    Every method raises HubUnreachableError, HubRefusesError.
    """

    def __init__(self, hub: HttpHub) -> None:
        self._hub = hub

    def fetch(self) -> ResidentSide:
        """What the centre offers residents, and what this desk may take."""
        return parse(ResidentReply, self._hub.ask("GET", "/v1/inquiries")).to_side()

    def take(self, number: str) -> Inquiry:
        """Make an inquiry this desk's own; again is fine. Refused with ``TAKEN``: another's."""
        return parse(
            InquiryLine, self._hub.ask("POST", f"/v1/inquiries/{number}/take")
        ).to_inquiry()
