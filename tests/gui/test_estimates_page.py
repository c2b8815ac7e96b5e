"""测算 and 对票: every form fits at every size, is reached by keyboard, and remembers standards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QWidget

from desk_app.core.calculators import CALCULATORS
from desk_app.core.entries import NewEntry
from desk_app.core.estimates import estimates
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.estimates_page import EstimatesPage
from desk_app.ui.views.invoice_page import InvoicePage
from desk_app.ui.widgets.prompt_line import CommittedLine
from tests.helpers.gui import OpenWindow, clipped, nameless, outside, shown
from tests.helpers.hands import click, click_row, press, texts, write

LONG_INVOICE = "\n".join(
    f"第{n}项很长很长的检查检验治疗护理床位材料费用名称 {n}.50" for n in range(30)
)


def open_estimates(desk: OpenWindow, resident: str = "沈淑珍") -> EstimatesPage:
    desk.context.shell.open_topic(case_of(desk, resident), "estimates")
    desk.settle()
    page = desk.window.page("estimates")
    assert isinstance(page, EstimatesPage)
    return page


def case_of(desk: OpenWindow, resident: str) -> str:
    return next(row.case_id for row in desk.store.cases() if row.resident == resident)


def said(page: QWidget) -> str:
    return "\n".join(part.text() for part in shown(page) if hasattr(part, "text"))


def field(page: EstimatesPage, name: str) -> CommittedLine:
    line = page.form.fields[name]
    assert isinstance(line, CommittedLine)
    return line


def fits(desk: OpenWindow, page: QWidget) -> None:
    assert clipped(desk.window) == []
    assert outside(desk.window) == []
    assert nameless(page) == []
    for area in page.findChildren(QScrollArea):
        assert not area.isVisible() or area.widget().width() <= area.viewport().width()


@pytest.mark.parametrize("scale", [100, 175])
def test_every_form_fits(desk: OpenWindow, scale: int) -> None:
    desk.dress(ThemeName.LIGHT, scale)
    page = open_estimates(desk)
    for name in CALCULATORS:
        page.choices.chosen.emit(name)
        desk.settle()
        assert page.form.head.text() == CALCULATORS[name].title
        fits(desk, page)
    assert (desk.window.width(), desk.window.height()) == (1366, 768)


@pytest.mark.parametrize("scale", [100, 175])
def test_long_bills_fit(desk: OpenWindow, scale: int) -> None:
    desk.dress(ThemeName.LIGHT, scale)
    desk.context.shell.open_topic(case_of(desk, "陈桂英"), "invoices")
    page = desk.window.page("invoices")
    assert isinstance(page, InvoicePage)
    page.code.setText("https://example.cn/" + "x" * 900)
    page.code.entered.emit(page.code.text())
    for editor in page.editors.values():
        editor.setPlainText(LONG_INVOICE)
    page.settle()
    desk.settle()
    assert page.headline.text().endswith("逐项一致")
    fits(desk, page)


def test_everything_in_a_form_is_reached_by_tab(desk: OpenWindow) -> None:
    page = open_estimates(desk)
    page.choices.chosen.emit("funeral_pension")
    desk.settle()
    able = {
        widget
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and not widget.objectName().startswith("qt_")
        and not (isinstance(widget, QAbstractScrollArea) and not widget.accessibleName())
    }
    seen: set[QWidget | None] = set()
    for _ in range(len(able) + 20):
        QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
        seen.add(desk.window.focusWidget())
    assert able <= seen


def test_in_large_type_the_answer_and_the_next_field_stay_in_sight(desk: OpenWindow) -> None:
    desk.dress(ThemeName.LIGHT, 175)
    page = open_estimates(desk)
    page.choices.chosen.emit("basic_medical")
    desk.settle()
    for text in ("6000", "500", "1500", "1000", "70"):
        write(desk, text)
        press(desk, Qt.Key.Key_Return)
    assert page.short.isVisible()
    assert page.short.text() == "缺少 封顶线还剩，暂不能算。"
    line = field(page, "cap")
    assert line.hasFocus()
    assert line.visibleRegion().boundingRect().height() == line.height()
    write(desk, "10万")
    desk.settle()
    assert page.short.text() == "报销 3,500.00 元　自付 2,500.00 元"
    desk.dress(ThemeName.LIGHT, 100)
    assert not page.short.isVisible()


def test_the_search_finds_what_people_call_it(desk: OpenWindow) -> None:
    page = open_estimates(desk)
    for words, first in (("失业", "失业金能领几个月"), ("截止", "报销截止倒计时"),
                         ("垫付", "垫付与返还"), ("没有这样的", "")):  # fmt: skip
        page.search.setText(words)
        desk.settle()
        assert texts(page.choices).partition("\n")[0] == first
    page.search.setText("补差")
    page.search.setFocus()
    press(desk, Qt.Key.Key_Down)
    press(desk, Qt.Key.Key_Return)
    assert page.form.head.text() == "低保补差"
    assert field(page, "standard").hasFocus()


def test_a_standard_is_empty_until_somebody_fills_it_in_and_says_who_did(
    desk: OpenWindow,
) -> None:
    page = open_estimates(desk)
    click_row(desk, page.choices, "dibao_gap")
    assert field(page, "standard").text() == ""
    write(desk, "1600")
    desk.settle()
    click(desk, page.form.remember)
    assert not page.form.remember.isVisible()
    click(desk, page.form.empty)
    assert field(page, "standard").text() == "1,600.00"
    for name, text in (("people", "2"), ("income", "1250.40")):
        field(page, name).setText(text)
    desk.settle()
    assert "1,950.00 元" in said(page)
    assert "用的是自填的本地口径：低保标准（每人每月）" in said(page)
    assert "低保标准（每人每月）是本中心记住的：小李，2026年11月23日。" in said(page)
    click(desk, page.form.keep)
    desk.clock.advance(days=400)
    page = open_estimates(desk, "杨志明")
    page.choices.chosen.emit("relief_threshold")
    desk.settle()
    assert field(page, "standard").text() == "1,600.00"
    for name, text in (("income", "7200"), ("deduction", "0"), ("people", "3"), ("factor", "2")):
        field(page, name).setText(text)
    desk.settle()
    assert "低收入候选" in said(page)
    assert "2026年11月23日，不是今年的，请核对。" in said(page)


def test_an_estimate_of_a_newer_program_stays_readable(desk: OpenWindow) -> None:
    case_id = case_of(desk, "沈淑珍")
    body = {"calculator": "of_the_future", "version": 9, "title": "未来的测算", "inputs": {},
            "results": {}, "summary": "居民得 1.00 元"}  # fmt: skip
    (entry,) = desk.store.append("小李", [NewEntry(case_id, "estimate.made", body)])
    page = open_estimates(desk)
    assert "居民得 1.00 元" in texts(page.kept)
    click_row(desk, page.kept, entry.id)
    assert "还没有这个测算" in desk.window.toasts.words
    assert page.form.fields == {}


@pytest.mark.parametrize(
    ("version", "gap", "words"),
    [
        (0, 1_950_00, "公式在那之后改过，下面按新公式重算。结果没有变。"),
        (0, 1_949_60, "按新公式重算。当时的结果：每月补差 1,949.60 元。"),
        (1, 1_949_60, "重算的结果和当时不一样。当时的结果：每月补差 1,949.60 元。"),
    ],
)
def test_an_older_formula_is_named_when_an_estimate_is_opened(
    desk: OpenWindow, version: int, gap: int, words: str
) -> None:
    case_id = case_of(desk, "沈淑珍")
    body = {"calculator": "dibao_gap", "version": version, "title": "低保补差",
            "inputs": {"standard": 1_600_00, "people": 2, "income": 1_250_40},
            "results": {"gap": gap}, "summary": "每月补差 1,949.60 元"}  # fmt: skip
    (entry,) = desk.store.append("小李", [NewEntry(case_id, "estimate.made", body)])
    page = open_estimates(desk)
    click_row(desk, page.kept, entry.id)
    assert words in said(page)
    assert "1,950.00 元" in said(page)


def test_today_is_filled_in_and_a_kept_day_stays_what_it_was(desk: OpenWindow) -> None:
    page = open_estimates(desk)
    click_row(desk, page.choices, "claim_deadline")
    today = desk.clock.now().date()
    assert field(page, "today").text() == today.isoformat()
    field(page, "spent").setText((today - timedelta(days=30)).isoformat())
    field(page, "months").setText("6")
    rule = page.form.fields["rule"]
    rule.chosen.emit("spent")  # type: ignore[union-attr]
    desk.settle()
    click(desk, page.form.keep)
    desk.clock.advance(days=10)
    (kept,) = estimates(desk.store.case(case_of(desk, "沈淑珍")))
    click_row(desk, page.kept, kept.entry.id)
    assert field(page, "today").text() == today.isoformat()


def test_no_standard_of_today_slips_into_what_was_left_empty_then(desk: OpenWindow) -> None:
    page = open_estimates(desk)
    click_row(desk, page.choices, "child_allowance")
    field(page, "born").setText("2023-03-10")
    desk.settle()
    click(desk, page.form.keep)
    field(page, "extra").setText("100")
    desk.settle()
    click(desk, page.form.remember)
    (kept,) = estimates(desk.store.case(case_of(desk, "沈淑珍")))
    click_row(desk, page.kept, kept.entry.id)
    assert field(page, "extra").text() == ""
    assert "4,200.00 元" in said(page)
    assert "公式没有改过，重算的结果和当时一样。" in said(page)
