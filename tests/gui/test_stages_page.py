"""阶段 of a case: back with a reason, more time, two moves at once, at every size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, Qt

from desk_app.core.entries import NewEntry
from desk_app.core.stages import moves
from desk_app.ui.presenters.case_lines import join_key
from desk_app.ui.presenters.stages_presenter import BACK, SLOT
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.views.stages_page import StagesPage
from desk_app.ui.views.today_page import TodayPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import click, press, take_back, texts, write


def case_of(desk: OpenWindow) -> str:
    (row,) = desk.store.search("沈淑珍")
    return row.case_id


def kept(desk: OpenWindow) -> list[str]:
    """What is half written on this page."""
    drafts = desk.store.drafts(desk.context.casework.author)
    return [draft.text for draft in drafts if draft.slot.startswith(SLOT)]


@pytest.fixture
def page(desk: OpenWindow) -> StagesPage:
    """The page, reached by its button on the case's own page."""
    desk.context.shell.open_case(case_of(desk))
    desk.settle()
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    click(desk, case_page.topics.buttons["stages"])
    found = desk.window.page("stages")
    assert isinstance(found, StagesPage)
    return found


def test_going_back_asks_why_and_can_be_taken_back(desk: OpenWindow, page: StagesPage) -> None:
    key = join_key(BACK, "triage")
    page.ways.setFocus()
    page.ways.select(key)
    press(desk, Qt.Key.Key_Return)
    assert page.ways.prompted == key
    press(desk, Qt.Key.Key_Return)  # nothing was written
    assert desk.store.case(case_of(desk)).stage == "coordinate"
    press(desk, Qt.Key.Key_1)
    write(desk, "事项选错了")
    press(desk, Qt.Key.Key_Return)
    case = desk.store.case(case_of(desk))
    assert (case.stage, moves(case)[-1].why) == ("triage", "事项选错了")
    assert "退回“分类处办”" in texts(page.history)
    take_back(desk)
    assert desk.store.case(case_of(desk)).stage == "coordinate"


def test_more_time_is_written_with_its_reason_and_a_wrong_day_stays_typed(
    desk: OpenWindow, page: StagesPage
) -> None:
    page.why.setFocus()
    write(desk, "等外省回函")
    page.until.setDate(QDate(2026, 11, 20))
    press(desk, Qt.Key.Key_Return)
    assert "晚于现在的期限" in desk.window.notice.text
    assert page.why.text() == "等外省回函"
    page.until.setDate(QDate(2026, 12, 9))
    press(desk, Qt.Key.Key_Return)
    assert page.why.text() == ""
    assert "延期到12月9日" in texts(page.history)


def test_a_reason_half_written_in_a_row_is_kept_through_esc_and_another_page(
    desk: OpenWindow, page: StagesPage
) -> None:
    key = join_key(BACK, "triage")
    page.ways.setFocus()
    page.ways.select(key)
    press(desk, Qt.Key.Key_1)
    write(desk, "事项选")
    press(desk, Qt.Key.Key_Escape)
    assert page.ways.prompted == ""
    assert kept(desk) == ["事项选"]
    desk.context.shell.go("today")
    desk.settle()
    desk.context.shell.open_topic(case_of(desk), "stages")
    desk.settle()
    page.ways.select(key)
    press(desk, Qt.Key.Key_1)
    assert page.ways.prompt.text() == "事项选"
    write(desk, "错了")
    press(desk, Qt.Key.Key_Return)
    assert moves(desk.store.case(case_of(desk)))[-1].why == "事项选错了"
    assert kept(desk) == []


def test_what_was_typed_of_an_extension_is_there_again(desk: OpenWindow, page: StagesPage) -> None:
    page.why.setFocus()
    write(desk, "等外省")
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert "中断在“阶段”" in texts(today.drafts)


def test_two_moves_at_once_are_chosen_between_on_the_page_of_the_case(
    desk: OpenWindow, page: StagesPage
) -> None:
    case = desk.store.case(case_of(desk))
    work = desk.casework.stages
    work.move(case.case_id, "assess")
    rival = NewEntry(case.case_id, "stage.entered", {"stage": "triage", "why": "x"},
                     case.heads["stage"])  # fmt: skip
    desk.store.append("小王", [rival])
    page.presenter.refresh()
    desk.settle()
    assert "请在案件页选一个" in texts(page.ways)
    page.take_focus()
    press(desk, Qt.Key.Key_1)
    assert desk.window.page_name == "case"
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    assert case_page.conflicts.isVisible()
    assert not case_page.stages.on.isVisible()


@pytest.mark.parametrize("scale", [100, 175])
def test_nothing_is_clipped_or_nameless(desk: OpenWindow, page: StagesPage, scale: int) -> None:
    desk.dress(ThemeName.LIGHT, scale)
    for part in (page, desk.show_page("case")):
        desk.settle()
        assert clipped(part) == []
        assert outside(part) == []
        assert nameless(part) == []
    desk.context.shell.open_session(case_of(desk))
    desk.settle()
    session = desk.window.page("session")
    assert isinstance(session, SessionPage)
    click(desk, session._header.channel)  # noqa: SLF001
    assert session.channel.isVisible()
    assert clipped(session) == []
    assert outside(session) == []
    press(desk, Qt.Key.Key_Escape)
    assert not session.channel.isVisible()
    assert desk.window.page_name == "session"


def test_each_channel_asks_for_its_own_lines(desk: OpenWindow) -> None:
    desk.context.shell.open_session(case_of(desk))
    desk.settle()
    session = desk.window.page("session")
    assert isinstance(session, SessionPage)
    press(desk, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    seen = {}
    for channel in ("counter", "phone", "hotline_12345", "hospital_visit"):
        session.presenter.set_field("channel", channel)
        desk.settle()
        seen[channel] = [n for n, line in session.channel.lines.items() if line.isVisible()]
    assert seen == {
        "counter": ["stuck_at", "stuck_reason", "stuck_code"],
        "phone": [],
        "hotline_12345": ["order_number"],
        "hospital_visit": ["visit_place"],
    }
    for key in (Qt.Key.Key_Return, Qt.Key.Key_L):  # the end has the room to itself
        press(desk, key, Qt.KeyboardModifier.ControlModifier)
        assert session.is_ending
        assert not session.channel.isVisible()
