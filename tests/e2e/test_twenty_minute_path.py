"""The twenty minutes of a session, walked through the real window by keyboard and by mouse.

Counted as the path is meant: a *command* is a function key, a chord, Enter or Esc; a *mark* is
Space or a digit on a row of a list; arrows only move; text is typing. Clicks are clicks.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desk_app.ui.views.paper_page import PaperPage
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.widgets.chip_list import ChipList
from tests.helpers.gui import OpenWindow, open_window
from tests.helpers.typing_in import commit_text
from tests.helpers.ui_desk import FakePrinter

MOST_COMMANDS, MOST_CLICKS = 12, 15
WORDS = "去外地旅游看病，自己垫了两百多，发票和明细对不上，窗口说不能报"
PROMISE = "向医保中心核对"
PLAIN = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Hand:
    """Works the window and counts what it does."""

    desk: OpenWindow
    commands: int = 0
    marks: int = 0
    moves: int = 0
    clicks: int = 0

    def command(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        """A function key, a chord, Enter or Esc."""
        self.commands += 1
        self._key(key, modifier)

    def mark(self, key: Qt.Key) -> None:
        """Space or a digit on the current row."""
        self.marks += 1
        self._key(key, PLAIN)

    def move(self, key: Qt.Key) -> None:
        """An arrow."""
        self.moves += 1
        self._key(key, PLAIN)

    def write(self, text: str) -> None:
        """Text, as an input method brings it."""
        commit_text(self._focus(), text)
        self.desk.settle()

    def click(self, widget: QWidget) -> None:
        """A click on a button or chip."""
        assert widget.isVisible()
        assert widget.isEnabled()
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.desk.settle()

    def click_row(self, rows: ChipList, row_id: str, value: str = "") -> None:
        """A click on a row, or on one of its chips."""
        self.clicks += 1
        place = rows.chip_rect(row_id, value) if value else rows.row_rect(row_id)
        spot = place.center() if value else place.topLeft() + QPoint(60, 12)
        assert place.isValid(), row_id
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        self.desk.settle()

    def _key(self, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
        QTest.keyClick(self._focus(), key, modifier)
        self.desk.settle()

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.desk.window


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with open_window(tmp_path) as opened:
        opened.room.printers.append(FakePrinter("柜台", is_default=True))
        yield opened


def session(desk: OpenWindow) -> SessionPage:
    page = desk.window.page("session")
    assert isinstance(page, SessionPage)
    return page


def paper(desk: OpenWindow) -> PaperPage:
    page = desk.window.page("paper")
    assert isinstance(page, PaperPage)
    return page


def ids(rows: ChipList, begin: str) -> list[str]:
    return [row.id for row in rows.rows if row.id.startswith(begin)]


def until(desk: OpenWindow, came: Callable[[], bool], what: str) -> None:
    desk.wait(came, what)
    desk.settle()


def test_the_path_takes_at_most_twelve_commands_by_keyboard(desk: OpenWindow) -> None:
    hand, page = Hand(desk), session(desk)
    hand.command(Qt.Key.Key_F2)
    until(desk, lambda: page.words.editor.hasFocus(), "the caret in 原话")
    hand.write(WORDS)
    hand.command(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    case_id = page.presenter.case_id
    until(desk, lambda: "barrier" in desk.store.case(case_id).fields, "what blocks")
    hand.command(Qt.Key.Key_F6)
    hand.write("lxbx")
    hand.command(Qt.Key.Key_Return)
    until(desk, lambda: len(desk.store.case(case_id).items) == 1, "the first item")
    hand.move(Qt.Key.Key_Down)
    hand.mark(Qt.Key.Key_Space)
    hand.move(Qt.Key.Key_Down)
    hand.mark(Qt.Key.Key_Space)
    assert len(desk.store.case(case_id).items) == 3
    hand.command(Qt.Key.Key_F4)
    for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_9):
        hand.mark(key)
    hand.command(Qt.Key.Key_F6)
    hand.write(PROMISE)
    hand.command(Qt.Key.Key_Return)
    hand.command(Qt.Key.Key_P, CONTROL)
    until(desk, lambda: _is_made(paper(desk)), "the paper")
    hand.command(Qt.Key.Key_Return)
    until(desk, lambda: len(desk.room.sent) == 1, "the printed paper")
    hand.command(Qt.Key.Key_Escape)
    hand.command(Qt.Key.Key_Return, CONTROL)
    assert page.is_ending
    hand.command(Qt.Key.Key_Return)
    until(desk, lambda: desk.window.page_name == "today", "the end")
    _check_case(desk, case_id)
    assert QApplication.activeModalWidget() is None
    assert hand.commands <= MOST_COMMANDS, hand
    assert hand.moves + hand.marks <= MOST_COMMANDS, hand


def test_the_path_takes_at_most_fifteen_clicks_by_mouse(desk: OpenWindow) -> None:
    hand, page = Hand(desk), session(desk)
    hand.click(_button(desk.window.page("today"), "新接待"))
    until(desk, lambda: page.words.editor.hasFocus(), "the caret in 原话")
    case_id = page.presenter.case_id
    hand.write(WORDS)
    until(desk, lambda: bool(ids(page.items.list, "item:")), "suggestions")
    hand.click(_button(page.words.barrier, "材料"))
    hand.click_row(page.items.list, ids(page.items.list, "item:")[0])
    for number in (0, 1):
        hand.click_row(page.items.list, ids(page.items.list, "link:")[number])
    assert len(desk.store.case(case_id).items) == 3
    missing = ids(page.checklist.list, "paper:")[2]
    hand.click_row(page.checklist.list, missing, "state:missing")
    hand.click(page.checklist.rest)
    hand.click(_button(page.promise.verdict, "可不可以办"))
    hand.click(_button(page.promise, "问清后回电"))
    hand.click(_button(page, "材料单 Ctrl+P"))
    until(desk, lambda: _is_made(paper(desk)), "the paper")
    hand.click(paper(desk).print_button)
    until(desk, lambda: len(desk.room.sent) == 1, "the printed paper")
    hand.click(_button(desk.window, "接待"))
    hand.click(_button(page, "结束 Ctrl+Enter"))
    hand.click(page.end.confirm)
    until(desk, lambda: desk.window.page_name == "today", "the end")
    _check_case(desk, case_id)
    assert QApplication.activeModalWidget() is None
    assert hand.clicks <= MOST_CLICKS, hand


def _check_case(desk: OpenWindow, case_id: str) -> None:
    case = desk.store.case(case_id)
    assert case.fields["words"] == WORDS
    assert case.fields["barrier"] == "material"
    marks = [mark.state for mark in case.materials.values()]
    assert "missing" in marks
    assert "in_hand" in marks
    assert len(case.promises) == 1
    assert case.papers
    ended = [entry for entry in case.timeline if entry.kind == "session.ended"]
    assert [entry.body["outcome"] for entry in ended] == ["come_back"]
    assert case.is_open  # it waits for the papers


def _is_made(page: PaperPage) -> bool:
    state = page.presenter.state
    return state is not None and state.printed is not None and not state.busy


def _button(root: QWidget, words: str) -> QPushButton:
    found = [b for b in root.findChildren(QPushButton) if b.isVisible() and words in b.text()]
    assert found, words
    return found[0]


TYPIST = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from tests.helpers.gui import open_window
from tests.helpers.typing_in import commit_text

with open_window(Path(sys.argv[1])) as desk:
    desk.window.go("session")
    page, editor = desk.window.page("session"), desk.window.page("session").words.editor
    page.start()
    desk.wait(lambda: bool(page.presenter.case_id) and editor.hasFocus(), "session")
    print(page.presenter.case_id, flush=True)
    text, typed = sys.argv[2], 0

    def type_one():
        global typed
        commit_text(editor, text[typed])
        typed += 1
        if typed > 60:
            print(typed, flush=True)
        elif typed == 60:
            keys.stop()
            caret = editor.textCursor()
            caret.setPosition(20)
            editor.setTextCursor(caret)
            QTimer.singleShot(1000, rest_over)

    def rest_over():
        print(typed, flush=True)
        keys.start()

    keys = QTimer()
    keys.setInterval(25)
    keys.timeout.connect(type_one)
    keys.start()
    QApplication.instance().exec()
"""
"""Types into the real window, a character every 25 ms, and says how many; after 60 it goes back to
the 20th place, rests for a second and types on there. It only ends when it is killed."""

