"""中心: joining, how it stands, sticks, and cases that only go with a person's consent; and the
line at the bottom that says so on every page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desk_app.core.errors import EnvironmentProblem, UserFacingError
from desk_app.services.casework import Casework
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.ui.presenters.ports import CentreLink
from desk_app.ui.theme import SCALES, ThemeName
from desk_app.ui.views.centre_page import CentrePage
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import OpenWindow, clipped, nameless, open_window, outside
from tests.helpers.hands import click, press, texts, write
from tests.helpers.street import NAME, News, Street, StreetDesk, link_of, open_street
from tests.helpers.ui_desk import NoFinder

TICKET = "https://hub.example:8443#ABCDE12345#00112233445566778899aabbccddeeff"


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[StreetDesk]:
    assert qtbot
    with open_street(tmp_path) as street:
        yield street


@pytest.fixture
def fresh(qtbot: QtBot, tmp_path: Path) -> Iterator[StreetDesk]:
    """A desk that could join a centre and has not."""
    assert qtbot
    made: list[Street] = []

    def link(store: SqlSyncStore, casework: Casework, clock: FakeClock) -> CentreLink:
        made.append(Street(store, clock, casework))
        return link_of(made[0])

    with open_window(tmp_path, finder=NoFinder(), link=link) as desk:
        yield StreetDesk(desk, made[0], {})


def centre(desk: OpenWindow) -> CentrePage:
    press(desk, Qt.Key.Key_F10)
    page = desk.window.page("centre")
    assert isinstance(page, CentrePage)
    return page


def words(desk: OpenWindow) -> str:
    return desk.window.status.where_words


def test_a_centre_is_joined_by_keyboard(fresh: StreetDesk) -> None:
    assert words(fresh.desk) == "只在本机（没有加入中心）"
    page = centre(fresh.desk)
    assert fresh.desk.window.focusWidget() is page.ticket
    write(fresh.desk, TICKET)
    press(fresh.desk, Qt.Key.Key_Return)
    page.name.clear()
    write(fresh.desk, "反映窗口一号机")
    press(fresh.desk, Qt.Key.Key_Return)
    assert fresh.street.tickets == [(TICKET, "反映窗口一号机")]
    assert page.ticket.text() == ""  # used up
    assert not page.join_card.isVisible()
    assert NAME in texts(page.lines)
    fresh.hear()
    assert "没有加入" not in words(fresh.desk)


def test_a_ticket_that_is_refused_stays_and_says_why(fresh: StreetDesk) -> None:
    page = centre(fresh.desk)
    fresh.street.broken = UserFacingError("凭条已经用过了。", safe="什么也没有改。")
    page.ticket.setText(TICKET)
    click(fresh.desk, page.join)
    assert page.notice.text == "凭条已经用过了。 什么也没有改。"
    assert page.ticket.text() == TICKET
    assert page.join.isEnabled()
    assert words(fresh.desk) == "只在本机（没有加入中心）"


def test_without_a_ticket_nothing_is_tried(fresh: StreetDesk) -> None:
    page = centre(fresh.desk)
    click(fresh.desk, page.join)
    assert fresh.street.tickets == []
    assert fresh.desk.window.focusWidget() is page.ticket


def test_a_desk_without_any_way_says_so_calmly(desk: OpenWindow) -> None:
    page = centre(desk)
    assert "不加入也能用" in page.advice.text()
    assert not page.join_card.isVisible()
    assert not page.stick_card.isVisible()
    assert not page.again.isVisible()


def test_arrived_is_only_said_of_what_has_arrived(at: StreetDesk) -> None:
    at.hear()
    assert words(at.desk).startswith("已到中心 ")
    at.desk.casework.add_note(at.cases["陈"], "又打了电话")
    at.hear()
    assert words(at.desk) == "1 条待传"
    at.street.news = News("busy", at=at.street.news.at)
    at.hear()
    assert words(at.desk) == "正在传 · 还有 1 条"
    at.take()
    assert words(at.desk).startswith("已到中心 ")


def test_a_note_is_counted_without_anybody_asking(at: StreetDesk) -> None:
    at.hear()
    at.desk.context.shell.open_case(at.cases["陈"])
    at.desk.settle()
    page = at.desk.window.page("case")
    page.note.setFocus()  # type: ignore[attr-defined]
    write(at.desk, "又打了电话")
    press(at.desk, Qt.Key.Key_Return)
    at.desk.wait(lambda: words(at.desk) == "1 条待传", "counted")


def test_offline_is_calm_and_refused_is_not(at: StreetDesk) -> None:
    at.desk.casework.add_note(at.cases["陈"], "又打了电话")
    at.street.news = News("offline", "offline")
    at.hear()
    assert words(at.desk) == "离线 · 1 条待传"
    assert at.desk.window.status.where.property("tone") == ""
    at.street.news = News("offline", "captive")
    at.hear()
    assert words(at.desk).startswith("连上的不是中心")
    at.street.news = News("refused", "revoked")
    at.hear()
    assert words(at.desk) == "中心停用了这台设备 · 1 条待传"
    assert at.desk.window.status.where.property("tone") == "warn"
    page = centre(at.desk)
    assert "可以照常办" in page.advice.text()


def test_news_of_another_thread_reach_the_line(at: StreetDesk) -> None:
    at.street.news = News("refused", "unknown_device")
    thread = threading.Thread(target=at.street.told)
    thread.start()
    thread.join()
    at.desk.wait(lambda: words(at.desk) == "中心不认这台设备", "told")


def test_what_came_shows_on_the_page_that_is_open(at: StreetDesk) -> None:
    page = at.desk.show_page("cases")
    at.hear()
    before = len(page.list.rows)  # type: ignore[attr-defined]
    at.street.say(
        "newcase000000001", "case.opened", "小王", number="BCS-20261123-09-W2",
        channel="counter", pack_version="1", pack_digest="0",
    )  # fmt: skip
    at.hear()
    assert len(page.list.rows) == before + 1  # type: ignore[attr-defined]


def test_a_click_on_the_line_leads_here_and_f5_tries_at_once(at: StreetDesk) -> None:
    click(at.desk, at.desk.window.status.where)
    assert at.desk.window.page_name == "centre"
    press(at.desk, Qt.Key.Key_F5)
    page = at.desk.window.page("centre")
    assert isinstance(page, CentrePage)
    click(at.desk, page.again)
    assert at.street.tries == 2


def test_records_go_and_come_by_stick(at: StreetDesk, tmp_path: Path) -> None:
    at.desk.casework.add_note(at.cases["陈"], "又打了电话")
    page = centre(at.desk)
    page.out_path.setText(str(tmp_path / "to-centre.desk"))
    click(at.desk, page.export_button)
    assert at.desk.window.toasts.words == "写好了 1 条，拿到中心导入。"
    click(at.desk, page.import_button)
    assert at.desk.window.focusWidget() is page.in_path  # which file?
    page.in_path.setText(str(tmp_path / "from-centre.desk"))
    press(at.desk, Qt.Key.Key_Return)
    assert at.desk.window.toasts.words == "收进了 3 条。"
    assert [path.name for path in at.street.files] == ["to-centre.desk", "from-centre.desk"]
    at.street.broken = EnvironmentProblem("文件写不进去。", safe="本机的记录没有动。")
    click(at.desk, page.export_button)
    assert page.notice.text == "文件写不进去。 本机的记录没有动。"
    assert page.export_button.isEnabled()


def test_a_file_is_chosen_by_mouse(
    at: StreetDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QFileDialog] = []
    monkeypatch.setattr(QFileDialog, "open", lambda box: opened.append(box))
    page = centre(at.desk)
    click(at.desk, page.choose_in)
    (box,) = opened
    box.fileSelected.emit(str(tmp_path / "from-centre.desk"))
    assert page.in_path.text() == str(tmp_path / "from-centre.desk")
    box.deleteLater()


def gone(street: Street, _cases: dict[str, str]) -> None:
    """The centre wants a dozen cases gone at once: more than the brake lets through."""
    for _ in range(12):
        case = street.casework.open_case()
        street.take()
        street.notice("evict", case.case_id, to_centre="c310115", to_name="虹桥街道中心")


def test_many_cases_go_only_after_two_answers(qtbot: QtBot, tmp_path: Path) -> None:
    assert qtbot
    with open_street(tmp_path, gone) as at:
        at.hear()
        assert at.desk.window.status.calls.text() == "12 件等您同意移走"
        page = centre(at.desk)
        assert at.desk.window.focusWidget() is page.agree
        press(at.desk, Qt.Key.Key_Space)
        press(at.desk, Qt.Key.Key_Space)  # a second Space is no second answer
        assert at.desk.store.count_cases() == 16
        click(at.desk, page.agree)
        click(at.desk, page.sure)
        assert at.desk.store.count_cases() == 4
        assert not page.going_card.isVisible()
        at.hear()
        assert at.desk.window.status.calls.isHidden()


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("look", [ThemeName.LIGHT, ThemeName.CONTRAST])
def test_nothing_is_clipped(at: StreetDesk, look: ThemeName, scale: int) -> None:
    at.desk.dress(look, scale)
    at.street.news = News("offline", "offline")
    at.desk.casework.add_note(at.cases["陈"], "又打了电话")
    at.hear()
    page = centre(at.desk)
    assert clipped(at.desk.window) == []
    assert outside(at.desk.window) == []
    assert nameless(page) == []
    assert (at.desk.window.width(), at.desk.window.height()) == (1366, 768)


@pytest.mark.parametrize("scale", [100, 175])
def test_nothing_is_clipped_while_joining(fresh: StreetDesk, scale: int) -> None:
    fresh.desk.dress(ThemeName.LIGHT, scale)
    page = centre(fresh.desk)
    page.show_joining(busy=True)
    page.say(UserFacingError("连不上中心。", safe="什么也没有改，本机照常使用。"))
    fresh.desk.settle()
    assert clipped(fresh.desk.window) == []
    assert outside(fresh.desk.window) == []
    assert nameless(page) == []
