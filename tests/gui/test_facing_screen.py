"""居民屏: an allow-list in large type, one thing at a time; the officer's window stays theirs."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desk_app.core.sheet import MaterialSheet, SheetChoice, SheetPaper, SheetPromise
from desk_app.services.settings import WINDOW_PHONE
from desk_app.ui.presenters.facing_presenter import MOST_LINES, facing_blocks
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.facing_screen import FacingScreen
from tests.helpers.gui import OpenWindow
from tests.helpers.hands import press

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has none
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def screen(desk: OpenWindow) -> FacingScreen:
    """The screen while a case with everything private shows on the officer's page."""
    (row,) = desk.store.search("沈淑珍")
    work = desk.casework
    work.set_field(row.case_id, "id_number", "11010519491231002X")
    work.set_field(row.case_id, "verdict", "infeasible")
    work.add_note(row.case_id, "家里情况复杂，先别说")
    desk.store.save_setting(WINDOW_PHONE, "02100000000")
    desk.context.shell.open_case(row.case_id)
    desk.settle()
    (found,) = desk.window.findChildren(FacingScreen)
    return found


def f12(desk: OpenWindow, screen: FacingScreen, held: Qt.KeyboardModifier = NONE) -> None:
    """Press F12 where the keyboard is: with one monitor, the screen has it once it shows."""
    if screen.isVisible():
        QTest.keyClick(screen, Qt.Key.Key_F12, held)
        desk.settle()
    else:
        press(desk, Qt.Key.Key_F12, held)


def all_words(desk: OpenWindow, screen: FacingScreen) -> str:
    """Everything that F12 and Space show, once round."""
    f12(desk, screen)
    shown = [screen.words]
    while True:
        QTest.keyClick(screen, Qt.Key.Key_Space)
        if screen.words == shown[0]:
            return "\n".join(shown)
        shown.append(screen.words)


def test_only_what_is_allowed_comes_up(desk: OpenWindow, screen: FacingScreen) -> None:
    assert not screen.isVisible()
    words = all_words(desk, screen)
    assert screen.isVisible()
    assert "021 0000 0000" in words
    assert "说好了" in words
    for private in ("沈淑珍", "0021", "002X", "不能办", "先别说", "BCS-"):
        assert private not in words
    assert screen.windowTitle() == desk.window.windowTitle() == "跨前一步"


def test_f12_again_blanks_it_and_esc_puts_it_away(desk: OpenWindow, screen: FacingScreen) -> None:
    f12(desk, screen)
    before = screen.words
    f12(desk, screen, SHIFT)
    assert screen.words != before
    f12(desk, screen)
    assert screen.words == "请稍候"
    f12(desk, screen, SHIFT)
    assert screen.words == "请稍候"  # nothing turns up by accident
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert not screen.isVisible()
    assert screen.words == ""


def test_a_page_about_nobody_shows_nobody(desk: OpenWindow, screen: FacingScreen) -> None:
    desk.show_page("today")
    f12(desk, screen)
    assert screen.words == "请稍候"


def test_a_monitor_that_goes_takes_the_screen_with_it(
    desk: OpenWindow, screen: FacingScreen
) -> None:
    f12(desk, screen)
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.screenRemoved.emit(screen.screen())
    assert not screen.isVisible()


@pytest.mark.parametrize("scale", [100, 175])
def test_it_is_read_from_across_the_desk(
    desk: OpenWindow, screen: FacingScreen, scale: int
) -> None:
    desk.dress(ThemeName.LIGHT, scale)
    f12(desk, screen)
    desk.settle()
    sizes = {
        line.text(): QFontMetrics(line.font()).height()
        for line in screen.findChildren(QLabel)
        if line.text() and "/" not in line.text()
    }
    assert min(sizes.values()) >= 32


def test_many_papers_come_in_parts_and_a_choice_stays_one() -> None:
    papers = tuple(SheetPaper(f"材料{n}") for n in range(6))
    choice = SheetChoice((SheetPaper("户口本"), SheetPaper("居住证")))
    sheet = MaterialSheet(
        "单子", "BCS-1", "陈阿姨", ("报销",), to_bring=(*papers, choice),
        promises=(SheetPromise("小李", "回电", "12月1日 星期二"),), window_phone="12345",
    )  # fmt: skip
    blocks = facing_blocks("票对不上" * 60, sheet)
    assert max(len(block.lines) for block in blocks) <= MOST_LINES
    bring = [line for block in blocks if block.head == "请您带来" for line in block.lines]
    assert bring[-1] == "户口本　或者　居住证"
    assert len(bring) == 7
    assert blocks[0].lines[0].endswith("……")
    assert blocks[-1].place == f"{len(blocks)} / {len(blocks)}"
    assert "case_number" in {field.name for field in fields(MaterialSheet)}
    assert not any("BCS-1" in line for block in blocks for line in block.lines)
