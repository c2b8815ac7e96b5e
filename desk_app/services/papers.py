"""The papers of a case: which there are, what each still lacks, and each with everything filled in.

The layouts are data of the content pack; those of the pack in force are used, so that a paper
printed today looks as the centre wants it today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from desk_app.core.advice import DROPPED as WITHDRAWN_FILING
from desk_app.core.advice import filings
from desk_app.core.consents import consents
from desk_app.core.coordination import WITHDRAWN, Request, party_of, requests
from desk_app.core.paper_form import (
    FormBlock,
    FormChoices,
    FormColumn,
    FormField,
    FormFields,
    FormHead,
    FormLines,
    FormList,
    FormPage,
    FormPaste,
    FormSign,
    FormStamp,
    FormTable,
    FormText,
    PaperForm,
    SignBox,
)
from desk_app.core.paper_layout import PLACEHOLDER, VOCABULARY, LayoutBlock, PaperLayout
from desk_app.core.visits import DROPPED, visits
from desk_app.services.paper import PaperName, made_entries, reprints
from desk_app.services.paper_data import DATA
from desk_app.services.paper_data.source import PaperSource, TableRow, Value, long_day

HAND = "________"
"""A missing word inside a sentence: a line to write on, never a placeholder."""


@dataclass(frozen=True, slots=True)
class PaperOffer:
    """A paper that can be made of a case.

    Attributes:
        subject: in words what it is about, of those made once for each; empty = the case.
        is_blank: it is made once for each of something that this case has none of: a blank form.
        missing: in words what will be lines to fill by hand.
        printed: days on which it was printed, ISO text, oldest first.
        waits: whether 回中心再打 left it to be printed.
    """

    layout: PaperLayout
    name: PaperName
    subject: str
    is_blank: bool
    missing: tuple[str, ...]
    printed: tuple[str, ...]
    waits: bool


def subjects(layout: PaperLayout, source: PaperSource) -> list[tuple[str, str]]:
    """What a paper is made once for each of, latest first: id of the entry, and in words."""
    if layout.about == "consent":
        way = "video" if layout.id == "video_consent_record" else "paper"
        given = [one for one in consents(source.case) if one.way == way and not one.ended]
        return [(one.id, one.matter) for one in reversed(given)]
    if layout.about == "advance":
        advances = [one for one in source.ledger.advances if not one.request.void]
        return [(one.id, str(one.request.entry.body["payee"])) for one in reversed(advances)]
    if layout.about == "return":
        legs = [leg for one in source.ledger.advances for leg in one.legs if not leg.void]
        back = [leg.entry for leg in legs if leg.entry.body.get("leg") == "returned"]
        return [(entry.id, str(entry.body["day"])) for entry in reversed(back)]
    if layout.about == "request":
        asked = [one for one in requests(source.case) if one.state != WITHDRAWN]
        return [(one.id, _asked_of(source, one)) for one in reversed(asked)]
    if layout.about == "filing":
        filed = [one for one in filings(source.case) if one.state != WITHDRAWN_FILING]
        return [(one.id, one.what) for one in reversed(filed)]
    if layout.about == "visit":
        made = [one for one in visits(source.case) if one.state != DROPPED]
        return [(one.id, long_day(one.plan.on)) for one in reversed(made)]
    return []


def _asked_of(source: PaperSource, request: Request) -> str:
    party = party_of(source.case, request.party)
    return party.shown_name if party else ""


def paper_offers(source: PaperSource, layouts: Sequence[PaperLayout]) -> list[PaperOffer]:
    """Every paper, in the order of the pack, once for each of what it is about."""
    return [offer for layout in layouts for offer in _offers(source, layout)]


def _offers(source: PaperSource, layout: PaperLayout) -> Iterator[PaperOffer]:
    found = subjects(layout, source)
    for about, subject in found or [("", "")]:
        name = paper_name(layout, about, subject)
        made = made_entries(source.case, layout.id, about)
        waiting = {promise.what for promise in source.case.promises if promise.state == "open"}
        yield PaperOffer(
            layout=layout,
            name=name,
            subject=subject,
            is_blank=bool(layout.about) and not about,
            missing=missing(layout, at(source, about)),
            printed=tuple(e.time.date().isoformat() for e in made if e.body["how"] == "print"),
            waits=name.waits_as in waiting,
        )


def paper_name(layout: PaperLayout, about: str, subject: str) -> PaperName:
    """How a paper is called: two of the same kind are told apart by what they are about."""
    title = f"{layout.title}（{subject}）" if subject else layout.title
    return PaperName(layout.id, about, title)


def at(source: PaperSource, about: str) -> PaperSource:
    """The same case for a paper about an entry of it."""
    return PaperSource(source.pack, source.case, source.facts, source.agenda, source.ledger, about)


def missing(layout: PaperLayout, source: PaperSource) -> tuple[str, ...]:
    """In words what the layout wants and the case does not say."""
    shown = (block for block in layout.blocks if _shows(block, source))
    names = dict.fromkeys(name for block in shown for name in block.names if name)
    return tuple(dict.fromkeys(VOCABULARY[n].words for n in names if not DATA[n](source)))


def fill(layout: PaperLayout, source: PaperSource) -> PaperForm:
    """The paper with everything filled in that the case says."""
    case = source.case
    number = f"〔{source.today.year}〕{layout.series} {HAND} 号" if layout.series else ""
    return PaperForm(
        title=layout.title,
        number=number,
        case_number=case.number,
        blocks=tuple(_block(block, source) for block in layout.blocks if _shows(block, source)),
        link=source.facts.link if layout.audience == "resident" else "",
        copies=layout.copies,
        large=layout.size == "large",
        reprint=reprints(case, layout.id, source.about),
    )


def _shows(block: LayoutBlock, source: PaperSource) -> bool:
    return not block.when or bool(DATA[block.when](source))


def _value(name: str, source: PaperSource) -> Value:
    return DATA[name](source) if name else ""


def _sentence(text: str, source: PaperSource) -> str:
    return PLACEHOLDER.sub(lambda found: str(_value(found[1], source)) or HAND, text)


def _block(block: LayoutBlock, source: PaperSource) -> FormBlock:
    if block.kind == "head":
        return FormHead(_sentence(block.text, source))
    if block.kind == "text":
        if PLACEHOLDER.fullmatch(block.text) and not _value(block.text[1:-1], source):
            return FormLines("", block.rows or 1)
        return FormText(_sentence(block.text, source), block.small)
    if block.kind == "fields":
        fields = block.fields
        return FormFields(
            tuple(FormField(f.label, str(_value(f.data, source)), f.half) for f in fields)
        )
    if block.kind == "list":
        return FormList(cast("tuple[str, ...]", _value(block.data, source)))
    if block.kind == "table":
        return _table(block, cast("tuple[TableRow, ...]", _value(block.data, source)))
    if block.kind == "choices":
        ticked = _value(block.data, source)
        return FormChoices(block.label, tuple((text, text == ticked) for text in block.options))
    return _place(block, source)


def _place(block: LayoutBlock, source: PaperSource) -> FormBlock:
    """What is left free to be written, signed, stamped or pasted on."""
    if block.kind == "lines":
        return FormLines(block.label, block.rows)
    if block.kind == "sign":
        return FormSign(tuple(SignBox(box.label, box.fingerprint) for box in block.boxes))
    if block.kind == "stamp":
        return FormStamp(source.facts.office, long_day(source.today), block.text)
    if block.kind == "paste":
        return FormPaste(block.label, block.rows)
    return FormPage()


def _table(block: LayoutBlock, rows: Sequence[TableRow]) -> FormTable:
    columns = block.columns
    filled = [tuple(row.get(c.data, "") if c.data else "" for c in columns) for row in rows]
    blank = ("",) * len(columns)
    filled += [blank] * (block.rows - len(filled))
    return FormTable(tuple(FormColumn(c.label, c.width) for c in columns), tuple(filled))
