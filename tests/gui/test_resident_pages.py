"""给居民的链接 and 网上留言 on the screen: without a network, by keyboard, at every size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desk_app.core.errors import DeskAppError, UserFacingError
from desk_app.core.fold import CaseState
from desk_app.core.resident import Inquiry, ResidentSide, working_link
from desk_app.services.resident import ResidentWork
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.ui.presenters.ports import CentreLink
from desk_app.ui.presenters.resident_presenter import LINK, NO_ADDRESS, NO_CENTRE
from desk_app.ui.theme import ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.queue_page import QueuePage
from desk_app.ui.views.resident_page import ResidentPage
from desk_app.ui.views.today_page import TodayPage
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import OpenWindow, a_few_cases, clipped, nameless, open_window, outside
from tests.helpers.hands import acts, click, click_chip, press, take_back, texts
from tests.helpers.street import News, Street, link_of

ADDRESS = "https://shouli.example.org"
LONG = "媳妇住院报销，窗口说备案没做，12345 说可以补，跑了三趟。" * 8


@dataclass
class Online:
    """What residents wrote at the centre; ``broken`` is raised by every question."""

    inquiries: list[Inquiry] = field(default_factory=list)
    address: str = ADDRESS
    broken: DeskAppError | None = None
    asked: list[str] = field(default_factory=list)

    def fetch(self) -> ResidentSide:
        """See ``Residents.fetch``."""
        self.asked.append("")
        if self.broken is not None:
            raise self.broken
        left = tuple(self.inquiries)
        return ResidentSide(self.address, True, len(left), left)

    def take(self, number: str) -> Inquiry:
        """See ``Residents.take``; it stays in the list until the case has come to the centre."""
        self.asked.append(number)
        if self.broken is not None:
            raise self.broken
        (found,) = (one for one in self.inquiries if one.number == number)
        self.inquiries = [replace(one, is_mine=one is found) for one in self.inquiries]
        return found


@dataclass
class At:
    """A window with a centre that is open to residents."""

    desk: OpenWindow
    street: Street
    online: Online
    case: CaseState


@pytest.fixture
def at(qtbot: QtBot, tmp_path: Path) -> Iterator[At]:
    """A joined window with one case, and two inquiries at the centre."""
    assert qtbot
    streets: list[Street] = []
    online = Online()

    def link(store: SqlSyncStore, casework: object, clock: FakeClock) -> CentreLink:
        street = Street(store, clock, casework)  # type: ignore[arg-type]
        street.enrol()
        streets.append(street)
        now = round((clock.now() - timedelta(hours=2)).timestamp() * 1000)
        online.inquiries = [
            Inquiry("482719", now, LONG, "陈志明先生", "13800001111", False),
            Inquiry("007001", now + 60_000, "户口本名字错了", "", "", False),
        ]
        return replace(link_of(street), residents=online)

    with open_window(tmp_path, seed=a_few_cases, link=link) as desk:
        (row, *_) = desk.store.cases(only_open=True)
        yield At(desk, streets[0], online, desk.store.case(row.case_id))


def queue(at: At) -> QueuePage:
    page = at.desk.show_page("queue")
    assert isinstance(page, QueuePage)
    return page


def topic(at: At) -> ResidentPage:
    """By mouse: from the case to the page of its link."""
    page = at.desk.window.page("case")
    assert isinstance(page, CasePage)
    page.show_case(at.case.case_id)
    at.desk.show_page("case")
    click(at.desk, page.topics.buttons["resident"])
    found = at.desk.window.page("resident")
    assert isinstance(found, ResidentPage)
    at.desk.settle()
    return found


def now(at: At) -> CaseState:
    return at.desk.store.case(at.case.case_id)


def test_an_inquiry_is_read_and_taken_by_keys_alone_and_once(at: At) -> None:
    press(at.desk, Qt.Key.Key_F3)
    page = at.desk.window.page("queue")
    assert isinstance(page, QueuePage)
    box = page.inquiries
    assert box.list.hasFocus(), "the queue is empty: the caret goes to what residents wrote"
    shown = texts(box.list)
    assert "网上留言　2" in shown
    assert "留言号 482 719　陈**先生　留了电话" in shown
    assert "留言号 007 001　未留姓名　没留电话" in shown
    assert "志明" not in shown
    assert LONG not in shown
    press(at.desk, Qt.Key.Key_2)
    assert LONG in texts(box.list)
    before = len(at.desk.store.cases())
    press(at.desk, Qt.Key.Key_1)
    assert at.desk.window.page_name == "session"
    case = at.desk.store.case(at.desk.store.cases()[0].case_id)
    assert (case.channel, case.fields["words"]) == ("online", LONG)
    assert "482719" in case.notes[0].text
    # The desk died before the centre had it: the same inquiry again is the same case.
    box = queue(at).inquiries
    assert "您接了，还没建案" in texts(box.list)
    box.list.select("482719")
    box.list.setFocus()
    press(at.desk, Qt.Key.Key_1)
    assert at.desk.window.page_name == "session"
    assert len(at.desk.store.cases()) == before + 1


def test_today_says_how_many_wait_and_leads_there(at: At) -> None:
    today = at.desk.show_page("today")
    assert isinstance(today, TodayPage)
    assert "居民的网上留言，等人接" in texts(today.calls)
    today.calls.select_first()
    today.calls.setFocus()
    press(at.desk, Qt.Key.Key_Return)
    assert at.desk.window.page_name == "queue"
    at.online.inquiries = []
    at.desk.show_page("today")
    assert texts(today.calls) == ""


def test_what_cannot_be_had_now_is_said_and_builds_nothing(at: At) -> None:
    box = queue(at).inquiries
    before = len(at.desk.store.cases())
    box.list.select("007001")
    at.online.broken = UserFacingError("这条留言已经由别的窗口接了。")
    click_chip(at.desk, box.list, "007001", "take")
    assert "别的窗口接了" in at.desk.window.notice.text
    assert len(at.desk.store.cases()) == before

    queue(at)
    assert "留言存在中心，不会丢" in box.words.text()
    assert not box.list.isVisible()
    assert not at.desk.window.notice.isVisible(), "without a network: a quiet line, no more"
    at.street.news = News("offline", "offline")
    at.online.asked.clear()
    queue(at)
    assert at.online.asked == [], "the sync thread knows already that nobody answers"

    at.street.news, at.online.broken, at.online.inquiries = News(), None, []
    assert not queue(at).inquiries.isVisible()


def test_a_link_is_made_and_ended_by_keys_and_each_can_be_taken_back(at: At) -> None:
    page = topic(at)
    press(at.desk, Qt.Key.Key_1)
    link = working_link(now(at))
    assert link is not None
    assert acts(page.list, LINK) == ["1 复制网址", "2 停用"]
    assert f"{ADDRESS}/r/c310106/{link.token}" in texts(page.list)
    press(at.desk, Qt.Key.Key_2)
    assert working_link(now(at)) is None
    take_back(at.desk)
    assert working_link(now(at)) == link

    page.list.select("come")
    click_chip(at.desk, page.list, "come", "say")
    assert "接下来：请到窗口来一趟" in texts(page.list)
    assert acts(page.list, "come") == []
    take_back(at.desk)
    assert "接下来：我们在办" in texts(page.list)

    press(at.desk, Qt.Key.Key_Escape)
    assert at.desk.window.page_name == "case"
    page_of_case = at.desk.window.page("case")
    assert isinstance(page_of_case, CasePage)
    assert page_of_case.topics.buttons["resident"].text() == "给居民的链接　有链接"
    at.online.address = ""
    page = topic(at)
    assert page.words.text() == NO_ADDRESS
    assert acts(page.list, LINK) == ["2 停用"]
    press(at.desk, Qt.Key.Key_2)
    assert acts(page.list, LINK) == [], "a link that leads nowhere is not offered"
    with pytest.raises(UserFacingError, match="还没有开通"):
        ResidentWork(at.desk.store, at.desk.casework).make_link(at.case.case_id)


def test_without_a_centre_no_link_is_offered(qtbot: QtBot, tmp_path: Path) -> None:
    assert qtbot
    with open_window(tmp_path, seed=a_few_cases) as desk:
        (row, *_) = desk.store.cases(only_open=True)
        page = desk.window.page("resident")
        assert isinstance(page, ResidentPage)
        page.show_case(row.case_id)
        desk.show_page("resident")
        assert page.words.text() == NO_CENTRE
        assert acts(page.list, LINK) == []


def test_nothing_is_clipped_or_nameless(at: At) -> None:
    topic(at)
    press(at.desk, Qt.Key.Key_1)
    assert working_link(now(at)) is not None
    for scale in (100, 175):
        at.desk.dress(ThemeName.LIGHT, scale)
        for show in (topic, queue):
            page: ResidentPage | QueuePage = show(at)
            assert page.isVisible()
            assert clipped(page) == []
            assert nameless(page) == []
            assert outside(page) == []
