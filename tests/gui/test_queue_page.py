"""队列: worked by keyboard alone and by mouse alone; nothing is said to be so before the centre
has said it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.entries import Entry
from desk_app.ui.theme import SCALES, ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.queue_page import QueuePage
from tests.helpers.gui import OFFICER, OpenWindow, clipped, nameless, outside
from tests.helpers.hands import CTRL, acts, click, click_chip, press, texts, write
from tests.helpers.street import News, Street, StreetDesk, open_street


def busy(street: Street, cases: dict[str, str]) -> None:
    """沈: 小王 offers it to us; 杨: waits; 陈: 小王 holds it; 赵: escalated."""
    street.say(cases["沈"], "case.claimed", "小王", fence=0, hours=24)
    street.say(cases["沈"], "handover.offered", "小王", fence=1, to=OFFICER, why="我要去开会")
    street.say(cases["杨"], "case.referred", "小王", why="这周都在外面")
    street.say(cases["陈"], "case.claimed", "小王", fence=0, hours=24)
    street.say(cases["赵"], "case.referred", "老张", why="两个区都不认")
    street.say(cases["赵"], "case.escalated", "老张", why="要领导协调")
    street.notice(
        "offer", "farcase000000001", number="BCS-20261120-03-P4", from_centre="c310115",
        from_name="虹桥街道中心", by="刘主任", to="", why="居民搬到你们街道了",
        summary="异地就医报销还差一份明细",
    )  # fmt: skip


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[StreetDesk]:
    assert qtbot
    with open_street(tmp_path, busy) as street:
        yield street


def queue(at: StreetDesk) -> QueuePage:
    press(at.desk, Qt.Key.Key_F3)
    page = at.desk.window.page("queue")
    assert isinstance(page, QueuePage)
    return page


def last(at: StreetDesk, case_id: str) -> Entry:
    """The entry of this officer that was written last."""
    return next(e for e in reversed(at.desk.store.case(case_id).timeline) if e.author == OFFICER)


def part_of(page: QueuePage, row_id: str) -> str:
    """Under which head a row stands."""
    head = ""
    for row in page.list.rows:
        if not row.id:
            head = row.text.partition("　")[0]
        if row.id == row_id:
            return head
    return ""


def test_everything_stands_where_one_looks_for_it(at: StreetDesk) -> None:
    page = queue(at)
    assert part_of(page, at.cases["沈"]) == "移交给我的"
    assert part_of(page, at.cases["杨"]) == "等人接的"
    assert part_of(page, at.cases["赵"]) == "提级的"
    assert part_of(page, at.cases["陈"]) == "别人在办的"
    shown = texts(page.list)
    assert "别的中心转来的　1" in shown
    assert "小王 到明天" in shown
    assert "移交原因：我要去开会" in shown
    assert "淑珍" not in shown
    assert "志明" not in shown


def test_a_case_is_taken_by_one_key_and_is_mine_once_the_centre_says_so(at: StreetDesk) -> None:
    page = queue(at)
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_1)
    assert last(at, at.cases["杨"]).kind == "case.claimed"
    assert part_of(page, at.cases["杨"]) == "等人接的"
    assert "已申请，等中心确认：接手" in texts(page.list)
    assert "1 接手" not in acts(page.list, at.cases["杨"])
    at.take()
    assert part_of(page, at.cases["杨"]) == "我手上的"
    assert "等中心确认" not in texts(page.list)


def test_a_case_is_taken_by_mouse_alone(at: StreetDesk) -> None:
    page = queue(at)
    page.list.select(at.cases["杨"])
    at.desk.settle()
    click_chip(at.desk, page.list, at.cases["杨"], "take")
    assert last(at, at.cases["杨"]).kind == "case.claimed"


def test_what_came_too_late_says_why_and_stays_readable(at: StreetDesk) -> None:
    page = queue(at)
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_1)
    at.street.say(at.cases["杨"], "case.claimed", "小赵", fence=0, hours=24)
    at.take()
    assert part_of(page, at.cases["杨"]) == "别人在办的"
    assert "申请的“接手”没有生效" in texts(page.list)
    press(at.desk, Qt.Key.Key_Return)
    case = at.desk.window.page("case")
    assert isinstance(case, CasePage)
    assert "没有生效：" in texts(case.timeline)


def test_an_offer_is_accepted_by_one_key(at: StreetDesk) -> None:
    page = queue(at)
    assert page.list.current == at.cases["沈"]  # what waits for an answer comes first
    press(at.desk, Qt.Key.Key_1)
    entry = last(at, at.cases["沈"])
    assert (entry.kind, entry.body["answer"]) == ("handover.answered", "accept")
    at.take()
    assert part_of(page, at.cases["沈"]) == "我手上的"


def test_an_offer_is_refused_with_a_reason(at: StreetDesk) -> None:
    page = queue(at)
    press(at.desk, Qt.Key.Key_2)
    press(at.desk, Qt.Key.Key_Return)  # no reason, no answer
    assert last(at, at.cases["沈"]).kind != "handover.answered"
    press(at.desk, Qt.Key.Key_2)
    write(at.desk, "我下午也不在")
    press(at.desk, Qt.Key.Key_Return)
    entry = last(at, at.cases["沈"])
    assert (entry.body["answer"], entry.body["why"]) == ("refuse", "我下午也不在")
    at.take()
    assert part_of(page, at.cases["沈"]) == "别人在办的"


def test_a_reason_half_written_answers_nothing_on_leaving(at: StreetDesk) -> None:
    queue(at)
    press(at.desk, Qt.Key.Key_2)
    write(at.desk, "我下午")
    at.desk.show_page("today")
    assert last(at, at.cases["沈"]).kind != "handover.answered"
    page = queue(at)
    assert page.list.prompt.text() == "我下午"


def test_another_centres_case_is_taken_in(at: StreetDesk) -> None:
    page = queue(at)
    row = next(row.id for row in page.list.rows if row.text == "异地就医报销还差一份明细")
    assert acts(page.list, row) == ["1 接受", "2 拒绝"]
    page.list.select(row)
    press(at.desk, Qt.Key.Key_1)
    (entry,) = at.street.store.outbox()
    assert (entry.case_id, entry.body["answer"]) == ("farcase000000001", "accept")


def test_a_case_is_given_back_with_a_reason(at: StreetDesk) -> None:
    page = queue(at)
    press(at.desk, Qt.Key.Key_1)
    at.take()
    press(at.desk, Qt.Key.Key_2)
    write(at.desk, "居民说不办了")
    press(at.desk, Qt.Key.Key_Return)
    assert last(at, at.cases["沈"]).kind == "case.released"
    at.take()
    assert part_of(page, at.cases["沈"]) == "等人接的"
    assert "原因：居民说不办了" in texts(page.list)


def test_a_case_is_taken_along_for_as_long_as_is_said(at: StreetDesk) -> None:
    page = queue(at)
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_5)
    assert acts(page.list, at.cases["杨"])[0] == "1 半天（4 小时）"
    press(at.desk, Qt.Key.Key_0)  # thought better of it
    assert "1 接手" in acts(page.list, at.cases["杨"])
    press(at.desk, Qt.Key.Key_5)
    press(at.desk, Qt.Key.Key_3)
    entry = last(at, at.cases["杨"])
    assert (entry.kind, entry.body["hours"]) == ("case.claimed", 48)
    at.take()
    press(at.desk, Qt.Key.Key_5)
    press(at.desk, Qt.Key.Key_4)
    entry = last(at, at.cases["杨"])
    assert (entry.kind, entry.body["hours"]) == ("lease.renewed", 72)


def test_what_a_row_offers_stays_in_sight_in_large_type(at: StreetDesk) -> None:
    at.desk.dress(ThemeName.LIGHT, SCALES[-1])
    page = queue(at)
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_5)
    at.desk.settle()
    place = page.list.chip_rect(at.cases["杨"], "24")
    assert page.list.viewport().visibleRegion().contains(place)


def test_a_case_is_escalated_with_a_reason(at: StreetDesk) -> None:
    page = queue(at)
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_4)
    write(at.desk, "派出所不肯上门")
    press(at.desk, Qt.Key.Key_Return)
    assert last(at, at.cases["杨"]).kind == "case.escalated"
    at.take()
    page.parts.chosen.emit("raised")
    at.desk.settle()
    assert {row.id for row in page.list.rows if row.id} == {at.cases["杨"], at.cases["赵"]}


def test_a_case_is_handed_to_a_colleague_by_keyboard(at: StreetDesk) -> None:
    page = queue(at)
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_3)
    press(at.desk, Qt.Key.Key_Space)  # the first colleague
    page.hand_over.why.setFocus()
    write(at.desk, "她熟悉医院")
    press(at.desk, Qt.Key.Key_Return, CTRL)
    entry = last(at, at.cases["杨"])
    assert (entry.kind, entry.body["to"], entry.body["why"]) == (
        "handover.offered", "小王", "她熟悉医院",
    )  # fmt: skip
    assert not page.hand_over.isVisible()
    assert at.desk.window.focusWidget() is page.list
    at.take()
    assert part_of(page, at.cases["杨"]) == "移交出去，等答复"
    press(at.desk, Qt.Key.Key_2)
    write(at.desk, "我自己来")
    press(at.desk, Qt.Key.Key_Return)
    at.take()
    assert part_of(page, at.cases["杨"]) == "等人接的"


def test_a_case_is_handed_to_another_centre_by_mouse(at: StreetDesk) -> None:
    page = queue(at)
    page.list.select(at.cases["杨"])
    at.desk.settle()
    click_chip(at.desk, page.list, at.cases["杨"], "pass")
    box = page.hand_over
    box.where.show_value("there")
    box.where.chosen.emit("there")
    box.centres.chosen.emit("c310115")
    box.why.setText("居民搬走了")
    box.send_button.click()
    assert not at.street.store.outbox()  # they would have nothing to read
    assert at.desk.window.focusWidget() is box.summary
    box.summary.setText("参保缴费没有人办")
    click(at.desk, box.send_button)
    (entry,) = at.street.store.outbox()
    assert (entry.body["to_centre"], entry.body["summary"]) == ("c310115", "参保缴费没有人办")


def test_esc_leaves_the_box_with_its_words(at: StreetDesk) -> None:
    page = queue(at)
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_3)
    page.hand_over.why.setFocus()
    write(at.desk, "她熟悉")
    press(at.desk, Qt.Key.Key_Escape)
    assert at.desk.window.page_name == "queue"
    assert not page.hand_over.isVisible()
    press(at.desk, Qt.Key.Key_3)
    assert page.hand_over.why.text() == "她熟悉"


def test_what_cannot_work_is_said_and_nothing_is_written(at: StreetDesk) -> None:
    page = queue(at)
    at.street.say(at.cases["杨"], "case.claimed", "小赵", fence=0, hours=24)
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_1)  # the page does not know yet
    assert "现在办不了：" in at.desk.window.notice.text
    assert not at.street.store.outbox()


def test_a_case_is_worked_from_its_own_page(at: StreetDesk) -> None:
    at.desk.context.shell.open_case(at.cases["陈"])
    at.desk.settle()
    page = at.desk.window.page("case")
    assert isinstance(page, CasePage)
    assert "小王在办" in texts(page.queue.list)
    assert acts(page.queue.list, at.cases["陈"])[1:] == ["4 提级"]
    at.desk.context.shell.open_case(at.cases["沈"])
    at.desk.settle()
    page.queue.list.setFocus()
    press(at.desk, Qt.Key.Key_1)
    at.take()
    assert "您在办" in texts(page.queue.list)
    assert "已到中心" in texts(page.queue.list)


def test_today_calls_to_what_waits_for_an_answer(at: StreetDesk) -> None:
    page = at.desk.show_page("today")
    rows = page.calls  # type: ignore[attr-defined]
    assert [(row.text, row.status) for row in rows.rows] == [("移交给您的，等您答复", "2 件")]
    rows.chosen.emit("queue")
    at.desk.settle()
    assert at.desk.window.page_name == "queue"


@pytest.mark.parametrize(
    ("news", "words"),
    [
        (News(pack="2026.12"), "中心发来了新目录（2026.12 版），下次打开程序时用上"),
        (News(pack_code="pack_untrusted"), "中心发来的新目录没有装上，现在的照常用"),
    ],
)
def test_today_says_that_a_new_pack_came(at: StreetDesk, news: News, words: str) -> None:
    at.street.news = news
    page = at.desk.show_page("today")
    rows = page.calls  # type: ignore[attr-defined]
    assert rows.rows[-1].text == words
    rows.chosen.emit("more")
    at.desk.settle()
    assert at.desk.window.page_name == "more"


def test_without_a_centre_there_is_one_friendly_sentence(desk: OpenWindow) -> None:
    press(desk, Qt.Key.Key_F3)
    page = desk.window.page("queue")
    assert isinstance(page, QueuePage)
    assert page.words.text().startswith("只在本机，还没有加入中心")
    assert not page.list.isVisible()
    assert not page.parts.isVisible()
    assert desk.window.notice.text == ""
    press(desk, Qt.Key.Key_Space)
    assert desk.window.page_name == "centre"


@pytest.mark.parametrize("scale", [SCALES[0], SCALES[-1]])
@pytest.mark.parametrize("look", [ThemeName.LIGHT, ThemeName.CONTRAST])
def test_nothing_is_clipped(at: StreetDesk, look: ThemeName, scale: int) -> None:
    at.desk.dress(look, scale)
    page = queue(at)
    assert clipped(at.desk.window) == []
    assert outside(at.desk.window) == []
    assert nameless(page) == []
    page.list.select(at.cases["杨"])
    press(at.desk, Qt.Key.Key_3)
    page.hand_over.where.show_value("there")
    page.hand_over.where.chosen.emit("there")
    at.desk.settle()
    assert clipped(at.desk.window) == []
    assert outside(at.desk.window) == []
    assert (at.desk.window.width(), at.desk.window.height()) == (1366, 768)
