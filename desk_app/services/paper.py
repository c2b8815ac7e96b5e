"""From a case to the paper that the resident takes home."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from desk_app.core.agenda import build_agenda
from desk_app.core.catalogue import Agency, Material, Pack
from desk_app.core.clock import Clock
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.fold import CaseState, Promise
from desk_app.core.kinds.kind import Json
from desk_app.core.masking import form_of_address
from desk_app.core.materials import MaterialList, MergedPaper
from desk_app.core.paper_form import PaperForm
from desk_app.core.ports import CaseStore
from desk_app.core.sheet import (
    MaterialSheet,
    PrintedPaper,
    SheetChoice,
    SheetPaper,
    SheetPromise,
    day_in_words,
)
from desk_app.core.workdays import add_working_days
from desk_app.services.settings import OFFICER_NAME, WINDOW_PHONE

MATERIAL_SHEET = "material_sheet"
EXPLANATION = "explanation"
SHEET_TITLES = {MATERIAL_SHEET: "材料单", EXPLANATION: "说明单"}
"""The large-print sheets; every other paper is a layout of the content pack."""
PRINT_LATER = "把单子打好交给居民"
"""The promise that 回中心再打 leaves in 待办; it is kept by printing, and never printed itself."""
_PRINT_FORM = "回中心打印："
"""How the same promise begins for every other paper, which it names."""


class SheetPrinter(Protocol):
    """Makes the PDF (``printing.papers``)."""

    def __call__(self, sheet: MaterialSheet | PaperForm, size: int) -> PrintedPaper:
        """The paper in ``size`` points. Raises UserFacingError for what cannot be printed."""


@dataclass(frozen=True, slots=True)
class PaperName:
    """Which paper of a case.

    Attributes:
        paper: MATERIAL_SHEET, EXPLANATION or the id of a layout.
        about: id of the entry that it is about, of those made once for each; empty = the case.
        title: what it is called on screen.
    """

    paper: str
    about: str = ""
    title: str = ""

    @property
    def waits_as(self) -> str:
        """The promise that 回中心再打 leaves for it."""
        return PRINT_LATER if self.paper in SHEET_TITLES else _PRINT_FORM + self.title


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What the footer says of the window; empty = a line to fill by hand."""

    phone: str
    officer: str
    day: date


def window_facts(store: CaseStore, officer: str, clock: Clock) -> WindowFacts:
    """The footer as the settings and the clock have it."""
    name = store.setting(OFFICER_NAME) or officer
    return WindowFacts(store.setting(WINDOW_PHONE), name, clock.now().date())


def material_sheet(pack: Pack, state: CaseState, window: WindowFacts) -> MaterialSheet:
    """The material list of a case as it stands."""
    agenda = build_agenda(pack, state)
    names = tuple(item.name for item in agenda.items)
    sheet = sheet_of_list(pack, agenda.materials, names, _addressee(state), window)
    return replace(
        sheet,
        case_number=state.number,
        promises=_promises(state),
        reprint=reprints(state, MATERIAL_SHEET),
    )


def sheet_of_list(
    pack: Pack,
    merged: MaterialList,
    items: tuple[str, ...],
    addressee: str,
    window: WindowFacts,
) -> MaterialSheet:
    """The material list of items without a case: no number, no promises.

    Args:
        items: names of the items.
        addressee: how the resident is called; empty = a line to fill by hand.
    """
    saving = merged.saving
    return MaterialSheet(
        title="请照这张单子准备",
        case_number="",
        addressee=addressee,
        items=items,
        to_bring=_to_bring(pack, merged),
        perhaps=_perhaps(pack, merged),
        in_hand=tuple(paper.material.plain_name for paper in merged.in_hand),
        by_us=tuple(
            SheetPaper(paper.material.plain_name, form=_who(pack, paper))
            for paper in merged.fetched_for
            if paper.need == "yes"
        ),
        before=saving.papers_before,
        after=saving.papers_after,
        trips_before=saving.trips_before,
        trips_after=saving.trips_after,
        window_phone=window.phone,
        officer=window.officer,
        day=window.day,
    )


def explanation_sheet(pack: Pack, state: CaseState, window: WindowFacts) -> MaterialSheet:
    """The explanation (说明单): why not, on what grounds, which door is next."""
    closing = state.closing
    return MaterialSheet(
        title="情况说明",
        case_number=state.number,
        addressee=_addressee(state),
        items=tuple(item.name for item in build_agenda(pack, state).items),
        explanation=(
            ("为什么现在办不了", closing.explanation if closing else ""),
            ("依据", closing.basis if closing else ""),
            ("您还可以", closing.next_door if closing else ""),
        ),
        promises=_promises(state),
        window_phone=window.phone,
        officer=window.officer,
        day=window.day,
        reprint=reprints(state, EXPLANATION),
    )


