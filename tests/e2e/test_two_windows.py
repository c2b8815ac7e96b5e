"""Two windows and a real hub on loopback: joined by the slip of paper, worked from the queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.bootstrap.desk import owned_folder
from desk_app.bootstrap.window import DeskWindow
from desk_app.core.clock import SystemClock
from desk_app.ui.theme import Theme, ThemeName
from desk_app.ui.views.case_page import CasePage
from desk_app.ui.views.centre_page import CentrePage
from desk_app.ui.views.queue_page import QueuePage
from tests.helpers.gui import dressed_application
from tests.helpers.hands import texts
from tests.helpers.hub import RunningHub, running_hub
from tests.helpers.typing_in import commit_text

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony

PATIENCE_S = 30.0
PASSPHRASE = "春天来了花就开"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


def wait(came: Callable[[], bool], what: str) -> None:
    """Let the windows live until ``came``."""
    end = time.monotonic() + PATIENCE_S
    while not came():
        assert time.monotonic() < end, f"never came about: {what}"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


class Officer:
    """A person at a window of their own."""

    def __init__(self, desk: DeskWindow) -> None:
        self.desk = desk
        self.window = desk.window

    def press(self, key: Qt.Key) -> None:
        """Turn to the window, press a key, and let it answer."""
        self.window.activateWindow()
        wait(self.window.isActiveWindow, "in front")
        QTest.keyClick(self.window.focusWidget() or self.window, key)
        self.settle()

    def settle(self) -> None:
        wait(lambda: self.desk.runner.is_idle, "idle")

    def write(self, text: str) -> None:
        commit_text(self.window.focusWidget(), text)

    @property
    def where(self) -> str:
        """What the line at the bottom says of the centre."""
        return self.window.status.where_words

    def join(self, ticket: str) -> None:
        """Join by keyboard alone."""
        self.press(Qt.Key.Key_F10)
        page = self.window.page("centre")
        assert isinstance(page, CentrePage)
        wait(lambda: self.window.focusWidget() is page.ticket, "the line for the ticket")
        self.write(ticket)
        self.press(Qt.Key.Key_Return)
        self.press(Qt.Key.Key_Return)
        wait(lambda: self.where.startswith("已到中心"), f"joined: {self.where}")

    def queue(self) -> QueuePage:
        self.press(Qt.Key.Key_F3)
        page = self.window.page("queue")
        assert isinstance(page, QueuePage)
        return page

    def case(self, case_id: str) -> CasePage:
        page = self.window.page("case")
        assert isinstance(page, CasePage)
        page.show_case(case_id)
        self.window.go("case")
        self.settle()
        return page


@contextmanager
def at_a_window(folder: Path, name: str) -> Iterator[Officer]:
    application = dressed_application(Theme(ThemeName.LIGHT, 100))
    with owned_folder(folder) as owned:
        desk = DeskWindow(application, owned.paths, SystemClock(), keyring=False)
        try:
            desk.window.show()
            desk.prepare()
            wait(lambda: desk.window.unlock.officer.isVisible(), "asked who works")
            desk.window.unlock.unlocked.emit(name, PASSPHRASE)
            wait(lambda: desk.window.page_name == "today", "open")
            yield Officer(desk)
        finally:
            desk.close()
            desk.window.close()
            desk.window.deleteLater()


def test_a_case_goes_from_one_window_to_the_other(
    qtbot: QtBot, tmp_path: Path, hub: RunningHub
) -> None:
    assert qtbot
    with ExitStack() as stack:
        li = stack.enter_context(at_a_window(tmp_path / "li", "小李"))
        wang = stack.enter_context(at_a_window(tmp_path / "wang", "小王"))
        assert li.where == "只在本机（没有加入中心）"
        li.join(hub.ticket("east"))
        wang.join(hub.ticket("east"))

        assert li.desk.desk is not None
        assert wang.desk.desk is not None
        casework = li.desk.desk.casework
        case = casework.open_case()
        casework.set_field(case.case_id, "resident_name", "沈淑珍")
        casework.set_field(case.case_id, "words", "火化证明找不到了")
        page = li.case(case.case_id)
        page.queue.presenter.act(case.case_id, "refer")
        li.settle()
        li.write("这周都在外面")
        li.press(Qt.Key.Key_Return)
        wait(lambda: "等人接手" in texts(page.queue.list), "confirmed")
        wait(lambda: "已到中心" in texts(page.queue.list), "arrived")

        queue = wang.queue()
        wait(lambda: "等人接的　1" in texts(queue.list), "waits at the other window")
        assert "沈**" in texts(queue.list)
        queue.take_focus()
        wang.press(Qt.Key.Key_1)
        wait(lambda: "我手上的　1" in texts(queue.list), "taken")
        wait(lambda: "小王在办" in texts(page.queue.list), "heard of")

        # Written beside the holder: kept, marked, and at both windows.
        page.note.setFocus()
        li.write("居民来电，我接了")
        li.press(Qt.Key.Key_Return)
        shown = wang.case(case.case_id)
        wait(lambda: "居民来电，我接了" in texts(shown.timeline), "at the other window")
        wait(lambda: "补充 · 小李" in texts(shown.timeline), "marked")


def test_no_hub_is_offline_and_nothing_stops(qtbot: QtBot, tmp_path: Path) -> None:
    assert qtbot
    with running_hub(tmp_path / "hub") as hub, at_a_window(tmp_path / "li", "小李") as li:
        li.join(hub.ticket("east"))
        hub.stop()
        assert li.desk.desk is not None
        case = li.desk.desk.casework.open_case()
        page = li.case(case.case_id)
        page.note.setFocus()
        li.write("没有网也写得下")
        li.press(Qt.Key.Key_Return)
        wait(lambda: "离线" in li.where and "待传" in li.where, f"said: {li.where}")
        assert "已到中心" not in li.where
        assert li.window.status.where.property("tone") == ""
        assert li.window.notice.text == ""
        assert "待传" in texts(page.queue.list)
