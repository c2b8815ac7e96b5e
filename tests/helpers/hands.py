"""What a person does at the window: keys, words, clicks."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from desk_app.ui.widgets.chip_list import ChipList
from tests.helpers.gui import OpenWindow
from tests.helpers.typing_in import commit_text

CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def press(desk: OpenWindow, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the keyboard is, and let the window answer."""
    QTest.keyClick(desk.window.focusWidget() or desk.window, key, held)
    desk.settle()


def write(desk: OpenWindow, text: str) -> None:
    """Type ``text`` where the keyboard is, as an input method commits it."""
    commit_text(desk.window.focusWidget(), text)


def click(desk: OpenWindow, button: QAbstractButton) -> None:
    """Click on a button that can be seen."""
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.settle()


def click_words(desk: OpenWindow, inside: QWidget, words: str) -> None:
    """Click on the one button inside a part of the window that says ``words``."""
    (button,) = (one for one in inside.findChildren(QAbstractButton) if one.text() == words)
    click(desk, button)


def click_row(desk: OpenWindow, rows: ChipList, row_id: str) -> None:
    """Click on the words of a row."""
    point = rows.row_rect(row_id).topLeft() + QPoint(60, 12)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=point)
    desk.settle()


def click_chip(desk: OpenWindow, rows: ChipList, row_id: str, value: str) -> None:
    """Click on a chip of a row that shows it."""
    place = rows.chip_rect(row_id, value)
    assert place.isValid(), f"no {value} on {row_id}"
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    desk.settle()


def take_back(desk: OpenWindow) -> None:
    """Click on 撤销 in the line at the bottom."""
    (undo,) = desk.window.toasts.findChildren(QAbstractButton)
    click(desk, undo)


def acts(rows: ChipList, row_id: str) -> list[str]:
    """What the chips of a row say."""
    (row,) = (rows.row_at(n) for n, row in enumerate(rows.rows) if row.id == row_id)
    return [chip.label for chip in row.all_chips]


def texts(rows: ChipList) -> str:
    """Everything a list shows, in one text."""
    parts: list[str] = []
    for number in range(len(rows.rows)):
        row = rows.row_at(number)
        parts += [row.text, row.status, row.detail, *row.news, *(c.label for c in row.all_chips)]
    return "\n".join(part for part in parts if part)
