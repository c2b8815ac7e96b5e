"""The one box for everything: Ctrl+K."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desk_app.ui.views.palette import Palette
from tests.helpers.gui import OpenWindow
from tests.helpers.typing_in import commit_text, compose_text


@pytest.fixture
def box(desk: OpenWindow) -> Palette:
    made = desk.window.findChild(Palette)
    assert made is not None
    target = desk.window.focusWidget() or desk.window
    QTest.keyClick(target, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    return made


def look_for(desk: OpenWindow, box: Palette, words: str) -> None:
    """Type ``words`` and wait for the answer to them."""
    before = box.list.rows
    box.line.clear()
    commit_text(box.line, words)
    desk.wait(lambda: box.list.rows != before or box.none.isVisible(), words)
    desk.settle()


def press(desk: OpenWindow, key: Qt.Key) -> None:
    QTest.keyClick(desk.window.focusWidget(), key)
    desk.settle()


def test_an_empty_box_offers_the_latest_cases_and_the_commands(
    desk: OpenWindow, box: Palette
) -> None:
    tags = [row.tag for row in box.list.rows]  # type: ignore[attr-defined]
    assert tags.count("案件") == 4
    assert "命令" in tags
    assert desk.window.focusWidget() is box.line


@pytest.mark.parametrize(
    ("words", "page"),
    [("ssz", "case"), ("沈淑", "case"), ("1234", "case"), ("xjd", "session"), ("待办", "promises"),
     ("sybxj", "map")],
)  # fmt: skip
def test_initials_words_digits_and_commands_lead_there_by_enter(
    desk: OpenWindow, box: Palette, words: str, page: str
) -> None:
    look_for(desk, box, words)
    press(desk, Qt.Key.Key_Return)
    desk.wait(lambda: desk.window.page_name == page, page)
    assert not box.isVisible()


def test_a_quick_hand_opens_the_first_of_what_is_about_to_be_found(
    desk: OpenWindow, box: Palette
) -> None:
    commit_text(box.line, "ssz")
    press(desk, Qt.Key.Key_Return)  # before the pause is over
    desk.wait(lambda: desk.window.page_name == "case", "case")


def test_the_mouse_opens_a_hit(desk: OpenWindow, box: Palette) -> None:
    look_for(desk, box, "ssz")
    place = box.list.visualRect(box.list.model().index(0, 0)).topLeft() + QPoint(80, 10)
    QTest.mouseClick(box.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.settle()
    assert desk.window.page_name == "case"


def test_arrows_go_along_the_hits_and_letters_back_to_the_line(
    desk: OpenWindow, box: Palette
) -> None:
    press(desk, Qt.Key.Key_Down)
    assert desk.window.focusWidget() is box.list
    press(desk, Qt.Key.Key_S)
    assert desk.window.focusWidget() is box.line
    assert box.line.text() == "s"
    press(desk, Qt.Key.Key_Down)
    press(desk, Qt.Key.Key_Up)
    assert desk.window.focusWidget() is box.line


def test_enter_while_composing_belongs_to_the_input_method(desk: OpenWindow, box: Palette) -> None:
    compose_text(box.line, "shen")
    press(desk, Qt.Key.Key_Return)
    assert box.isVisible()
    assert desk.window.page_name == "today"


def test_nothing_found_is_said(desk: OpenWindow, box: Palette) -> None:
    look_for(desk, box, "龘龘龘")
    assert box.none.isVisible()
    press(desk, Qt.Key.Key_Return)
    assert box.isVisible()


def test_names_are_masked_in_the_box(box: Palette) -> None:
    shown = " ".join(row.text + row.spoken for row in box.list.rows)
    assert "沈**" in shown
    assert "淑珍" not in shown
