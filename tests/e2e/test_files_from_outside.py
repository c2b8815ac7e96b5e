"""Files of cases between a window, the centre and another desk; and what doctor says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desk_app.bootstrap.desk import open_desk, owned_folder
from desk_app.bootstrap.window import DeskWindow
from desk_app.cli.main import main
from desk_app.core.attachments import attachments
from desk_app.services.attachments import Attachments
from tests.helpers.fakes import FakeClock
from tests.helpers.hub import RunningHub

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony
PASSPHRASE = "一句只有我知道的话"
CONTENT = "出院小结 杨志明 310106194903121012 ".encode() * 40_000
Command = Callable[..., Any]
LONG = 20_000


@pytest.fixture
def on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command on a named desk; its exit code and JSON."""
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n", "utf-8")

    def run(desk: str, *words: str) -> tuple[int, Any]:
        given = ["--data", str(tmp_path / desk), "--passphrase-file", str(secret)]
        code = main([*given, *words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def window_writes(qtbot: QtBot, folder: Path, hub: RunningHub) -> None:
    """A window joins, takes a file in, and is closed once the centre has it."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    folder.mkdir()
    with owned_folder(folder) as owned:
        opened = DeskWindow(application, owned.paths, FakeClock(), keyring=False)
        opened.window.show()
        opened.prepare()
        qtbot.waitUntil(lambda: opened.runner.is_idle, timeout=LONG)
        opened.window.unlock.unlocked.emit("小李", PASSPHRASE)
        qtbot.waitUntil(lambda: opened.window.page_name == "today", timeout=LONG)
        assert opened.centre is not None
        assert opened.desk is not None
        desk, places = opened.desk, []
        opened.centre.join(hub.ticket("east"), "一号窗口")

        def take() -> None:
            work = Attachments(desk.store, desk.files, "小李")
            new = work.keep_bytes(CONTENT, "出院小结.txt", "paste")
            work.file(desk.casework.open_case().case_id, [new])
            places.append(new.sha256)

        opened.runner.store(take, lambda _: None)
        qtbot.waitUntil(
            lambda: bool(places) and desk.files.place(places[0]) == "at_centre", timeout=LONG
        )
        opened.close()
        opened.window.close()
        opened.window.deleteLater()


def test_from_a_window_to_another_desk_and_doctor_notices_what_is_gone(
    qtbot: QtBot, hub: RunningHub, on: Command, tmp_path: Path
) -> None:
    window_writes(qtbot, tmp_path / "one", hub)
    on("two", "sync", "join", hub.ticket("east"))
    code, once = on("two", "sync", "once")
    assert (code, once["files_left"]) == (0, False)
    with open_desk(tmp_path / "two", lambda _: PASSPHRASE) as desk:
        (row,) = desk.store.cases()
        (one,) = attachments(desk.store.case(row.case_id))
        assert Attachments(desk.store, desk.files, "小王").read(one) == CONTENT
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not any(CONTENT[:30] in file.read_bytes() for file in kept)
    (sealed,) = (file for file in (tmp_path / "two" / "files").iterdir() if not file.suffix)

    def files_line() -> tuple[int, bool, str]:
        code, found = on("two", "doctor")
        (line,) = (line for line in found if line["what"] == "附件")
        return code, line["ok"], line["words"]

    sealed.write_bytes(sealed.read_bytes()[:-1])
    code, is_well, words = files_line()
    assert (code, is_well) == (1, False)
    assert "1 个损坏" in words
    sealed.unlink()
    assert not on("two", "rebuild")[1]["files_whole"]
    assert not on("two", "sync", "once")[1]["files_left"]  # fetched once more
    assert files_line() == (0, True, "完好，1 个")
