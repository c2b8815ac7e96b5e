"""今日, 案件, the page of a case, 待办 and 更多, worked by keyboard and by mouse."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desk_app.services.casework import Casework
from desk_app.services.settings import OFFICER_NAME, SCALE, THEME, WINDOW_PHONE
from desk_app.storage.store import SqlCaseStore
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.cases_page import CasesPage
from desk_app.ui.views.more_page import MorePage
from desk_app.ui.views.promises_page import PromisesPage
from desk_app.ui.views.session_page import SessionPage
from desk_app.ui.views.today_page import TodayPage
from desk_app.ui.widgets.chip_list import ChipList
from tests.helpers.factories import fill_store
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import OpenWindow, open_window
from tests.helpers.typing_in import commit_text, compose_text
from tests.helpers.ui_desk import NoFinder


def press(desk: OpenWindow, key: Qt.Key) -> None:
    """Press a key where the keyboard is, and let the window answer."""
    QTest.keyClick(desk.window.focusWidget() or desk.window, key)
    desk.settle()


def write(desk: OpenWindow, text: str) -> None:
    """Type ``text`` where the keyboard is, as an input method commits it."""
    commit_text(desk.window.focusWidget(), text)


def click_row(desk: OpenWindow, rows: ChipList, row_id: str) -> None:
    """Click on the words of a row."""
    number = next(n for n, row in enumerate(rows.rows) if row.id == row_id)
    place = rows.visualRect(rows.model().index(number, 0))
    point = place.topLeft() + QPoint(60, 12)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=point)
    desk.settle()


def click_chip(desk: OpenWindow, rows: ChipList, row_id: str, value: str) -> None:
    """Click on a chip of a row."""
    point = rows.chip_rect(row_id, value).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=point)
    desk.settle()


def today(desk: OpenWindow) -> TodayPage:
    page = desk.show_page("today")
    assert isinstance(page, TodayPage)
    return page


def case_of(desk: OpenWindow, name: str) -> str:
    """Id of the case of a resident of the made-up desk."""
    (row,) = desk.store.search(name)
    return row.case_id


def open_case(desk: OpenWindow, name: str) -> CasePage:
    desk.context.shell.open_case(case_of(desk, name))
    desk.settle()
    page = desk.window.page("case")
    assert isinstance(page, CasePage)
    return page


def promises(desk: OpenWindow) -> PromisesPage:
    press(desk, Qt.Key.Key_F8)
    press(desk, Qt.Key.Key_F8)
    page = desk.window.page("promises")
    assert isinstance(page, PromisesPage)
    return page


def test_one_key_goes_on_where_one_was_interrupted(desk: OpenWindow) -> None:
    today(desk)
    press(desk, Qt.Key.Key_Return)
    page = desk.window.page("session")
    assert isinstance(page, SessionPage)
    assert desk.window.page_name == "session"
    assert page.words.editor.toPlainText() == "外地看病垫了两百多，发票和明细对不上，还说"
    assert page.words.editor.textCursor().position() == 21


def test_today_opens_a_case_by_one_click(desk: OpenWindow) -> None:
    page = today(desk)
    click_row(desk, page.cases, case_of(desk, "杨志明"))
    assert desk.window.page_name == "case"


def test_what_was_done_elsewhere_is_gone_from_today(desk: OpenWindow) -> None:
    page = today(desk)
    before = len(page.promises.rows)
    promises(desk)
    press(desk, Qt.Key.Key_1)
    page = today(desk)
    assert len(page.promises.rows) == before - 1


def test_the_first_day_says_what_to_do_next(empty_desk: OpenWindow) -> None:
    page = today(empty_desk)
    words = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert any("按 F2" in text for text in words)
    assert empty_desk.window.focusWidget() is page.new
    for name, hint in (("cases", "按 F2"), ("promises", "接待时写下的约定")):
        shown = empty_desk.show_page(name)
        labels = shown.findChildren(QLabel)
        assert any(hint in label.text() for label in labels if label.isVisible())


def test_the_box_on_today_opens_the_search(desk: OpenWindow) -> None:
    page = today(desk)
    page.find_button.click()
    assert desk.window.focusWidget() is not None
    assert desk.window.focusWidget().accessibleName() == "找人、找事、找命令"


def test_a_case_is_found_and_opened_without_the_mouse(desk: OpenWindow) -> None:
    page = desk.show_page("cases")
    assert isinstance(page, CasesPage)
    write(desk, "ssz")
    desk.wait(lambda: len(page.list.rows) == 1, "found")
    press(desk, Qt.Key.Key_Return)
    assert desk.window.page_name == "case"
    press(desk, Qt.Key.Key_Escape)
    assert desk.window.page_name == "cases"
    assert page.search.text() == "ssz"


def test_arrows_go_from_the_line_into_the_list(desk: OpenWindow) -> None:
    page = desk.show_page("cases")
    assert isinstance(page, CasesPage)
    press(desk, Qt.Key.Key_Down)
    press(desk, Qt.Key.Key_Down)
    assert desk.window.focusWidget() is page.list
    assert page.list.current == page.list.rows[1].id
    press(desk, Qt.Key.Key_Return)
    assert desk.window.page_name == "case"


def test_composing_searches_for_nothing_until_it_is_committed(desk: OpenWindow) -> None:
    page = desk.show_page("cases")
    assert isinstance(page, CasesPage)
    compose_text(page.search, "shen")
    press(desk, Qt.Key.Key_Return)
    assert desk.window.page_name == "cases"
    assert len(page.list.rows) == 4
    commit_text(page.search, "沈淑")
    desk.wait(lambda: len(page.list.rows) == 1, "found")


def test_closed_cases_can_be_left_out(desk: OpenWindow) -> None:
    page = desk.show_page("cases")
    assert isinstance(page, CasesPage)
    assert len(page.list.rows) == 4
    page.only_open.click()
    desk.settle()
    assert len(page.list.rows) == 3


def test_names_and_numbers_are_masked_on_every_page(desk: OpenWindow) -> None:
    secrets = ("淑珍", "志明", "桂英", "建国", "13900001234", "19490312")
    open_case(desk, "沈淑珍")
    for name in ("today", "cases", "promises", "case"):
        page = desk.show_page(name)
        shown = [row.text + row.spoken for rows in page.findChildren(ChipList) for row in rows.rows]
        shown += [label.text() for label in page.findChildren(QLabel)]
        assert not [text for text in shown if any(secret in text for secret in secrets)]


def test_a_number_shows_for_a_moment_and_is_covered_on_leaving(desk: OpenWindow) -> None:
    page = open_case(desk, "沈淑珍")
    value = page.private["phone"]
    assert value.words == "139****1234"
    value.look.click()
    desk.wait(lambda: value.words == "13900001234", "shown")
    desk.show_page("today")
    assert value.words == "139****1234"
    kinds = [entry.kind for entry in desk.store.case(case_of(desk, "沈淑珍")).timeline]
    assert kinds.count("sensitive.revealed") == 1


def test_a_note_goes_into_the_history_and_can_be_taken_back(desk: OpenWindow) -> None:
    page = open_case(desk, "沈淑珍")
    page.note.setFocus()
    compose_text(page.note, "dangan")
    press(desk, Qt.Key.Key_Return)  # the input method's
    write(desk, "档案室找到了")
    press(desk, Qt.Key.Key_Return)
    assert page.note.text() == ""
    assert page.timeline.rows[1].text == "档案室找到了"
    assert "已存本机" in desk.window.status.saved_words
    undo = next(b for b in desk.window.toasts.findChildren(QPushButton) if b.text() == "撤销")
    undo.click()
    desk.settle()
    assert desk.store.case(case_of(desk, "沈淑珍")).notes == ()


def test_a_note_half_written_is_there_again(desk: OpenWindow) -> None:
    page = open_case(desk, "沈淑珍")
    commit_text(page.note, "打了电话，")
    page.note.setCursorPosition(2)
    desk.show_page("today")
    open_case(desk, "杨志明")
    assert page.note.text() == ""
    open_case(desk, "沈淑珍")
    assert page.note.text() == "打了电话，"
    assert "补记" in today(desk).drafts.rows[0].spoken


def test_a_closed_case_is_opened_again_after_saying_why(desk: OpenWindow) -> None:
    page = open_case(desk, "赵建国")
    assert desk.window.focusWidget() is page.reopen
    press(desk, Qt.Key.Key_Space)
    press(desk, Qt.Key.Key_Escape)  # thought better of it
    assert not desk.store.case(case_of(desk, "赵建国")).is_open
    assert desk.window.page_name == "case"
    page.reopen.click()
    write(desk, "又来问了")
    press(desk, Qt.Key.Key_Return)
    assert desk.store.case(case_of(desk, "赵建国")).is_open
    assert page.go_on.isVisible()
    assert not page.reopen.isVisible()


def test_a_case_leads_on_to_its_session_and_its_paper(desk: OpenWindow) -> None:
    page = open_case(desk, "沈淑珍")
    page.go_on.click()
    desk.settle()
    assert desk.window.page_name == "session"
    open_case(desk, "沈淑珍")
    QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert desk.window.page_name == "paper"


def test_a_promise_is_noted_below_its_line(desk: OpenWindow) -> None:
    page = promises(desk)
    press(desk, Qt.Key.Key_2)
    write(desk, "档案室说下周二给答复")
    press(desk, Qt.Key.Key_Return)
    notes = desk.store.case(case_of(desk, "沈淑珍")).notes
    assert [note.text for note in notes] == ["档案室说下周二给答复"]
    assert desk.window.focusWidget() is page.list


def test_promises_are_worked_by_mouse_alone(desk: OpenWindow) -> None:
    page = promises(desk)
    row = next(row.id for row in page.list.rows if row.id)
    click_chip(desk, page.list, row, "keep")
    assert desk.store.case(case_of(desk, "沈淑珍")).promises[0].state == "kept"
    page.which.show_value("kept")
    page.come_up()
    desk.settle()
    assert [r.text for r in page.list.rows if r.id] == ["回电：火葬场档案室是否找到记录"]


def test_a_promise_leads_to_its_case(desk: OpenWindow) -> None:
    promises(desk)
    press(desk, Qt.Key.Key_Return)
    assert desk.window.page_name == "case"
    page = desk.window.page("case")
    assert isinstance(page, CasePage)
    assert page.presenter.case_id == case_of(desk, "沈淑珍")


def test_looks_are_chosen_by_keyboard_and_kept(desk: OpenWindow) -> None:
    page = desk.show_page("more")
    assert isinstance(page, MorePage)
    press(desk, Qt.Key.Key_Tab)
    press(desk, Qt.Key.Key_Space)
    assert desk.window.theme.name is ThemeName.DARK
    assert desk.store.setting(THEME) == "dark"
    assert (page.looks.value, page.scales.value) == ("dark", "100")
    page.scales.chosen.emit("130")
    desk.settle()
    assert desk.store.setting(SCALE) == "130"


def test_what_papers_say_is_kept_on_leaving(desk: OpenWindow) -> None:
    page = desk.show_page("more")
    assert isinstance(page, MorePage)
    commit_text(page.officer, "李")
    commit_text(page.phone, "021 1234 5678")
    desk.show_page("today")
    assert desk.store.setting(OFFICER_NAME) == "李"
    assert desk.store.setting(WINDOW_PHONE) == "021 1234 5678"
    desk.show_page("more")
    assert (page.officer.text(), page.phone.text()) == ("李", "021 1234 5678")


def test_the_store_is_checked_in_the_page(desk: OpenWindow) -> None:
    page = desk.show_page("more")
    assert isinstance(page, MorePage)
    page.check_button.click()
    desk.settle()
    assert page.found.text.startswith("资料完好：4 件案件")


def test_what_is_copied_for_helpers_holds_nothing_of_a_person(desk: OpenWindow) -> None:
    page = desk.show_page("more")
    assert isinstance(page, MorePage)
    page.check_button.click()
    desk.settle()
    page.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert "store schema" in copied
    assert "desk-app" in copied
    for secret in ("沈", "淑", "13900001234", "小李", "BCS"):
        assert secret not in copied


def test_two_hundred_cases_are_one_list(qtbot: QtBot, tmp_path: Path) -> None:
    assert qtbot

    def seed(_casework: Casework, store: SqlCaseStore, _clock: FakeClock) -> None:
        fill_store(store, 250)

    with open_window(tmp_path, seed=seed, finder=NoFinder()) as desk:
        page = desk.show_page("cases")
        assert isinstance(page, CasesPage)
        assert len(page.list.rows) == 200
        assert page.count.text() == "一共 250 件，这里是最近的 200 件；写几个字可以找到其余的。"
