"""Lines about parties, requests and calls: by party with the older calls folded, or by time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from desk_app.core.catalogue import Pack
from desk_app.core.coordination import (
    Call,
    Party,
    Request,
    calls,
    nudge_words,
    parties,
    requests,
)
from desk_app.core.fold import CaseState
from desk_app.core.masking import form_of_address, mask_id_number, mask_phone
from desk_app.core.sheet import day_in_words
from desk_app.services.people import Known
from desk_app.ui.presenters.case_lines import due_status, join_key
from desk_app.ui.presenters.coordination_words import (
    ANSWER_NAMES,
    NOT_REACHED,
    REQUEST_WAY_NAMES,
    ROLE_NAMES,
    WHY_NAMES,
    call_way,
)
from desk_app.ui.presenters.lines import NO_NAME, Act, Line
from desk_app.ui.presenters.time_words import time_words

PARTY, REQUEST, CALL, MORE, CASE, BACK = "party", "request", "call", "more", "case", "back"
LOG, ASK, ELSEWHERE, CHANGE, LOOK = "log", "ask", "elsewhere", "change", "look"
YES, NO, PARTLY, PASS, NUDGED, DROP = "yes", "no", "partly", "passed_on", "nudge", "drop"
SHOWN = 3
"""Calls of a party that show before somebody unfolds the older ones."""

REQUEST_ACTS = (
    Act(YES, "能办", "1"), Act(NO, "不能办", "2"), Act(PARTLY, "办了一部分", "3"),
    Act(PASS, "说归别处", "4"), Act(NUDGED, "催了一次", "5"), Act(DROP, "不用答复了", "6"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How the lines are looked at.

    Attributes:
        unfolded: parties whose older calls show.
        bare: numbers that somebody asked to see, by party.
    """

    now: datetime
    pack: Pack
    unfolded: Collection[str] = ()
    bare: Mapping[str, str] = field(default_factory=dict)


def by_party(case: CaseState, look: Look) -> tuple[Line, ...]:
    """Each party with what is asked of it and what was said, who is waited for first."""
    asked, spoken = requests(case), calls(case)
    lines: list[Line] = []
    for party in sorted(parties(case), key=lambda one: _urgency(one, asked, spoken)):
        own = [call for call in reversed(spoken) if call.party == party.id]
        lines.append(_party_line(party, own, look))
        of_party = [one for one in asked if one.party == party.id]
        lines += [request_line(one, look) for one in of_party if one.is_open]
        lines += [request_line(one, look) for one in reversed(of_party) if not one.is_open]
        shown = own if party.id in look.unfolded else own[:SHOWN]
        lines += [_call_line(call, look) for call in shown]
        if len(own) > SHOWN:
            left = len(own) - len(shown)
            words = f"还有更早的 {left} 次，回车展开" if left else "收起更早的"
            lines.append(Line(join_key(MORE, party.id), words, quiet=True))
    return tuple(lines)


def by_time(case: CaseState, look: Look) -> tuple[Line, ...]:
    """Every call and request, the latest first, a head for each day."""
    names = {party.id: _name(party) for party in parties(case)}
    said: tuple[Call | Request, ...] = (*calls(case), *requests(case))
    dated = [(one.entry.order, one.entry.time, one) for one in said]
    lines: list[Line] = []
    day = None
    for _, at, one in sorted(dated, key=lambda row: row[0], reverse=True):
        local = at.astimezone(look.now.tzinfo).date()
        if local != day:
            day = local
            lines.append(Line("", day_in_words(day), bold=True))
        line = _call_line(one, look) if isinstance(one, Call) else request_line(one, look)
        lines.append(replace(line, text=f"{names.get(one.party, NO_NAME)}：{line.text}"))
    return tuple(lines)


