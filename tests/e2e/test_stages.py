"""A case from the counter to its answer through the real window, by keyboard.

The first like 邓女士's: refused at a counter, not this window's own duty, another office decides.
The second like 沈女士's, where nothing more can be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.fold import CaseState
from desk_app.core.stages import moves
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.views.stages_page import StagesPage
from tests.helpers.gui import OpenWindow, open_window
from tests.helpers.hands import CTRL, press, texts, write
from tests.helpers.ui_desk import NoFinder

ENTER, TAB, ALT = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with open_window(tmp_path, finder=NoFinder()) as opened:
        yield opened


def the_case(desk: OpenWindow) -> CaseState:
    return desk.store.case(desk.store.cases()[-1].case_id)


def session(desk: OpenWindow) -> SessionPage:
    page = desk.window.page("session")
    assert isinstance(page, SessionPage)
    return page


def case_page(desk: OpenWindow) -> CasePage:
    desk.context.shell.open_case(the_case(desk).case_id)
    desk.settle()
    page = desk.window.page("case")
    assert isinstance(page, CasePage)
    return page


def receive(desk: OpenWindow, words: str) -> SessionPage:
    """F2, the words, and how it got stuck at the counter."""
    press(desk, Qt.Key.Key_F2)
    page = session(desk)
    write(desk, words)
    page.presenter.settle_field("resident_title", "邓女士")
    press(desk, Qt.Key.Key_L, CTRL)
    for line in ("综合受理 3 号窗口", "系统里没有你的记录", "M03"):
        write(desk, line)
        press(desk, TAB)
    desk.settle()
    press(desk, Qt.Key.Key_L, CTRL)
    assert not page.channel.isVisible()
    return page


def test_from_the_counter_over_perhaps_to_yes(desk: OpenWindow) -> None:
    page = receive(desk, "卡在外地刷不了，当初是窗口办的转移")
    case = the_case(desk)
    assert case.fields["stuck_at"] == "综合受理 3 号窗口"
    assert case.fields["stuck_code"] == "M03"
    page.presenter.set_field("verdict", "maybe_feasible")
    desk.settle()

    strip = case_page(desk).stages
    press(desk, Qt.Key.Key_Right, ALT)  # everything is there: one key
    assert the_case(desk).stage == "triage"
    press(desk, Qt.Key.Key_Right, ALT)  # no item, nobody promised: the page says so
    assert desk.window.page_name == "stages"
    stages = desk.window.page("stages")
    assert isinstance(stages, StagesPage)
    assert "还差：事项、约定" in texts(stages.ways)
    stages.conditions.setFocus()
    stages.conditions.select("items_or_outside")
    press(desk, Qt.Key.Key_1)
    assert the_case(desk).fields["duty"] == "outside"
    stages.take_focus()
    press(desk, Qt.Key.Key_1)
    write(desk, "区中心的人在开会，先打电话")
    press(desk, ENTER)
    coordinated = moves(the_case(desk))[-1]
    assert (coordinated.stage, coordinated.unmet) == ("coordinate", ("promise_made",))
    assert "为什么：区中心的人在开会，先打电话" in texts(stages.history)
    stages.take_focus()
    press(desk, Qt.Key.Key_1)  # nothing is asked any more: on to the assessment
    assert the_case(desk).stage == "assess"

    session(desk).presenter.set_field("verdict", "feasible")
    desk.settle()
    press(desk, Qt.Key.Key_Escape)
    assert desk.window.page_name == "case"
    assert strip.on.text().startswith("往下走：答复反馈")
    press(desk, Qt.Key.Key_Right, ALT)
    assert the_case(desk).stage == "reply"
    desk.context.shell.open_session(the_case(desk).case_id)
    desk.settle()
    page = session(desk)
    press(desk, ENTER, CTRL)
    page.end.outcome.show_value("done_now")
    page.end.explained.show_value("yes")
    press(desk, ENTER, CTRL)
    desk.wait(lambda: desk.window.page_name == "today", "today")
    case = the_case(desk)
    assert not case.is_open
    assert [move.stage for move in moves(case)] == [
        "receive", "triage", "coordinate", "assess", "reply",
    ]  # fmt: skip


def test_a_no_waits_for_its_ground_its_reason_and_the_next_door(desk: OpenWindow) -> None:
    page = receive(desk, "火化证明找不到了，火葬场说时间太久不给补")
    page.presenter.set_field("verdict", "infeasible")
    desk.settle()
    press(desk, ENTER, CTRL)
    end = page.end
    assert end.outcome.value == "infeasible"
    assert end.reasons.codes == ("M03",)  # as it was said at the counter
    end.explanation.setFocus()
    write(desk, "档案都查过了，没有找到")
    end.basis.setFocus()
    write(desk, "火葬场自己的规定（不是法律）")
    press(desk, ENTER, CTRL)
    assert the_case(desk).is_open
    assert page.is_ending
    assert end.next_door.hasFocus()
    write(desk, "区档案馆，工作日上午")
    press(desk, ENTER, CTRL)
    desk.wait(lambda: desk.window.page_name == "today", "today")
    case = the_case(desk)
    assert case.closing is not None
    assert case.closing.next_door == "区档案馆，工作日上午"
    assert case.stage == "reply"
    assert moves(case)[-1].why  # it went by triage at once, and says so