def make_sheet(pack: Pack, state: CaseState, paper: str, window: WindowFacts) -> MaterialSheet:
    """The sheet called ``paper``: MATERIAL_SHEET or EXPLANATION."""
    make = explanation_sheet if paper == EXPLANATION else material_sheet
    return make(pack, state, window)


def sheet_name(paper: str) -> PaperName:
    """The name of MATERIAL_SHEET or EXPLANATION."""
    return PaperName(paper, title=SHEET_TITLES[paper])


def file_name(state: CaseState, name: PaperName) -> str:
    """What a saved PDF is called: the opaque case number and nothing of the person."""
    return f"{name.title}-{state.number}.pdf"


def is_print_later(promise: str) -> bool:
    """Whether a promise is one that 回中心再打 left: a reminder of ours, never for a paper."""
    return promise == PRINT_LATER or promise.startswith(_PRINT_FORM)


def note_paper(
    store: CaseStore, author: str, state: CaseState, name: PaperName, printed: PrintedPaper,
    size: int, how: str, saving: tuple[int, int] = (0, 0),
) -> CaseState:  # fmt: skip
    """Keep in the journal that a paper was made. ``how``: print | pdf | queue.

    Printing keeps the promises that 回中心再打 left for this paper.
    """
    entries = [_paper_made(state, name, printed, size, how, saving)]
    if how == "print":
        for promise in _print_later(state, name):
            body: dict[str, Json] = {"ref": promise.id, "note": "已打印"}
            entries.append(state.on_top("promise.kept", body))
    store.append(author, entries)
    return store.case(state.case_id)


def queue_paper(
    store: CaseStore, pack: Pack, author: str, state: CaseState, name: PaperName,
    printed: PrintedPaper, size: int, today: date,
) -> CaseState:  # fmt: skip
    """回中心再打: note it, and promise it for the next working day so that 今日 reminds us."""
    entries = [_paper_made(state, name, printed, size, "queue", (0, 0))]
    if not _print_later(state, name):
        due = add_working_days(today, 1, pack.calendars).day
        body: dict[str, Json] = {"what": name.waits_as, "who": author, "due": due.isoformat()}
        entries.append(NewEntry(state.case_id, "promise.made", body))
    store.append(author, entries)
    return store.case(state.case_id)


def _paper_made(
    state: CaseState, name: PaperName, printed: PrintedPaper, size: int, how: str,
    saving: tuple[int, int],
) -> NewEntry:  # fmt: skip
    body: dict[str, Json] = {
        "paper": name.paper,
        "sha256": printed.sha256,
        "pages": printed.pages,
        "size": size,
        "how": how,
        "count_before": saving[0],
        "count_after": saving[1],
    }
    if name.about:
        body["about"] = name.about
    return NewEntry(state.case_id, "paper.made", body)


def _print_later(state: CaseState, name: PaperName) -> list[Promise]:
    return [p for p in state.promises if p.state == "open" and p.what == name.waits_as]


def made_entries(state: CaseState, paper: str, about: str = "") -> tuple[Entry, ...]:
    """What the journal knows of a paper: printed, saved or left for later, oldest first."""
    return tuple(
        entry
        for entry in state.papers
        if entry.body["paper"] == paper and entry.body.get("about", "") == about
    )


def reprints(state: CaseState, paper: str, about: str = "") -> int:
    """How often a paper was printed: the next print is the n-th reprint (补打第 n 次)."""
    return sum(entry.body["how"] == "print" for entry in made_entries(state, paper, about))


def unverified_contacts(pack: Pack, merged: MaterialList) -> tuple[str, ...]:
    """Names of offices the resident is sent to whose address and phone nobody has verified."""
    missing = (paper for paper in merged.to_bring if paper.mark.state == "missing")
    agencies = (pack.agencies.get(paper.material.issuer) for paper in missing)
    return tuple(dict.fromkeys(agency.name for agency in agencies if agency and agency.sample))


def _addressee(state: CaseState) -> str:
    return form_of_address(
        state.fields.get("resident_name", ""), state.fields.get("resident_title", "")
    )


