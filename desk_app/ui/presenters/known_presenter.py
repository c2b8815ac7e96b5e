"""Has this person been here before? Said while the session goes on; nothing is joined by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from desk_app.core.coordination import parties
from desk_app.core.fold import CaseState
from desk_app.services.people import Known, People
from desk_app.ui.presenters.coordination_words import ROLE_NAMES, WHY_NAMES
from desk_app.ui.presenters.lines import NO_ITEM, NO_NAME, Line
from desk_app.ui.presenters.ports import Services

TOLD_BY = ("resident_name", "phone", "id_number")
"""Fields that somebody is known by."""

SHOWN = 3


class KnownView(Protocol):
    """What the presenter asks of the block."""

    def show_known(self, lines: tuple[Line, ...]) -> None:
        """Draw the cases in which somebody like this one stands."""


class KnownPresenter:
    """What the block knows and does."""

    def __init__(self, services: Services, view: KnownView) -> None:
        self._services = services
        self._view = view
        self._people = People(services.store, services.romanise)
        self._asked: tuple[str, Mapping[str, str]] = ("", {})

    def show_case(self, case: CaseState) -> None:
        """Look again where what the resident is known by has changed."""
        told = {name: case.fields[name] for name in TOLD_BY if case.fields.get(name)}
        asked = (case.case_id, told)
        if asked == self._asked:
            return
        if not told or case.case_id != self._asked[0]:
            self._view.show_known(())
        self._asked = asked
        if not told:
            return
        resident, but = parties(case)[0], (case.case_id, *case.same_person)

        def look() -> tuple[Line, ...]:
            return tuple(map(_line, self._people.alike(resident, but=but)[:SHOWN]))

        def found(lines: tuple[Line, ...]) -> None:
            if asked == self._asked:
                self._view.show_known(lines)

        self._services.runner.store(look, found)

    def open(self, case_id: str) -> None:
        """Look at that case."""
        self._services.shell.open_case(case_id)


def _line(known: Known) -> Line:
    case, party = known.case, known.party
    matter = case.items[0].name if case.items else NO_ITEM
    role = ROLE_NAMES.get(party.role, party.role)
    return Line(
        case.case_id, f"{party.shown_name or NO_NAME}　{matter}",
        detail=f"{role}　{case.number}　首问负责 {case.first_contact_officer}",
        status=WHY_NAMES.get(known.why, ""), tone="info",
    )  # fmt: skip
