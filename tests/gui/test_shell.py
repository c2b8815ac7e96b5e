"""The window itself: its keys, its veil, its looks, what it says at the bottom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton, QWidget

from desk_app.core.errors import EnvironmentProblem
from desk_app.services.settings import SCALE, THEME
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.keys_sheet import KeysSheet
from desk_app.ui.views.palette import Palette
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.views.shell import RAIL
from desk_app.ui.views.status_line import StatusLine
from tests.helpers.gui import OpenWindow
from tests.helpers.typing_in import commit_text

CONTROL = Qt.KeyboardModifier.ControlModifier


def press(desk: OpenWindow, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """Press a key where the keyboard is, and let the window answer."""
    target = desk.window.focusWidget() or desk.window
    QTest.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)
    desk.settle()


def rail(desk: OpenWindow) -> dict[str, QPushButton]:
    """The words on the left, by what they say."""
    frame = desk.window.findChild(QWidget, "rail")
    assert frame is not None
    return {made.text(): made for made in frame.findChildren(QPushButton)}


def in_session(desk: OpenWindow, words: str) -> SessionPage:
    """A new session in which ``words`` were typed."""
    press(desk, Qt.Key.Key_F2)
    page = desk.window.page("session")
    assert isinstance(page, SessionPage)
    commit_text(page.words.editor, words)
    return page


def test_the_title_never_says_anything_of_a_person(desk: OpenWindow) -> None:
    for name in (*RAIL, "case", "paper"):
        if name in ("case", "paper"):
            desk.context.shell.open_case(desk.store.cases()[0].case_id)
        desk.show_page(name)
        assert desk.window.windowTitle() == "跨前一步"


def test_six_words_lead_to_six_pages(desk: OpenWindow) -> None:
    words = rail(desk)
    assert list(words) == ["今日", "接待", "案件", "导图", "待办", "更多"]
    for word, name in zip(words, RAIL, strict=True):
        words[word].click()
        desk.settle()
        assert desk.window.page_name == name
        assert [w for w, made in words.items() if made.isChecked()] == [word]


def test_the_rail_is_reached_by_tab_alone(desk: OpenWindow) -> None:
    words = rail(desk)
    desk.show_page("more")
    seen: set[QWidget | None] = set()
    for _ in range(60):
        QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
        seen.add(desk.window.focusWidget())
    assert set(words.values()) <= seen


@pytest.mark.parametrize(
    ("key", "page"),
    [(Qt.Key.Key_F7, "map"), (Qt.Key.Key_F2, "session")],
)
def test_function_keys_lead_from_any_page(desk: OpenWindow, key: Qt.Key, page: str) -> None:
    desk.show_page("cases")  # the caret is in a line to type in
    press(desk, key)
    assert desk.window.page_name == page


def test_a_new_session_has_the_caret_in_the_residents_words(desk: OpenWindow) -> None:
    press(desk, Qt.Key.Key_F2)
    page = desk.window.page("session")
    assert isinstance(page, SessionPage)
    assert desk.window.focusWidget() is page.words.editor


def test_esc_goes_one_level_back_and_loses_nothing(desk: OpenWindow) -> None:
    page = in_session(desk, "火化证明丢了")
    press(desk, Qt.Key.Key_F7)
    press(desk, Qt.Key.Key_Escape)
    assert desk.window.page_name == "session"
    assert page.words.editor.toPlainText() == "火化证明丢了"
    press(desk, Qt.Key.Key_Escape)
    assert desk.window.page_name == "today"
    rail(desk)["接待"].click()
    desk.settle()
    assert page.words.editor.toPlainText() == "火化证明丢了"
    assert desk.store.case(page.presenter.case_id).fields["words"] == "火化证明丢了"


def test_the_veil_covers_all_and_takes_no_key_but_its_own(desk: OpenWindow) -> None:
    page = in_session(desk, "这是悄悄话")
    window = desk.window
    press(desk, Qt.Key.Key_F9)
    assert window.veil.isVisible()
    assert window.veil.geometry() == window.room.rect()
    picture = window.grab().toImage()
    press(desk, Qt.Key.Key_F2)  # no new session behind it
    press(desk, Qt.Key.Key_Space)
    press(desk, Qt.Key.Key_Tab)  # nor a way into what lies behind it
    assert not window.page("session").isAncestorOf(window.focusWidget())
    window.toast("撤销了：居民的原话")
    desk.settle()
    assert window.veil.isVisible()
    assert window.grab().toImage() == picture  # nothing shows through
    assert len(desk.store.cases()) == 5
    press(desk, Qt.Key.Key_F9)
    assert not window.veil.isVisible()
    assert page.words.editor.toPlainText() == "这是悄悄话"
    assert window.focusWidget() is page.words.editor


def test_the_veil_is_drawn_and_lifted_by_mouse_alone(desk: OpenWindow) -> None:
    status = desk.window.findChild(StatusLine)
    assert status is not None
    next(b for b in status.findChildren(QPushButton) if "F9" in b.text()).click()
    assert desk.window.veil.isVisible()
    desk.window.veil.lift.click()
    assert not desk.window.veil.isVisible()


@pytest.mark.parametrize("look", list(ThemeName))
def test_changing_the_look_while_typing_keeps_every_character(
    desk: OpenWindow, look: ThemeName
) -> None:
    page = in_session(desk, "发票和明细")
    editor = page.words.editor
    desk.dress(look, 175)
    commit_text(editor, "对不上")
    assert editor.toPlainText() == "发票和明细对不上"
    assert editor.textCursor().position() == 8
    assert desk.window.focusWidget() is editor


def test_keys_change_the_size_at_once_and_it_is_kept(desk: OpenWindow) -> None:
    before = desk.window.unlock.font().pointSizeF()
    press(desk, Qt.Key.Key_Plus, CONTROL)
    assert desk.window.theme.scale == 115
    assert desk.store.setting(SCALE) == "115"
    assert desk.store.setting(THEME) == "light"
    assert QApplication.font().pointSizeF() == pytest.approx(before * 1.15)
    for _ in range(9):
        press(desk, Qt.Key.Key_Minus, CONTROL)
    assert desk.window.theme.scale == 100


def test_saved_is_only_said_once_the_store_has_said_so(desk: OpenWindow) -> None:
    status = desk.window.status
    assert "已存" not in status.saved_words
    desk.clock.set(desk.clock.now().replace(hour=14, minute=32, second=8))
    in_session(desk, "听着呢")
    desk.wait(lambda: "已存本机 14:32:0" in status.saved_words, "saved")


def test_a_problem_is_said_in_the_page_and_stops_nobody(desk: OpenWindow) -> None:
    problem = EnvironmentProblem("磁盘满了。", safe="写下的都在。", press="请腾出地方。")
    desk.window.problem(problem)
    assert desk.window.notice.text == "磁盘满了。 写下的都在。 请腾出地方。"
    desk.show_page("cases")
    assert desk.window.notice.text == ""


def test_an_error_of_our_own_making_is_not_swallowed(desk: OpenWindow) -> None:
    with pytest.raises(ZeroDivisionError):
        desk.window.problem(ZeroDivisionError())


def test_undo_is_offered_with_the_word_and_taken_once(desk: OpenWindow) -> None:
    undone: list[str] = []
    desk.window.toast("记下了：做到了。", lambda: undone.append("undone"))
    toast = desk.window.toasts
    assert toast.words == "记下了：做到了。"
    toast.findChild(QPushButton).click()  # type: ignore[union-attr]
    assert undone == ["undone"]
    assert toast.words == ""
    desk.window.toast("只是说一声")
    assert not toast.findChild(QPushButton).isVisible()  # type: ignore[union-attr]


def test_a_long_word_at_the_bottom_stays_inside_the_window(desk: OpenWindow) -> None:
    desk.dress(ThemeName.LIGHT, 175)
    desk.window.toast("撤销了：" + "居民说了很长很长的话" * 20, lambda: None)
    desk.settle()
    assert desk.window.rect().contains(desk.window.toasts.geometry())


@pytest.mark.parametrize("kind", [Palette, KeysSheet])
def test_boxes_over_the_page_open_and_close_by_key_and_mouse(
    desk: OpenWindow, kind: type[Palette] | type[KeysSheet]
) -> None:
    key = Qt.Key.Key_K if kind is Palette else Qt.Key.Key_Slash
    box = desk.window.findChild(kind)
    assert box is not None
    desk.show_page("cases")
    before = desk.window.focusWidget()
    closers: tuple[Callable[[], object], ...] = (
        lambda: press(desk, Qt.Key.Key_Escape),
        lambda: press(desk, key, CONTROL),
        box.close_button.click,
    )
    for close in closers:
        press(desk, key, CONTROL)
        assert box.isVisible()
        assert desk.window.rect().contains(box.geometry())
        close()
        assert not box.isVisible()
        assert desk.window.page_name == "cases"
        assert desk.window.focusWidget() is before
    press(desk, key, CONTROL)
    desk.show_page("today")
    assert not box.isVisible()


def test_nothing_ever_opens_a_box_that_must_be_answered(desk: OpenWindow) -> None:
    in_session(desk, "听着呢")
    press(desk, Qt.Key.Key_Return, CONTROL)
    desk.context.shell.open_case(desk.store.cases()[0].case_id)
    desk.settle()
    assert isinstance(desk.window.page("case"), CasePage)
    press(desk, Qt.Key.Key_F9)
    assert QApplication.activeModalWidget() is None
    assert desk.window.findChildren(QDialog) == []
    assert desk.window.findChildren(QMessageBox) == []


def test_closing_the_window_keeps_what_is_being_typed(desk: OpenWindow) -> None:
    page = in_session(desk, "刚说到一半")
    desk.window.close()
    desk.settle()
    assert desk.store.case(page.presenter.case_id).fields["words"] == "刚说到一半"
