"""广先生's money and 小杨's consent, each with its papers, through the real window, offline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.advance_ledger import advance_ledger
from desk_app.core.consents import holding
from desk_app.services.funds import Funds
from desk_app.ui.views.consents_page import ConsentsPage
from desk_app.ui.views.funds_page import FundsPage
from tests.helpers.gui import OpenWindow
from tests.helpers.hands import click_words, press, write
from tests.helpers.stories import print_paper, receive, story_window, the_case, topic_page

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenWindow]:
    assert qtbot
    with story_window(tmp_path) as opened:
        yield opened


def fill(desk: OpenWindow, *typed: str) -> None:
    """The lines of a form one after another, and Enter in the last."""
    for text in typed[:-1]:
        write(desk, text)
        press(desk, TAB)
    write(desk, typed[-1])
    press(desk, ENTER)


def on_the_advance(desk: OpenWindow, page: FundsPage, key: Qt.Key, text: str) -> None:
    page.come_up()
    desk.settle()
    page.list.select_first()
    page.list.setFocus()
    press(desk, key)
    write(desk, text)
    press(desk, ENTER)


def test_guang_the_money_goes_out_comes_back_and_is_receipted(desk: OpenWindow) -> None:
    receive(desk, "广先生", "住院要先付钱，规定是先付后报，家里只剩四千多")
    case_id = the_case(desk).case_id
    page = topic_page(desk, "funds", FundsPage)
    page.lines["amount"].setFocus()
    fill(desk, "12,000.00", "市第一医院", "某银行某支行", "6222000011112222", "因病住院")
    for officer, step in (("小王", "check"), ("主任", "approve")):
        (advance,) = advance_ledger(the_case(desk)).advances
        Funds(desk.store, officer, lambda _: None).judge(case_id, advance.id, step, "yes")
    approval = print_paper(desk, "慈善垫付审批表")
    for part in ("12,000.00", "壹万贰仟元整", "市第一医院", "小王", "主任"):
        assert part in approval
    desk.context.shell.open_topic(case_id, "funds")
    desk.settle()
    on_the_advance(desk, page, Qt.Key.Key_1, "回单 2026-118")
    on_the_advance(desk, page, Qt.Key.Key_2, "9500 医保")
    on_the_advance(desk, page, Qt.Key.Key_3, "12000 家属")
    assert advance_ledger(the_case(desk)).balance == 0
    receipt = print_paper(desk, "返还收据")
    for part in ("12,000.00", "壹万贰仟元整", "家属"):
        assert part in receipt
    assert not desk.casework.close_case(case_id, "done_now").is_open


def test_yang_consents_by_video_and_is_remembered_every_month(desk: OpenWindow) -> None:
    receive(desk, "小杨", "长期住院，家里没有人，办不了参保")
    case_id = the_case(desk).case_id
    page = topic_page(desk, "consents", ConsentsPage)
    click_words(desk, page.way, "视频亮证")
    page.take_focus()
    fill(desk, "杨志明", "参加居民医保", "身份证", "愿意，请你们办", "小李、小王")
    today = desk.clock.now().date()
    (consent,) = holding(the_case(desk), today)
    assert (consent.way, consent.witnesses) == ("video", ("小李", "小王"))
    record = print_paper(desk, "远程视频授权记录")
    for part in ("参加居民医保", "愿意，请你们办", "小李、小王"):
        assert part in record
    desk.casework.promises.make(
        case_id, "提醒医院缴费", "小李", today, "医院社工", repeats="monthly"
    )
    assert not desk.casework.close_case(case_id, "done_now").is_open
    (first,) = desk.store.promises()
    desk.casework.promises.keep(case_id, first.promise_id, told="医院社工")
    (second,) = desk.store.promises()
    assert second.what == "提醒医院缴费"
    assert 28 <= (second.due - first.due).days <= 35  # next month, on a working day
