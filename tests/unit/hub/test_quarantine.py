"""What shut-out devices sent: there once, in order, bounded; and let in when a person says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError
from desk_app.hub import quarantine, tables
from desk_app.hub.database import Database
from desk_app.hub.folder import HubFolder
from desk_app.hub.people import People, RefusedError
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk

NOW = 1_795_000_000_000
DEVICE = "k7desk0000"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    folder = HubFolder(tmp_path / "hub")
    folder.make(("localhost",))
    opened = folder.open()
    People(opened.database, opened.identity).add_centre("east", "东街")
    with opened.database.writing() as connection:
        connection.execute(
            insert(tables.devices).values(
                id=DEVICE, centre="east", name="", role="desk", public_key="", state="revoked",
                enrolled=NOW, seen=NOW,
            )
        )  # fmt: skip
    yield opened.database
    opened.database.close()


def _sent(count: int) -> list[dict[str, Any]]:
    desk = Desk(DEVICE)
    entries = [desk.write(NewEntry("case01", "case.opened", {**OPENED, "number": "N"}))]
    entries += [
        desk.write(NewEntry("case01", "note.added", {"text": f"私房话{n}"}))
        for n in range(1, count)
    ]
    return [WireEntry.of(entry).model_dump() for entry in entries]


def test_what_is_sent_again_is_there_once_and_in_order(database: Database) -> None:
    sent = _sent(5)
    quarantine.keep_apart(database, DEVICE, sent[:3], NOW)
    quarantine.keep_apart(database, DEVICE, sent, NOW + 1)
    kept = quarantine.listed(database, DEVICE)
    assert [one.entry_id for one in kept] == [one["id"] for one in sent]
    assert (kept[0].kind, kept[0].case_id, kept[0].received) == ("case.opened", "case01", NOW)


def test_it_lies_sealed_and_in_no_stream(database: Database) -> None:
    quarantine.keep_apart(database, DEVICE, _sent(2), NOW)
    with database.reading() as connection:
        (raw, *_) = connection.execute(select(tables.quarantine.c.sealed)).scalars()
        assert connection.execute(select(tables.stream)).all() == []
    assert "私房话".encode() not in raw


@pytest.mark.parametrize("value", [None, 5, [], {}, {"id": 3}, {"id": "\ud800"}, {"id": "\x00x"}])
def test_what_is_no_entry_is_kept_as_it_came(database: Database, value: Any) -> None:
    quarantine.keep_apart(database, DEVICE, [value], NOW)
    assert len(quarantine.listed(database, DEVICE)) == 1


def test_a_thief_cannot_fill_the_disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quarantine, "MOST_KEPT", 6)
    quarantine.keep_apart(database, DEVICE, _sent(5), NOW)
    with pytest.raises(RefusedError, match="too_much"):
        quarantine.keep_apart(database, DEVICE, _sent(7), NOW)
    assert len(quarantine.listed(database, DEVICE)) == 5


def test_what_is_let_in_is_numbered_and_what_is_refused_stays(database: Database) -> None:
    sent = _sent(4)
    broken = {**sent[3], "sha256": "0" * 64}
    quarantine.keep_apart(database, DEVICE, [*sent[:3], broken, "nonsense"], NOW)
    done = quarantine.release(database, DEVICE, NOW)
    assert (done.taken, done.kept, done.codes) == (3, 2, ("bad_fingerprint", "bad_shape"))
    with database.reading() as connection:
        row = tables.stream.c
        assert list(connection.execute(select(row.id).order_by(row.seq)).scalars()) == [
            one["id"] for one in sent[:3]
        ]
    again = quarantine.release(database, DEVICE, NOW)
    assert (again.taken, again.kept) == (0, 2)


def test_nothing_is_let_in_of_a_device_that_nobody_knows(database: Database) -> None:
    with pytest.raises(BadInputError):
        quarantine.release(database, "zzzzzzzzzz", NOW)