def over_cases(known: tuple[Known, ...], look: Look) -> tuple[Line, ...]:
    """Every talk with one person, case by case."""
    lines = [Line(BACK, "回到本案", mark="←")]
    for one in known:
        fields = one.case.fields
        who = form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))
        role = ROLE_NAMES.get(one.party.role, one.party.role)
        lines.append(
            Line(
                join_key(CASE, one.case.case_id), f"{who or NO_NAME}的案件　{one.case.number}",
                tag=role, bold=True, status=WHY_NAMES.get(one.why, "") if lines[1:] else "本案",
            )
        )  # fmt: skip
        spoken = [replace(_call_line(c, look), id="") for c in reversed(one.calls)]
        lines += spoken or [Line("", "没有联系过", quiet=True)]
    return tuple(lines)


def request_line(one: Request, look: Look) -> Line:
    """A request: what, until when, how often it was brought to mind, what was answered."""
    way = REQUEST_WAY_NAMES.get(one.way, one.way)
    about = [f"{way}，{_short(one.asked)}提出", f"{_short(one.due)}前答复", nudge_words(one)]
    line = Line(
        join_key(REQUEST, one.id), f"请办：{one.what}", detail="　".join(filter(None, about)),
        mark="○", acts=REQUEST_ACTS,
    )  # fmt: skip
    if one.is_open:
        status, tone = due_status(one.due, look.now.date(), look.pack)
        return replace(line, status=status, tone=tone, mark="!" if tone == "danger" else "○")
    status = ANSWER_NAMES.get(one.answer, "不用答复了")
    tone, mark = {"yes": ("ok", "✓"), "": ("", "—")}.get(one.answer, ("warn", "—"))
    news = (one.said,) if one.said else ()
    return replace(line, status=status, tone=tone, mark=mark, acts=(), news=news)


def _party_line(party: Party, spoken: list[Call], look: Look) -> Line:
    acts = [Act(LOG, "记一笔", "1"), Act(ASK, "请办一件事", "2"), Act(ELSEWHERE, "以往联系", "3")]
    if party.role != "resident":
        acts.append(Act(CHANGE, "更正", "4"))
    if not party.is_office and (party.phone or party.id_number):
        acts.append(Act(LOOK, "看号码", "5"))
    role = ROLE_NAMES.get(party.role, party.role)
    about = [party.org, party.relation, *_numbers(party, look)]
    if spoken:
        when = time_words(spoken[0].entry.at, look.now)
        about.append(f"联系过 {len(spoken)} 次，最近 {when}")
    return Line(
        join_key(PARTY, party.id), _name(party), tag=role, bold=True, acts=tuple(acts),
        detail="　".join(filter(None, about)),
    )  # fmt: skip


def _numbers(party: Party, look: Look) -> tuple[str, ...]:
    if party.is_office:
        agency = look.pack.agencies.get(party.agency)
        if agency is None:
            return (f"电话 {party.phone}",) if party.phone else ()
        sample = "（样例，打之前先核对）" if agency.sample else ""
        return (f"电话 {agency.phone}{sample}",) if agency.phone else ()
    if shown := look.bare.get(party.id):
        return (shown,)
    phone = f"电话 {mask_phone(party.phone)}" if party.phone else ""
    number = f"证件 {mask_id_number(party.id_number)}" if party.id_number else ""
    return (phone, number)


def _call_line(call: Call, look: Look) -> Line:
    said = call.said if call.reached else "，".join(filter(None, (NOT_REACHED, call.said)))
    when = time_words(call.entry.at, look.now)
    return Line(
        join_key(CALL, call.id), said, tag=call_way(call.way, call.direction), status=when,
        quiet=not call.reached,
    )  # fmt: skip


def _name(party: Party) -> str:
    return party.shown_name or NO_NAME


def _urgency(
    party: Party, asked: tuple[Request, ...], spoken: tuple[Call, ...]
) -> tuple[bool, date, bool, int]:
    """Who is waited for first, the earliest day in front; then who was spoken with last."""
    due = [one.due for one in asked if one.party == party.id and one.is_open]
    last = max((n for n, call in enumerate(spoken) if call.party == party.id), default=-1)
    return (not due, min(due, default=date.max), last < 0, -last)


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
