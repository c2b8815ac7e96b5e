"""Walls between centres: no route shows another's, and PostgreSQL keeps them apart by itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from desk_app.core.entries import NewEntry
from desk_app.core.errors import EnvironmentProblem
from desk_app.hub.care import is_bound_by_walls
from desk_app.hub.database import ROW_SECURED, Database
from desk_app.hub.folder import HubFolder
from desk_app.hub.resident import inquiries
from desk_app.hub.resident.side import change_side
from desk_app.hub.server import Serving, serve
from desk_app.hub.sql_ledger import see_centres
from desk_app.hub.tables import metadata
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import Member, RunningHub, now_ms, running_hub
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
    ("GET", "/r/{centre}/{token}"): {},
    ("GET", "/ask/{centre}"): {},
    ("POST", "/ask/{centre}"): {"data": {"words": ""}},
    ("GET", "/v1/inquiries"): {},
    ("POST", "/v1/inquiries/{number}/take"): {},
}
"""How each route is asked for what is another centre's. A new route has no line here, and fails."""


@contextmanager
def speaking(hub: RunningHub, member: Member) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hub.address, headers=member.headers) as client:
        yield client


def _fill(hub: RunningHub, member: Member, case: str, words: str) -> str:
    """A case of the member's centre; the id of its last entry."""
    desk = Desk(member.device)
    entries = [
        desk.write(NewEntry(case, "case.opened", {**OPENED, "number": f"BCS-{words}"})),
        desk.write(NewEntry(case, "note.added", {"text": words})),
        desk.write(NewEntry(case, "link.made", {"token": f"{case:_<22}"})),
    ]
    with speaking(hub, member) as client:
        sent = {"entries": [WireEntry.of(entry).model_dump() for entry in entries]}
        client.post("/v1/push", json=sent).raise_for_status()
    return entries[1].id


def _fill_east(hub: RunningHub) -> tuple[Member, str]:
    east = hub.member("east")
    entry_id = _fill(hub, east, CASE, WORDS)
    change_side(hub.open.database, "east", phone="021-00000000", takes_inquiries=True)
    inquiries.keep(hub.open.database, "east", "form", inquiries.Words(WORDS, "", ""), now_ms())
    with speaking(hub, east) as client:
        client.put(f"/v1/blobs/{DIGEST}/0?chunks=1", content=CHUNK).raise_for_status()
        client.post(f"/v1/blobs/{DIGEST}/done").raise_for_status()
    return east, entry_id


def _routes(hub: RunningHub) -> set[tuple[str, str]]:
    """All that the app answers to, whether it describes it or not."""
    routes = hub.app._app.routes  # type: ignore[attr-defined]  # noqa: SLF001
    return {(method, route.path) for route in routes for method in route.methods - {"HEAD"}}


def _ask_everything(hub: RunningHub, who: Member, forged: WireEntry) -> dict[str, httpx.Response]:
    """The answer of each route to ``who`` asking for what is the east's."""
    answers = {}
    number = _number_of_inquiry(hub)
    with speaking(hub, who) as client:
        for method, path in sorted(_routes(hub)):
            asked = dict(PARAMETERS[(method, path)])
            if path == "/v1/push":
                asked["json"] = {"entries": [forged.model_dump()]}
            url = path.replace("{digest}", DIGEST).replace("{place}", "0")
            url = url.replace("{centre}", "east").replace("{token}", "0" * 22)
            url = url.replace("{number}", number)
            answers[f"{method} {path}"] = client.request(method, url, **asked)
    assert all(answer.status_code < 500 for answer in answers.values())
    return answers


def _number_of_inquiry(hub: RunningHub) -> str:
    with hub.open.database.reading() as connection:
        see_centres(connection, ["east"])
        return str(connection.execute(text("SELECT number FROM inquiries")).scalar_one())


def _leaks(answers: dict[str, httpx.Response], secrets: tuple[str, ...]) -> set[str]:
    shown = {name: answer.content.decode("utf-8", "replace") for name, answer in answers.items()}
    return {name for name, words in shown.items() if any(secret in words for secret in secrets)}


