"""The parts everything is made of."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLayout, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desk_app.core.masking import mask_phone
from desk_app.ui.theme import TOKENS, Theme, ThemeName
from desk_app.ui.widgets.basic import FlowLayout, button, chip, label
from desk_app.ui.widgets.choice_row import ChoiceRow
from desk_app.ui.widgets.editor import DRAFT_PAUSE_MS, KeepingEditor, KeepingLine
from desk_app.ui.widgets.masked import MaskedValue
from desk_app.ui.widgets.notices import Notice
from tests.helpers.gui import dressed_application
from tests.helpers.typing_in import commit_text, compose_text


@pytest.fixture
def room(qtbot: QtBot) -> QWidget:
    """A shown window with a second place for the keyboard to go."""
    dressed_application(Theme(ThemeName.LIGHT, 100))
    made = QWidget()
    column = QVBoxLayout(made)
    column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    other = QLineEdit()
    other.setObjectName("other")
    column.addWidget(other)
    made.resize(600, 400)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def put(room: QWidget, widget: QWidget) -> None:
    layout = room.layout()
    assert layout is not None
    layout.addWidget(widget)
    widget.show()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()


def test_what_is_typed_reaches_the_draft_in_under_a_third_of_a_second(
    qtbot: QtBot, room: QWidget
) -> None:
    assert DRAFT_PAUSE_MS <= 300
    editor = KeepingEditor("原话")
    put(room, editor)
    with qtbot.waitSignal(editor.typed, timeout=1_000) as signal:
        commit_text(editor, "火化证明丢了")
    assert signal.args == ["火化证明丢了", 6]


def test_a_fast_typist_is_stored_while_typing(qtbot: QtBot, room: QWidget) -> None:
    editor = KeepingEditor("原话")
    put(room, editor)
    drafts: list[str] = []
    editor.typed.connect(lambda text, _: drafts.append(text))

    def type_on() -> bool:
        commit_text(editor, "话")  # never a pause long enough to end a sentence
        return len(drafts) >= 2

    qtbot.waitUntil(type_on, timeout=5_000)


def test_half_a_word_is_never_a_draft(qtbot: QtBot, room: QWidget) -> None:
    editor = KeepingEditor("原话")
    put(room, editor)
    commit_text(editor, "老")
    compose_text(editor, "ban")
    drafts: list[str] = []
    editor.typed.connect(lambda text, _: drafts.append(text))
    two_pauses = QTimer()
    with qtbot.waitSignal(two_pauses.timeout):
        two_pauses.start(DRAFT_PAUSE_MS * 2)
    assert drafts == []
    commit_text(editor, "伴")
    qtbot.waitUntil(lambda: drafts == ["老伴"])


def test_leaving_settles_once(room: QWidget) -> None:
    editor, settled = KeepingEditor("原话"), []
    put(room, editor)
    editor.settled.connect(settled.append)
    commit_text(editor, "说完了")
    other = room.findChild(QLineEdit, "other")
    assert other is not None
    other.setFocus()
    editor.setFocus()
    other.setFocus()
    assert settled == ["说完了"]


def test_a_restored_text_has_its_caret_and_is_no_change(room: QWidget) -> None:
    editor, settled = KeepingEditor("原话"), []
    put(room, editor)
    editor.settled.connect(settled.append)
    editor.restore("外地看病", 2)
    assert editor.textCursor().position() == 2
    editor.settle()
    assert settled == []


def test_a_line_being_written_in_is_not_overwritten(room: QWidget) -> None:
    line = KeepingLine("窗口电话")
    put(room, line)
    line.restore("021")
    commit_text(line, "62")
    line.restore("021")
    assert line.text() == "02162"


def test_enter_while_composing_stays_in_the_line(room: QWidget) -> None:
    line, settled = KeepingLine("经办人"), []
    put(room, line)
    line.settled.connect(settled.append)
    compose_text(line, "li")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert settled == []
    assert line.hasFocus()
    commit_text(line, "李")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert settled == ["李"]


def test_a_masked_value_keeps_no_copy_and_shows_only_when_answered(
    qtbot: QtBot, room: QWidget
) -> None:
    value = MaskedValue("电话", mask_phone)
    put(room, value)
    value.show_masked("13900001234")
    assert value.words == "139****1234"
    assert "13900001234" not in repr(vars(value))
    with qtbot.waitSignal(value.reveal_requested):
        value.look.click()
    assert value.words == "139****1234"
    value.reveal("13900001234")
    assert value.words == "13900001234"
    value.show_masked("13900001234")  # drawn again meanwhile
    assert value.words == "13900001234"
    value.hide()
    assert value.words == "139****1234"
    value.show_masked("")
    assert not value.isVisible()


def test_one_of_a_row_or_none_is_chosen(qtbot: QtBot, room: QWidget) -> None:
    row, chosen = ChoiceRow("卡在哪", [("a", "材料"), ("b", "政策")], keys=True), []
    put(room, row)
    row.chosen.connect(chosen.append)
    for key, value in ((Qt.Key.Key_2, "b"), (Qt.Key.Key_1, "a"), (Qt.Key.Key_1, "")):
        with qtbot.waitSignal(row.chosen):
            QTest.keyClick(room, key, Qt.KeyboardModifier.AltModifier)
        assert row.value == value
    assert chosen == ["b", "a", ""]
    row.show_value("b")
    assert chosen == ["b", "a", ""]  # showing tells nobody


def test_a_row_flows_over_and_leaves_no_hole_for_what_is_hidden(room: QWidget) -> None:
    inside = QWidget()
    flow = FlowLayout(8)
    inside.setLayout(flow)
    put(room, inside)
    parts = [button(f"第{number}个", lambda: None) for number in range(6)]
    for part in parts:
        flow.addWidget(part)
        part.show()
    one_line = flow.heightForWidth(10_000)
    assert flow.heightForWidth(parts[0].sizeHint().width()) > 5 * one_line
    flow.setGeometry(QRect(0, 0, 10_000, one_line))
    second = parts[1].x()
    parts[0].hide()
    flow.setGeometry(QRect(0, 0, 10_000, one_line))
    assert parts[1].x() < second


@pytest.mark.parametrize("role", ["primary", "", "chip"])
def test_keyboard_focus_draws_two_tones_and_a_click_draws_none(room: QWidget, role: str) -> None:
    made = chip("材料", lambda _: None, checked=True) if role == "chip" else button(
        "结束", lambda: None, role
    )  # fmt: skip
    put(room, made)
    tokens = TOKENS[ThemeName.LIGHT]
    picture = made.grab().toImage()
    middle = picture.height() // 2
    across = [picture.pixelColor(x, middle) for x in range(6)]
    assert QColor(tokens.focus) in across
    assert QColor(tokens.surface) in across
    other = room.findChild(QLineEdit, "other")
    assert other is not None
    other.setFocus()
    QTest.mouseClick(made, Qt.MouseButton.LeftButton)
    picture = made.grab().toImage()
    assert QColor(tokens.focus) not in [picture.pixelColor(x, middle) for x in range(6)]


def test_a_residents_words_are_never_markup(room: QWidget) -> None:
    shown = label("<b>发票</b> & 明细")
    put(room, shown)
    assert shown.textFormat() is Qt.TextFormat.PlainText


def test_a_notice_is_put_away_by_its_own_button(room: QWidget) -> None:
    notice = Notice()
    put(room, notice)
    notice.say("打印机没有纸。", "warn")
    assert notice.text == "打印机没有纸。"
    next(iter(notice.findChildren(type(button("", lambda: None))))).click()
    assert notice.text == ""
