"""``desk-app sync`` as a script meets it, against a real hub, and by stick without any."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desk_app.cli.main import main
from tests.helpers.hub import RunningHub

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony
PASSPHRASE = "一句只有我知道的话"
Command = Callable[..., Any]


@pytest.fixture
def on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command on a named desk; its JSON, or (exit code, stderr)."""
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n", "utf-8")

    def run(desk: str, *words: str) -> Any:
        given = ["--data", str(tmp_path / desk), "--passphrase-file", str(secret)]
        code = main([*given, *words, "--json"])
        out, err = capsys.readouterr()
        return json.loads(out) if code == 0 else (code, err)

    return run


def test_two_desks_meet_at_the_hub(hub: RunningHub, on: Command) -> None:
    assert on("one", "sync", "status")["state"] == "none"
    joined = on("one", "sync", "join", hub.ticket("east"), "--name", "一号窗口")
    assert (joined["centre"], joined["centre_name"]) == ("east", "east街道")
    on("two", "sync", "join", hub.ticket("east"))
    number = on("one", "case", "new", "--words", "老伴走了，火化证明丢了")["number"]
    waiting = on("one", "sync", "status")
    assert (waiting["state"], waiting["unsent"]) == ("waiting", 2)
    assert on("one", "sync", "once")["sent"] == 2
    done = on("one", "sync", "status")
    assert (done["state"], done["unsent"], done["cursor"]) == ("at_centre", 0, 2)
    assert on("two", "sync", "once")["fetched"] == 2
    assert on("two", "case", "show", number)["fields"]["words"].startswith("老伴")
    assert {line.name for line in hub.people.devices("east")} >= {"一号窗口"}


def test_by_stick_there_and_back_again(hub: RunningHub, on: Command, tmp_path: Path) -> None:
    for desk in ("one", "two"):
        on(desk, "sync", "join", hub.ticket("east"))
    number = on("one", "case", "new", "--words", "想问低保")["number"]
    on("two", "case", "new")
    on("two", "sync", "once")
    stick, back = tmp_path / "stick", tmp_path / "back"
    assert on("one", "sync", "export", str(stick))["entries"] == 2
    assert b"BCS-" not in stick.read_bytes()
    told = on("hub", "hub", "import", str(stick), "--answer", str(back))
    assert told["accepted"] == 2
    got = on("one", "sync", "import", str(back))
    assert (got["settled"], got["new"], got["unsent"], got["fits"]) == (2, 1, 0, True)
    assert on("one", "sync", "status")["state"] == "at_centre"
    assert on("one", "sync", "import", str(back))["new"] == 0  # twice is once
    # A colleague's stick brings the same, without the centre.
    on("three", "sync", "join", hub.ticket("east"))
    assert on("one", "sync", "export", str(stick), "--all")["entries"] == 3
    assert on("three", "sync", "import", str(stick))["new"] == 3
    assert len(on("three", "case", "list")) == 2
    on("one", "case", "note", number, "带给隔壁窗口")
    on("one", "sync", "export", str(stick))
    on("two", "sync", "once")
    assert on("two", "sync", "import", str(stick))["new"] == 1
    notes = on("two", "case", "show", number)["notes"]
    assert [note["text"] for note in notes] == ["带给隔壁窗口"]


def test_a_file_that_is_not_right_changes_nothing(
    hub: RunningHub, on: Command, tmp_path: Path
) -> None:
    for desk, centre in (("one", "east"), ("two", "east"), ("three", "west")):
        on(desk, "sync", "join", hub.ticket(centre))
    on("two", "case", "new")
    stick, foreign = tmp_path / "stick", tmp_path / "foreign"
    on("two", "sync", "export", str(stick))
    on("three", "sync", "export", str(foreign))
    file = stick.read_bytes()
    before = on("one", "sync", "status")
    for wrong in (
        file[:-1], file + file, file[:-9] + bytes([file[-9] ^ 1]) + file[-8:], b"PK" + file, b"",
        foreign.read_bytes(),
    ):  # fmt: skip
        stick.write_bytes(wrong)
        code, said = on("one", "sync", "import", str(stick))
        assert code == 1
        assert "什么也没有收下" in said
        assert said.count("\n") == 1
    assert on("one", "sync", "status") == before


def test_without_a_centre_or_a_network_there_is_one_clear_line(
    on: Command, tmp_path: Path, hub: RunningHub
) -> None:
    for words in (["once"], ["export", str(tmp_path / "x")], ["import", str(tmp_path / "x")]):
        code, said = on("one", "sync", *words)
        assert (code, said.count("\n")) == (1, 1)
        assert "还没有加入中心" in said
    for ticket in ("", "hello", "http://example.org#AB12C-D3E4F#", f"{hub.address}#AB12C#"):
        code, said = on("one", "sync", "join", ticket)
        assert code == 1
        assert "凭条" in said
    code, said = on("one", "sync", "join", f"{hub.address}#ZZZZZ-ZZZZZ#")
    assert (code, "不对、用过了" in said) == (1, True)
    on("one", "sync", "join", hub.ticket("east"))
    on("one", "case", "new")
    hub.stop()
    code, said = on("one", "sync", "once")
    assert (code, "现在连不上中心" in said) == (1, True)
    assert on("one", "sync", "status")["unsent"] == 1
    code, said = on("two", "sync", "join", f"{hub.address}#AB12C-D3E4F#")
    assert (code, "连不上" in said) == (1, True)


def test_what_the_centre_does_not_take_waits_in_the_tray(hub: RunningHub, on: Command) -> None:
    on("one", "sync", "join", hub.ticket("east"))
    number = on("one", "case", "new")["number"]
    long = "长" * 99_000
    on("one", "case", "close", number, "--outcome", "infeasible", "--explanation", long,
       "--basis", long, "--next-door", "街道信访", "--reason", "M03")  # fmt: skip
    done = on("one", "sync", "once")
    assert (done["sent"], done["refused"], done["unsent"]) == (2, 1, 0)
    (item,) = on("one", "sync", "tray")
    assert (item["code"], item["why"], item["kind"]) == ("too_large", "内容太长", "case.closed")
    assert on("one", "sync", "tray", "--retry", item["id"]) == []
    assert on("one", "sync", "once")["refused"] == 1
    assert on("one", "sync", "status")["tray"] == 1
    assert on("one", "sync", "tray", "--done", item["id"]) == []
    assert not on("one", "case", "show", number)["open"]  # it stays in its case
    assert on("one", "sync", "let-go")["shed"] == []


def test_over_tls_with_the_hub_as_it_is_served(on: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    on("hub", "hub", "init", "--name", "127.0.0.1")
    on("hub", "hub", "centre", "add", "east", "东街道")
    address = f"https://127.0.0.1:{port}"
    ticket = on("hub", "hub", "enrol", "--centre", "east", "--address", address)["ticket"]
    serving = subprocess.Popen(
        [sys.executable, "-m", "desk_app", "--data", str(tmp_path / "hub"), "hub", "serve",
         "--port", port],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for_port(int(port))
        url, code, fingerprint = ticket.split("#")
        wrong = f"{url}#{code}#{fingerprint[::-1]}"
        refused, said = on("one", "sync", "join", wrong)
        assert (refused, "指纹对不上" in said) == (1, True)
        assert on("one", "sync", "join", ticket.lower())["centre"] == "east"
        on("one", "case", "new")
        assert on("one", "sync", "once")["sent"] == 1
    finally:
        serving.terminate()
        serving.wait(10)


def wait_for_port(port: int) -> None:
    tick = threading.Event()
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            tick.wait(0.05)
        else:
            return
    raise AssertionError("the hub did not start")