def _forged(stranger: Member, entry_id: str) -> WireEntry:
    body = {"ref": entry_id, "answer": "accept", "why": ""}
    return WireEntry.of(Desk(stranger.device).write(NewEntry(CASE, "handover.answered", body)))


def _all_of(hub: RunningHub, member: Member) -> str:
    with speaking(hub, member) as client:
        pulled = client.get("/v1/pull", params={"cursor": 0}).text
        return pulled + client.get(f"/v1/blobs/{DIGEST}").text


@pytest.mark.parametrize("role", ["desk", "supervisor"])
def test_no_route_shows_anything_of_another_centre(any_hub: RunningHub, role: str) -> None:
    east, entry_id = _fill_east(any_hub)
    before = _all_of(any_hub, east)
    stranger = any_hub.member("west", role)
    answers = _ask_everything(any_hub, stranger, _forged(stranger, entry_id))
    # Its own chunk was put there under the same digest at the end: that shows nothing either.
    secrets = (CASE, WORDS, east.device, entry_id, CHUNK.decode())
    assert _leaks(answers, secrets) - {"POST /v1/push"} == set()
    (refused,) = answers["POST /v1/push"].json()["answers"]
    assert (refused["status"], refused["code"]) == ("rejected", "foreign_case")
    assert answers["GET /v1/pull"].json()["rows"] == []
    assert _all_of(any_hub, east) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_postgresql_keeps_centres_apart_where_no_query_asks_for_the_centre(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """All routes, with "centre = ..." taken out of every statement. SQLite is the canary."""
    url = request.getfixturevalue("postgres").database() if kind == "postgresql" else ""
    with running_hub(tmp_path / "hub", url) as hub:
        _, entry_id = _fill_east(hub)
        stranger = hub.member("west", "supervisor")
        _fill(
            hub, stranger, "othercase0000001", "西街自己的话"
        )  # so that it has numbers to ask for
        hub.open.database.serve_as_other_role()
        event.listen(Engine, "before_cursor_execute", _forget_the_centre, retval=True)
        try:
            answers = _ask_everything(hub, stranger, _forged(stranger, entry_id))
        finally:
            event.remove(Engine, "before_cursor_execute", _forget_the_centre)
        leaks = _leaks(answers, (WORDS, CHUNK.decode()))
    if kind == "postgresql":
        assert leaks == set()
    else:
        assert leaks >= {
            "GET /v1/pull", "GET /v1/rows", "GET /v1/snapshot", "GET /v1/blobs/{digest}/{place}",
        }  # fmt: skip


def _forget_the_centre(
    _connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    forgotten = re.sub(
        r"(?:\w+\.)?centre = (%\(\w+\)s(?:::\w+)?|\?)", r"(\1 IS NOT NULL)", statement
    )
    return forgotten, given


OPEN = {
    "GET /healthz", "GET /metrics", "GET /v1/ca", "GET /v1/challenge", "POST /v1/enrol",
    "POST /v1/token", "POST /v1/sealed", "GET /openapi.json",
    "GET /r/{centre}/{token}", "GET /ask/{centre}", "POST /ask/{centre}",
}  # fmt: skip
"""Routes that need no token."""


@pytest.mark.parametrize("who", ["nobody", "other hub's", "revoked"])
def test_no_route_serves_who_may_not(who: str, tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, running_hub(tmp_path / "other") as other:
        member, entry_id = _fill_east(hub)
        if who == "revoked":
            hub.people.revoke(member.device, now_ms(), seal_it=False)
        else:
            shown = other.member("east").headers if who == "other hub's" else {}
            member = replace(member, headers=shown)
        answers = _ask_everything(hub, member, _forged(member, entry_id))
    codes = {name: answer.json()["code"] for name, answer in answers.items() if name not in OPEN}
    assert set(codes.values()) == {"revoked" if who == "revoked" else "token"}
    assert _leaks(answers, (CASE, WORDS, entry_id, CHUNK.decode())) == set()


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
