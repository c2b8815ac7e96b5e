"""A hub that is killed in the middle of its work loses nothing it has acknowledged.

The long form: ``DESK_APP_KILLS=200 ./packaging/test tests/integration/hub/test_killed.py``.
"""

from __future__ import annotations

import os
import random
import threading
from pathlib import Path

import httpx
import pytest

from desk_app.core.entries import Entry, NewEntry
from desk_app.hub.care import check
from desk_app.hub.people import People
from desk_app.hub.reading import Reading
from desk_app.protocol.wire import WireEntry, WireRow
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import HubProcess, Member, RunningHub
from tests.helpers.postgres import Postgres

KILLS = int(os.environ.get("DESK_APP_KILLS", "3"))
BATCH = 40
CASE = "case000000000001"


def _member(hub: HubProcess) -> Member:
    """Enrol over the hub's own database, then ask it for a token."""
    running = RunningHub(hub.folder)
    running.people.add_centre("east", "东街")
    running.start()
    member = running.member("east")
    running.stop()
    return member


def _sender(hub: HubProcess, member: Member, entries: list[Entry], kept: dict[str, int]) -> None:
    """Send batch after batch until the hub is gone; note what it acknowledged."""
    try:
        with httpx.Client(base_url=hub.address, headers=member.headers) as client:
            for start in range(0, len(entries), BATCH):
                batch = entries[start : start + BATCH]
                sent = {"entries": [WireEntry.of(entry).model_dump() for entry in batch]}
                answer = client.post("/v1/push", json=sent)
                for one in answer.json()["answers"]:
                    assert one["status"] in ("accepted", "duplicate")
                    kept[one["id"]] = one["seq"]
    except httpx.HTTPError:
        return


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_acknowledged_is_there_after_any_kill(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = ""
    if kind == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.database()
    hub = HubProcess(tmp_path / "hub", url)
    hub.folder.make(("localhost",))
    member = _member(hub)
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
        assert all(line.faults == 0 for line in check(opened.database))
        assert People(opened.database, opened.identity).devices("east")
        with opened.database.reading() as connection:
            reading = Reading(connection, opened.database.key, opened.identity.hub, "east")
            texts, cursor = list[bytes](), 0
            while (page := reading.rows(cursor, 1 << 60)).rows:
                texts += page.rows
                cursor = page.last
        found = {row.id: row.seq for row in map(WireRow.model_validate_json, texts)}
        assert len(found) == len(texts)  # nothing twice
        assert {entry_id: found[entry_id] for entry_id in kept} == kept
    finally:
        opened.database.close()
