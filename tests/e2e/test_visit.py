"""小杨's bed is visited: two go, it is written up, his papers go back; by keyboard, offline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.visits import DROPPED, PLANNED, RECORDED, Visit, visits
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.today_page import TodayPage
from desk_app.ui.views.visits_page import VisitsPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import acts, click, press, take_back, texts, write
from tests.helpers.stories import print_paper, receive, story_window, the_case, topic_page

ENTER = Qt.Key.Key_Return


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with story_window(tmp_path) as opened:
        receive(opened, "小杨", "长期住院，家里没有人，办不了参保")
        yield opened


@pytest.fixture
def page(desk: OpenWindow) -> VisitsPage:
    return show(desk)


def show(desk: OpenWindow) -> VisitsPage:
    return topic_page(desk, "visits", VisitsPage)


def the_visit(desk: OpenWindow) -> Visit:
    (one,) = visits(the_case(desk))
    return one


def type_in(desk: OpenWindow, page: VisitsPage, **typed: str) -> None:
    """Lines by what they are called in the form, then Enter in the last."""
    for name, text in typed.items():
        line = {**page.plan_lines, **page.record_lines}[name]
        line.setFocus()
        line.selectAll()
        write(desk, text)
    press(desk, ENTER)


def plan(desk: OpenWindow, page: VisitsPage) -> None:
    type_in(desk, page, where="市一医院 3 楼 12 床", time="930", what="问参保意愿",
            officers="小李、小王")  # fmt: skip


def test_two_go_write_it_up_and_give_his_papers_back(desk: OpenWindow, page: VisitsPage) -> None:
    assert page.plan_lines["officers"].text() == "小李"
    assert "委托书空白件" in page.plan_lines["take"].text()
    type_in(desk, page, where="市一医院 3 楼 12 床", time="930", what="问参保意愿")
    assert "两名工作人员" in desk.window.notice.text
    assert visits(the_case(desk)) == ()
    type_in(desk, page, officers="小李、小王")
    visit = the_visit(desk)
    assert (visit.plan.time, visit.plan.officers) == ("09:30", ("小李", "小王"))
    assert "市一医院 3 楼 12 床" in texts(page.list)
    blank = print_paper(desk, "上门服务记录")
    for part in ("09:30", "小王", "问参保意愿"):
        assert part in blank
    desk.clock.advance(days=1)
    page = show(desk)
    page.list.setFocus()
    page.list.select(visit.id)
    press(desk, Qt.Key.Key_1)
    type_in(desk, page, arrived="935", left="10:20", present="病房护士", done="本人愿意参保",
            kept="身份证、户口本", said="谢谢你们跑来")  # fmt: skip
    visit = the_visit(desk)
    assert (visit.state, visit.owed) == (RECORDED, ("身份证", "户口本"))
    record = print_paper(desk, "上门服务记录")
    for part in ("09:35", "病房护士", "本人愿意参保", "身份证、户口本", "谢谢你们跑来"):
        assert part in record
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert "上门收的材料要还：身份证、户口本" in texts(today.tasks)
    page = show(desk)
    page.list.select_first()
    page.list.setFocus()
    press(desk, Qt.Key.Key_2)
    write(desk, "病房护士，当面点清")
    press(desk, ENTER)
    assert the_visit(desk).owed == ()
    desk.context.shell.go("today")
    desk.settle()
    assert "要还" not in texts(today.tasks)


def test_it_is_moved_and_called_off_with_a_reason_and_back(
    desk: OpenWindow, page: VisitsPage
) -> None:
    plan(desk, page)
    page.list.setFocus()
    page.list.select_first()
    press(desk, Qt.Key.Key_2)
    page.on.show_day(page.on.day + timedelta(days=2))
    press(desk, ENTER)
    assert "为什么" in desk.window.notice.text
    type_in(desk, page, why="医院要检查")
    assert the_visit(desk).moved == "医院要检查"
    assert page.plan_lines["where"].text() == ""
    page.list.setFocus()
    page.list.select_first()
    press(desk, Qt.Key.Key_3)
    write(desk, "出院了")
    press(desk, ENTER)
    assert the_visit(desk).state == DROPPED
    assert acts(page.list, the_visit(desk).id) == []
    take_back(desk)
    assert the_visit(desk).state == PLANNED


def test_what_is_written_at_the_bed_is_there_again(desk: OpenWindow, page: VisitsPage) -> None:
    """The record is half typed, somebody looks elsewhere, and it goes on from 今日."""
    plan(desk, page)
    desk.clock.advance(days=1)
    page.list.select_first()
    page.list.setFocus()
    press(desk, Qt.Key.Key_1)
    write(desk, "935")
    page.record_lines["done"].setFocus()
    page.record_lines["done"].selectAll()
    write(desk, "问过了，他愿意")
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert "中断在“上门”" in texts(today.drafts)
    mine, other = the_case(desk).case_id, desk.casework.open_case().case_id
    desk.context.shell.open_topic(other, "visits")
    desk.settle()
    assert page.record_lines["done"].text() == ""
    desk.context.shell.open_topic(mine, "visits")
    desk.settle()
    assert [page.record_lines[name].text() for name in ("arrived", "done")] == [
        "935", "问过了，他愿意",
    ]  # fmt: skip
    click(desk, page.record_button)
    assert [one.state for one in visits(desk.store.case(mine))] == [RECORDED]
    slots = [draft.slot for draft in desk.store.drafts()]
    assert not any(slot.startswith("visit:") for slot in slots)


@pytest.mark.parametrize("scale", [100, 175])
def test_everything_fits_and_has_a_name(desk: OpenWindow, page: VisitsPage, scale: int) -> None:
    plan(desk, page)
    for act in (Qt.Key.Key_2, Qt.Key.Key_1):
        page.list.setFocus()
        page.list.select_first()
        press(desk, act)
        desk.dress(ThemeName.LIGHT, scale)
        assert clipped(page) == []
        assert nameless(page) == []
        assert outside(page) == []
