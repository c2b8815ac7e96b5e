"""The five stages read from a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from desk_app.core.basis import offered_bases
from desk_app.core.catalogue import CalendarYear, Provenance, StageRule
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState, fold
from desk_app.core.kinds.case import STAGES
from desk_app.core.kinds.kind import Json
from desk_app.core.stages import (
    CONDITIONS,
    GREEN,
    RED,
    YELLOW,
    channel_of,
    deadline_of,
    is_back,
    missing_now,
    moves,
    rules_of,
    stay_of,
    unmet,
    way_to,
)
from tests.helpers.factories import OPENED, Desk
from tests.helpers.small_pack import item
from tests.helpers.starter import starter_pack

CASE = "stagecase1"
RULES = rules_of(starter_pack().stages)
NEW_YEAR = {
    2026: CalendarYear(2026, True, "", (), ()),
    2027: CalendarYear(2027, False, "", (date(2027, 1, 1),), ()),
}
Written = tuple[str, dict[str, Json], str]


def case_of(*written: Written, desk: Desk | None = None, **opening: str) -> CaseState:
    """A case of these entries; each names its base by the place of an earlier one, or nothing."""
    desk = desk or Desk()
    body: dict[str, Json] = {**OPENED, "number": "N", **opening}
    entries: list[Entry] = [desk.write(NewEntry(CASE, "case.opened", body))]
    for kind, body, base in written:
        of = entries[int(base)].id if base else ""
        entries.append(desk.write(NewEntry(CASE, kind, body, of)))
    return fold(CASE, reversed(entries))


def field(name: str, value: str) -> Written:
    return "field.set", {"name": name, "value": value}, ""


def to(stage: str, base: str = "", **more: Json) -> Written:
    return "stage.entered", {"stage": stage, **more}, base


def test_a_new_case_is_received_and_says_what_is_missing() -> None:
    case = case_of()
    assert stay_of(case).stage == "receive"
    assert missing_now(RULES, case) == [
        "words_noted", "resident_known", "channel_known", "reason_known",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "asked"),
    [
        ("counter", ("stuck_at", "stuck_reason")),
        ("hotline_12345", ("order_number",)),
        ("home_visit", ("visit_place",)),
        ("hospital_visit", ("visit_place",)),
        ("phone", ()),
        ("walk_in", ()),
        ("online", ()),
    ],
)
def test_each_channel_asks_for_what_belongs_to_it(channel: str, asked: tuple[str, ...]) -> None:
    bare = case_of(channel=channel)
    holds = CONDITIONS["channel_known"].holds
    assert holds(bare) is (not asked)
    assert holds(case_of(*(field(name, "写了") for name in asked), channel=channel))
    later = case_of(field("channel", channel))
    assert channel_of(later) == channel


def test_what_is_not_this_windows_duty_needs_no_item() -> None:
    assert "items_or_outside" in unmet(RULES, case_of(), "triage", "reply")
    case = case_of(field("duty", "outside"))
    assert "items_or_outside" not in unmet(RULES, case, "triage", "reply")


@pytest.mark.parametrize(
    ("verdict", "known"), [("feasible", True), ("maybe_feasible", False), ("infeasible", True)]
)
def test_perhaps_is_a_judgement_and_no_answer(verdict: str, known: bool) -> None:
    case = case_of(field("verdict", verdict))
    assert CONDITIONS["verdict_given"].holds(case)
    assert CONDITIONS["answer_known"].holds(case) is known
    assert ("answer_known" in unmet(RULES, case, "assess", "reply")) is not known


def test_going_back_asks_for_no_condition() -> None:
    assert unmet(RULES, case_of(), "reply", "triage") == []
    assert is_back("reply", "triage")
    assert not is_back("triage", "reply")
    assert not is_back("", "triage")


def test_every_stage_leads_to_the_answer() -> None:
    for stage in STAGES[:-1]:
        assert way_to(RULES, stage, "reply")[-1] == "reply"
    assert way_to(RULES, "receive", "reply") == ("triage", "reply")
    assert way_to(RULES, "reply", "reply") == ()
    assert way_to(RULES, "reply", "triage") == ()


def test_a_pack_without_rules_asks_for_nothing_and_sets_no_limit() -> None:
    rules = rules_of({})
    case = case_of()
    assert missing_now(rules, case) == []
    assert deadline_of(case, rules, {}) is None
    assert way_to(rules, "receive", "reply") == ("reply",)


def test_every_move_stays_in_the_history_with_who_and_why() -> None:
    case = case_of(
        to("triage"),
        to("coordinate", "1", why="先打电话", unmet=["promise_made", "future_condition"]),
        to("triage", "2", why="事项选错了"),
    )
    first, *rest = moves(case)
    assert (first.stage, first.before, first.counts) == ("receive", "", False)
    assert [(one.before, one.stage, one.why, one.counts) for one in rest] == [
        ("receive", "triage", "", False),
        ("triage", "coordinate", "先打电话", False),
        ("coordinate", "triage", "事项选错了", True),
    ]
    assert rest[1].unmet == ("promise_made", "future_condition")
    assert [one.is_back for one in rest] == [False, False, True]


def test_two_moves_at_once_are_both_kept_and_a_choice_settles_them() -> None:
    both = case_of(to("triage"), to("coordinate", "1"), to("reply", "1"))
    assert [one.counts for one in moves(both)[1:]] == [False, True, True]
    assert both.stage == "reply"
    assert both.slots["stage"].in_conflict
    rival = both.slots["stage"].rivals[0].id
    chosen = case_of(
        to("triage"), to("coordinate", "1"), to("reply", "1"), to("coordinate", "3", also=[rival])
    )
    assert not chosen.slots["stage"].in_conflict
    assert chosen.stage == "coordinate"
    assert len(moves(chosen)) == 5
    assert moves(chosen)[-1].settles


def test_an_entry_from_before_there_were_reasons_counts_as_it_did() -> None:
    case = case_of(to("coordinate"))
    assert case.stage == "coordinate"
    assert (moves(case)[1].why, moves(case)[1].unmet) == ("", ())


def test_the_limit_counts_working_days_and_says_where_it_is_an_estimate() -> None:
    desk = Desk()  # Monday 2026-11-23
    case = case_of(to("coordinate"), desk=desk)
    deadline = deadline_of(case, RULES, NEW_YEAR)
    assert deadline is not None
    assert (deadline.due, deadline.estimated) == (date(2026, 11, 30), False)
    assert deadline.colour(date(2026, 11, 26), NEW_YEAR) == GREEN
    assert deadline.colour(date(2026, 11, 27), NEW_YEAR) == YELLOW  # one working day is left
    assert deadline.colour(date(2026, 11, 30), NEW_YEAR) == YELLOW
    assert deadline.colour(date(2026, 12, 1), NEW_YEAR) == RED
    long = {**RULES, "coordinate": StageRule("coordinate", days=30)}
    over = deadline_of(case, long, NEW_YEAR)
    assert over is not None
    assert (over.due, over.estimated) == (date(2027, 1, 5), True)


def test_an_extension_holds_for_this_stay_in_the_stage_only() -> None:
    extended: Written = ("deadline.extended", {}, "")
    desk = Desk()
    case = case_of(to("coordinate"), desk=desk)
    ref = stay_of(case).ref
    entries = [*case.timeline]
    body: dict[str, Json] = {"ref": ref, "until": "2026-12-09", "why": "等外省回函"}
    entries.append(desk.write(NewEntry(CASE, extended[0], body), "小王"))
    case = fold(CASE, entries)
    deadline = deadline_of(case, RULES, NEW_YEAR)
    assert deadline is not None
    assert deadline.extension is not None
    assert (deadline.due, deadline.extension.by) == (date(2026, 12, 9), "小王")
    back = desk.write(NewEntry(CASE, "stage.entered", {"stage": "triage"}, ref))
    again = desk.write(NewEntry(CASE, "stage.entered", {"stage": "coordinate"}, back.id))
    case = fold(CASE, [*entries, back, again])
    deadline = deadline_of(case, RULES, NEW_YEAR)
    assert deadline is not None
    assert deadline.extension is None


def test_a_closed_case_has_no_limit_and_one_opened_again_starts_anew() -> None:
    closed: Written = (
        "case.closed", {"outcome": "done_now", "explained": True, "sheet_given": True}, "",
    )  # fmt: skip
    assert deadline_of(case_of(to("reply"), closed), RULES, NEW_YEAR) is None
    case = case_of(to("reply"), closed)
    later = Desk("k7desk0001", case.timeline[-1].time.replace(month=12, day=7))
    opened = later.write(NewEntry(CASE, "case.reopened", {"why": "又来了"}, case.heads["closing"]))
    again = deadline_of(fold(CASE, [*case.timeline, opened]), RULES, NEW_YEAR)
    assert again is not None
    assert again.due == date(2026, 12, 9)


@pytest.mark.parametrize(
    "body",
    [
        {"ref": "e1", "until": "9999-12-01", "why": "等"},
        {"ref": "e1", "until": "明天", "why": "等"},
        {"ref": "e1", "until": "2026-12-01", "why": " "},
    ],
)
def test_an_extension_that_cannot_be_is_not_written(body: dict[str, Json]) -> None:
    with pytest.raises(BadInputError):
        Desk().write(NewEntry(CASE, "deadline.extended", body))


def test_a_ground_nobody_checked_is_offered_without_its_article_and_marked() -> None:
    sources = {
        "a": "《居住证条例》第二十四条",
        "b": "国发〔2014〕8号",
        "c": "",
        "d": "第三条",
    }
    made = [
        replace(item(name), provenance=Provenance(source=text)) for name, text in sources.items()
    ]
    look = Provenance(source="《某办法》第三条", last_checked=date(2026, 11, 1))
    checked = replace(item("e"), provenance=look)
    found = offered_bases([*made, made[1], checked])
    assert [(basis.text, basis.verified) for basis in found] == [
        ("《某办法》第三条", True),
        ("《居住证条例》（未核实）", False),
        ("国发〔2014〕8号（未核实）", False),
    ]
