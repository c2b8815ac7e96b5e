"""Whose case it is, where this window is, what was said and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from desk_app.core.basis import UNCHECKED, offered_bases
from desk_app.core.coordination import Party, parties
from desk_app.core.discretion import discreet, without_articles
from desk_app.core.masking import form_of_address
from desk_app.core.sheet import group_phone
from desk_app.core.stages import channel_of
from desk_app.services.paper import is_print_later
from desk_app.services.paper_data.source import PaperSource, TableRow, Value, long_day, said_day

CHANNEL_WORDS = {
    "counter": "综合窗口转来", "walk_in": "来人", "phone": "来电", "hotline_12345": "12345",
    "online": "网上", "home_visit": "上门", "hospital_visit": "医院",
}  # fmt: skip
VERDICT_WORDS = {"feasible": "能办", "maybe_feasible": "部分能办", "infeasible": "目前不能办"}


def _field(name: str) -> Callable[[PaperSource], str]:
    return lambda source: source.case.fields.get(name, "").strip()


def _typed(name: str) -> Callable[[PaperSource], str]:
    """A field that somebody typed freely: without illness and whole ID numbers."""
    return lambda source: discreet(source.case.fields.get(name, "").strip())


def _addressee(source: PaperSource) -> str:
    fields = source.case.fields
    return form_of_address(fields.get("resident_name", ""), fields.get("resident_title", ""))


def _tail(id_number: str) -> str:
    number = "".join(id_number.split())
    return f"后四位 {number[-4:]}" if len(number) > 7 else ""


def _id_tail(source: PaperSource) -> str:
    return _tail(source.case.fields.get("id_number", ""))


def _agent(read: Callable[[Party], str]) -> Callable[[PaperSource], str]:
    """Of who acts for the resident: the latest that was named."""

    def say(source: PaperSource) -> str:
        agents = [party for party in parties(source.case) if party.role == "agent"]
        return read(agents[-1]) if agents else ""

    return say


def _sex(source: PaperSource) -> str:
    """By the last digit before the check digit, odd for men (GB 11643)."""
    number = "".join(source.case.fields.get("id_number", "").split())
    if len(number) != 18 or not number[:17].isdecimal():
        return ""
    return "男" if int(number[16]) % 2 else "女"


def _promises(source: PaperSource) -> tuple[TableRow, ...]:
    open_ones = [
        promise
        for promise in source.case.promises
        if promise.state == "open" and not is_print_later(promise.what)
    ]
    return tuple(
        {"who": promise.who, "what": discreet(promise.what), "when": said_day(promise.due)}
        for promise in sorted(open_ones, key=lambda promise: promise.due)
    )


def _verdict(source: PaperSource) -> str:
    closing = source.case.closing
    if closing is not None and closing.outcome == "infeasible":
        return VERDICT_WORDS["infeasible"]
    return VERDICT_WORDS.get(source.case.fields.get("verdict", ""), "")


def _basis(source: PaperSource) -> str:
    closing = source.case.closing
    text = closing.basis if closing else ""
    verified = {one.text for one in offered_bases(source.items) if one.verified}
    if text in verified:
        return text
    return without_articles(text.replace(UNCHECKED, ""))


def _closing(part: str) -> Callable[[PaperSource], str]:
    def read(source: PaperSource) -> str:
        closing = source.case.closing
        return discreet(str(getattr(closing, part))) if closing else ""

    return read


def _office(part: str) -> Callable[[PaperSource], str]:
    def read(source: PaperSource) -> str:
        office = source.window_office
        return str(getattr(office, part)) if office else ""

    return read


CASE_DATA: Mapping[str, Callable[[PaperSource], Value]] = MappingProxyType(
    {
        "addressee": _addressee,
        "resident": _field("resident_name"),
        "sex": _sex,
        "id_tail": _id_tail,
        "phone": lambda source: group_phone(source.case.fields.get("phone", "").strip()),
        "address": _field("address"),
        "relation": _field("relation"),
        "agent": _agent(lambda one: one.name),
        "agent_id_tail": _agent(lambda one: _tail(one.id_number)),
        "agent_phone": _agent(lambda one: group_phone(one.phone)),
        "agent_relation": _agent(lambda one: one.relation),
        "words": _typed("words"),
        "channel": lambda source: CHANNEL_WORDS.get(channel_of(source.case), ""),
        "stuck": _typed("stuck_reason"),
        "case_number": lambda source: source.case.number,
        "today": lambda source: long_day(source.today),
        "officer": lambda source: source.facts.window.officer,
        "window_phone": lambda source: group_phone(source.facts.window.phone),
        "window_place": _office("address"),
        "window_hours": _office("hours"),
        "promises": _promises,
        "verdict": _verdict,
        "explanation": _closing("explanation"),
        "basis": _basis,
        "next_door": _closing("next_door"),
    }
)
