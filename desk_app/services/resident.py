"""The resident's side of a case: the link, what it says comes next, and inquiries made online."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Protocol

from desk_app.core.entries import NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, UserFacingError
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.core.resident import (
    Inquiry,
    ResidentSide,
    links,
    next_of,
    resident_url,
    working_link,
)

PAGE_ADDRESS = "resident.address"
"""Setting: where the centre's pages for residents are, as it said last."""

TOKEN_BYTES = 18
"""144 random bits: nobody guesses one."""

NOTHING_CHANGED = QT_TRANSLATE_NOOP("Errors", "原来的记录没有变。")


class Officer(Protocol):
    """Who works, and how a case is opened (``Casework``)."""

    @property
    def author(self) -> str:
        """See ``Casework.author``."""

    def open_case(self, channel: str) -> CaseState:
        """See ``Casework.open_case``."""


class ResidentWork:
    """What an officer does for the resident's own view of a case.

    A method that would change nothing writes nothing. Each returns the case after it.
    """

    def __init__(self, store: CaseStore, officer: Officer) -> None:
        self._store = store
        self._officer = officer

    @property
    def page_address(self) -> str:
        """Where the centre's pages are, as it said last; empty = it has none, or never said."""
        return self._store.setting(PAGE_ADDRESS)

    def make_link(self, case_id: str) -> CaseState:
        """Give a case a link, unless it has one.

        Raises UserFacingError where it would lead nowhere: a practice case, or a centre that is
        not known to have pages for residents.
        """
        case = self._store.case(case_id)
        if case.practice:
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "演练的案件不传到中心，没有链接。"),
                safe=NOTHING_CHANGED,
            )
        if working_link(case) is not None:
            return case
        if not self.page_address:
            raise UserFacingError(
                QT_TRANSLATE_NOOP("Errors", "中心还没有开通给居民看的网页，没有做链接。"),
                safe=NOTHING_CHANGED,
            )
        token = secrets.token_urlsafe(TOKEN_BYTES)
        return self._write(case_id, NewEntry(case_id, "link.made", {"token": token}))

    def end_links(self, case_id: str) -> CaseState:
        """End the link of a case, and any that another desk made meanwhile."""
        working = [link for link in links(self._store.case(case_id)) if link.ended is None]
        return self._write(
            case_id, *(NewEntry(case_id, "link.ended", {"ref": link.id}) for link in working)
        )

    def say_next(self, case_id: str, what: str) -> CaseState:
        """Choose the sentence about what comes next, for the stage the case is in.

        Args:
            what: one of ``kinds.resident.NEXT_STEPS``. Raises BadInputError for another.
        """
        case = self._store.case(case_id)
        if next_of(case) == what:
            return case
        body: dict[str, Json] = {"stage": case.stage, "next": what}
        return self._write(case_id, case.on_top("link.next", body))

    def url(self, case: CaseState, centre: str) -> str:
        """What the QR code on a paper says; empty = there is no link, or no page to lead to."""
        link, address = working_link(case), self.page_address
        return resident_url(address, centre, link.token) if link and address else ""

    def remember(self, side: ResidentSide) -> None:
        """Keep where the centre's pages are, for the time without a network."""
        if self.page_address != side.address:
            self._store.save_setting(PAGE_ADDRESS, side.address)

    def accept(self, inquiry: Inquiry, received: datetime) -> CaseState:
        """Make a case of an inquiry that the centre gave this desk; the same one again is there.

        Args:
            received: when the centre received it, in the time of this place.
        """
        known = self._case_of(inquiry)
        if known is not None:
            return known
        case_id = self._officer.open_case("online").case_id
        fields = {
            "words": inquiry.words,
            "resident_title": inquiry.name,
            "phone": inquiry.phone,
        }
        when = f"{received.month}月{received.day}日 {received:%H:%M}"
        return self._write(
            case_id,
            *(
                NewEntry(case_id, "field.set", {"name": name, "value": value})
                for name, value in fields.items()
                if value.strip()
            ),
            NewEntry(case_id, "note.added", {"text": f"网上留言 {inquiry.number}，{when} 收到。"}),
            # Last: once the centre has it, it has the words too, and lets go of its own copy.
            NewEntry(
                case_id,
                "inquiry.accepted",
                {"number": inquiry.number, "received": inquiry.received},
            ),
        )

    def _case_of(self, inquiry: Inquiry) -> CaseState | None:
        for row in self._store.search(inquiry.number):
            case = self._store.case(row.case_id)
            for entry in case.timeline:
                if entry.kind == "inquiry.accepted" and entry.body["number"] == inquiry.number:
                    return case
        return None

    def _write(self, case_id: str, *new: NewEntry) -> CaseState:
        if new:
            self._store.append(self._officer.author, new)
        return self._store.case(case_id)
