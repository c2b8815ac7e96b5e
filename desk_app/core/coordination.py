"""Who has to do with a case, what was asked of them, and every talk: a fold over its entries.

Ids are those of the entries that made a thing; the resident of the case is a party of its own that
no entry makes (``RESIDENT``). Total for any set of entries: what speaks of something that is not
there stays readable and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desk_app.core.catalogue import CalendarYear
from desk_app.core.entries import Entry
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json
from desk_app.core.masking import mask_name
from desk_app.core.workdays import working_days_between

RESIDENT = "resident"
"""Id and role of the party that is the resident of the case."""

_OFFICE = re.compile(
    r".+(?:中心|窗口|公司|单位|社区|街道|部门|银行|学校|大学|协会|基金会|集团|工会|法院|医院|殡仪馆)"
    r"|..+[局院委办室厂]|.*(?:派出所|居委会|村委会|残联|医保|社保|人社|民政)"
)

OPEN, ANSWERED, WITHDRAWN = "open", "answered", "withdrawn"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who has to do with a case.

    Attributes:
        id: the entry that made the party, or ``RESIDENT``.
        role: one of ``kinds.coordination.ROLES``, or ``RESIDENT``.
        name: of a person or an office, unmasked.
        org: where the person works.
        relation: to the resident, in words.
        id_number: empty = not known; masked on screen.
        agency: id in the pack, of an office of the address book; its number and address are
            always taken from there.
    """

    id: str
    role: str
    name: str
    org: str = ""
    phone: str = ""
    relation: str = ""
    id_number: str = ""
    agency: str = ""

    @property
    def is_office(self) -> bool:
        """Whether it is an office: its name is nobody's secret."""
        return self.role == "office"

    @property
    def shown_name(self) -> str:
        """The name as a screen may show it: persons masked, offices in full."""
        return self.name if self.is_office else mask_name(self.name)


@dataclass(frozen=True, slots=True)
class Nudge:
    """A request was brought to mind (催办)."""

    on: date
    way: str
    said: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Request:
    """Something that was asked of a party.

    Attributes:
        party: id of who was asked.
        way: one of ``kinds.coordination.REQUEST_WAYS``.
        state: open | answered | withdrawn.
        answer: one of ``kinds.coordination.ANSWERS``; empty where there is none.
        said: what was answered, or why it was withdrawn.
        ended: the day of the answer; None = there is none.
        passed_to: id of the party it was passed on to; empty = it was not.
        after: id of the request that was passed on to this one's party; empty = none was.
        nudges: in their order; they change neither day nor state.
    """

    id: str
    party: str
    what: str
    way: str
    asked: date
    due: date
    state: str
    answer: str
    said: str
    ended: date | None
    passed_to: str
    after: str
    nudges: tuple[Nudge, ...]
    entry: Entry

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self.state == OPEN

    def days_late(self, today: date, calendars: Mapping[int, CalendarYear]) -> int:
        """Working days since the day by which an answer was due; 0 = it is not late.

        A day late that no office works on counts as the first one.
        """
        if not self.is_open or today <= self.due:
            return 0
        return max(1, working_days_between(self.due, today, calendars))


@dataclass(frozen=True, slots=True)
class Call:
    """One talk with a party, by phone or otherwise.

    Attributes:
        party: id of who it was with; the call's own id where it made the party.
        way, direction: see ``kinds.coordination``.
        reached: whether they spoke at all.
        request: id of the request it was about; empty = none.
        entry: who logged it and when.
    """

    id: str
    party: str
    way: str
    direction: str
    reached: bool
    said: str
    request: str
    entry: Entry


def parties(case: CaseState) -> tuple[Party, ...]:
    """Everybody who has to do with a case, the resident first, then in the order they came."""
    makers = (
        entry
        for entry in case.entries_of("party.added", "call.logged")
        if entry.kind == "party.added" or (entry.body.get("name") and not entry.body["party"])
    )
    return (_resident(case), *(_party(entry, case) for entry in makers))


def party_of(case: CaseState, party_id: str) -> Party | None:
    """One party; None = there is none of that id."""
    return next((party for party in parties(case) if party.id == party_id), None)


