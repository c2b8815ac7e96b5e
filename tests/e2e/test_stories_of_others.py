"""邓女士, 天桥老人 and 郑女士: others are asked, and each goes home with one paper.

Through the real window by keyboard, offline; what is printed is read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.coordination import calls, requests
from desk_app.core.fold import MaterialMark
from desk_app.ui.views.coordination_page import CoordinationPage
from desk_app.ui.views.today_page import TodayPage
from tests.helpers.gui import OpenWindow
from tests.helpers.hands import CTRL, press, texts, write
from tests.helpers.stories import print_paper, receive, story_window, the_case, topic_page

ENTER, F8 = Qt.Key.Key_Return, Qt.Key.Key_F8


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with story_window(tmp_path) as opened:
        yield opened


def coordination(desk: OpenWindow) -> CoordinationPage:
    return topic_page(desk, "coordination", CoordinationPage)


def ask(desk: OpenWindow, office: str, what: str) -> None:
    """Add an office and ask it for something."""
    page = coordination(desk)
    page.lines["name"].setFocus()
    write(desk, office)
    press(desk, ENTER)
    page.lines["what"].setFocus()
    write(desk, what)
    press(desk, ENTER)


def answer(desk: OpenWindow, key: Qt.Key, said: str) -> None:
    """What came of the latest request, on its line."""
    page = coordination(desk)
    page.list.setFocus()
    page.list.select(f"request|{requests(the_case(desk))[-1].id}")
    press(desk, key)
    write(desk, said)
    press(desk, ENTER)


def log(desk: OpenWindow, said: str, following: str = "") -> None:
    """F8 to the resident."""
    press(desk, F8)
    press(desk, Qt.Key.Key_Down)
    press(desk, ENTER)
    write(desk, said)
    if following:
        press(desk, ENTER)
        while not desk.window.focusWidget().accessibleName().startswith("下一步"):
            press(desk, Qt.Key.Key_Tab)
        write(desk, following)
    press(desk, ENTER, CTRL)


def close(desk: OpenWindow, outcome: str) -> None:
    case = desk.casework.close_case(the_case(desk).case_id, outcome)
    assert not case.is_open


def test_deng_is_not_our_duty_and_is_followed_up_all_the_same(desk: OpenWindow) -> None:
    receive(desk, "邓女士", "卡在这边刷不了，以前在窗口办过转移")
    ask(desk, "区医保中心", "撤销以前办的就医关系转移")
    slip = print_paper(desk, "转办单")
    for part in ("转办单", "区医保中心", "撤销以前办的就医关系转移", "卡在这边刷不了"):
        assert part in slip
    case = the_case(desk)
    (asked,) = requests(case)
    desk.clock.advance(days=7)
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert "撤销以前办的就医关系转移" in texts(today.tasks)
    answer(desk, Qt.Key.Key_1, "撤掉了")
    log(desk, "告诉她：请再试一次")
    (asked,) = requests(the_case(desk))
    assert (asked.answer, asked.said) == ("yes", "撤掉了")
    assert calls(the_case(desk))[-1].said == "告诉她：请再试一次"
    close(desk, "done_now")
    desk.context.shell.go("today")
    desk.settle()
    assert texts(today.tasks) == ""


def test_the_old_man_comes_once_the_officers_ask_from_office_to_office(desk: OpenWindow) -> None:
    receive(desk, "老先生", "儿子没了，要档案存放证明，我跑不动")
    ask(desk, "区人才服务中心", "查儿子的人事档案在不在")
    answer(desk, Qt.Key.Key_4, "原单位人事科")
    answer(desk, Qt.Key.Key_1, "在我们这里，证明邮寄过来")
    first, second = requests(the_case(desk))
    assert (first.answer, second.answer, second.after) == ("passed_on", "yes", first.id)
    desk.casework.mark_material(the_case(desk).case_id, "id-card", MaterialMark("in_hand"))
    text = print_paper(desk, "材料交接清单")
    for part in ("材料交接清单", "居民身份证", "交的人签名", "收的人签名"):
        assert part in text
    close(desk, "done_now")


def test_zheng_is_fetched_and_brought_home(desk: OpenWindow) -> None:
    receive(desk, "郑女士", "搬到女儿这里住，单位发退休金，异地看病这边登记不了")
    ask(desk, "原单位退管科", "在单位那边登记异地就医要什么材料")
    answer(desk, Qt.Key.Key_1, "单位出一张证明就行")
    log(desk, "约好了时间", "派车接您去，办好送您回家")
    (promise,) = the_case(desk).promises
    assert promise.what == "派车接您去，办好送您回家"
    sheet = print_paper(desk, "去哪里办")
    assert "郑女士" in sheet
    assert "派车接您去，办好送您回家" in sheet.replace("\n", "")
    with_promise = the_case(desk)
    assert [made.body["paper"] for made in with_promise.papers] == ["route_sheet"]
