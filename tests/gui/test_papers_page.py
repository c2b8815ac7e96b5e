"""文书 of a case: by keyboard from the list to paper, reprints counted, what waits reminds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desk_app.ui.theme import ThemeName
from desk_app.ui.views.paper_page import PaperPage
from desk_app.ui.views.papers_page import PapersPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import press, texts
from tests.helpers.pdf_reading import words
from tests.helpers.ui_desk import FakePrinter

CTRL = Qt.KeyboardModifier.ControlModifier


def case_of(desk: OpenWindow) -> str:
    return desk.store.search("沈淑珍")[0].case_id


@pytest.fixture
def page(desk: OpenWindow) -> PapersPage:
    """The list of papers of 沈女士, with a printer in the house."""
    desk.room.printers[:] = [FakePrinter("前台", is_default=True)]
    desk.context.shell.open_topic(case_of(desk), "papers")
    desk.settle()
    found = desk.window.page("papers")
    assert isinstance(found, PapersPage)
    return found


def line(page: PapersPage, title: str) -> str:
    return next(line for line in texts(page.list).split("\n\n") if line.startswith(title))


def open_first(desk: OpenWindow, page: PapersPage) -> PaperPage:
    """一次性告知单, the first of the list, by Enter."""
    page.take_focus()
    press(desk, Qt.Key.Key_Return)
    shown = desk.window.page("paper")
    assert isinstance(shown, PaperPage)
    assert desk.window.page_name == "paper"
    return shown


def test_enter_shows_a_paper_as_it_comes_out_and_prints_it(
    desk: OpenWindow, page: PapersPage
) -> None:
    shown = open_first(desk, page)
    assert shown.presenter.state is not None
    assert shown.presenter.state.name.title == "一次性告知单"
    assert not shown.size_row.isVisible()
    checked = [made.text() for made in desk.window.findChildren(QPushButton) if made.isChecked()]
    assert "案件" in checked  # the word of the rail that led here
    assert "接待" not in checked
    press(desk, Qt.Key.Key_Return)
    ((pdf, printer),) = desk.room.sent
    assert printer == "前台"
    assert "一次性告知单" in words(pdf)
    (made,) = desk.store.case(case_of(desk)).papers
    assert (made.body["paper"], made.body["how"]) == ("notice_once", "print")
    press(desk, Qt.Key.Key_Escape)
    assert desk.window.page_name == "papers"
    assert page.list.rows[0].status == "11月23日 星期一 打的"


def test_each_paper_counts_its_own_reprints(desk: OpenWindow, page: PapersPage) -> None:
    open_first(desk, page)
    press(desk, Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_Return)
    first, second = (words(pdf) for pdf, _ in desk.room.sent)
    assert "补打" not in first
    assert "补打第1次" in second
    press(desk, Qt.Key.Key_Escape)
    press(desk, Qt.Key.Key_Down)
    press(desk, Qt.Key.Key_Return)
    press(desk, Qt.Key.Key_Return)
    assert "补打" not in words(desk.room.sent[-1][0])


def test_what_waits_for_the_centre_is_named_and_settled_by_printing_it(
    desk: OpenWindow, page: PapersPage
) -> None:
    open_first(desk, page)
    press(desk, Qt.Key.Key_D, CTRL)
    waiting = [row.what for row in desk.store.promises() if row.case_id == case_of(desk)]
    assert "回中心打印：一次性告知单" in waiting
    desk.context.shell.open_topic(case_of(desk), "papers")
    desk.settle()
    assert page.list.rows[0].status == "等回中心打"
    open_first(desk, page)
    press(desk, Qt.Key.Key_Return)
    waiting = [row.what for row in desk.store.promises() if row.case_id == case_of(desk)]
    assert not any(what.startswith("回中心打印") for what in waiting)


@pytest.mark.parametrize("scale", [100, 175])
def test_everything_fits_and_has_a_name(desk: OpenWindow, page: PapersPage, scale: int) -> None:
    desk.dress(ThemeName.LIGHT, scale)
    assert nameless(page) == []
    assert clipped(page) == []
    assert outside(page) == []
