"""垫付 of a case: 广先生's money goes out and comes back through the real window, by keyboard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desk_app.core.advance_ledger import advance_ledger
from desk_app.core.entries import NewEntry
from desk_app.core.errors import UserFacingError
from desk_app.services.casework import Casework
from desk_app.services.funds import Funds, NewAdvance, NewLeg
from desk_app.ui.presenters.funds_presenter import summary
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.funds_page import FundsPage
from desk_app.ui.views.today_page import TodayPage
from tests.helpers.gui import OpenWindow, clipped, nameless, outside
from tests.helpers.hands import acts, click_chip, click_row, press, texts
from tests.helpers.typing_in import commit_text

ASKED = NewAdvance(1_200_000, "市第一医院", "某银行", "6222000011112222", "因病住院")
TYPED = ("12,000.00", "市第一医院", "某银行某支行", "6222000011112222", "因病住院")


@pytest.fixture
def case_id(desk: OpenWindow) -> str:
    (row,) = desk.store.search("杨志明")
    return row.case_id


@pytest.fixture
def page(desk: OpenWindow, case_id: str) -> FundsPage:
    desk.context.shell.open_topic(case_id, "funds")
    desk.settle()
    found = desk.window.page("funds")
    assert isinstance(found, FundsPage)
    return found


def ask_for(desk: OpenWindow, page: FundsPage) -> None:
    """Fill the form by keyboard."""
    page.lines["amount"].setFocus()
    for words in TYPED:
        commit_text(desk.window.focusWidget(), words)
        QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
    page.lines["purpose"].setFocus()
    press(desk, Qt.Key.Key_Return)


def do(desk: OpenWindow, page: FundsPage, key: Qt.Key, text: str = "") -> None:
    """Press a digit on the advance, and write what it asks for."""
    page.list.select_first()
    page.list.setFocus()
    press(desk, key)
    if text:
        commit_text(desk.window.focusWidget(), text)
        press(desk, Qt.Key.Key_Return)


def pass_by_others(desk: OpenWindow, case_id: str) -> None:
    """Two colleagues check and approve it."""
    for officer, step in (("小王", "check"), ("主任", "approve")):
        (advance,) = advance_ledger(desk.store.case(case_id)).advances
        Funds(desk.store, officer, lambda _: None).judge(case_id, advance.id, step, "yes")
    desk.window.page("funds").come_up()
    desk.settle()


def test_the_money_goes_to_the_hospital_and_comes_back(
    desk: OpenWindow, page: FundsPage, case_id: str
) -> None:
    ask_for(desk, page)
    assert "12,000.00 元（壹万贰仟元整）" in texts(page.list)
    assert "尾号 2222" in texts(page.list)
    assert "62220000" not in texts(page.list)
    assert "本机记账，未经中心确认" in page.words.text()
    do(desk, page, Qt.Key.Key_1)  # nobody passes their own
    (advance,) = advance_ledger(desk.store.case(case_id)).advances
    assert advance.state == "requested"

    pass_by_others(desk, case_id)
    do(desk, page, Qt.Key.Key_1, "回单 2026-118")
    assert "没有收回的合计 12,000.00" in page.words.text()
    with pytest.raises(UserFacingError, match="垫付没有收回"):
        desk.casework.close_case(case_id, "done_now")
    do(desk, page, Qt.Key.Key_2, "9500 医保")
    do(desk, page, Qt.Key.Key_3, "9,500.00 家属")
    do(desk, page, Qt.Key.Key_4, "2500 家里没有了")
    assert "没有收回的合计 2,500.00" in page.words.text()  # a waiver wants another person

    ledger = advance_ledger(desk.store.case(case_id))
    waiver = next(leg.entry for leg in ledger.advances[0].legs if leg.entry.body.get("why"))
    Funds(desk.store, "主任", lambda _: None).judge(case_id, waiver.id, "approve", "yes")
    assert advance_ledger(desk.store.case(case_id)).balance == 0
    assert desk.casework.close_case(case_id, "done_now").closing is not None


def test_another_person_sees_what_to_approve_and_who_asked_does_not(
    desk: OpenWindow, page: FundsPage, case_id: str
) -> None:
    """小王 asks for the money and for the waiver; this officer may approve what he may not."""
    ours = desk.casework.author
    money = Funds(desk.store, "小王", lambda _: None)
    ref = money.request(case_id, ASKED).timeline[-1].id
    for officer, step in ((ours, "check"), ("主任", "approve")):
        Funds(desk.store, officer, lambda _: None).judge(case_id, ref, step, "yes")
    day = desk.clock.now().date()
    money.move(case_id, ref, NewLeg("paid", 1_200_000, day))
    waiver = money.move(case_id, ref, NewLeg("waived", 500, day, why="家里没有了")).timeline[-1]
    page.come_up()
    desk.settle()
    assert acts(page.list, waiver.id) == ["1 批准核销", "2 不同意…"]
    click_row(desk, page.list, waiver.id)
    click_chip(desk, page.list, waiver.id, "yes")
    assert advance_ledger(desk.store.case(case_id)).balance == 1_199_500


def test_a_wrong_leg_is_taken_out_once_another_person_agrees(
    desk: OpenWindow, page: FundsPage, case_id: str
) -> None:
    ask_for(desk, page)
    pass_by_others(desk, case_id)
    do(desk, page, Qt.Key.Key_1, "回单 2026-118")
    do(desk, page, Qt.Key.Key_3, "12000 家属")
    assert "没有收回的合计 0.00" in page.words.text()
    (advance,) = advance_ledger(desk.store.case(case_id)).advances
    wrong = advance.legs[-1].entry.id
    click_row(desk, page.list, wrong)
    click_chip(desk, page.list, wrong, "reverse")
    commit_text(desk.window.focusWidget(), "是别人还的")
    press(desk, Qt.Key.Key_Return)
    assert "没有收回的合计 0.00" in page.words.text()
    asked = desk.store.case(case_id).timeline[-1]
    assert acts(page.list, f"leg {asked.id}") == []  # nobody passes their own
    Funds(desk.store, "主任", lambda _: None).judge(case_id, asked.id, "approve", "yes")
    page.come_up()
    desk.settle()
    assert "没有收回的合计 12,000.00" in page.words.text()
    assert "没有生效：冲正了" in texts(page.list)


def test_today_says_what_waits_for_whom(desk: OpenWindow, page: FundsPage, case_id: str) -> None:
    Funds(desk.store, "小王", lambda _: None).request(case_id, ASKED)
    desk.context.shell.go("today")
    desk.settle()
    today = desk.window.page("today")
    assert isinstance(today, TodayPage)
    assert "垫付申请等人审核" in texts(today.tasks)
    today.tasks.setFocus()
    today.tasks.select_first()
    press(desk, Qt.Key.Key_Return)
    assert desk.window.page("funds") is page
    assert page.isVisible()
    do(desk, page, Qt.Key.Key_1)
    desk.context.shell.go("today")
    desk.settle()
    assert "垫付" not in texts(today.tasks)  # it waits for a third person now


def test_the_button_of_the_case_says_where_the_money_is(
    desk: OpenWindow, page: FundsPage, case_id: str
) -> None:
    def words() -> str:
        return summary(desk.store.case(case_id))

    assert words() == ""
    ask_for(desk, page)
    assert words() == "等别人审核"
    pass_by_others(desk, case_id)
    assert words() == "批准了，等付款"
    do(desk, page, Qt.Key.Key_1, "回单 1")
    assert words() == "12,000.00 元没有收回"
    do(desk, page, Qt.Key.Key_3, "12000 家属")
    assert words() == "结清"


def test_what_cannot_be_is_said_and_stays_typed(
    desk: OpenWindow, page: FundsPage, case_id: str
) -> None:
    commit_text(page.lines["amount"], "-5")
    page.lines["amount"].setFocus()
    press(desk, Qt.Key.Key_Return)
    assert "金额看不懂" in desk.window.notice.text
    assert page.lines["amount"].text() == "-5"
    page.lines["amount"].clear()
    ask_for(desk, page)
    pass_by_others(desk, case_id)
    do(desk, page, Qt.Key.Key_1, "回单 1")
    do(desk, page, Qt.Key.Key_3, "99999 家属")
    assert "超过了垫付的金额" in desk.window.notice.text
    do(desk, page, Qt.Key.Key_4, "2500")
    assert "为什么核销" in desk.window.notice.text
    assert "没有收回的合计 12,000.00" in page.words.text()


def test_a_leg_is_never_taken_out_of_sight(desk: OpenWindow, page: FundsPage, case_id: str) -> None:
    """Not even by a program that does not know the ledger."""
    ask_for(desk, page)
    (advance,) = advance_ledger(desk.store.case(case_id)).advances
    desk.store.append("小王", [NewEntry(case_id, "entry.withdrawn", {"ref": advance.id})])
    assert advance_ledger(desk.store.case(case_id)).advances == (
        replace(advance, request=advance.request),
    )


@pytest.mark.parametrize("scale", [100, 175])
def test_everything_fits_and_has_a_name(
    desk: OpenWindow, page: FundsPage, case_id: str, scale: int
) -> None:
    ask_for(desk, page)
    pass_by_others(desk, case_id)
    desk.dress(ThemeName.LIGHT, scale)
    assert nameless(page) == []
    assert clipped(page) == []
    assert outside(page) == []
    assert isinstance(desk.casework, Casework)
