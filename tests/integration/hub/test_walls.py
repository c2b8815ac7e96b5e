"""Walls between centres: no route shows another's, and PostgreSQL keeps them apart by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from desk_app.core.entries import NewEntry
from desk_app.core.errors import EnvironmentProblem
from desk_app.hub.care import is_bound_by_walls
from desk_app.hub.database import ROW_SECURED, Database
from desk_app.hub.folder import HubFolder
from desk_app.hub.server import Serving, serve
from desk_app.hub.sql_ledger import see_centres
from desk_app.hub.tables import metadata
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import Member, RunningHub, running_hub
from tests.helpers.postgres import Postgres

CASE = "secretcase000001"
WORDS = "东街的一句私房话"
CHUNK = b"a sealed picture of the east"
DIGEST = hashlib.sha256(CHUNK).hexdigest()

PARAMETERS: dict[tuple[str, str], dict[str, Any]] = {
    ("GET", "/healthz"): {},
    ("GET", "/metrics"): {},
    ("GET", "/v1/ca"): {},
    ("GET", "/v1/challenge"): {},
    ("POST", "/v1/enrol"): {"json": {}},
    ("POST", "/v1/token"): {"json": {}},
    ("POST", "/v1/sealed"): {"json": {}},
    ("POST", "/v1/push"): {},
    ("GET", "/v1/pull"): {"params": {"cursor": 0}},
    ("GET", "/v1/rows"): {"params": {"low": 0, "high": 10**9}},
    ("GET", "/v1/snapshot"): {"params": {"upto": 0, "after": ""}},
    ("GET", "/v1/digest"): {"params": {"low": 0, "high": 10**9}},
    ("GET", "/v1/wait"): {"params": {"after": 0, "seconds": 0.01}},
    ("GET", "/v1/centres"): {},
    ("GET", "/v1/devices"): {},
    ("GET", "/v1/packs/current"): {},
    ("GET", "/v1/packs/{digest}"): {},
    ("GET", "/v1/blobs/{digest}"): {},
    ("GET", "/v1/blobs/{digest}/{place}"): {},
    ("PUT", "/v1/blobs/{digest}/{place}"): {"params": {"chunks": 1}, "content": CHUNK},
    ("POST", "/v1/blobs/{digest}/done"): {},
    ("GET", "/openapi.json"): {},
}
"""How each route is asked for what is another centre's. A new route has no line here, and fails."""


@contextmanager
def speaking(hub: RunningHub, member: Member) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hub.address, headers=member.headers) as client:
        yield client


def _fill_east(hub: RunningHub) -> tuple[Member, str]:
    east = hub.member("east")
    desk = Desk(east.device)
    entries = [
        desk.write(NewEntry(CASE, "case.opened", {**OPENED, "number": "BCS-SECRET"})),
        desk.write(NewEntry(CASE, "note.added", {"text": WORDS})),
    ]
    with speaking(hub, east) as client:
        sent = {"entries": [WireEntry.of(entry).model_dump() for entry in entries]}
        client.post("/v1/push", json=sent).raise_for_status()
        client.put(f"/v1/blobs/{DIGEST}/0?chunks=1", content=CHUNK).raise_for_status()
        client.post(f"/v1/blobs/{DIGEST}/done").raise_for_status()
    return east, entries[1].id


def _routes(hub: RunningHub) -> set[tuple[str, str]]:
    described = httpx.get(f"{hub.address}/openapi.json").json()["paths"]
    found = {(method.upper(), path) for path, methods in described.items() for method in methods}
    return found | {("GET", "/openapi.json")}


@pytest.mark.parametrize("role", ["desk", "supervisor"])
def test_no_route_shows_anything_of_another_centre(any_hub: RunningHub, role: str) -> None:
    east, entry_id = _fill_east(any_hub)
    stranger = any_hub.member("west", role)
    forged = Desk(stranger.device).write(
        NewEntry(CASE, "handover.answered", {"ref": entry_id, "answer": "accept", "why": ""})
    )
    secrets = (CASE, WORDS, "BCS-SECRET", east.device, entry_id, CHUNK.decode())
    with speaking(any_hub, stranger) as client:
        for method, path in sorted(_routes(any_hub)):
            asked = dict(PARAMETERS[(method, path)])
            if path == "/v1/push":
                asked["json"] = {"entries": [WireEntry.of(forged).model_dump()]}
            url = path.replace("{digest}", DIGEST).replace("{place}", "0")
            answer = client.request(method, url, **asked)
            assert answer.status_code < 500, path
            if (method, path) != ("PUT", "/v1/blobs/{digest}/{place}"):
                shown = answer.content.decode("utf-8", "replace")
                assert not [secret for secret in secrets if secret in shown], path
        rows = client.get("/v1/pull", params={"cursor": 0}).json()["rows"]
    assert rows == []


def test_the_row_wall_of_postgresql_holds_where_a_query_forgets(
    postgres: Postgres, tmp_path: Path
) -> None:
    with running_hub(tmp_path / "hub", postgres.database()) as hub:
        _fill_east(hub)
        database: Database = hub.open.database
        database.serve_as_other_role()
        for seen, is_full in (((), False), (("west",), False), (("east",), True)):
            for table in ROW_SECURED:
                with database.reading() as connection:
                    see_centres(connection, seen)
                    count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                assert bool(count) == is_full, (table, seen)
        with pytest.raises((SQLAlchemyError, EnvironmentProblem)):
            _write_into_east(database)
        with database.writing() as connection:
            see_centres(connection, ["west"])
            changed = connection.execute(text("UPDATE contents SET sealed = ''")).rowcount
            gone = connection.execute(text("DELETE FROM stream")).rowcount
        assert (changed, gone) == (0, 0)


def _write_into_east(database: Database) -> None:
    with database.writing() as connection:
        see_centres(connection, ["west"])
        connection.execute(
            text("INSERT INTO contents (id, centre, sealed) VALUES ('x', 'east', '')")
        )


def test_a_superuser_does_not_serve(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database().replace("hub_owner@", "super@")
    folder = HubFolder(tmp_path / "hub", url)
    folder.make(("localhost",))
    opened = folder.open()
    assert not is_bound_by_walls(opened.database)
    opened.database.close()
    with pytest.raises(EnvironmentProblem, match="超级用户"):
        serve(folder, Serving("127.0.0.1", 1, plain=True))


def test_every_table_with_a_centre_is_behind_the_wall() -> None:
    open_by_need = {"devices", "codes", "places"}  # looked up before a centre is known; no contents
    with_centre = {name for name, table in metadata.tables.items() if "centre" in table.c}
    assert with_centre - open_by_need == set(ROW_SECURED)
