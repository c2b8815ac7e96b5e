"""The window and the sync thread behind it: what is written goes out at once; a sealed one shuts.

The hub is a real one on loopback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.bootstrap.desk import Desk, owned_folder
from desk_app.bootstrap.window import DeskWindow
from desk_app.core.errors import EnvironmentProblem
from desk_app.vault.key_keeper import KeyKeeper
from tests.helpers.fakes import FakeClock
from tests.helpers.hub import RunningHub, now_ms

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony
PASSPHRASE = "一句只有我知道的话"
LONG = 20_000
T = TypeVar("T")


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[DeskWindow]:
    """An open window on a new folder; no centre yet."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    (tmp_path / "data").mkdir()
    with owned_folder(tmp_path / "data") as owned:
        opened = DeskWindow(application, owned.paths, FakeClock(), keyring=False)
        opened.window.show()
        opened.prepare()
        qtbot.waitUntil(lambda: opened.runner.is_idle, timeout=LONG)
        opened.window.unlock.unlocked.emit("小李", PASSPHRASE)
        qtbot.waitUntil(lambda: opened.window.page_name == "today", timeout=LONG)
        qtbot.waitUntil(lambda: opened.runner.is_idle, timeout=LONG)
        yield opened
        opened.close()
        opened.window.close()
        opened.window.deleteLater()


def on_store(desk: DeskWindow, qtbot: QtBot, work: Callable[[Desk], T]) -> T:
    """Do something on the store's thread, as pages do."""
    opened, results = desk.desk, []
    assert opened is not None
    desk.runner.store(lambda: work(opened), results.append)
    qtbot.waitUntil(lambda: bool(results), timeout=LONG)
    return results[0]


def join(desk: DeskWindow, hub: RunningHub, qtbot: QtBot) -> str:
    assert desk.centre is not None
    desk.centre.join(hub.ticket("east"), "一号窗口")
    qtbot.waitUntil(lambda: bool(desk.centre and desk.centre.status().at), timeout=LONG)
    return on_store(desk, qtbot, lambda opened: opened.store.life()[0])


def test_what_the_window_writes_is_at_the_centre_at_once(
    hub: RunningHub, desk: DeskWindow, qtbot: QtBot
) -> None:
    join(desk, hub, qtbot)
    case_id = on_store(desk, qtbot, lambda opened: opened.casework.open_case().case_id)

    def is_there() -> bool:
        rows = on_store(desk, qtbot, lambda opened: opened.store.case_sync([case_id]))
        return rows[case_id].state == "at_centre"

    qtbot.waitUntil(is_there, timeout=LONG)
    on_store(desk, qtbot, lambda opened: opened.casework.add_note(case_id, "打了三个电话"))
    qtbot.waitUntil(is_there, timeout=LONG)
    qtbot.waitUntil(lambda: "已到中心" in desk.window.status.where_words, timeout=LONG)


def test_joining_again_goes_on_with_the_new_ticket(
    hub: RunningHub, desk: DeskWindow, qtbot: QtBot
) -> None:
    device = join(desk, hub, qtbot)
    assert join(desk, hub, qtbot) == device
    assert [line.device for line in hub.people.devices("east")] == [device]


def test_a_sealed_window_shows_one_plain_page(
    hub: RunningHub, desk: DeskWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    device = join(desk, hub, qtbot)
    before = desk.window
    hub.people.revoke(device, now_ms(), seal_it=True)
    # The next word to the centre brings the order.
    on_store(desk, qtbot, lambda opened: opened.casework.open_case())
    qtbot.waitUntil(lambda: desk.window is not before, timeout=LONG)
    assert "远程封存" in desk.window.unlock.notice.text
    assert not desk.window.unlock.officer.isVisible()
    assert desk.window.page_name == ""
    qtbot.waitUntil(
        lambda: [line.state for line in hub.people.devices("east")] == ["sealed"], timeout=LONG
    )
    assert hub.people.quarantined() == {device: 1}
    with pytest.raises(EnvironmentProblem, match="远程封存"):
        KeyKeeper(tmp_path / "data", None).open(lambda _: PASSPHRASE)
