"""``desk-app hub`` as whoever runs a centre meets it: its folder, its processes, its bad days."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn

from desk_app.bootstrap import hub as work
from desk_app.cli.main import main
from desk_app.core.entries import Entry, NewEntry
from desk_app.hub.database import SERVING_ROLE
from desk_app.hub.folder import HubFolder
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import HubProcess, Member, RunningHub
from tests.helpers.postgres import Postgres, running_postgres

Command = Callable[..., Any]
CASE = "case000000000001"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes addresses of empty databases, of either kind."""
    if request.param == "postgresql":
        running: Postgres = request.getfixturevalue("postgres")
        return running.database
    names = iter(range(9))
    return lambda: f"sqlite:///{tmp_path / f'{next(names)}.db'}"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a ``hub`` command; its JSON, or (exit code, stderr)."""

    def command(*words: str) -> Any:
        code = main(["--data", str(tmp_path / "hub"), "hub", *words, "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return json.loads(out) if code == 0 else (code, err)

    return command


@contextmanager
def answering(folder: HubFolder) -> Iterator[RunningHub]:
    """The hub of ``folder``, in this process."""
    hub = RunningHub(folder)
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()


def _push(address: str, member: Member, *entries: Entry) -> list[dict[str, Any]]:
    sent = {"entries": [WireEntry.of(entry).model_dump() for entry in entries]}
    answer = httpx.post(f"{address}/v1/push", json=sent, headers=member.headers, timeout=30)
    return list(answer.raise_for_status().json()["answers"])


def _pull(address: str, member: Member) -> dict[str, Any]:
    answer = httpx.get(f"{address}/v1/pull", params={"cursor": 0}, headers=member.headers)
    return dict(answer.raise_for_status().json())


def _entries(desk: Desk, case: str, notes: int) -> list[Entry]:
    new = [NewEntry(case, "case.opened", {**OPENED, "number": "N"})]
    new += [NewEntry(case, "note.added", {"text": f"{n}"}) for n in range(notes)]
    return [desk.write(one) for one in new]


def test_what_is_wrong_is_said_in_a_sentence_and_changes_nothing(
    run: Command, tmp_path: Path
) -> None:
    assert "hub init" in run("devices")[1]
    made = run("init", "--name", "127.0.0.1")
    assert len(made["ca_fingerprint"]) == 32
    nowhere = str(tmp_path / "no" / "file")
    for words, said in (
        (("init",), "没有另建"),
        (("init", "--db", "mysql://x"), "没有另建"),
        (("devices", "--db", "mysql://x"), "数据库地址"),
        (("devices", "--db", f"sqlite:///{tmp_path / 'empty.db'}"), "没有中心"),
        (("upgrade", "--db", f"sqlite:///{tmp_path / 'empty.db'}"), "没有中心"),
        (("backup", nowhere), "写不了"),
        (("restore-drill", nowhere, "--into", "here.db"), "数据库地址"),
        (("restore-drill", nowhere, "--into", f"sqlite:///{tmp_path / 'a.db'}"), "没有这个备份"),
        (("import", nowhere, "--answer", nowhere), "读不出来"),
        (("enrol", "--centre", "east", "--address", "https://hub:1"), "没有“east”"),
        (("enrol", "--centre", "east", "--address", "hub:1"), "https://"),
        (("centre", "add", "East", "东街"), "小写"),
        (("revoke", "nobody"), "没有这台设备"),
        (("quarantine", "nobody", "--release"), "没有这台设备"),
        (("certificate", "--name", "东街"), "不是主机名"),
        (("--key-file", nowhere, "devices"), "hub init"),
    ):
        code, err = run(*words)
        assert code == 1, words
        assert said in err, words
    assert run("check") == []


def test_without_its_libraries_the_hub_says_so_and_the_desk_does_not_care(
    run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "import sys, desk_app.cli.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "desk_app" in loaded
    assert not loaded & {"fastapi", "starlette", "uvicorn", "psycopg"}
    monkeypatch.setattr(work, "LIBRARIES", ("not_installed_here",))
    assert "desk-app[hub]" in run("devices")[1]


def test_serving_says_what_it_will_not_do(
    run: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("init")
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: pytest.fail("it serves"))
    folder = tmp_path / "hub"
    for words, said in (
        (("--host", "0.0.0.0", "--plain"), "只能在本机"),
        (("--host", "hub.example", "--plain"), "只能在本机"),
        (("--tls-cert", f"{folder}/server.pem"), "两个都要给"),
        (("--tls-cert", "none.pem", "--tls-key", "none.key"), "不是一对"),
        (("--tls-cert", f"{folder}/ca.pem", "--tls-key", f"{folder}/server.key"), "不是一对"),
    ):
        assert main(["--data", str(folder), "hub", "serve", "--port", "1", *words]) == 1
        assert said in capsys.readouterr().err


def test_the_key_may_lie_apart_from_the_folder(run: Command, tmp_path: Path) -> None:
    key = tmp_path / "vault" / "hub.key"
    run("--key-file", str(key), "init")
    assert not (tmp_path / "hub" / "hub.key").exists()
    assert not key.stat().st_mode & 0o077
    run("--key-file", str(key), "centre", "add", "east", "东街道")
    assert "hub init" in run("centre", "list")[1]
    listed = run("--key-file", str(key), "centre", "list")
    assert listed == [{"centre": "east", "name": "东街道"}]


def test_a_ticket_names_the_ca_that_the_hub_was_made_with(run: Command) -> None:
    made = run("init", "--name", "hub.example")
    run("centre", "add", "east", "东街道")
    asked = ("enrol", "--centre", "east", "--address", "https://hub.example:8443", "--supervisor")
    given = run(*asked)
    address, code, fingerprint = given["ticket"].split("#")
    assert (address, given["role"]) == ("https://hub.example:8443", "supervisor")
    assert fingerprint == made["ca_fingerprint"]
    assert len(code) == 11
    run("certificate", "--name", "other.example")
    assert run(*asked)["ticket"].endswith(made["ca_fingerprint"])


def test_what_a_shut_out_desk_sent_can_be_let_in(run: Command, tmp_path: Path) -> None:
    run("init")
    run("centre", "add", "east", "东街道")
    with answering(HubFolder(tmp_path / "hub")) as hub:
        member = hub.member("east")
        run("revoke", member.device)
        entries = _entries(Desk(member.device), CASE, 3)
        for _ in range(2):  # it does not know whether the first try arrived
            with pytest.raises(httpx.HTTPStatusError, match="403"):
                _push(hub.address, member, *entries)
        assert [line["quarantined"] for line in run("devices")] == [4]
        kept = run("quarantine", member.device)
        assert [one["kind"] for one in kept] == ["case.opened"] + ["note.added"] * 3
        assert "text" not in json.dumps(kept)

        assert run("quarantine", member.device, "--release")["taken"] == 4
        assert run("quarantine", member.device) == []
        colleague = hub.member("east")
        assert [row["id"] for row in _pull(hub.address, colleague)["rows"]] == [
            entry.id for entry in entries
        ]
        assert [line["state"] for line in run("devices")] == ["revoked", "active"]


def test_a_restored_hub_heals_by_what_the_desks_send_again(
    run: Command, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    first, second = new_database(), new_database()
    run("init", "--db", first)
    run("centre", "add", "east", "东街道", "--db", first)
    run("centre", "add", "west", "西街道", "--db", first)
    file = tmp_path / "backup"
    with answering(HubFolder(tmp_path / "hub", first)) as hub:
        member = hub.member("east")
        desk = Desk(member.device)
        old = _entries(desk, CASE, 3)
        _push(hub.address, member, *old)
        run("backup", str(file), "--db", first)
        new = _entries(desk, "case000000000002", 2)
        _push(hub.address, member, *new)
        before = _pull(hub.address, member)

    drill = run("restore-drill", str(file), "--into", second, "--db", first)
    assert drill["centres"] == [
        {"centre": "east", "rows": 4, "faults": 0},
        {"centre": "west", "rows": 0, "faults": 0},
    ]
    assert "不是空的" in run("restore-drill", str(file), "--into", second, "--db", first)[1]

    with answering(HubFolder(tmp_path / "hub", second)) as hub:
        lost = _pull(hub.address, member)  # its token is still good: nobody enrols anew
        assert (lost["head"]["epoch"], lost["head"]["common"]) == (drill["epoch"], 4)
        assert lost["head"]["epoch"] != before["head"]["epoch"]
        assert [row["id"] for row in lost["rows"]] == [entry.id for entry in old]
        again = _push(hub.address, member, *old, *new)
        assert [one["status"] for one in again] == ["duplicate"] * 4 + ["accepted"] * 3
        healed = _pull(hub.address, member)
    assert [row["id"] for row in healed["rows"]] == [row["id"] for row in before["rows"]]
    assert {line["faults"] for line in run("check", "--db", second)} == {0}
    # the drill has not touched the hub that serves
    assert {line["rows"] for line in run("check", "--db", first)} == {7, 0}


def test_a_backup_is_restored_by_whoever_owns_the_new_database(
    run: Command, tmp_path: Path, postgres: Postgres
) -> None:
    """Walls name the roles of the cluster they stand in: they are built anew, not restored."""
    first, file = postgres.database(), tmp_path / "backup"
    run("init", "--db", first)
    run("centre", "add", "east", "东街道", "--db", first)
    with answering(HubFolder(tmp_path / "hub", first)) as hub:
        member = hub.member("east")
        _push(hub.address, member, *_entries(Desk(member.device), CASE, 3))
    run("backup", str(file), "--db", first)
    second = postgres.database()
    name = second.rpartition("/")[2]
    with psycopg.connect(second.replace("hub_owner@", "super@"), autocommit=True) as connection:
        connection.execute("CREATE ROLE someone LOGIN CREATEROLE NOSUPERUSER")
        connection.execute(f"GRANT {SERVING_ROLE} TO someone")
        connection.execute(f"ALTER DATABASE {name} OWNER TO someone")
    theirs = second.replace("hub_owner@", "someone@")

    drill = run("restore-drill", str(file), "--into", theirs, "--db", first)
    assert drill["centres"] == [{"centre": "east", "rows": 4, "faults": 0}]
    run("backup", str(tmp_path / "again"), "--db", theirs)
    third = postgres.database()
    again = run("restore-drill", str(tmp_path / "again"), "--into", third, "--db", first)
    assert again["centres"] == drill["centres"]


def test_a_new_epoch_is_told_to_every_desk(run: Command, tmp_path: Path) -> None:
    run("init")
    run("centre", "add", "east", "东街道")
    with answering(HubFolder(tmp_path / "hub")) as hub:
        member = hub.member("east")
        _push(hub.address, member, *_entries(Desk(member.device), CASE, 1))
        epoch = run("new-epoch")["epoch"]
        head = _pull(hub.address, member)["head"]
    assert (head["epoch"], head["common"], head["high"]) == (epoch, 2, 2)


def test_two_processes_on_one_database_number_as_one(
    run: Command, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    url = new_database()
    run("init", "--db", url)
    run("centre", "add", "east", "东街道", "--db", url)
    hubs = [HubProcess(tmp_path / "hub", url) for _ in range(2)]
    with answering(HubFolder(tmp_path / "hub", url)) as here:
        members = [here.member("east") for _ in range(4)]
    desks = [Desk(member.device) for member in members]
    try:
        for hub in hubs:
            hub.start()
        given: dict[str, int] = {}

        def write(place: int) -> None:
            """A token of one process is good at the other; so is a batch sent to both."""
            member = members[place]
            for number in range(5):
                batch = _entries(desks[place], f"case{place}{number}", 7)
                for hub in (hubs[number % 2], hubs[(number + 1) % 2]):
                    for one in _push(hub.address, member, *batch):
                        assert given.setdefault(one["id"], one["seq"]) == one["seq"]

        writers = [threading.Thread(target=write, args=(place,)) for place in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        rows = _pull(hubs[0].address, members[0])["rows"]
        assert [row["seq"] for row in rows] == list(range(1, 4 * 5 * 8 + 1))
        assert {row["id"]: row["seq"] for row in rows} == given

        head = _pull(hubs[1].address, members[1])["head"]
        heard: list[int] = []

        def wait() -> None:
            asked = {"after": head["high"], "epoch": head["epoch"], "seconds": 20}
            answer = httpx.get(
                f"{hubs[1].address}/v1/wait", params=asked, headers=members[1].headers, timeout=30
            )
            heard.append(answer.json()["high"])

        waiting = threading.Thread(target=wait)
        waiting.start()
        _push(hubs[0].address, members[0], *_entries(desks[0], "caselast", 0))
        waiting.join()
        assert heard == [head["high"] + 1]
    finally:
        for hub in hubs:
            hub.kill()
    assert {line["faults"] for line in run("check", "--db", url)} == {0}
