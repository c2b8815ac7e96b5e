"""The hub's check finds what is wrong with a database, wherever it is wrong, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError
from desk_app.hub.care import CHECK_ROWS, backup, begin_epoch, check, restore
from desk_app.hub.database import Database
from desk_app.hub.folder import HubFolder, OpenHub
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.people import People
from desk_app.hub.sql_ledger import open_entry, seal_entry
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk

NOW = 1_795_000_000_000
ROWS = CHECK_ROWS + 30


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[OpenHub]:
    """A hub with one centre of more than a page of rows, and an offer to another centre."""
    folder = HubFolder(tmp_path / "hub")
    folder.make(("localhost",))
    opened = folder.open()
    people = People(opened.database, opened.identity)
    for centre in ("east", "west"):
        people.add_centre(centre, f"{centre}街")
    desk = Desk()
    with opened.database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO devices (id, centre, name, role, public_key, state, enrolled, seen, "
                "order_issued, head_incarnation, head_counter, head_sha256) "
                f"VALUES ('{desk.device}', 'east', '', 'desk', '', 'active', 0, 0, 0, '', 0, '')"
            )
        )
    offered = {"fence": 0, "to": "", "to_centre": "west", "why": "搬家", "summary": ""}
    new = [
        NewEntry("case01", "case.opened", {**OPENED, "number": "N"}),
        NewEntry("case01", "handover.offered", dict(offered)),
        *(NewEntry("case01", "note.added", {"text": f"{n}"}) for n in range(ROWS - 2)),
    ]
    sent = [WireEntry.of(desk.write(one)).model_dump() for one in new]
    take_in(opened.database.ledger, Sender(desk.device, "east"), sent, NOW)
    yield opened
    opened.database.close()


def _faults(database: Database) -> dict[str, int]:
    return {line.centre: line.faults for line in check(database)}


def test_a_sound_database_has_no_faults(hub: OpenHub) -> None:
    assert [(line.centre, line.rows, line.faults) for line in check(hub.database)] == [
        ("east", ROWS, 0),
        ("west", 1, 0),
    ]


@pytest.mark.parametrize(
    ("damage", "centre", "faults"),
    [
        ("DELETE FROM stream WHERE centre = 'east' AND seq = 3", "east", 1),
        ("DELETE FROM stream WHERE centre = 'east' AND seq > 9", "east", 1),
        ("UPDATE stream SET sha256 = 'x' WHERE centre = 'east' AND seq = 210", "east", 1),
        ("UPDATE stream SET received = 5 WHERE centre = 'west'", "west", 1),
        ("UPDATE stream SET notice = x'01' WHERE centre = 'west'", "west", 1),
        ("UPDATE contents SET sealed = x'01' WHERE id LIKE '%-7'", "east", 1),
        ("DELETE FROM contents WHERE id LIKE '%-7'", "east", 1),
        ("UPDATE contents SET centre = 'west' WHERE id LIKE '%-7'", "east", 1),
        ("UPDATE places SET centre = 'west'", "east", ROWS),
        ("UPDATE centres SET high = high - 1 WHERE id = 'east'", "east", 1),
        ("UPDATE centres SET mark_sum = '7' WHERE id = 'west'", "west", 1),
    ],
)
def test_each_damage_is_found_where_it_is(
    hub: OpenHub, damage: str, centre: str, faults: int
) -> None:
    with hub.database.writing() as connection:
        connection.execute(text(damage))
    found = _faults(hub.database)
    other = "west" if centre == "east" else "east"
    assert found[centre] == faults
    assert found[other] == 0


def test_entries_of_two_centres_that_changed_places_are_found(hub: OpenHub) -> None:
    with hub.database.writing() as connection:
        one, two = connection.execute(text("SELECT sealed FROM contents LIMIT 2")).scalars()
        for new, old in ((b"", one), (one, two), (two, b"")):
            connection.execute(
                text("UPDATE contents SET sealed = :new WHERE sealed = :old"),
                {"new": new, "old": old},
            )
    assert _faults(hub.database)["east"] == 2


def test_contents_that_were_rewritten_with_the_right_key_are_found(hub: OpenHub) -> None:
    """Whoever has the key can seal again what he changed; the fingerprint in the stream tells."""
    database = hub.database
    with database.writing() as connection:
        name, sealed = connection.execute(
            text("SELECT id, sealed FROM contents WHERE id LIKE '%-7'")
        ).one()
        changed = replace(open_entry(database.key, name, sealed), body={"text": "改过"})
        connection.execute(
            text("UPDATE contents SET sealed = :sealed WHERE id = :id"),
            {"sealed": seal_entry(database.key, changed), "id": name},
        )
    assert _faults(database)["east"] == 1


def test_a_backup_is_whole_and_what_is_there_is_never_overwritten(
    hub: OpenHub, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'hub' / 'hub.db'}"
    file, place = tmp_path / "backup", tmp_path / "restored.db"
    backup(hub.database, url, file)
    assert not file.stat().st_mode & 0o077
    with pytest.raises(BadInputError, match="没有覆盖"):
        backup(hub.database, url, file)
    with pytest.raises(BadInputError, match="写不了"):
        backup(hub.database, url, tmp_path / "no" / "folder")

    there = Database(f"sqlite:///{place}", hub.database.key)
    restore(file, there, f"sqlite:///{place}")
    assert sum(_faults(there).values()) == 0
    assert not place.stat().st_mode & 0o077
    with pytest.raises(BadInputError, match="不是空的"):
        restore(file, there, f"sqlite:///{place}")
    there.close()


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"not a database" * 100)
    url = f"sqlite:///{tmp_path / 'restored.db'}"
    there = Database(url, bytes(32))
    with pytest.raises(BadInputError, match="不是中心的备份"):
        restore(tmp_path / "junk", there, url)
    with pytest.raises(BadInputError, match="没有这个备份"):
        restore(tmp_path / "none", there, url)
    assert not (tmp_path / "restored.db").exists()
    there.close()


def test_a_new_epoch_keeps_every_number(hub: OpenHub) -> None:
    before = check(hub.database)
    epoch = begin_epoch(hub.database)
    with hub.database.reading() as connection:
        found = connection.execute(
            text("SELECT epoch, common, high FROM centres ORDER BY id")
        ).all()
    assert [tuple(row) for row in found] == [(epoch, ROWS, ROWS), (epoch, 1, 1)]
    assert check(hub.database) == before
