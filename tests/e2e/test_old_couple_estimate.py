"""老夫妇: 80 %, then 95 % of the rest, makes 99 %; through the real window, offline, kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.estimates import NO_PROMISE, estimates
from desk_app.core.fold import CaseState
from desk_app.services.casework import Casework
from desk_app.storage.store import SqlCaseStore
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.estimates_page import EstimatesPage
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import OpenWindow, open_window, shown
from tests.helpers.hands import acts, click, click_chip, click_row, press, take_back, texts, write
from tests.helpers.ui_desk import NoFinder

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


def old_couple(casework: Casework, _store: SqlCaseStore, _clock: FakeClock) -> None:
    case = casework.open_case()
    casework.set_field(case.case_id, "resident_title", "老夫妇")
    casework.set_field(case.case_id, "words", "儿子中风瘫了，医保断了，看病钱报不了多少")


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with open_window(tmp_path, seed=old_couple, finder=NoFinder()) as opened:
        yield opened


def the_case(desk: OpenWindow) -> CaseState:
    (row,) = desk.store.cases()
    return desk.store.case(row.case_id)


def open_page(desk: OpenWindow) -> EstimatesPage:
    desk.context.shell.open_case(the_case(desk).case_id)
    desk.settle()
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    click(desk, case_page.topics.buttons["estimates"])
    page = desk.window.page("estimates")
    assert isinstance(page, EstimatesPage)
    return page


def said(page: EstimatesPage) -> str:
    return "\n".join(part.text() for part in shown(page) if hasattr(part, "text"))


def test_by_keyboard_alone(desk: OpenWindow) -> None:
    page = open_page(desk)
    write(desk, "80 95")
    desk.settle()
    press(desk, ENTER)
    assert "缺少 政策范围内费用、第一级比例、第二级比例，暂不能算。" in said(page)
    write(desk, "１００，０００")
    press(desk, ENTER)  # not all is there: on to the first that is wanted
    write(desk, "80")
    press(desk, ENTER)
    write(desk, "95%")
    desk.settle()
    for words in ("1,000.00 元", "99%", "80,000.00 元", "19,000.00 元", NO_PROMISE,
                  "可信度：高", "不是 80%＋95%，也不是 80%×95%。"):  # fmt: skip
        assert words in said(page)
    press(desk, ENTER)
    (kept,) = estimates(the_case(desk))
    assert kept.inputs == {"total": 100_000_00, "first_share": 8000, "second_share": 9500}
    assert kept.results["self"] == 1_000_00
    assert kept.results["effective"] == 9900
    press(desk, ENTER)  # an impatient second Enter
    assert len(estimates(the_case(desk))) == 1
    assert "居民自付 1,000.00 元，合起来报销 99%" in texts(page.kept)
    press(desk, Qt.Key.Key_Escape)
    case_page = desk.window.page("case")
    assert isinstance(case_page, CasePage)
    assert case_page.topics.buttons["estimates"].text() == "测算　1 次"
    assert "测算《两级报销叠加》（不作承诺）：居民自付 1,000.00 元" in texts(case_page.timeline)


def test_by_mouse_and_taken_back(desk: OpenWindow) -> None:
    page = open_page(desk)
    click_row(desk, page.choices, "stacked_reimbursement")
    for name, text in (("total", "100000"), ("first_share", "80"), ("second_share", "95")):
        page.form.fields[name].setFocus()
        write(desk, text)
    click(desk, page.form.keep)
    assert len(estimates(the_case(desk))) == 1
    click_row(desk, page.kept, estimates(the_case(desk))[0].entry.id)
    assert "公式没有改过，重算的结果和当时一样。" in said(page)
    take_back(desk)
    assert estimates(the_case(desk)) == ()
    click(desk, page.form.keep)
    entry = estimates(the_case(desk))[0].entry.id
    page.kept.select(entry)
    desk.settle()
    assert acts(page.kept, entry) == ["1 打开重算", "2 撤回"]
    click_chip(desk, page.kept, entry, "withdraw")
    assert estimates(the_case(desk)) == ()


def test_what_is_typed_outlives_the_page_and_another_case(desk: OpenWindow) -> None:
    first = the_case(desk).case_id
    page = open_page(desk)
    click_row(desk, page.choices, "dibao_gap")
    write(desk, "1600")
    other = desk.casework.open_case().case_id
    desk.context.shell.open_topic(other, "estimates")
    desk.settle()
    assert page.form.fields == {}
    desk.context.shell.open_topic(first, "estimates")
    desk.settle()
    line = page.form.fields["standard"]
    assert line.text() == "1600"  # type: ignore[union-attr]
    write(desk, "x")
    desk.settle()
    assert "“低保标准（每人每月）”看不懂" in said(page)
    press(desk, ENTER)
    assert line.hasFocus()
    assert estimates(desk.store.case(first)) == ()
    click(desk, page.form.empty)
    assert page.form.fields["standard"].text() == ""  # type: ignore[union-attr]
    desk.settle()
    assert desk.store.drafts() == []
