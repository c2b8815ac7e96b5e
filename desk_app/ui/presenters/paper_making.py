"""Puts together what a paper says, on the store's thread: the sheets, and the forms of the pack."""

from __future__ import annotations

from dataclasses import dataclass

from desk_app.core.agenda import build_agenda
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.paper_form import PaperForm
from desk_app.core.sheet import MaterialSheet
from desk_app.services.paper import (
    MATERIAL_SHEET,
    PaperName,
    make_sheet,
    sheet_name,
    unverified_contacts,
    window_facts,
)
from desk_app.services.paper_data.source import PaperFacts, PaperSource, paper_source
from desk_app.services.papers import fill, paper_name, subjects
from desk_app.services.resident import ResidentWork
from desk_app.ui.presenters.ports import Services

FORMAL_SIZE, LARGE_SIZE = 16, 22


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A paper before it is drawn.

    Attributes:
        size: of its text in points; 0 = the officer chooses.
        papers, trips: before and after putting the items together; (0, 0) = say nothing.
        unverified: offices on the paper whose address and phone nobody has verified.
    """

    name: PaperName
    sheet: MaterialSheet | PaperForm
    size: int = 0
    papers: tuple[int, int] = (0, 0)
    trips: tuple[int, int] = (0, 0)
    unverified: tuple[str, ...] = ()


def sheet_of(services: Services, case: CaseState, paper: str) -> MadePaper:
    """The material list or the explanation."""
    pack = services.casework.pack_of(case)
    facts = window_facts(services.store, services.casework.author, services.clock)
    sheet = make_sheet(pack, case, paper, facts)
    merged = build_agenda(pack, case).materials
    return MadePaper(
        sheet_name(paper),
        sheet,
        papers=(sheet.before, sheet.after),
        trips=(sheet.trips_before, sheet.trips_after),
        unverified=unverified_contacts(pack, merged) if paper == MATERIAL_SHEET else (),
    )


def source_of(services: Services, case: CaseState, about: str = "") -> PaperSource:
    """The case as its forms are filled in from."""
    store = services.store
    window = window_facts(store, services.casework.author, services.clock)
    state = services.link.desk.sync_state() if services.link else None
    centre = state.centre if state and state.hub else ""
    url = ResidentWork(store, services.casework).url(case, centre) if centre else ""
    office = state.centre_name if state else ""
    facts = PaperFacts(window, office, url, store.centre_numbers(case.case_id))
    return paper_source(services.casework.pack_of(case), case, facts, about)


def form_of(services: Services, case: CaseState, paper: str, about: str) -> MadePaper:
    """A paper after a layout of the pack in force.

    Raises BadInputError where the pack has no such layout.
    """
    layout = services.pack.papers.get(paper)
    if layout is None:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "现在的内容包里没有这种文书。"),
            safe=QT_TRANSLATE_NOOP("Errors", "案件没有动。"),
        )
    source = source_of(services, case, about)
    subject = dict(subjects(layout, source)).get(about, "")
    size = LARGE_SIZE if layout.size == "large" else FORMAL_SIZE
    return MadePaper(paper_name(layout, about, subject), fill(layout, source), size)