SECOND = 40
"""Characters it types in a second."""


def typed_so_far(text: str, count: int) -> tuple[str, int]:
    """What stands in the editor after ``count`` characters, and where the caret is."""
    if count < 60:
        return text[:count], count
    return text[:20] + text[60:count] + text[20:60], 20 + count - 60


@pytest.mark.parametrize("killed_at", [60, 140])
def test_killed_while_typing_it_reopens_within_a_second_of_the_end_at_the_same_caret(
    qtbot: QtBot, tmp_path: Path, killed_at: int
) -> None:
    assert qtbot
    text = "".join(chr(0x4E00 + number) for number in range(400))
    command = [sys.executable, "-c", TYPIST, str(tmp_path), text]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as typist:
        assert typist.stdout is not None
        try:
            case_id = typist.stdout.readline().strip()
            count = 0
            while count < killed_at:
                count = int(typist.stdout.readline())
        finally:
            typist.kill()  # kill -9
    with open_window(tmp_path) as desk:
        page = session(desk)
        desk.context.shell.open_session(case_id)
        until(desk, lambda: page.presenter.case_id == case_id, "the session")
        found = page.words.editor.toPlainText()
        # A second's rest is enough to store everything; while typing on, a second may be lost.
        least = killed_at if killed_at == 60 else killed_at - SECOND
        assert (found, page.words.editor.textCursor().position()) in [
            typed_so_far(text, stored) for stored in range(least, killed_at + 3)
        ]
        assert page.words.editor.hasFocus()
        page.settle()
        desk.settle()
        assert desk.store.case(case_id).fields["words"] == found
        assert desk.store.drafts() == []
