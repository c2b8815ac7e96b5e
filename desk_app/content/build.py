"""Turns checked rows into the frozen Pack of ``core.catalogue``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from desk_app.core.catalogue import (
    Agency,
    Blocker,
    Branch,
    CalendarYear,
    Candidate,
    Combo,
    Confidence,
    Fact,
    FactOption,
    Item,
    LifeEvent,
    Line,
    Material,
    MaterialNeed,
    Pack,
    Provenance,
    Reason,
    Relation,
    Sop,
    StageRule,
    Step,
    Substitute,
)
from desk_app.core.paper_layout import (
    LayoutBlock,
    LayoutBox,
    LayoutColumn,
    LayoutField,
    PaperLayout,
)

Data = Mapping[str, Any]
_Record = TypeVar("_Record")

_TARGETS = ("step", "material", "item", "agency", "sop", "reason")


def build_pack(data: Data, digest: str) -> Pack:
    """The pack from ``Forms.as_data()`` (or its JSON) of a pack without errors.

    Raises KeyError, TypeError or ValueError on data of another shape.
    """
    records: Mapping[str, Iterable[Data]] = data["records"]
    head: Data = data["tables"]["pack"]

    def by_id(kind: str, build: Callable[[Data], _Record], key: str = "id") -> dict[str, _Record]:
        return {row[key]: build(row) for row in records.get(kind, ())}

    categories = list(records.get("categories", ()))
    kinds = {row["id"]: row["name"] for row in records.get("agency_kinds", ())}
    return Pack(
        version=head["version"],
        digest=digest,
        lines=by_id("lines", _line),
        sublines=dict(data["tables"]["sublines"]),
        items=by_id("items", _item),
        materials=by_id("materials", _material),
        facts=by_id("facts", _fact),
        events=by_id("events", _event),
        relations=tuple(_relation(row) for row in records.get("relations", ())),
        combos=by_id("combos", _combo),
        sops=by_id("sops", _sop),
        reasons=by_id("reasons", _reason, "code"),
        reason_categories={row["id"]: row["name"] for row in categories},
        agencies=by_id("agencies", _agency),
        reason_directions={row["id"]: row["default_direction"] for row in categories},
        labels={k: dict(v) for k, v in head["labels"].items()} | {"agency_kind": kinds},
        calendars={row["year"]: _calendar(row) for row in records.get("calendars", ())},
        valid_from=_day(head["valid_from"]),
        notes=tuple(head["notes"]),
        stages=by_id("stages", _stage),
        papers={row["id"]: _paper(row) for row in sorted(records.get("papers", ()), key=_order)},
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _provenance(row: Data) -> Provenance:
    return Provenance(
        source=row["source"],
        confidence=Confidence(row["confidence"]),
        last_checked=_day(row["last_checked"]),
        checked_by=row["checked_by"],
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        origin=row["origin"],
    )


def _line(row: Data) -> Line:
    return Line(
        id=row["id"],
        name=row["name"],
        short_name=row["short_name"],
        lead_dept=row["lead_dept"],
        dept_prefix=row["dept_prefix"],
        confidence=Confidence(row["confidence"]),
    )


def _need(row: Data) -> MaterialNeed:
    return MaterialNeed(
        material=row["material"],
        role=row["role"],
        copies=row["copies"],
        optional=row["optional"],
        when=row["when"],
        fact=row["fact"],
        value=row["value"],
    )


def _item(row: Data) -> Item:
    return Item(
        id=row["id"],
        name=row["name"],
        line=row["line"],
        subline=row["subline"],
        who_may_apply=row["who_may_apply"],
        materials=tuple(_need(need) for need in row["materials"]),
        where_handled=tuple(row["where_handled"]),
        online=row["online"],
        statutory_days=row["statutory_days"],
        promised_days=row["promised_days"],
        day_unit=row["day_unit"],
        out_of_scope_hint=row["out_of_scope_hint"],
        eligibility=tuple(row["eligibility"]),
        ask_first=tuple(row["ask_first"]),
        common_blockers=tuple(Blocker(b["reason"], b["text"]) for b in row["common_blockers"]),
        tips=tuple(row["tips"]),
        aliases=tuple(row["aliases"]),
        provenance=_provenance(row["provenance"]),
        version=row["version"],
        retired=row["retired"],
        richness=row["richness"],
    )


def _material(row: Data) -> Material:
    return Material(
        id=row["id"],
        name=row["name"],
        plain_name=row["plain_name"],
        issuer=row["issuer"],
        where_to_get=row["where_to_get"],
        substitutes=tuple(Substitute(s["kind"], s["ref"], s["text"]) for s in row["substitutes"]),
        validity=row["validity"],
        notes=row["notes"],
        fetcher=row["fetcher"],
        deadline=row["deadline"],
        provenance=_provenance(row["provenance"]),
        version=row["version"],
        retired=row["retired"],
    )


def _fact(row: Data) -> Fact:
    return Fact(
        id=row["id"],
        question=row["question"],
        options=tuple(FactOption(o["value"], o["label"]) for o in row["options"]),
        exclusive=row["exclusive"],
        asked_of=row["asked_of"],
        hint=row["hint"],
    )


def _event(row: Data) -> LifeEvent:
    return LifeEvent(
        id=row["id"],
        title=row["title"],
        phrases=tuple(row["phrases"]),
        candidates=tuple(Candidate(c["item"], c["weight"]) for c in row["candidates"]),
        ask_first=tuple(row["ask_first"]),
        provenance=_provenance(row["provenance"]),
    )


def _relation(row: Data) -> Relation:
    provenance = _provenance(row["provenance"])
    return Relation(
        id=row["id"],
        source=row["source"],
        target=row["target"],
        kind=row["kind"],
        reason=row["reason"],
        confidence=provenance.confidence,
        provenance=provenance,
    )


def _combo(row: Data) -> Combo:
    return Combo(
        id=row["id"],
        title=row["title"],
        items=tuple(row["items"]),
        summary=row["summary"],
        trigger_event=row["trigger_event"],
        provenance=_provenance(row["provenance"]),
    )


def _branch(row: Data) -> Branch:
    target = next((row[key] for key in _TARGETS if row[key]), "")
    return Branch(answer=row["answer"], action=row["action"], target=target, text=row["text"])


def _sop(row: Data) -> Sop:
    steps = tuple(
        Step(
            id=step["id"],
            stage=step["stage"],
            text=step["text"],
            kind=step["kind"],
            who=step["who"],
            required=step["required"],
            evidence=step["evidence"],
            branches=tuple(_branch(branch) for branch in step["branches"]),
            consent=step["consent"],
        )
        for step in row["steps"]
    )
    return Sop(
        id=row["id"],
        title=row["title"],
        when_to_use=row["when_to_use"],
        steps=steps,
        related_items=tuple(row["related_items"]),
        risk_points=tuple(row["risk_points"]),
        provenance=_provenance(row["provenance"]),
        version=row["version"],
        retired=row["retired"],
    )


def _reason(row: Data) -> Reason:
    return Reason(
        code=row["code"],
        category=row["category"],
        name=row["name"],
        advice=row["advice"],
        severity=row["severity"],
        common_cause_threshold=row["common_cause_threshold"],
    )


def _stage(row: Data) -> StageRule:
    return StageRule(
        id=row["id"],
        purpose=row["purpose"],
        entry=tuple(row["entry"]),
        exit=tuple(row["exit"]),
        follows=tuple(row["follows"]),
        days=row["days"],
        days_by=row["days_by"],
        warn_days=row["warn_days"],
        provenance=_provenance(row["provenance"]),
    )


def _agency(row: Data) -> Agency:
    return Agency(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        phone=row["phone"],
        address=row["address"],
        hours=row["hours"],
        route_hint=row["route_hint"],
        contact_person=row["contact_person"],
        notes=row["notes"],
        sample=row["sample"],
        last_verified=_day(row["last_verified"]),
        backup_phone=row["backup_phone"],
        walk_in=row["accepts"]["walk_in"],
        by_phone=row["accepts"]["phone"],
        by_mail=row["accepts"]["mail"],
    )


def _calendar(row: Data) -> CalendarYear:
    days: list[date] = []
    for span in row["days_off"]:
        first, last = date.fromisoformat(span["from"]), date.fromisoformat(span["to"])
        days.extend(first + timedelta(n) for n in range((last - first).days + 1))
    return CalendarYear(
        year=row["year"],
        official=row["official"],
        source=row["source"],
        days_off=tuple(sorted(days)),
        work_days=tuple(sorted(date.fromisoformat(d) for d in row["work_days"])),
    )


def _order(row: Data) -> int:
    return int(row["order"])


def _paper(row: Data) -> PaperLayout:
    return PaperLayout(
        id=row["id"],
        title=row["title"],
        when_to_use=row["when_to_use"],
        series=row["series"],
        size=row["size"],
        audience=row["audience"],
        about=row["about"],
        copies=row["copies"],
        blocks=tuple(_block(block) for block in row["blocks"]),
    )


def _block(row: Data) -> LayoutBlock:
    return LayoutBlock(
        kind=row["kind"],
        text=row["text"],
        label=row["label"],
        data=row["data"],
        fields=tuple(LayoutField(f["label"], f["data"], f["half"]) for f in row["fields"]),
        columns=tuple(LayoutColumn(c["label"], c["data"], c["width"]) for c in row["columns"]),
        options=tuple(row["options"]),
        boxes=tuple(LayoutBox(box["label"], box["fingerprint"]) for box in row["boxes"]),
        rows=row["rows"],
        small=row["small"],
        when=row["when"],
    )
