"""The helpers type into real widgets as an input method does."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.helpers.typing_in import commit_text, compose_text


def test_committed_text_arrives_at_the_cursor(qtbot: QtBot) -> None:
    line = QLineEdit("陈姨")
    qtbot.addWidget(line)
    line.setCursorPosition(1)
    with qtbot.waitSignal(line.textEdited):
        commit_text(line, "阿𤋮")
    assert line.text() == "陈阿𤋮姨"


def test_a_composition_is_no_text_until_it_is_committed(qtbot: QtBot) -> None:
    page = QPlainTextEdit()
    qtbot.addWidget(page)
    page.show()
    compose_text(page, "ni hao")
    assert page.toPlainText() == ""
    commit_text(page, "您好")
    assert page.toPlainText() == "您好"


def test_tests_that_need_qt_are_marked_by_themselves(
    qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    assert qtbot
    assert request.node.get_closest_marker("gui")