def requests(case: CaseState) -> tuple[Request, ...]:
    """Everything that was asked of others, oldest first."""
    nudges: dict[str, list[Nudge]] = {}
    for entry in case.entries_of("request.nudged"):
        nudge = Nudge(
            date.fromisoformat(str(entry.body["on"])),
            str(entry.body["way"]),
            str(entry.body.get("said", "")),
            entry,
        )
        nudges.setdefault(str(entry.body["ref"]), []).append(nudge)
    return tuple(
        _request(entry, case, tuple(nudges.get(entry.id, ())))
        for entry in case.entries_of("request.made")
    )


def calls(case: CaseState) -> tuple[Call, ...]:
    """Every talk, oldest first."""
    return tuple(
        Call(
            id=entry.id,
            party=str(entry.body["party"]) or entry.id,
            way=str(entry.body["way"]),
            direction=str(entry.body["direction"]),
            reached=bool(entry.body["reached"]),
            said=str(entry.body["said"]),
            request=str(entry.body.get("ref", "")),
            entry=entry,
        )
        for entry in case.entries_of("call.logged")
    )


def asked_before(request_id: str, case: CaseState) -> tuple[Party, ...]:
    """Who was asked for this thing so far: the party of the request and of those it came from.

    Passing it on to one of them would send the resident round in a circle.
    """
    by_id = {request.id: request for request in requests(case)}
    known = {party.id: party for party in parties(case)}
    chain: dict[str, Party] = {}
    seen: set[str] = set()
    while request_id in by_id and request_id not in seen:
        seen.add(request_id)
        request = by_id[request_id]
        if request.party in known:
            chain.setdefault(request.party, known[request.party])
        request_id = request.after
    return tuple(chain.values())


def same_party(one: Party, other: Party) -> bool:
    """Whether two parties of a case are one: the same office, or the same name and place."""
    if one.id == other.id or (one.agency and one.agency == other.agency):
        return True
    return (one.name.strip(), one.org.strip()) == (other.name.strip(), other.org.strip())


def role_by_name(name: str) -> str:
    """What somebody is whose name alone is known: an office, or another person or body.

    An office's name is nobody's secret, and a list of masked ones helps no one. In doubt it is a
    person, whose name is masked.
    """
    return "office" if _OFFICE.fullmatch(name.strip()) else "third"


def nudge_words(request: Request) -> str:
    """催过 2 次，最近 9月3日; empty = never."""
    if not request.nudges:
        return ""
    last = max(nudge.on for nudge in request.nudges)
    return f"催过 {len(request.nudges)} 次，最近 {last.month}月{last.day}日"


def _resident(case: CaseState) -> Party:
    fields = case.fields
    return Party(
        id=RESIDENT,
        role=RESIDENT,
        name=fields.get("resident_name") or fields.get("resident_title", ""),
        phone=fields.get("phone", ""),
        relation=fields.get("relation", ""),
        id_number=fields.get("id_number", ""),
    )


def _party(maker: Entry, case: CaseState) -> Party:
    slot = case.slots.get(f"party:{maker.id}")
    body = slot.entry.body if slot else maker.body
    return Party(
        id=maker.id,
        role=str(body.get("role") or role_by_name(str(body["name"]))),
        name=str(body["name"]),
        **{key: _text(body, key) for key in ("org", "phone", "relation", "id_number", "agency")},
    )


def _request(entry: Entry, case: CaseState, nudges: tuple[Nudge, ...]) -> Request:
    body = entry.body
    slot = case.slots.get(f"request:{entry.id}")
    end: Mapping[str, Json] = slot.entry.body if slot else {}
    answer = _text(end, "answer")
    return Request(
        id=entry.id,
        party=str(body["party"]),
        what=str(body["what"]),
        way=str(body["way"]),
        asked=date.fromisoformat(str(body["asked"])),
        due=date.fromisoformat(str(body["due"])),
        state=OPEN if slot is None else ANSWERED if answer else WITHDRAWN,
        answer=answer,
        said=_text(end, "said") or _text(end, "why"),
        ended=date.fromisoformat(str(end["on"])) if answer else None,
        passed_to=_text(end, "to"),
        after=_text(body, "after"),
        nudges=nudges,
        entry=entry,
    )


def _text(body: Mapping[str, Json], key: str) -> str:
    return str(body.get(key, ""))
