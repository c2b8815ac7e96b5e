"""From a case to the paper that the resident takes home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from desk_app.core.agenda import build_agenda
from desk_app.core.catalogue import Agency, Material, Pack
from desk_app.core.entries import Json, NewEntry
from desk_app.core.fold import CaseState
from desk_app.core.masking import form_of_address
from desk_app.core.materials import MaterialList, MergedPaper
from desk_app.core.ports import CaseStore
from desk_app.core.sheet import (
    MaterialSheet,
    PrintedPaper,
    SheetChoice,
    SheetPaper,
    SheetPromise,
    day_in_words,
)

MATERIAL_SHEET = "material_sheet"
EXPLANATION = "explanation"


class SheetPrinter(Protocol):
    """Makes the PDF (``printing.material_sheet``)."""

    def __call__(self, sheet: MaterialSheet, size: int) -> PrintedPaper:
        """The sheet in ``size`` points. Raises UserFacingError for what cannot be printed."""


@dataclass(frozen=True, slots=True)
class WindowFacts:
    """What the footer says of the window; empty = a line to fill by hand."""

    phone: str = ""
    officer: str = ""
    day: date = date(2000, 1, 1)


def material_sheet(pack: Pack, state: CaseState, window: WindowFacts) -> MaterialSheet:
    """The material list of a case as it stands."""
    agenda = build_agenda(pack, state)
    merged = agenda.materials
    saving = merged.saving
    return MaterialSheet(
        title="请照这张单子准备",
        case_number=state.number,
        addressee=_addressee(state),
        items=tuple(item.name for item in agenda.items),
        to_bring=_to_bring(pack, merged),
        perhaps=tuple(
            _paper(pack, paper, why=_why(paper))
            for paper in merged.to_bring
            if paper.need != "yes" and not paper.either
        ),
        in_hand=tuple(paper.material.plain_name for paper in merged.in_hand),
        by_us=tuple(
            SheetPaper(paper.material.plain_name, form=_who(pack, paper))
            for paper in merged.fetched_for
            if paper.need == "yes"
        ),
        promises=_promises(state),
        before=saving.papers_before,
        after=saving.papers_after,
        trips_before=saving.trips_before,
        trips_after=saving.trips_after,
        window_phone=window.phone,
        officer=window.officer,
        day=window.day,
        reprint=_reprints(state, MATERIAL_SHEET),
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
        reprint=_reprints(state, EXPLANATION),
    )


def note_paper(
    store: CaseStore, author: str, state: CaseState, paper: str, printed: PrintedPaper, size: int,
    how: str, saving: tuple[int, int] = (0, 0),
) -> CaseState:  # fmt: skip
    """Keep in the journal that a paper was made. ``how``: print | pdf | queue."""
    body: dict[str, Json] = {
        "paper": paper,
        "sha256": printed.sha256,
        "pages": printed.pages,
        "size": size,
        "how": how,
        "count_before": saving[0],
        "count_after": saving[1],
    }
    store.append(author, [NewEntry(state.case_id, "paper.made", body)])
    return store.case(state.case_id)


def unverified_contacts(pack: Pack, merged: MaterialList) -> tuple[str, ...]:
    """Names of offices on the list whose address and phone nobody has verified."""
    agencies = (pack.agencies.get(paper.material.issuer) for paper in merged.to_bring)
    return tuple(dict.fromkeys(agency.name for agency in agencies if agency and agency.sample))


def _addressee(state: CaseState) -> str:
    return form_of_address(
        state.fields.get("resident_name", ""), state.fields.get("resident_title", "")
    )


def _to_bring(pack: Pack, merged: MaterialList) -> tuple[SheetPaper | SheetChoice, ...]:
    entries: list[SheetPaper | SheetChoice] = []
    done: set[str] = set()
    for paper in merged.to_bring:
        if paper.either and paper.either not in done:
            done.add(paper.either)
            sides = [side for side in merged.to_bring if side.either == paper.either]
            entries.append(SheetChoice(tuple(_paper(pack, side) for side in sides)))
        elif paper.need == "yes":
            entries.append(_paper(pack, paper))
    return tuple(entries)


def _paper(pack: Pack, paper: MergedPaper, why: str = "") -> SheetPaper:
    material = paper.material
    to_fetch = paper.mark.state == "missing"
    agency = pack.agencies.get(material.issuer) if to_fetch else None
    known = agency if agency and not agency.sample else None
    return SheetPaper(
        plain_name=material.plain_name,
        official_name=material.name if material.name != material.plain_name else "",
        form=form_in_words(paper),
        where=_where(material, agency) if to_fetch else "",
        address=known.address if known else "",
        phone=known.phone if known else "",
        hours=known.hours if known else "",
        route=known.route_hint if known else "",
        instead=_instead(pack, paper) if to_fetch or why else "",
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


def _where(material: Material, agency: Agency | None) -> str:
    if agency is not None and agency.name not in material.where_to_get:
        return f"{agency.name}（{material.where_to_get}）"
    return material.where_to_get


def _instead(pack: Pack, paper: MergedPaper) -> str:
    if paper.stand_in is not None:
        return f"带{paper.stand_in.plain_name}也行"
    ways = []
    for substitute in paper.material.substitutes:
        if substitute.kind == "material":
            ways.append(f"带{pack.materials[substitute.ref].plain_name}")
        elif substitute.kind == "inter-agency-check":
            ways.append("我们帮您查")
        elif substitute.text:
            ways.append(substitute.text)
    # The pack's substitutes are common practice, not a promise: the officer decides here.
    return f"先问我们，有的可以{'，或者'.join(ways)}" if ways else ""


def _why(paper: MergedPaper) -> str:
    return "；".join(f"{when.removesuffix('时')}的时候" for when in paper.when)


def _who(pack: Pack, paper: MergedPaper) -> str:
    if paper.fetcher == "us":
        return "我们来准备"
    agency = pack.agencies.get(paper.material.issuer)
    return f"我们联系{agency.name if agency else '有关单位'}出"


def _promises(state: CaseState) -> tuple[SheetPromise, ...]:
    return tuple(
        SheetPromise(promise.who, promise.what, day_in_words(promise.due))
        for promise in sorted(state.promises, key=lambda promise: promise.due)
        if promise.state == "open"
    )


def _reprints(state: CaseState, paper: str) -> int:
    return sum(1 for e in state.papers if e.body["paper"] == paper and e.body["how"] == "print")
