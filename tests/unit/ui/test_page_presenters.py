"""今日, 案件, the page of a case and 待办 without their widgets, over the real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from desk_app.core.fold import CaseState
from desk_app.core.ports import Draft
from desk_app.services.casework import Casework
from desk_app.storage.store import SqlCaseStore
from desk_app.ui.context import UiContext
from desk_app.ui.presenters.case_page_state import CasePageState
from desk_app.ui.presenters.case_presenter import CasePresenter
from desk_app.ui.presenters.cases_presenter import CasesPresenter, CasesState
from desk_app.ui.presenters.due_reminder import DueReminder
from desk_app.ui.presenters.lines import Line
from desk_app.ui.presenters.promises_presenter import (
    CASE,
    DROP,
    HAND,
    KEEP,
    KEPT,
    NOTE,
    OPEN,
    TELL,
    PromisesPresenter,
    PromisesState,
)
from desk_app.ui.presenters.today_presenter import TodayPresenter, TodayState
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import a_few_cases
from tests.helpers.ui_desk import FakePrintRoom, NotedShell, open_desk


@dataclass
class Seen:
    """A view of every page: it keeps what it was last shown."""

    today: TodayState | None = None
    cases: CasesState | None = None
    case: CasePageState | None = None
    promises: PromisesState | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    note: Draft | None = None
    revealed: list[tuple[str, str]] = field(default_factory=list)

    def show_today(self, state: TodayState) -> None:
        self.today = state

    def show_cases(self, state: CasesState) -> None:
        self.cases = state

    def show_case_state(self, state: CasePageState) -> None:
        self.case = state

    def show_promises(self, state: PromisesState) -> None:
        self.promises = state

    def ask_line(self, key: str, name: str, hint: str) -> None:
        del hint
        self.asked.append((key, name))

    def restore_note(self, draft: Draft | None) -> None:
        self.note = draft

    def show_revealed(self, name: str, value: str) -> None:
        self.revealed.append((name, value))


@dataclass
class At:
    """A desk with four cases: 沈, 杨, 陈 open, 赵 closed."""

    context: UiContext
    shell: NotedShell
    seen: Seen
    cases: list[CaseState]

    @property
    def casework(self) -> Casework:
        return self.context.casework


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    shell = NotedShell()
    with open_desk(tmp_path, shell, FakePrintRoom()) as context:
        clock, store = context.clock, context.store
        assert isinstance(clock, FakeClock)
        assert isinstance(store, SqlCaseStore)
        mine = Casework(store, context.pack, "小李")
        cases = a_few_cases(mine, store, clock)
        yield At(context, shell, Seen(), cases)


def ids(lines: tuple[Line, ...]) -> list[str]:
    return [line.id for line in lines if line.id]


def test_today_leads_with_what_is_late_and_what_is_due(at: At) -> None:
    TodayPresenter(at.context, at.seen).refresh()
    state = at.seen.today
    assert state is not None
    assert [line.text for line in state.due] == ["回电：火葬场档案室是否找到记录",
                                                 "提醒医院医务科：下月缴费"]  # fmt: skip
    assert [line.tone for line in state.due] == ["danger", "warn"]
    assert [line.text for line in state.coming] == ["问清派出所能不能上门办证"]
    assert state.more_coming == 0
    assert state.open_count == 3
    assert at.cases[3].case_id not in ids(state.cases)  # closed


def test_today_masks_names(at: At) -> None:
    TodayPresenter(at.context, at.seen).refresh()
    shown = repr(at.seen.today)
    assert "沈**" in shown
    assert not any(name in shown for name in ("淑珍", "志明", "桂英"))


def test_only_ones_own_interrupted_work_is_offered(at: At) -> None:
    presenter = TodayPresenter(at.context, at.seen)
    presenter.refresh()
    assert at.seen.today is not None
    assert at.seen.today.drafts == ()  # the desk of 小王; the draft is 小李's
    at.context.store.save_draft(
        Draft("小王", at.cases[2].case_id, "field:words", "外地看病", 3,
              at.context.clock.now().isoformat())
    )  # fmt: skip
    presenter.refresh()
    (line,) = at.seen.today.drafts
    assert "陈阿姨" in line.text
    assert "居民的原话" in line.detail
    presenter.go_on(line.id)
    assert at.shell.asked == [("open_session", at.cases[2].case_id)]


def test_an_interrupted_note_leads_back_to_the_case(at: At) -> None:
    case_id = at.cases[0].case_id
    now = at.context.clock.now().isoformat()
    at.context.store.save_draft(Draft("小王", case_id, "note", "打了电", 3, now))
    presenter = TodayPresenter(at.context, at.seen)
    presenter.refresh()
    assert at.seen.today is not None
    presenter.go_on(at.seen.today.drafts[0].id)
    assert at.shell.asked == [("open_case", case_id)]


def test_cases_are_found_by_initials_and_filtered(at: At) -> None:
    presenter = CasesPresenter(at.context, at.seen)
    presenter.find("", only_open=False)
    assert at.seen.cases is not None
    assert len(at.seen.cases.lines) == 4
    assert at.seen.cases.words == "4 件"
    presenter.find("", only_open=True)
    assert len(at.seen.cases.lines) == 3
    presenter.find(" ssz ", only_open=False)
    assert ids(at.seen.cases.lines) == [at.cases[0].case_id]
    presenter.find("没有这个人", only_open=False)
    assert at.seen.cases.lines == ()
    assert "没有找到" in at.seen.cases.words


def test_the_case_page_says_where_it_stands(at: At) -> None:
    presenter = CasePresenter(at.context, at.seen)
    presenter.show(at.cases[0].case_id)
    state = at.seen.case
    assert state is not None
    assert (state.who, state.stage, state.is_open) == ("沈女士", "沟通协调", True)
    assert "首问负责 小李" in state.facts
    assert any("死亡证明" in line.text for line in state.items)
    assert [line.status for line in state.promises] == ["超 1 个工作日"]
    assert state.timeline[0].bold  # the head of the day
    assert dict(state.private)["phone"] == "13900001234"


def test_keeping_a_promise_can_be_taken_back(at: At) -> None:
    presenter = CasePresenter(at.context, at.seen)
    presenter.show(at.cases[0].case_id)
    assert at.seen.case is not None
    presenter.act(at.seen.case.promises[0].id, KEEP)
    assert at.context.store.case(at.cases[0].case_id).promises[0].state == "kept"
    assert at.shell.saves == 1
    assert at.seen.case.promises[0].mark == "✓"
    at.shell.undos[-1]()
    assert at.context.store.case(at.cases[0].case_id).promises[0].state == "open"
    assert at.seen.case.promises[0].mark == "!"


def test_a_note_is_a_draft_until_it_is_an_entry(at: At) -> None:
    case_id = at.cases[0].case_id
    presenter = CasePresenter(at.context, at.seen)
    presenter.show(case_id)
    presenter.keep_note("打了电话", 4)
    presenter.show(at.cases[1].case_id)
    assert at.seen.note is None
    presenter.show(case_id)
    assert at.seen.note is not None
    assert (at.seen.note.text, at.seen.note.cursor) == ("打了电话", 4)
    presenter.add_note("打了电话，明天给答复")
    assert at.context.store.drafts("小王") == []
    assert at.seen.case is not None
    assert at.seen.case.timeline[1].text == "打了电话，明天给答复"
    presenter.add_note("  ")
    assert len(at.context.store.case(case_id).notes) == 1


def test_looking_at_a_masked_value_is_written_down(at: At) -> None:
    presenter = CasePresenter(at.context, at.seen)
    presenter.show(at.cases[0].case_id)
    presenter.reveal("phone")
    assert at.seen.revealed == [("phone", "13900001234")]
    last = at.context.store.case(at.cases[0].case_id).timeline[-1]
    assert (last.kind, last.author, last.body["why"]) == (
        "sensitive.revealed", "小王", "在案件页核对",
    )  # fmt: skip


def test_a_closed_case_is_opened_again_with_a_reason(at: At) -> None:
    presenter = CasePresenter(at.context, at.seen)
    presenter.show(at.cases[3].case_id)
    state = at.seen.case
    assert state is not None
    assert state.stage == "已办结：当场办成"
    assert any(line.text == "当场办成" for line in state.ending)
    presenter.reopen("  ")
    assert not at.context.store.case(at.cases[3].case_id).is_open
    presenter.reopen("又来问了")
    assert at.seen.case is not None
    assert at.seen.case.is_open
    assert at.seen.case.ending == ()


def test_promises_stand_under_their_days(at: At) -> None:
    presenter = PromisesPresenter(at.context, at.seen)
    presenter.show(OPEN, mine=False)
    assert at.seen.promises is not None
    heads = [(line.text, line.status) for line in at.seen.promises.lines if not line.id]
    assert heads == [("11月21日 星期六", "超 1 个工作日"), ("11月23日 星期一", "今天"),
                     ("12月1日 星期二", "还剩 6 个工作日")]  # fmt: skip
    presenter.show(OPEN, mine=True)
    assert [line.text for line in at.seen.promises.lines if line.id] == ["提醒医院医务科：下月缴费"]


def test_a_call_is_written_in_one_line_below_its_promise(at: At) -> None:
    presenter = PromisesPresenter(at.context, at.seen)
    presenter.show(OPEN, mine=False)
    assert at.seen.promises is not None
    key = ids(at.seen.promises.lines)[0]
    presenter.act(key, NOTE)
    assert at.seen.asked == [(key, "记一笔")]
    presenter.write(key, "档案室说下周二给答复")
    case = at.context.store.case(at.cases[0].case_id)
    assert case.notes[-1].text == "档案室说下周二给答复"
    assert case.promises[0].state == "open"


def test_a_promise_that_is_not_needed_any_more_says_why(at: At) -> None:
    presenter = PromisesPresenter(at.context, at.seen)
    presenter.show(OPEN, mine=False)
    assert at.seen.promises is not None
    key = ids(at.seen.promises.lines)[0]
    presenter.act(key, DROP)
    presenter.write(key, "居民自己找到了")
    promise = at.context.store.case(at.cases[0].case_id).promises[0]
    assert (promise.state, promise.note) == ("dropped", "居民自己找到了")
    assert key not in ids(at.seen.promises.lines)
    at.shell.undos[-1]()
    assert key in ids(at.seen.promises.lines)


def test_kept_promises_only_lead_to_their_case(at: At) -> None:
    presenter = PromisesPresenter(at.context, at.seen)
    presenter.show(OPEN, mine=False)
    assert at.seen.promises is not None
    key = ids(at.seen.promises.lines)[0]
    presenter.act(key, KEEP)
    presenter.show(KEPT, mine=False)
    (line,) = [line for line in at.seen.promises.lines if line.id]
    entries = len(at.context.store.case(at.cases[0].case_id).timeline)
    presenter.act(line.id, KEEP)
    assert len(at.context.store.case(at.cases[0].case_id).timeline) == entries
    presenter.act(line.id, CASE)
    assert at.shell.asked == [("open_case", at.cases[0].case_id)]


def test_what_is_written_where_nothing_was_asked_changes_nothing(at: At) -> None:
    presenter = PromisesPresenter(at.context, at.seen)
    presenter.show(OPEN, mine=False)
    assert at.seen.promises is not None
    key = ids(at.seen.promises.lines)[0]
    presenter.write(key, "没人问")
    assert at.context.store.case(at.cases[0].case_id).notes == ()


def test_the_next_few_promises_are_shown_and_the_rest_counted(at: At) -> None:
    due = at.context.clock.now().date() + timedelta(days=20)
    for number in range(5):
        at.casework.promises.make(at.cases[1].case_id, f"第{number}件", "", due)
    TodayPresenter(at.context, at.seen).refresh()
    assert at.seen.today is not None
    assert (len(at.seen.today.coming), at.seen.today.more_coming) == (3, 3)


def test_a_promise_goes_to_a_colleague_or_is_kept_with_who_was_told(at: At) -> None:
    presenter = PromisesPresenter(at.context, at.seen)
    presenter.show(OPEN, mine=False)
    assert at.seen.promises is not None
    key = ids(at.seen.promises.lines)[0]
    presenter.act(key, HAND)
    presenter.write(key, "小王")
    assert at.context.store.case(at.cases[0].case_id).promises[0].who == "小王"
    presenter.act(key, TELL)
    presenter.write(key, "李主任")
    promise = at.context.store.case(at.cases[0].case_id).promises[0]
    assert (promise.state, promise.told) == ("kept", "李主任")


def test_a_new_day_says_once_how_much_is_due_and_not_what(at: At) -> None:
    reminder = DueReminder(at.context)
    reminder.look()
    assert at.shell.toasts == []  # 今日 shows at the start
    clock = at.context.clock
    assert isinstance(clock, FakeClock)
    clock.advance(days=1)
    for _ in range(2):
        reminder.look()
    due = at.context.store.promises(until=clock.now().date())
    mine = [row for row in due if row.who == at.casework.author]
    assert at.shell.toasts == [f"今天您有 {len(mine)} 件要做到，在“今日”里。"]
