"""Going to somebody: a visit is planned, moved, dropped, written up; papers go back.

Each method is one transaction and returns the case after it; one that changes nothing writes
nothing. Raises BadInputError where something cannot be; then nothing was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from desk_app.core.catalogue import Pack
from desk_app.core.errors import QT_TRANSLATE_NOOP, BadInputError
from desk_app.core.fold import CaseState
from desk_app.core.kinds.kind import Json
from desk_app.core.ports import CaseStore
from desk_app.core.visits import DROPPED, PLANNED, RECORDED, Plan, Record, Visit, visit_of, visits
from desk_app.services.promises import NOTHING_CHANGED, said_why

SOP, PACKING_STEP, PACKING_WORDS = "sop.home-visit", "j3", "携带："
"""Where the pack says what is taken along on every visit."""


def usual_things(pack: Pack) -> tuple[str, ...]:
    """What is taken along on every visit, as the pack's checklist for visits says."""
    sop = pack.sops.get(SOP)
    steps = sop.steps if sop is not None else ()
    text = next((step.text for step in steps if step.id == PACKING_STEP), "")
    _, _, things = text.partition(PACKING_WORDS)
    return tuple(filter(None, (thing.strip(" 。") for thing in things.split("、"))))


class Visits:
    """What one officer records of visits."""

    def __init__(self, store: CaseStore, author: str) -> None:
        self._store = store
        self._author = author

    def plan(self, case_id: str, plan: Plan, today: date) -> CaseState:
        """Plan a visit; two officers go, or it is said why one goes alone."""
        state = self._store.case(case_id)
        _check_ahead(plan, today)
        if any(one.state == PLANNED and one.plan == plan for one in visits(state)):
            return state  # an impatient second Enter
        return self._write(state, "visit.planned", _body(plan))

    def move(self, case_id: str, visit_id: str, plan: Plan, why: str, today: date) -> CaseState:
        """Put another plan in place of one that did not take place yet."""
        state = self._store.case(case_id)
        visit = _found(state, visit_id)
        _check_ahead(plan, today)
        if visit.state == RECORDED:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这次上门已经写了记录，改不了时间。"),
                safe=NOTHING_CHANGED,
            )
        if visit.plan == plan:
            return state
        body = {"ref": visit_id, "why": said_why(why), **_body(plan)}
        return self._write(state, "visit.moved", body)

    def drop(self, case_id: str, visit_id: str, why: str) -> CaseState:
        """The visit does not take place."""
        state = self._store.case(case_id)
        visit = _found(state, visit_id)
        if visit.state == DROPPED:
            return state
        if visit.state == RECORDED:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "这次上门已经写了记录，取消不了。"),
                safe=NOTHING_CHANGED,
            )
        return self._write(state, "visit.dropped", {"ref": visit_id, "why": said_why(why)})

    def record(self, case_id: str, visit_id: str, record: Record, today: date) -> CaseState:
        """Write up what happened, or put the record right."""
        state = self._store.case(case_id)
        visit = _found(state, visit_id)
        if record.on > today:
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "还没到那一天，上门记录回来再写。没有记下。"),
                safe=NOTHING_CHANGED,
            )
        if visit.record == record:
            return state
        return self._write(state, "visit.recorded", {"ref": visit_id, **_body(record)})

    def give_back(self, case_id: str, visit_id: str, to: str) -> CaseState:
        """Everything that was taken along went back; ``to``: who took it."""
        state = self._store.case(case_id)
        owed = _found(state, visit_id).owed
        if not owed:
            return state
        if not to.strip():
            raise BadInputError(
                QT_TRANSLATE_NOOP("Errors", "请写明当面还给了谁，没有记下。"), safe=NOTHING_CHANGED
            )
        body: dict[str, Json] = {"ref": visit_id, "what": list(owed), "to": to.strip()}
        return self._write(state, "visit.returned", body)

    def _write(self, state: CaseState, kind: str, body: Mapping[str, Json]) -> CaseState:
        self._store.append(self._author, [state.on_top(kind, body)])
        return self._store.case(state.case_id)


def _body(value: Plan | Record) -> dict[str, Json]:
    """What a kind carries: empty texts are left out, so that old records say no more than asked."""
    told: Mapping[str, object] = asdict(value)
    body: dict[str, Json] = {}
    for key, held in told.items():
        if isinstance(held, date):
            body[key] = held.isoformat()
        elif isinstance(held, tuple):
            body[key] = [str(one).strip() for one in held]
        elif isinstance(held, bool):
            body[key] = held
        elif text := str(held).strip():
            body[key] = text
    for needed in ("where", "arrived", "done"):
        if needed in told:
            body.setdefault(needed, "")
    return body


def _found(state: CaseState, visit_id: str) -> Visit:
    visit = visit_of(state, visit_id)
    if visit is None:
        raise BadInputError(QT_TRANSLATE_NOOP("Errors", "找不到这次上门。"), safe=NOTHING_CHANGED)
    return visit


def _check_ahead(plan: Plan, today: date) -> None:
    if plan.on < today:
        raise BadInputError(
            QT_TRANSLATE_NOOP("Errors", "这一天已经过了，请写今天或以后的日子。没有记下。"),
            safe=NOTHING_CHANGED,
        )
