"""A case with everything that its papers are filled in from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desk_app.core.advance_ledger import Advance, AdvanceLedger, Leg, advance_ledger
from desk_app.core.advice import Filing, filing_of
from desk_app.core.agenda import Agenda, build_agenda
from desk_app.core.catalogue import Agency, Item, Pack
from desk_app.core.consents import Consent, consents
from desk_app.core.coordination import Request, requests
from desk_app.core.fold import CaseState
from desk_app.core.sheet import WEEKDAYS
from desk_app.core.visits import Visit, visit_of
from desk_app.services.paper import WindowFacts

TableRow = Mapping[str, str]
Value = str | tuple[str, ...] | tuple[TableRow, ...]

WINDOW_AGENCY = "escalation-window"
"""The office of the pack that is this window itself: where it is and when it is open."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What papers say that is not of the case.

    Attributes:
        office: the centre's whole name; empty = a line to fill by hand.
        link: where the resident's code leads; empty = there is none.
        numbers: the centre's numbers of the case's entries; None = this desk has no centre.
    """

    window: WindowFacts
    office: str = ""
    link: str = ""
    numbers: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class PaperSource:
    """A case with everything that its papers are filled in from.

    Attributes:
        about: id of the entry that the paper is about; empty = of the case as a whole.
    """

    pack: Pack
    case: CaseState
    facts: PaperFacts
    agenda: Agenda
    ledger: AdvanceLedger
    about: str = ""

    @property
    def today(self) -> date:
        """The day that the paper bears."""
        return self.facts.window.day

    @property
    def items(self) -> tuple[Item, ...]:
        """The chosen items that the pack knows."""
        return self.agenda.items

    @property
    def window_office(self) -> Agency | None:
        """The window itself, where somebody verified what the pack says of it."""
        office = self.pack.agencies.get(WINDOW_AGENCY)
        return office if office is not None and not office.sample else None

    @property
    def consent(self) -> Consent | None:
        """The consent that the paper is about."""
        return next((one for one in consents(self.case) if one.id == self.about), None)

    @property
    def advance(self) -> Advance | None:
        """The advance that the paper, or the leg of it, is about."""
        return next(
            (
                one
                for one in self.ledger.advances
                if self.about and self.about in (one.id, *(leg.entry.id for leg in one.legs))
            ),
            None,
        )

    @property
    def leg(self) -> Leg | None:
        """The leg of the money that the paper is about."""
        legs = self.advance.legs if self.advance else ()
        return next((leg for leg in legs if leg.entry.id == self.about), None)

    @property
    def request(self) -> Request | None:
        """The request to another office that the paper is about."""
        return next((one for one in requests(self.case) if one.id == self.about), None)

    @property
    def filing(self) -> Filing | None:
        """The filed decision that the paper is about."""
        return filing_of(self.case, self.about)

    @property
    def visit(self) -> Visit | None:
        """The visit that the paper is about."""
        return visit_of(self.case, self.about)


def paper_source(pack: Pack, case: CaseState, facts: PaperFacts, about: str = "") -> PaperSource:
    """``case`` as its papers see it; ``pack`` is the one it is worked with."""
    ledger = advance_ledger(case, facts.numbers)
    return PaperSource(pack, case, facts, build_agenda(pack, case), ledger, about)


def long_day(day: date) -> str:
    """2026年11月23日, as papers bear it."""
    return f"{day.year}年{day.month}月{day.day}日"


def said_day(day: date) -> str:
    """9 月 28 日（星期一）, as one says it: for large print."""
    return f"{day.month} 月 {day.day} 日（星期{WEEKDAYS[day.weekday()]}）"
