"""陈阿姨: invoice and detail list differ by 200-odd yuan, the code on the slip says which is right.

The report gives no figures; these are made up to fit its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.core.fold import CaseState
from desk_app.core.kept_comparisons import comparisons
from desk_app.services.casework import Casework
from desk_app.storage.store import SqlCaseStore
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.invoice_page import InvoicePage
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import OpenWindow, open_window, shown
from tests.helpers.hands import CTRL, click, click_chip, click_row, press, take_back, texts, write
from tests.helpers.ui_desk import NoFinder

ENTER = Qt.Key.Key_Return
INVOICE = "挂号费\t12.00\n西药费\t86.40\n检验费\t118.00\n合计\t216.40"
DETAILS = (
    "项目 数量 单价 金额\n挂号费 1 12.00 12.00\n西药费 2 43.20 86.40\n"
    "血液检验 1 118.00 118.00\nＣＴ检查 1 228.00 ￥228.00"
)
CODE = (
    "https://www.chinaebill.cn/eips-wxapp-service/d?t=504&a=x"
    "&d=45060122_0123456789_0a1b2c_444.40_20261112&s=x"
)


def aunt_chen(casework: Casework, _store: SqlCaseStore, _clock: FakeClock) -> None:
    case = casework.open_case()
    casework.set_field(case.case_id, "resident_name", "陈桂英")
    casework.set_field(case.case_id, "resident_title", "陈阿姨")
    casework.set_field(case.case_id, "words", "外地看病垫了两百多，发票和明细对不上")


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with open_window(tmp_path, seed=aunt_chen, finder=NoFinder()) as opened:
        yield opened


def the_case(desk: OpenWindow) -> CaseState:
    return desk.store.case(desk.store.cases()[-1].case_id)


def open_page(desk: OpenWindow) -> InvoicePage:
    desk.context.shell.open_case(the_case(desk).case_id)
    desk.settle()
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    click(desk, case_page.topics.buttons["invoices"])
    page = desk.window.page("invoices")
    assert isinstance(page, InvoicePage)
    return page


def said(page: InvoicePage) -> str:
    return "\n".join(part.text() for part in shown(page) if hasattr(part, "text"))


def test_by_keyboard_alone(desk: OpenWindow) -> None:
    page = open_page(desk)
    write(desk, INVOICE)
    press(desk, Qt.Key.Key_Tab)
    write(desk, DETAILS)
    press(desk, Qt.Key.Key_Backtab)
    desk.wait(lambda: page.keep.isEnabled(), "both sides compared")
    assert page.headline.text() == ("明细比发票多 228.00 元；只在发票上 1 项、只在明细上 2 项")
    assert "3 行，合计 216.40 元" in said(page)
    assert "4 行，合计 444.40 元；第 1 行没有金额，没有算进去" in said(page)
    page.lines.setFocus()
    page.lines.select_first()
    assert "“血液检验”会不会就是发票上的“检验费”？" in texts(page.lines)
    press(desk, Qt.Key.Key_1)
    assert "只在明细上 1 项" in page.headline.text()
    assert "检验费（明细上叫“血液检验”）" in texts(page.lines)
    page.code.setFocus()
    write(desk, CODE)
    press(desk, ENTER)
    assert "代码 45060122　号码 0123456789　开票 2026年11月12日　校验码 0a1b2c" in said(page)
    assert "码上金额 444.40 元，和明细的合计一样" in said(page)
    press(desk, ENTER, CTRL)
    (kept,) = comparisons(the_case(desk))
    assert kept.difference == 228_00
    assert kept.renamed == {"血液检验": "检验费"}
    assert kept.code == CODE
    assert desk.store.drafts() == []
    press(desk, Qt.Key.Key_Escape)
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    assert case_page.topics.buttons["invoices"].text() == "对票　差 228.00 元"
    assert "发票对明细：明细比发票多 228.00 元；只在明细上 1 项" in texts(case_page.timeline)


def test_pasted_and_clicked_then_opened_again(desk: OpenWindow) -> None:
    page = open_page(desk)
    for side, text in (("invoice", INVOICE), ("details", DETAILS)):
        QApplication.clipboard().setText(text)
        page.editors[side].setFocus()
        page.editors[side].paste()
    page.settle()
    desk.settle()
    suggestion = page.lines.rows[0].id
    page.lines.select(suggestion)
    desk.settle()
    click_chip(desk, page.lines, suggestion, "alike")
    renamed = next(row.id for row in page.lines.rows if "血液检验" in row.id)
    page.lines.select(renamed)
    desk.settle()
    click_chip(desk, page.lines, renamed, "apart")
    assert "只在明细上 2 项" in page.headline.text()
    click(desk, page.keep)
    click(desk, page.empty)
    assert page.editors["invoice"].toPlainText() == ""
    assert not page.keep.isEnabled()
    (kept,) = comparisons(the_case(desk))
    click_row(desk, page.kept, kept.entry.id)
    assert page.editors["invoice"].toPlainText() == INVOICE
    assert "明细比发票多 228.00 元" in page.headline.text()
    take_back(desk)
    assert comparisons(the_case(desk)) == ()


def test_half_typed_sides_come_back_and_stay_with_their_case(desk: OpenWindow) -> None:
    first = the_case(desk).case_id
    page = open_page(desk)
    write(desk, "挂号费 12")
    press(desk, ENTER, CTRL)  # one side alone is nothing to keep
    assert "发票和明细两边都要有能看懂的行" in desk.window.notice.text
    assert comparisons(the_case(desk)) == ()
    other = desk.casework.open_case().case_id
    desk.context.shell.open_topic(other, "invoices")
    desk.settle()
    assert page.editors["invoice"].toPlainText() == ""
    desk.context.shell.open_topic(first, "invoices")
    desk.settle()
    assert page.editors["invoice"].toPlainText() == "挂号费 12"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("01,32,,2344200000001234567,112,20230215,,74AE", "发票的码不完整"),
        ("01,10,\ufffe", "码坏了"),
        ("6920152400777", "没见过的码，照原样：6920152400777"),
        ("01,32,,23442000000012345678,112,20230215,,74AE", "数电发票（普通发票）"),
    ],
)
def test_a_code_is_read_or_said_to_be_broken(desk: OpenWindow, code: str, words: str) -> None:
    page = open_page(desk)
    page.code.setFocus()
    write(desk, code)
    press(desk, ENTER)
    assert words in said(page)
