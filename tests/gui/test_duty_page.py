"""值班: a name a day by keyboard, a week repeated, advisers offered where they are asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from desk_app.ui.theme import ThemeName
from desk_app.ui.views.advice_page import AdvicePage
from desk_app.ui.views.duty_page import DutyPage
from desk_app.ui.views.today_page import TodayPage
from tests.helpers.fakes import A_MONDAY
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import click, click_words, press, texts, write

MONDAY = A_MONDAY.date()


@pytest.fixture
def page(desk: OpenWindow) -> DutyPage:
    """The page, reached by its words on 今日."""
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert today.duty.text() == "值班：还没排"
    click(desk, today.duty)
    found = desk.window.page("duty")
    assert isinstance(found, DutyPage)
    return found


def test_a_name_is_written_by_keyboard_and_stands_on_today(
    desk: OpenWindow, page: DutyPage
) -> None:
    page.list.select(MONDAY.isoformat())
    page.list.setFocus()
    press(desk, Qt.Key.Key_Return)
    write(desk, "小李")
    press(desk, Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_3)
    write(desk, "小王")
    press(desk, Qt.Key.Key_Return)
    assert "上午 小李，下午 小王" in texts(page.list)
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert today.duty.text() == "值班：上午 小李，下午 小王"
    assert len(desk.store.books()) == 1


def test_a_week_is_repeated_by_mouse_and_other_weeks_are_turned_to(
    desk: OpenWindow, page: DutyPage
) -> None:
    page.list.select(MONDAY.isoformat())
    page.list.setFocus()
    press(desk, Qt.Key.Key_1)
    write(desk, "小李")
    press(desk, Qt.Key.Key_Return)
    click(desk, page.again)
    assert texts(page.list).count("小李") == 2
    click(desk, page.after)
    assert page.list.rows[0].id == (MONDAY + timedelta(days=7)).isoformat()
    assert texts(page.list).count("小李") == 1
    press(desk, Qt.Key.Key_PageUp)
    assert page.list.rows[0].id == MONDAY.isoformat()
    page.list.setFocus()
    page.list.select(MONDAY.isoformat())
    press(desk, Qt.Key.Key_4)
    assert texts(page.list).count("小李") == 1


def test_an_adviser_is_added_and_offered_where_one_asks(desk: OpenWindow, page: DutyPage) -> None:
    page.lines["name"].setFocus()
    write(desk, "老周")
    page.lines["field"].setFocus()
    write(desk, "医保")
    press(desk, Qt.Key.Key_Return)
    assert "老周　医保" in texts(page.panel)
    assert page.lines["name"].text() == ""
    (row,) = desk.store.search("杨志明")
    desk.context.shell.open_topic(row.case_id, "advice")
    desk.settle()
    advice = desk.window.page("advice")
    assert isinstance(advice, AdvicePage)
    click_words(desk, advice.panel, "老周（医保）")
    assert advice.lines["whom"].text() == "老周"


@pytest.mark.parametrize("scale", [100, 175])
def test_everything_fits_and_has_a_name(desk: OpenWindow, page: DutyPage, scale: int) -> None:
    page.list.setFocus()
    page.list.select(MONDAY.isoformat())
    press(desk, Qt.Key.Key_1)
    write(desk, "小李")
    press(desk, Qt.Key.Key_Return)
    desk.dress(ThemeName.LIGHT, scale)
    assert clipped(page) == []
    assert nameless(page) == []
    assert outside(page) == []
