"""What was asked of others, what came of it, and the ways the resident still has to go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from desk_app.core.coordination import (
    Call,
    Party,
    Request,
    calls,
    parties,
    party_of,
    requests,
)
from desk_app.core.discretion import discreet
from desk_app.core.materials import MergedPaper
from desk_app.core.sheet import group_phone
from desk_app.services.paper import where_to_get
from desk_app.services.paper_data.source import PaperSource, TableRow, Value, long_day

WAY_WORDS = {"phone": "电话", "talk": "面谈", "visit": "上门", "message": "消息"}
ANSWER_WORDS = {"yes": "同意", "no": "不同意", "partly": "部分同意", "passed_on": "转到别处"}


def _done(source: PaperSource) -> tuple[TableRow, ...]:
    """Every talk and every answer, oldest first; persons outside offices masked."""
    known = {party.id: party for party in parties(source.case)}
    rows = [(call.entry.order, _call(call, known)) for call in calls(source.case)]
    for request in requests(source.case):
        rows.append((request.entry.order, _asked(request, known)))
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))


def _call(call: Call, known: Mapping[str, Party]) -> TableRow:
    way = WAY_WORDS.get(call.way, call.way)
    said = discreet(call.said) if call.reached else "没有联系上"
    return {
        "when": long_day(call.entry.time.date()),
        "who": f"{_name(call.party, known)}（{way}）",
        "result": said,
    }


def _asked(request: Request, known: Mapping[str, Party]) -> TableRow:
    answer = "：".join(filter(None, (ANSWER_WORDS.get(request.answer, ""), discreet(request.said))))
    return {
        "when": long_day(request.asked),
        "who": _name(request.party, known),
        "result": f"请对方{discreet(request.what)}。{answer or '等答复'}",
    }


def _name(party: str, known: Mapping[str, Party]) -> str:
    found = known.get(party)
    if found is None:
        return ""
    return "居民" if found.role == "resident" else found.shown_name


def _request(read: Callable[[Request], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.request) if source.request else ""


def _request_party(source: PaperSource) -> str:
    party = party_of(source.case, source.request.party) if source.request else None
    return party.shown_name if party else ""


def _stops(source: PaperSource) -> tuple[TableRow, ...]:
    """Where the resident still has to go for papers: each place once, with all to get there."""
    places: dict[str, list[MergedPaper]] = {}
    for paper in source.agenda.materials.to_bring:
        where = where_to_get(paper.material, source.pack.agencies.get(paper.material.issuer))
        if where and paper.need == "yes" and paper.mark.state == "missing":
            places.setdefault(where, []).append(paper)
    return tuple(_stop(source, where, papers) for where, papers in places.items())


def _stop(source: PaperSource, where: str, papers: list[MergedPaper]) -> TableRow:
    """Contact data of the pack only where somebody verified them; an officer's own come first."""
    issuer = papers[0].material.issuer
    agency = source.pack.agencies.get(issuer)
    office = agency if agency is not None and not agency.sample else None
    party = next((p for p in parties(source.case) if p.agency == issuer and issuer), None)
    asked = [p for p in parties(source.case) if party and p.org == party.name and not p.is_office]
    phone = party.phone if party and party.phone else office.phone if office else ""
    return {
        "where": where,
        "what": "、".join(paper.material.plain_name for paper in papers),
        "who": asked[-1].name if asked else office.contact_person if office else "",
        "address": office.address if office else "",
        "how": office.route_hint if office else "",
        "hours": office.hours if office else "",
        "phone": group_phone(phone),
        "deadline": "；".join(filter(None, (paper.material.deadline for paper in papers))),
    }


WORK_DATA: Mapping[str, Callable[[PaperSource], Value]] = MappingProxyType(
    {
        "done": _done,
        "request_party": _request_party,
        "request_what": _request(lambda one: discreet(one.what)),
        "request_due": _request(lambda one: long_day(one.due)),
        "request_answer": _request(lambda one: discreet(one.said)),
        "stops": _stops,
    }
)
