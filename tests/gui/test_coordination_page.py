"""协调 of a case and F8: a talk in five commands, an answer on its line, what is typed stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desk_app.core.coordination import calls, parties, requests
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.coordination_page import CoordinationPage
from desk_app.ui.views.today_page import TodayPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import CTRL, press, texts, write


def case_of(desk: OpenWindow) -> str:
    (row,) = desk.store.search("沈淑珍")
    return row.case_id


@pytest.fixture
def page(desk: OpenWindow) -> CoordinationPage:
    desk.context.shell.open_topic(case_of(desk), "coordination")
    desk.settle()
    found = desk.window.page("coordination")
    assert isinstance(found, CoordinationPage)
    return found


def test_a_call_is_logged_in_five_commands(desk: OpenWindow, page: CoordinationPage) -> None:
    """F8, down, Enter, type, Ctrl+Enter; on the page it stands below its party."""
    press(desk, Qt.Key.Key_F8)
    press(desk, Qt.Key.Key_Down)
    press(desk, Qt.Key.Key_Return)
    write(desk, "档案室说下周二给答复")
    press(desk, Qt.Key.Key_Return, CTRL)
    (call,) = calls(desk.store.case(case_of(desk)))
    assert (call.party, call.said) == ("resident", "档案室说下周二给答复")
    assert "档案室说下周二给答复" in texts(page.list)


@pytest.mark.usefixtures("page")
def test_an_interrupted_call_goes_on_in_its_box(desk: OpenWindow) -> None:
    """The words wait for whoever it was with; 今日 leads back to the box, not to the page."""
    for key in (Qt.Key.Key_F8, Qt.Key.Key_Down, Qt.Key.Key_Return):
        press(desk, key)
    write(desk, "档案室说")
    press(desk, Qt.Key.Key_Escape)
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert "中断在“记一笔”" in texts(today.drafts)
    today.take_focus()
    press(desk, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return):
        press(desk, key)
    write(desk, "没有")
    press(desk, Qt.Key.Key_Return, CTRL)
    assert [call.said for call in calls(desk.store.case(case_of(desk)))] == ["档案室说没有"]


def test_an_office_is_added_asked_and_answers(desk: OpenWindow, page: CoordinationPage) -> None:
    page.lines["name"].setFocus()
    write(desk, "火葬场档案室")
    press(desk, Qt.Key.Key_Return)
    case = desk.store.case(case_of(desk))
    assert parties(case)[-1].name == "火葬场档案室"
    page.lines["what"].setFocus()
    write(desk, "查火化记录")
    press(desk, Qt.Key.Key_Return)
    (one,) = requests(desk.store.case(case_of(desk)))
    page.list.setFocus()
    page.list.select(f"request|{one.id}")
    press(desk, Qt.Key.Key_1)
    write(desk, "找到了")
    press(desk, Qt.Key.Key_Return)
    (one,) = requests(desk.store.case(case_of(desk)))
    assert (one.answer, one.said) == ("yes", "找到了")


@pytest.mark.parametrize("scale", [100, 175])
def test_everything_fits_and_has_a_name(
    desk: OpenWindow, page: CoordinationPage, scale: int
) -> None:
    desk.dress(ThemeName.LIGHT, scale)
    assert (nameless(page), clipped(page), outside(page)) == ([], [], [])
