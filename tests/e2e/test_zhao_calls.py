"""赵女士: fourteen calls and four talks for her brother, logged by F8, and still readable."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desk_app.core.coordination import calls, parties
from desk_app.core.fold import CaseState
from desk_app.services.casework import Casework
from desk_app.storage.store import SqlCaseStore
from desk_app.ui.views.call_box import CallBox
from desk_app.ui.views.coordination_page import CoordinationPage
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import OpenWindow, clipped, open_window
from tests.helpers.hands import CTRL, click, click_row, press, texts, write
from tests.helpers.ui_desk import NoFinder

ENTER, DOWN, F8 = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_F8
PICTURES = os.environ.get("DESK_APP_PICTURES", "")
OFFICE, CENTRE = "人社窗口", "鉴定中心"
TALKS = (
    (OFFICE, 9, "问病退现在怎么办"),
    (CENTRE, 5, "问鉴定排到哪天"),
)


def brother_and_sister(casework: Casework, _store: SqlCaseStore, _clock: FakeClock) -> None:
    case = casework.open_case()
    casework.set_field(case.case_id, "resident_title", "赵女士")
    casework.set_field(case.case_id, "words", "弟弟身体不行了，想提前退休，我拄拐跑不动")


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with open_window(tmp_path, seed=brother_and_sister, finder=NoFinder()) as opened:
        yield opened


def the_case(desk: OpenWindow) -> CaseState:
    (row,) = desk.store.cases()
    return desk.store.case(row.case_id)


def log(desk: OpenWindow, said: str, name: str = "", *, face_to_face: bool = False) -> None:
    """One line of F8 by keyboard; without a name it is the first one offered."""
    press(desk, F8)
    if name:
        write(desk, name)
        desk.settle()
        press(desk, ENTER)
    else:
        press(desk, DOWN)
        press(desk, ENTER)
    write(desk, said)
    if face_to_face:
        (box,) = desk.window.findChildren(CallBox)
        (chip,) = (one for one in box.way.findChildren(QPushButton) if one.text() == "当面谈")
        chip.setFocus()
        press(desk, Qt.Key.Key_Space)
    press(desk, ENTER, CTRL)


def test_fourteen_calls_and_four_talks_stay_readable(desk: OpenWindow) -> None:
    desk.context.shell.open_case(the_case(desk).case_id)
    desk.settle()
    for name, how_many, said in TALKS:
        for time in range(1, how_many + 1):
            log(desk, f"{said}（第 {time} 次）", name)
    for time in range(1, 5):
        log(desk, f"当面说清楚要带什么（第 {time} 次）", "赵女士", face_to_face=True)
    case = the_case(desk)
    assert [one.name for one in parties(case)[1:]] == [OFFICE, CENTRE]
    ways = [call.way for call in calls(case)]
    assert (len(ways), ways.count("phone"), ways.count("talk")) == (18, 14, 4)

    desk.context.shell.open_topic(case.case_id, "coordination")
    desk.settle()
    page = desk.window.page("coordination")
    assert isinstance(page, CoordinationPage)
    shown = texts(page.list)
    assert OFFICE in shown, "an office's name is nobody's secret"
    for _, how_many, said in TALKS:
        assert f"{said}（第 {how_many} 次）" in shown
        assert f"{said}（第 1 次）" not in shown, "what is old is folded away"
    assert clipped(page) == []
    if PICTURES:
        desk.picture(Path(PICTURES) / "zhao.png")


def test_a_call_logged_by_mouse_in_three_clicks(desk: OpenWindow) -> None:
    desk.context.shell.open_case(the_case(desk).case_id)
    desk.settle()
    press(desk, F8)
    (box,) = desk.window.findChildren(CallBox)
    assert clipped(box) == []
    click_row(desk, box.list, box.list.rows[0].id)
    write(desk, "问到了，下周二去")
    if PICTURES:
        desk.picture(Path(PICTURES) / "f8.png")
    click(desk, box.keep)
    (call,) = calls(the_case(desk))
    assert call.said == "问到了，下周二去"
