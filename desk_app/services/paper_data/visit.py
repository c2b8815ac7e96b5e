"""Going to somebody: what was agreed on, and what happened there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from desk_app.core.discretion import discreet
from desk_app.core.visits import Plan, Record, Visit
from desk_app.services.paper_data.source import PaperSource, Value, long_day

# As the paper's boxes are called, for a tick in one of them.
STATE_WORDS = {"clear": "清醒", "unclear": "不太清醒"}
HEARING_WORDS = {"hears": "听得清", "hard_of_hearing": "听不清"}
IDENTITY_WORDS = {"id_card": "身份证原件", "e_license": "电子证照", "other": "其他（写在下面）"}
FILMING_WORDS = {"none": "没有", "agreed": "本人同意拍（用途写在下面）"}


def _of(read: Callable[[Visit], str]) -> Callable[[PaperSource], str]:
    return lambda source: read(source.visit) if source.visit else ""


def _plan(read: Callable[[Plan], str]) -> Callable[[PaperSource], str]:
    return _of(lambda visit: read(visit.plan))


def _record(read: Callable[[Record], str]) -> Callable[[PaperSource], str]:
    return _of(lambda visit: read(visit.record) if visit.record else "")


def _where(source: PaperSource) -> str:
    """Where it goes; before a visit is planned, the resident's address."""
    return source.visit.plan.where if source.visit else source.case.fields.get("address", "")


def _what(source: PaperSource) -> str:
    """What is to be done there; else what the case is about."""
    planned = source.visit.plan.what if source.visit else ""
    return discreet(planned) or "、".join(item.name for item in source.items)


def _officer(number: int) -> Callable[[Plan], str]:
    return lambda plan: plan.officers[number] if len(plan.officers) > number else ""


VISIT_DATA: Mapping[str, Callable[[PaperSource], Value]] = MappingProxyType(
    {
        "visit_agreed": _plan(lambda one: f"{long_day(one.on)} {one.time}".strip()),
        "visit_where": _where,
        "visit_officer": _plan(_officer(0)),
        "visit_second": _plan(_officer(1)),
        "visit_what": _what,
        "visit_arrived": _record(lambda one: f"{long_day(one.on)} {one.arrived}"),
        "visit_left": _record(lambda one: one.left),
        "visit_present": _record(lambda one: one.present),
        "visit_badge": _record(lambda one: "居民看过了" if one.badge_shown else ""),
        "visit_state": _record(lambda one: STATE_WORDS.get(one.state, "")),
        "visit_hearing": _record(lambda one: HEARING_WORDS.get(one.hearing, "")),
        "visit_language": _record(lambda one: one.language),
        "visit_identity": _record(lambda one: IDENTITY_WORDS.get(one.identity, "")),
        "visit_identity_note": _record(lambda one: discreet(one.identity_note)),
        "visit_filming": _record(lambda one: FILMING_WORDS.get(one.filming, "")),
        "visit_filming_for": _record(lambda one: discreet(one.filming_for)),
        "visit_kept": _record(lambda one: "、".join(one.kept)),
        "visit_shown": _record(lambda one: "、".join(one.shown)),
        "visit_done": _record(lambda one: discreet(one.done)),
        "visit_rest": _record(lambda one: discreet(one.rest)),
        "visit_said": _record(lambda one: discreet(one.said)),
    }
)
