"""The door: who is working, and the passphrase where no keyring has the key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desk_app.bootstrap.desk import owned_folder
from desk_app.bootstrap.window import DeskWindow
from desk_app.ui.theme import Theme, ThemeName
from desk_app.ui.views.shell import MainWindow
from desk_app.ui.views.unlock_page import UnlockPage
from desk_app.vault.key_keeper import KeyKeeper
from tests.helpers.fakes import FakeClock
from tests.helpers.gui import clipped, dressed_application, outside
from tests.helpers.typing_in import commit_text

PASSPHRASE = "春天来了花就开"


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    theme = Theme(ThemeName.LIGHT, 100)
    made = MainWindow(dressed_application(theme), FakeClock(), theme)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def page(window: MainWindow) -> UnlockPage:
    return window.unlock


def buttons(page: UnlockPage) -> list[QPushButton]:
    return [made for made in page.findChildren(QPushButton) if made.isVisibleTo(page)]


def test_before_anything_is_known_there_is_a_clock_and_a_word(page: UnlockPage) -> None:
    assert page.clock.text() == "09:00"
    assert not page.officer.isVisible()


def test_one_click_on_a_name_is_enough_where_a_keyring_has_the_key(
    qtbot: QtBot, page: UnlockPage
) -> None:
    page.ask(["小李", "小王"], needs_passphrase=False, is_new=False)
    assert not page.passphrase.isVisible()
    with qtbot.waitSignal(page.unlocked) as signal:
        next(made for made in buttons(page) if made.text() == "小王").click()
    assert signal.args == ["小王", ""]


def test_enter_is_enough_for_who_worked_last(qtbot: QtBot, page: UnlockPage) -> None:
    page.ask(["小李", "小王"], needs_passphrase=False, is_new=False)
    assert page.window().focusWidget() is page.officer
    with qtbot.waitSignal(page.unlocked) as signal:
        QTest.keyClick(page.officer, Qt.Key.Key_Return)
    assert signal.args == ["小李", ""]


def test_the_first_time_a_passphrase_is_written_twice(qtbot: QtBot, page: UnlockPage) -> None:
    page.ask([], needs_passphrase=True, is_new=True)
    commit_text(page.officer, "小李")
    page.passphrase.setText(PASSPHRASE)
    page.again.setText("春天来了花不开")
    with qtbot.assertNotEmitted(page.unlocked):
        QTest.keyClick(page.again, Qt.Key.Key_Return)
    assert "两遍口令不一样" in page.notice.text
    assert page.window().focusWidget() is page.again
    page.again.setText(PASSPHRASE)
    with qtbot.waitSignal(page.unlocked) as signal:
        QTest.keyClick(page.again, Qt.Key.Key_Return)
    assert signal.args == ["小李", PASSPHRASE]


def test_a_passphrase_never_shows(page: UnlockPage) -> None:
    page.ask([], needs_passphrase=True, is_new=True)
    for line in (page.passphrase, page.again):
        assert line.echoMode() is line.EchoMode.Password


def test_nobody_works_without_a_name(qtbot: QtBot, page: UnlockPage) -> None:
    page.ask([], needs_passphrase=False, is_new=True)
    with qtbot.assertNotEmitted(page.unlocked):
        QTest.keyClick(page.officer, Qt.Key.Key_Return)
    assert "姓名或工号" in page.notice.text


def test_a_refusal_says_why_and_what_was_typed_stays(page: UnlockPage) -> None:
    page.ask(["小李"], needs_passphrase=True, is_new=False)
    page.passphrase.setText("错的口令错的口令")
    next(made for made in buttons(page) if made.text() == "开始").click()
    page.refuse("口令不对。")
    assert page.notice.text == "口令不对。"
    assert page.officer.text() == "小李"
    assert next(made for made in buttons(page) if made.text() == "开始").isEnabled()


@pytest.mark.parametrize("scale", [100, 130, 175])
@pytest.mark.parametrize(("passphrase", "new"), [(True, True), (False, False)])
def test_the_door_fits_at_every_size(
    window: MainWindow, scale: int, passphrase: bool, new: bool
) -> None:
    window.resize(1280, 720)
    names = [] if new else ["小李", "小王", "三号窗口的小张"]
    window.unlock.ask(names, needs_passphrase=passphrase, is_new=new)
    window.unlock.notice.say("口令不对。资料没有动。请再试一次；忘了的话，用封存的那一份。")
    window.dress(Theme(ThemeName.LIGHT, scale))
    for _ in range(3):
        QApplication.processEvents()
    assert clipped(window) == []
    assert outside(window) == []
    assert window.height() == 720


def open_door(qtbot: QtBot, folder: Path, passphrase: str, *, new: bool) -> Iterator[DeskWindow]:
    """Start the program in ``folder`` and unlock it."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    with owned_folder(folder) as owned:
        desk = DeskWindow(application, owned.paths, FakeClock(), keyring=False)
        qtbot.addWidget(desk.window)
        desk.window.show()
        desk.prepare()
        unlock = desk.window.unlock
        qtbot.waitUntil(unlock.officer.isVisible, timeout=10_000)
        if not unlock.officer.text():
            commit_text(unlock.officer, "小李")
        unlock.passphrase.setText(passphrase)
        if new:
            unlock.again.setText(passphrase)
        QTest.keyClick(unlock.passphrase, Qt.Key.Key_Return)
        yield desk
        desk.close()
        desk.window.close()


def test_the_whole_way_in_and_a_second_time(qtbot: QtBot, tmp_path: Path) -> None:
    for desk in open_door(qtbot, tmp_path, PASSPHRASE, new=True):
        qtbot.waitUntil(lambda: desk.window.page_name == "today", timeout=20_000)  # noqa: B023
        qtbot.waitUntil(lambda: desk.runner.is_idle, timeout=10_000)  # noqa: B023
    for desk in open_door(qtbot, tmp_path, PASSPHRASE, new=False):
        assert desk.window.unlock.officer.text() == "小李"
        assert not desk.window.unlock.again.isVisible()
        qtbot.waitUntil(lambda: desk.window.page_name == "today", timeout=20_000)  # noqa: B023
        qtbot.waitUntil(lambda: desk.runner.is_idle, timeout=10_000)  # noqa: B023


def test_a_wrong_passphrase_opens_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    KeyKeeper(tmp_path, None).make(lambda _: PASSPHRASE)
    for desk in open_door(qtbot, tmp_path, PASSPHRASE + "吗", new=False):
        qtbot.waitUntil(lambda: desk.window.unlock.notice.text != "", timeout=20_000)  # noqa: B023
        assert "口令" in desk.window.unlock.notice.text
        assert desk.window.page_name == ""
        assert desk.desk is None
