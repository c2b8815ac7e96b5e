"""From a resident's phone to the window and back: written online, taken, followed by a link.

Window, hub and HTTP are the real ones, on loopback.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.bootstrap.desk import Desk, owned_folder
from desk_app.bootstrap.window import DeskWindow
from desk_app.core.fold import CaseState
from desk_app.core.resident import working_link
from desk_app.hub.resident.form import Tickets
from desk_app.hub.resident.side import change_side
from desk_app.ui.presenters.resident_presenter import COPY, END, LINK, MAKE, SAY
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.queue_page import QueuePage
from desk_app.ui.views.resident_page import ResidentPage
from tests.helpers.fakes import FakeClock
from tests.helpers.hands import texts
from tests.helpers.hub import RunningHub, now_ms, running_hub

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony
LONG = 20_000
WORDS = "老伴走了，火化证明丢了，\n社区说办不了。" + "跑了很多趟。" * 10


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub on loopback that is open to residents."""
    with running_hub(tmp_path / "hub") as running:
        change_side(
            running.open.database, "east", phone="021-62178800", address=running.address,
            shows_status=True, takes_inquiries=True,
        )  # fmt: skip
        yield running


@pytest.fixture
def desk(qtbot: QtBot, hub: RunningHub, tmp_path: Path) -> Iterator[DeskWindow]:
    """A window that belongs to the centre."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    (tmp_path / "data").mkdir()
    with owned_folder(tmp_path / "data") as owned:
        opened = DeskWindow(application, owned.paths, FakeClock(), keyring=False)
        opened.window.show()
        opened.prepare()
        qtbot.waitUntil(lambda: opened.runner.is_idle, timeout=LONG)
        opened.window.unlock.unlocked.emit("小李", "一句只有我知道的话")
        qtbot.waitUntil(lambda: opened.window.page_name == "today", timeout=LONG)
        qtbot.waitUntil(lambda: opened.runner.is_idle, timeout=LONG)
        assert opened.centre is not None
        opened.centre.join(hub.ticket("east"), "一号窗口")
        qtbot.waitUntil(lambda: bool(opened.centre and opened.centre.status().at), timeout=LONG)
        yield opened
        opened.close()
        opened.window.close()
        opened.window.deleteLater()


def write_online(hub: RunningHub, words: str = WORDS) -> str:
    """A resident sends the form; the number he is told."""
    form = {
        "words": words, "name": "沈阿姨", "phone": "13800001111", "website": "",
        "ticket": Tickets(hub.open.token_secret).make(now_ms() - 60_000),
    }  # fmt: skip
    answer = httpx.post(f"{hub.address}/ask/east", data=form)
    found = re.search(r"class=number>(\d{3}) (\d{3})<", answer.text)
    assert found, answer.text
    return found[1] + found[2]


def queue(desk: DeskWindow, qtbot: QtBot, shown: Callable[[QueuePage], bool]) -> QueuePage:
    desk.window.go("queue")
    page = desk.window.page("queue")
    assert isinstance(page, QueuePage)
    qtbot.waitUntil(lambda: shown(page) and desk.runner.is_idle, timeout=LONG)
    return page


def case_of(desk: DeskWindow, qtbot: QtBot) -> CaseState:
    """The one case there is."""
    found: list[CaseState] = []

    def look(opened: Desk) -> CaseState:
        (row,) = opened.store.cases()
        return opened.store.case(row.case_id)

    opened = desk.desk
    assert opened is not None
    desk.runner.store(lambda: look(opened), found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=LONG)
    return found[0]


def test_written_online_taken_by_one_key_and_followed_by_the_link(
    desk: DeskWindow, hub: RunningHub, qtbot: QtBot
) -> None:
    number = write_online(hub)
    _take(desk, qtbot, number)
    case = case_of(desk, qtbot)
    assert case.channel == "online"
    assert case.fields == {"words": WORDS, "resident_title": "沈阿姨", "phone": "13800001111"}
    assert number in case.notes[0].text
    qtbot.waitUntil(lambda: _kept(hub) == [None], timeout=LONG)
    queue(desk, qtbot, lambda p: not p.inquiries.isVisible())

    page = _link_page(desk, case.case_id)

    def wait_for(act: str) -> None:
        qtbot.waitUntil(lambda: act in texts(page.list) and desk.runner.is_idle, timeout=LONG)

    wait_for("做一个链接")
    page.list.pressed.emit(LINK, MAKE)
    wait_for("复制网址")
    page.list.pressed.emit(LINK, COPY)
    url = QGuiApplication.clipboard().text()
    link = working_link(case_of(desk, qtbot))
    assert link is not None
    assert url == f"{hub.address}/r/east/{link.token}"
    qtbot.waitUntil(lambda: httpx.get(url).status_code == 200, timeout=LONG)
    page.list.pressed.emit("bring_papers", SAY)
    qtbot.waitUntil(lambda: "带到窗口来" in httpx.get(url).text, timeout=LONG)
    assert "现在：接待受理" in texts(page.list)
    page.list.pressed.emit(LINK, END)
    qtbot.waitUntil(lambda: httpx.get(url).status_code == 404, timeout=LONG)

    number = write_online(hub, "第二件事")
    page_of_queue = queue(desk, qtbot, lambda p: p.inquiries.isVisible())
    other = hub.member("east")
    faster = httpx.post(f"{hub.address}/v1/inquiries/{number}/take", headers=other.headers)
    assert faster.status_code == 200
    page_of_queue.inquiries.presenter.act(number, "take")
    qtbot.waitUntil(lambda: not page_of_queue.inquiries.isVisible(), timeout=LONG)
    assert "已经由别的窗口接了" in desk.window.notice.text
    assert case_of(desk, qtbot).case_id == case.case_id, "nothing was built for the slower one"


def _take(desk: DeskWindow, qtbot: QtBot, number: str) -> None:
    """From the queue to the session, by keys."""
    box = queue(desk, qtbot, lambda p: p.inquiries.isVisible()).inquiries.list
    assert f"留言号 {number[:3]} {number[3:]}" in texts(box)
    assert "13800001111" not in texts(box)
    box.select_first()
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_2)
    assert WORDS in texts(box)
    QTest.keyClick(box, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: desk.window.page_name == "session", timeout=LONG)


def _kept(hub: RunningHub) -> list[bytes | None]:
    """What the hub still holds of inquiries."""
    with hub.open.database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT sealed FROM inquiries").scalars())


def _link_page(desk: DeskWindow, case_id: str) -> ResidentPage:
    """From the case to the page of its link, by mouse."""
    cases = desk.window.page("case")
    assert isinstance(cases, CasePage)
    cases.show_case(case_id)
    desk.window.go("case")
    cases.topics.buttons["resident"].click()
    page = desk.window.page("resident")
    assert isinstance(page, ResidentPage)
    return page
