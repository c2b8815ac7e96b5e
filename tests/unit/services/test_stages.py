"""Taking a case through its stages: what is refused, what is kept, and two desks at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from desk_app.core.clock import HybridClock
from desk_app.core.entries import Entry, NewEntry, seal
from desk_app.core.errors import BadInputError, DeskAppError, UserFacingError
from desk_app.core.fold import CaseState, fold
from desk_app.core.ids import EntryId
from desk_app.core.kinds.case import STAGES, VERDICTS
from desk_app.core.ports import CaseStore
from desk_app.core.stages import deadline_of, is_back, may_follow, moves, rules_of, way_to
from desk_app.services.casework import Casework, Ending
from tests.helpers.factories import OPENED
from tests.helpers.fakes import A_MONDAY
from tests.helpers.starter import starter_pack

CASE = "stagecase1"
PACK = starter_pack()
RULES = rules_of(PACK.stages)
TODAY = date(2026, 11, 23)
NO = Ending(
    explained=True, reasons=("M03",), explanation="超过期限", basis="档案馆自己的规定",
    next_door="区档案馆",
)  # fmt: skip


class Notebook:
    """What a desk knows of one case; as much of a store as the use cases ask for."""

    def __init__(self, device: str, entries: Sequence[Entry] = ()) -> None:
        self._device = device
        self._clock = HybridClock(device)
        self.entries = {entry.id: entry for entry in entries}

    def case(self, case_id: str) -> CaseState:
        return fold(case_id, self.entries.values())

    def append(self, author: str, new: Sequence[NewEntry]) -> tuple[Entry, ...]:
        made = []
        for one in new:
            number = len(self.entries) + 1
            now = A_MONDAY + timedelta(minutes=number)  # later than all that this desk knows
            entry = seal(
                one, entry_id=str(EntryId(self._device, "incarnation00", number)),
                author=author, hlc=self._clock.tick(now), now=now, prev="",
            )  # fmt: skip
            self.entries[entry.id] = entry
            made.append(entry)
        return tuple(made)

    def centre_numbers(self, case_id: str) -> None:
        del case_id


def opened() -> Notebook:
    book = Notebook("k7desk0000")
    book.append("小李", [NewEntry(CASE, "case.opened", {**OPENED, "number": "N"})])
    return book


def work_of(book: Notebook, author: str = "小李") -> Casework:
    return Casework(cast(CaseStore, book), PACK, author, today=lambda: TODAY)


@pytest.fixture
def book() -> Notebook:
    return opened()


@pytest.fixture
def work(book: Notebook) -> Casework:
    return work_of(book)


def test_a_case_goes_on_once_everything_is_there(work: Casework) -> None:
    for name in ("words", "resident_title", "stuck_at", "stuck_reason"):
        work.set_field(CASE, name, "写了")
    assert work.stages.move(CASE, "triage").stage == "triage"
    assert moves(work.case(CASE))[-1].why == ""


def test_with_something_missing_it_goes_on_only_with_a_written_reason(work: Casework) -> None:
    before = work.case(CASE)
    with pytest.raises(UserFacingError, match="还差：居民的原话"):
        work.stages.move(CASE, "triage", "  ")
    assert work.case(CASE) == before
    case = work.stages.move(CASE, "triage", "人在抢救，先办")
    last = moves(case)[-1]
    assert last.why == "人在抢救，先办"
    assert last.unmet == ("words_noted", "resident_known", "channel_known", "reason_known")
    assert work.stages.move(CASE, "triage", "人在抢救，先办") == case  # an impatient second Enter


@pytest.mark.parametrize("stage", ["coordinate", "assess", "reply"])
def test_no_stage_is_jumped_over_whatever_the_reason(work: Casework, stage: str) -> None:
    with pytest.raises(BadInputError, match="之后只能到“分类处办”"):
        work.stages.move(CASE, stage, "急")
    with pytest.raises(BadInputError, match="没有"):
        work.stages.move(CASE, "finished", "急")
    assert work.case(CASE).stage == "receive"


def test_going_back_wants_a_reason(work: Casework) -> None:
    work.stages.move(CASE, "triage", "急")
    with pytest.raises(BadInputError, match="退回“接待受理”"):
        work.stages.move(CASE, "receive")
    assert work.stages.move(CASE, "receive", "原话没问清").stage == "receive"


def test_closing_goes_through_the_answer_and_says_what_it_passed(work: Casework) -> None:
    case = work.close_case(CASE, "done_now", Ending(explained=True))
    assert case.stage == "reply"
    last = moves(case)[-1]
    assert last.why
    assert "verdict_given" in last.unmet
    assert "answer_known" in last.unmet
    with pytest.raises(UserFacingError, match="已经销号"):
        work.stages.move(CASE, "triage", "再看看")
    work.reopen_case(CASE, "又来了")
    assert work.stages.move(CASE, "triage", "再看看").stage == "triage"


def test_a_perhaps_becomes_a_yes_before_the_answer(work: Casework) -> None:
    work.set_field(CASE, "verdict", "maybe_feasible")
    for stage in ("triage", "coordinate", "assess"):
        work.stages.move(CASE, stage, "先办")
    with pytest.raises(UserFacingError, match="最后的判断"):
        work.stages.move(CASE, "reply")
    work.set_field(CASE, "verdict", "feasible")
    case = work.stages.move(CASE, "reply")
    assert moves(case)[-1].unmet == ()


def test_a_session_that_left_nothing_out_takes_the_case_along(work: Casework) -> None:
    for name in ("words", "resident_title", "stuck_at", "stuck_reason"):
        work.set_field(CASE, name, "写了")
    assert work.end_session(CASE, "referred", 20).stage == "triage"  # no judgement yet
    work.set_field(CASE, "verdict", "maybe_feasible")
    work.set_field(CASE, "duty", "outside")
    work.promises.make(CASE, "向区中心核对", "小李", date(2026, 11, 30))
    assert work.end_session(CASE, "referred", 5).stage == "coordinate"
    assert work.end_session(CASE, "assessing", 5).stage == "assess"
    assert work.end_session(CASE, "come_back", 5).stage == "assess"  # never back by itself
    assert [one.why for one in moves(work.case(CASE))] == ["", "", "", ""]


@pytest.mark.parametrize("outcome", ["done_now", "talk_only"])
def test_a_no_does_not_leave_by_another_door(work: Casework, outcome: str) -> None:
    work.set_field(CASE, "verdict", "infeasible")
    before = work.case(CASE)
    with pytest.raises(UserFacingError, match="判断写的是“不能办”"):
        work.end_session(CASE, outcome, 20, Ending(explained=True))
    assert work.case(CASE) == before
    assert not work.end_session(CASE, "infeasible", 20, NO).is_open


def test_a_stage_gets_more_time_with_a_reason(work: Casework) -> None:
    work.stages.move(CASE, "triage", "急")
    due = deadline_of(work.case(CASE), RULES, PACK.calendars)
    assert due is not None
    for until, why in (
        (due.due, "等回函"),
        (date(2026, 11, 20), "等回函"),
        (date(2062, 11, 30), "等回函"),
        (date(2026, 12, 1), " "),
    ):
        with pytest.raises(BadInputError):
            work.stages.extend(CASE, until, why, TODAY)
    case = work.stages.extend(CASE, date(2026, 12, 1), "等回函", TODAY)
    assert work.stages.extend(CASE, date(2026, 12, 1), "等回函", TODAY) == case
    again = deadline_of(case, RULES, PACK.calendars)
    assert again is not None
    assert again.due == date(2026, 12, 1)
    work.close_case(CASE, "done_now")
    with pytest.raises(BadInputError, match="没有期限"):
        work.stages.extend(CASE, date(2026, 12, 20), "等", TODAY)


def test_two_moves_at_once_wait_for_a_person(book: Notebook, work: Casework) -> None:
    work.stages.move(CASE, "triage", "急")
    other = Notebook("k7desk0001", tuple(book.entries.values()))
    work_of(other, "小王").stages.move(CASE, "reply", "电话里就说清了")
    work.stages.move(CASE, "coordinate", "先打电话")
    book.entries |= other.entries
    case = work.case(CASE)
    with pytest.raises(UserFacingError, match="先选定一个"):
        work.stages.move(CASE, "assess", "急")
    slot = case.slots["stage"]
    rival = next(entry for entry in (slot.entry, *slot.rivals) if entry.body["stage"] == "reply")
    settled = work.settle(CASE, slot, rival)
    assert settled.stage == "reply"
    assert work.stages.move(CASE, "triage", "事项不对").stage == "triage"
    assert [one.stage for one in moves(work.case(CASE))] == [
        "receive", "triage", "coordinate", "reply", "reply", "triage",
    ]  # fmt: skip


class Stages(RuleBasedStateMachine):
    """Two desks take one case through its stages and meet now and then."""

    def __init__(self) -> None:
        super().__init__()
        first = opened()
        self.books = (first, Notebook("k7desk0001", tuple(first.entries.values())))
        self.work = [
            work_of(book, name) for book, name in zip(self.books, ("小李", "小王"), strict=True)
        ]
        self.made: set[str] = set()

    @rule(who=st.sampled_from((0, 1)), stage=st.sampled_from(STAGES), why=st.sampled_from("急 "))
    def move(self, who: int, stage: str, why: str) -> None:
        before = set(self.books[who].entries)
        with suppress(DeskAppError):
            self.work[who].stages.move(CASE, stage, why)
            self._note(who, before)
            return
        assert set(self.books[who].entries) == before  # a refusal writes nothing

    @rule(who=st.sampled_from((0, 1)), verdict=st.sampled_from(VERDICTS))
    def judge(self, who: int, verdict: str) -> None:
        self.work[who].set_field(CASE, "verdict", verdict)

    @rule(who=st.sampled_from((0, 1)), outcome=st.sampled_from(("done_now", "infeasible")))
    def end(self, who: int, outcome: str) -> None:
        before = set(self.books[who].entries)
        with suppress(DeskAppError):
            assert not self.work[who].close_case(CASE, outcome, NO).is_open
            assert self.work[who].case(CASE).stage == "reply"
            self._note(who, before)
            return
        assert set(self.books[who].entries) == before

    @rule(who=st.sampled_from((0, 1)))
    def open_again(self, who: int) -> None:
        self.work[who].reopen_case(CASE, "又来了")

    @rule()
    def meet(self) -> None:
        everything = {**self.books[0].entries, **self.books[1].entries}
        for book in self.books:
            book.entries = dict(everything)

    @rule(who=st.sampled_from((0, 1)), first=st.booleans())
    def choose(self, who: int, first: bool) -> None:
        case = self.work[who].case(CASE)
        slot = case.slots.get("stage")
        if slot is not None and slot.in_conflict:
            before = set(self.books[who].entries)
            chosen = slot.rivals[0] if first else slot.entry
            settled = self.work[who].settle(CASE, slot, chosen)
            self._note(who, before)
            assert not settled.slots["stage"].in_conflict
            assert settled.stage == chosen.body["stage"]

    def _note(self, who: int, before: set[str]) -> None:
        fresh = [e for key, e in self.books[who].entries.items() if key not in before]
        self.made |= {entry.id for entry in fresh if entry.kind == "stage.entered"}

    @invariant()
    def nothing_is_lost(self) -> None:
        everything = {**self.books[0].entries, **self.books[1].entries}
        case = fold(CASE, everything.values())
        assert {one.id for one in moves(case)[1:]} == self.made

    @invariant()
    def no_order_is_broken(self) -> None:
        for book in self.books:
            for one in moves(fold(CASE, book.entries.values()))[1:]:
                if one.settles or one.before == one.stage:
                    continue
                if is_back(one.before, one.stage):
                    assert one.why
                elif one.stage not in may_follow(RULES, one.before):
                    assert one.stage == "reply"  # nothing else passes several at once here
                    assert way_to(RULES, one.before, one.stage)
                    assert one.why
                elif one.unmet:
                    assert one.why

    @invariant()
    def all_machines_give_one_answer(self) -> None:
        together = [*self.books[0].entries.values(), *self.books[1].entries.values()]
        assert fold(CASE, together) == fold(CASE, reversed(together))


TestStages = Stages.TestCase
TestStages.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
