"""A hub that is killed in the middle of its work loses nothing it has acknowledged.

The long form: ``DESK_APP_KILLS=200 ./packaging/test tests/integration/hub/test_killed.py``. It
kills that often at random, and at every single step of a batch instead of at some.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from desk_app.core.entries import Entry, NewEntry
from desk_app.hub.care import check
from desk_app.hub.database import Database
from desk_app.hub.folder import HubFolder, OpenHub
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.reading import Reading
from desk_app.protocol.wire import WireEntry, WireRow
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import HubProcess, Member, now_ms
from tests.helpers.postgres import Postgres
from tests.integration.hub.desks import hub_with_members

KILLS = int(os.environ.get("DESK_APP_KILLS", "3"))
STRIDE = 1 if "DESK_APP_KILLS" in os.environ else 5
BATCH = 40
NOTES = 4
CASE = "case000000000001"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Of a fresh database; empty = SQLite."""
    if request.param == "sqlite":
        return ""
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.database()


def _push(client: httpx.Client, entries: list[Entry]) -> dict[str, int]:
    """What the hub acknowledged."""
    sent = {"entries": [WireEntry.of(entry).model_dump() for entry in entries]}
    answers = client.post("/v1/push", json=sent).raise_for_status().json()["answers"]
    assert {one["status"] for one in answers} <= {"accepted", "duplicate"}
    return {one["id"]: one["seq"] for one in answers}


def _sender(hub: HubProcess, member: Member, entries: list[Entry], kept: dict[str, int]) -> None:
    """Send batch after batch until the hub is gone; note what it acknowledged."""
    with (
        suppress(httpx.TransportError),
        httpx.Client(base_url=hub.address, headers=member.headers) as client,
    ):
        for start in range(0, len(entries), BATCH):
            kept |= _push(client, entries[start : start + BATCH])


def _stream(hub: OpenHub, centre: str) -> dict[str, int]:
    """All rows of a centre, number by id; each id once, each number in its place."""
    with hub.database.reading() as connection:
        reading = Reading(connection, hub.database.key, hub.identity.hub, centre)
        texts, cursor = list[bytes](), 0
        while (page := reading.rows(cursor, 1 << 60)).rows:
            texts += page.rows
            cursor = page.last
    rows = [WireRow.model_validate_json(text) for text in texts]
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    found = {row.id: row.seq for row in rows}
    assert len(found) == len(rows)
    return found


def _is_sound(database: Database) -> bool:
    return all(line.faults == 0 for line in check(database))


def test_what_was_acknowledged_is_there_after_any_kill(database_url: str, tmp_path: Path) -> None:
    hub = HubProcess(tmp_path / "hub", database_url)
    (member,) = hub_with_members(hub, ["east"])
    desk = Desk(member.device)
    entries = [desk.write(NewEntry(CASE, "case.opened", {**OPENED, "number": "N"}))]
    entries += [
        desk.write(NewEntry(CASE, "note.added", {"text": f"{n}"}))
        for n in range(BATCH * (8 * KILLS + 10))
    ]
    dice, kept = random.Random(7), dict[str, int]()
    for _ in range(KILLS):
        hub.start()
        waiting = [entry for entry in entries if entry.id not in kept]
        sender = threading.Thread(target=_sender, args=(hub, member, waiting, kept))
        before = len(kept)
        sender.start()
        wanted = before + dice.randrange(1, BATCH * 6)
        while sender.is_alive() and len(kept) < wanted:
            sender.join(dice.random() * 0.01)
        hub.kill()
        sender.join()
        assert len(kept) > before

    opened = hub.folder.open()
    try:
        assert _is_sound(opened.database)
        found = _stream(opened, "east")
        assert {entry_id: found[entry_id] for entry_id in kept} == kept
    finally:
        opened.database.close()


class DyingHub:
    """``tests.helpers.dying_hub`` in a process of its own."""

    def __init__(self, folder: HubFolder) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.dying_hub", folder.path, folder.url, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, step: int, question: Callable[[], dict[str, int]]) -> dict[str, int] | None:
        """Ask a hub that dies just before ``step``; None = it did before it answered."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{step}\n")
        self._process.stdin.flush()
        word, _, pid = self._process.stdout.readline().partition(" ")
        assert word == "serving"
        try:
            return question()
        except httpx.TransportError:
            return None
        finally:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
            assert self._process.stdout.readline() == "ended\n"

    def close(self) -> None:
        """No more."""
        self._process.communicate()


@contextmanager
def dying(folder: HubFolder) -> Iterator[DyingHub]:
    hub = DyingHub(folder)
    try:
        yield hub
    finally:
        hub.close()


def _batch(desk: Desk, number: int) -> list[Entry]:
    """A case of this batch's own, offered to the other centre: it has rows in both streams."""
    case = f"case{number:016d}"
    offer = {"fence": 0, "to": "", "to_centre": "west", "why": "搬家"}
    return [
        desk.write(NewEntry(case, "case.opened", {**OPENED, "number": f"N{number}"})),
        *(desk.write(NewEntry(case, "note.added", {"text": f"{n}"})) for n in range(NOTES)),
        desk.write(NewEntry(case, "handover.offered", offer)),
    ]


class Trial:
    """A desk that sends batch after batch to a hub that dies; its ledger of what it was told."""

    def __init__(self, process: DyingHub, hub: OpenHub, member: Member) -> None:
        self._process, self._hub, self._member = process, hub, member
        self._desk = Desk(member.device)
        self._ledger = dict[str, int]()

    def kill_at(self, step: int) -> str:
        """What is there afterwards: ``nothing`` or the ``whole`` batch; or it ``lived``."""
        batch = _batch(self._desk, len(self._ledger))
        with httpx.Client(base_url=self._process.address, headers=self._member.headers) as client:
            told = self._process.ask(step, partial(_push, client, batch))
        found = _stream(self._hub, "east")
        there = [entry.id for entry in batch if entry.id in found]
        assert len(there) in (0, len(batch))
        assert len(_stream(self._hub, "west")) == len(found) // len(batch)
        assert _is_sound(self._hub.database)
        # The desk asks again, and each entry is taken exactly once.
        sender = Sender(self._member.device, "east")
        wire = [WireEntry.of(entry).model_dump() for entry in batch]
        again = take_in(self._hub.database.ledger, sender, wire, now_ms()).answers
        assert {one.status for one in again} == {"duplicate" if there else "accepted"}
        numbers = {one.id: one.seq for one in again}
        assert told in (None, numbers)
        self._ledger |= numbers
        assert _stream(self._hub, "east") == self._ledger
        return "lived" if told else "whole" if there else "nothing"


def test_killed_between_any_two_steps_of_a_batch_it_is_there_whole_or_not_at_all(
    database_url: str, tmp_path: Path
) -> None:
    hub = HubProcess(tmp_path / "hub", database_url)
    member, _ = hub_with_members(hub, ["east", "west"])
    opened = hub.folder.open()
    try:
        with dying(hub.folder) as process:
            trial, seen, step = Trial(process, opened, member), list[str](), 0
            while (end := trial.kill_at(step)) != "lived":
                seen.append(end)
                step += STRIDE
            # Its last steps one by one: all is committed, and nobody was told.
            seen += [trial.kill_at(late) for late in range(step - 1, step - STRIDE, -1)]
    finally:
        opened.database.close()
    assert "whole" in seen
    assert seen.count("nothing") * STRIDE > 3 * (NOTES + 2)  # between all rows of its large tables
