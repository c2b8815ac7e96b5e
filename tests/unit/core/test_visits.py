"""Visits as a fold: two go, what was taken along is owed, and no set of entries breaks it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds.kind import Json
from desk_app.core.tasks import GIVE_BACK, VISIT, tasks
from desk_app.core.visits import DROPPED, PLANNED, RECORDED, visits
from tests.helpers.factories import OPENED, Desk

CASE = "visitcase01"
PLAN: dict[str, Json] = {
    "on": "2026-11-25", "place": "hospital", "where": "市一医院 3 楼 12 床",
    "officers": ["小李", "小王"], "time": "09:30", "what": "问参保意愿",
}  # fmt: skip
RECORD: dict[str, Json] = {
    "on": "2026-11-25", "arrived": "09:35", "left": "10:20", "done": "本人愿意参保",
    "kept": ["户口本", "离婚证"], "identity": "id_card", "badge_shown": True,
}  # fmt: skip


def written(desk: Desk, *bodies: tuple[str, dict[str, Json]]) -> list[Entry]:
    entries = [desk.write(NewEntry(CASE, "case.opened", {**OPENED, "number": "N"}))]
    return entries + [desk.write(NewEntry(CASE, kind, body)) for kind, body in bodies]


def planned(desk: Desk, *rest: tuple[str, dict[str, Json]]) -> CaseState:
    """A case with a visit; ``rest`` speaks of it."""
    entries = written(desk, ("visit.planned", PLAN))
    ref = entries[-1].id
    entries += [desk.write(NewEntry(CASE, kind, {"ref": ref, **body})) for kind, body in rest]
    return fold(CASE, entries)


def test_a_visit_waits_until_it_is_written_up_and_then_for_its_papers() -> None:
    case = planned(Desk())
    (one,) = visits(case)
    assert (one.state, one.plan.officers, one.plan.on) == (
        PLANNED, ("小李", "小王"), date(2026, 11, 25),
    )  # fmt: skip
    (task,) = [task for task in tasks(case) if task.topic == "visits"]
    assert (task.code, task.due, task.about) == (
        VISIT, date(2026, 11, 25), "09:30，小李、小王，问参保意愿",
    )  # fmt: skip
    case = planned(Desk(), ("visit.recorded", RECORD))
    assert (visits(case)[0].state, visits(case)[0].owed) == (RECORDED, ("户口本", "离婚证"))
    (task,) = [task for task in tasks(case) if task.topic == "visits"]
    assert (task.code, task.about) == (GIVE_BACK, "户口本、离婚证")


def test_what_went_back_is_no_longer_owed() -> None:
    first: dict[str, Json] = {"what": ["户口本"], "to": "杨阿姨"}
    case = planned(Desk(), ("visit.recorded", RECORD), ("visit.returned", first))
    assert visits(case)[0].owed == ("离婚证",)


def test_a_moved_visit_has_its_new_plan_and_a_dropped_one_waits_for_nobody() -> None:
    moved = {**PLAN, "on": "2026-11-27", "why": "医院要检查"}
    case = planned(Desk(), ("visit.moved", moved))
    assert (visits(case)[0].plan.on, visits(case)[0].moved) == (date(2026, 11, 27), "医院要检查")
    case = planned(Desk(), ("visit.dropped", {"why": "出院了"}))
    assert visits(case)[0].state == DROPPED
    assert not [task for task in tasks(case) if task.topic == "visits"]


def test_a_visit_that_took_place_was_not_dropped_whatever_else_was_said() -> None:
    """One officer went while another, offline, called it off."""
    case = planned(Desk(), ("visit.recorded", RECORD), ("visit.dropped", {"why": "没空"}))
    assert visits(case)[0].state == RECORDED


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("visit.planned", {"officers": []}), ("visit.planned", {"officers": ["小李"]}),
        ("visit.planned", {"officers": ["小李", "小李"]}), ("visit.planned", {"where": " "}),
        ("visit.planned", {"on": "1900-01-01"}), ("visit.planned", {"on": "9999-12-31"}),
        ("visit.planned", {"time": "25:00"}), ("visit.planned", {"place": "moon"}),
        ("visit.planned", {"take": [f"东西{n}" for n in range(41)]}),
        ("visit.recorded", {"arrived": ""}), ("visit.recorded", {"arrived": "早上"}),
        ("visit.recorded", {"left": "09:00"}), ("visit.recorded", {"done": " "}),
        ("visit.recorded", {"identity": "other"}), ("visit.recorded", {"on": "2026-02-30"}),
        ("visit.returned", {"what": []}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(kind: str, wrong: dict[str, Json]) -> None:
    whole = {
        "visit.planned": PLAN, "visit.recorded": {"ref": "e1", **RECORD},
        "visit.returned": {"ref": "e1", "what": ["户口本"], "to": "杨阿姨"},
    }  # fmt: skip
    desk = Desk()
    desk.write(NewEntry(CASE, kind, whole[kind]))
    with pytest.raises(BadInputError):
        desk.write(NewEntry(CASE, kind, {**whole[kind], **wrong}))


def test_one_officer_may_go_where_it_is_said_why() -> None:
    body = {**PLAN, "officers": ["小李"], "alone": "小王病了"}
    desk = Desk()
    entries = written(desk, ("visit.planned", body))
    assert visits(fold(CASE, entries))[0].plan.alone == "小王病了"


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)))
def test_no_order_and_no_gap_breaks_it(order: list[int], missing: set[int]) -> None:
    """Entries arrive in any order, and some never: the same set folds to the same visits."""
    desk = Desk()
    entries = written(desk, ("visit.planned", PLAN))
    ref = entries[-1].id
    bodies: tuple[tuple[str, dict[str, Json]], ...] = (
        ("visit.moved", {**PLAN, "on": "2026-11-26", "why": "改"}), ("visit.recorded", RECORD),
        ("visit.dropped", {"why": "没空"}), ("visit.returned", {"what": ["户口本"], "to": "他"}),
    )  # fmt: skip
    entries += [desk.write(NewEntry(CASE, kind, {"ref": ref, **body})) for kind, body in bodies]
    kept = [entries[n] for n in order if n not in missing]
    case = fold(CASE, kept)
    assert visits(case) == visits(fold(CASE, sorted(kept, key=lambda entry: entry.hlc)))
    assert len(tasks(case)) <= 4
    assert len(visits(case)) == (entries[1] in kept)