def _sides(merged: MaterialList) -> dict[str, list[MergedPaper]]:
    # What the resident may choose from. With one side left (the other is waived, or ours to
    # prepare) there is nothing to choose, only a paper that may be wanted.
    sides: dict[str, list[MergedPaper]] = {}
    for paper in merged.to_bring:
        if paper.either:
            sides.setdefault(paper.either, []).append(paper)
    return {either: papers for either, papers in sides.items() if len(papers) > 1}


def _to_bring(pack: Pack, merged: MaterialList) -> tuple[SheetPaper | SheetChoice, ...]:
    entries: list[SheetPaper | SheetChoice] = []
    sides = _sides(merged)
    for paper in merged.to_bring:
        if paper.either in sides:
            choice = sides.pop(paper.either)
            entries.append(
                SheetChoice(tuple(_paper(pack, side, why=_why(side)) for side in choice))
            )
        elif paper.need == "yes":
            entries.append(_paper(pack, paper))
    return tuple(entries)


def _perhaps(pack: Pack, merged: MaterialList) -> tuple[SheetPaper, ...]:
    sides = _sides(merged)
    return tuple(
        _paper(pack, paper, why=_why(paper))
        for paper in merged.to_bring
        if paper.need != "yes" and paper.either not in sides
    )


def _paper(pack: Pack, paper: MergedPaper, why: str = "") -> SheetPaper:
    material = paper.material
    to_fetch = paper.mark.state == "missing"
    agency = pack.agencies.get(material.issuer) if to_fetch else None
    known = agency if agency and not agency.sample else None
    return SheetPaper(
        plain_name=material.plain_name,
        official_name=material.name if material.name != material.plain_name else "",
        form=form_in_words(paper),
        where=where_to_get(material, agency) if to_fetch else "",
        address=known.address if known else "",
        phone=known.phone if known else "",
        hours=known.hours if known else "",
        route=known.route_hint if known else "",
        instead=instead_of(pack, paper) if to_fetch else "",
        deadline=material.deadline,
        why=why,
    )


def form_in_words(paper: MergedPaper) -> str:
    """Original or copies, as one says it across a desk."""
    parts = []
    if paper.originals:
        parts.append(f"交原件 {paper.originals} 份")
    if paper.show_original:
        parts.append("带原件，看一下就还您")
    if paper.copies:
        parts.append(f"复印件 {paper.copies} 份")
    return "，".join(parts)


def where_to_get(material: Material, agency: Agency | None) -> str:
    """Which office gives a paper, in words."""
    # The pack's own words come first; the office's name is added where they do not hold it.
    office = agency.name.partition("（")[0] if agency else ""
    if office and office not in material.where_to_get:
        return f"{office}（{material.where_to_get}）" if material.where_to_get else office
    return material.where_to_get


def instead_of(pack: Pack, paper: MergedPaper) -> str:
    """What may stand in for a paper, in words; empty = nothing that the pack knows of."""
    if paper.stand_in is not None:
        return f"可以用{paper.stand_in.plain_name}代替"
    by_kind: dict[str, list[str]] = {}
    for substitute in paper.material.substitutes:
        by_kind.setdefault(substitute.kind, []).append(
            pack.materials[substitute.ref].plain_name if substitute.ref else substitute.text
        )
    ways = []
    if papers := by_kind.get("material"):
        ways.append(f"用{'、'.join(papers)}代替")
    if shown := by_kind.get("e-certificate"):
        ways.append(f"在手机上出示{'、'.join(text.removesuffix('亮证') for text in shown)}")
    if "commitment" in by_kind:
        ways.append("签一份承诺书")
    if "inter-agency-check" in by_kind:
        ways.append("由我们帮您查")
    ways += by_kind.get("system-or-remote", [])
    # The pack's substitutes are common practice, not a promise: the officer decides here.
    return f"先问我们，有的可以{'，或者'.join(ways)}" if ways else ""


def _why(paper: MergedPaper) -> str:
    whens = dict.fromkeys(when.removesuffix("时") for when in paper.when)
    return f"如果是：{'；'.join(whens)}" if whens else ""


def _who(pack: Pack, paper: MergedPaper) -> str:
    if paper.fetcher == "us":
        return "我们来准备"
    agency = pack.agencies.get(paper.material.issuer)
    return f"我们联系{agency.name if agency else '有关单位'}出"


def _promises(state: CaseState) -> tuple[SheetPromise, ...]:
    return tuple(
        SheetPromise(promise.who, promise.what, day_in_words(promise.due))
        for promise in sorted(state.promises, key=lambda promise: promise.due)
        if promise.state == "open" and not is_print_later(promise.what)
    )
