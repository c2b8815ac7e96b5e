"""Bad requests: never a 5xx, never a change.

The long form:
``DESK_APP_BAD_REQUESTS=20000 ./packaging/test tests/integration/hub/test_bad_requests.py``.
"""

from __future__ import annotations

import json
import os
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import schemathesis.openapi
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import Failure, not_a_server_error
from sqlalchemy import text

from desk_app.core.entries import NewEntry
from desk_app.hub.sql_ledger import see_centres
from desk_app.hub.tables import metadata
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import Member, RunningHub, running_hub
from tests.helpers.postgres import Postgres

REQUESTS = int(os.environ.get("DESK_APP_BAD_REQUESTS", "300"))
"""Over both databases and all three kinds together."""
EACH = REQUESTS // 6
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
CASE = "case000000000001"
TABLES = tuple(table for table in metadata.tables if table != "alembic_version")


class Target:
    """A hub with something in it, and a device that sends it nonsense."""

    def __init__(self, hub: RunningHub) -> None:
        self.hub = hub
        self.member: Member = hub.member("east")
        desk = Desk(self.member.device)
        self.entry = desk.write(NewEntry(CASE, "case.opened", {**OPENED, "number": "N"}))
        self.http = httpx.Client(base_url=hub.address, headers=self.member.headers)
        sent = {"entries": [WireEntry.of(self.entry).model_dump()]}
        self.http.post("/v1/push", json=sent).raise_for_status()

    def state(self) -> str:
        """Everything in the tables but when devices were seen."""
        found = []
        with self.hub.open.database.reading() as connection:
            see_centres(connection, ["east", "west"])
            for table in TABLES:
                rows = connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).mappings()
                found += [{k: v for k, v in row.items() if k != "seen"} for row in rows]
        return repr(found)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def target(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    path: Path = tmp_path_factory.mktemp("hub")
    url = ""
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.database()
    with running_hub(path, url) as hub:
        hub.open.database.serve_as_other_role()
        found = Target(hub)
        yield found
        found.http.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@st.composite
def spoiled_entries(draw: st.DrawFn, good: dict[str, Any]) -> Any:
    """A right entry with one thing wrong, or no entry at all."""
    if draw(st.booleans()):
        return draw(JSON)
    spoiled = dict(good)
    key = draw(st.sampled_from(sorted(spoiled)))
    change = draw(st.sampled_from(["drop", "other", "more"]))
    if change == "drop":
        del spoiled[key]
    elif change == "other":
        spoiled[key] = draw(JSON.filter(lambda value: value != good[key]))
    else:
        spoiled[draw(st.text(min_size=1, max_size=8).filter(lambda k: k not in good))] = 1
    return spoiled


@given(data=st.data())
@settings(max_examples=EACH, deadline=None, suppress_health_check=QUIET)
def test_spoiled_entries_are_refused_one_by_one_and_change_nothing(
    target: Target, data: st.DataObject
) -> None:
    good = WireEntry.of(target.entry).model_dump()
    sent = data.draw(st.lists(spoiled_entries(good), min_size=1, max_size=4))
    before = target.state()

    answer = target.http.post(
        "/v1/push",
        content=json.dumps({"entries": sent}).encode("utf-8", "surrogatepass"),
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert {a["status"] for a in answer.json()["answers"]} <= {"rejected"}
    assert target.state() == before


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]),
    path=st.sampled_from(
        ["/v1/push", "/v1/pull", "/v1/rows", "/v1/snapshot", "/v1/digest", "/v1/wait", "/v1/enrol",
         "/v1/token", "/v1/sealed", "/v1/blobs/x", "/v1/blobs/" + "0" * 64 + "/0", "/v1/packs/x"]
    ),
    query=st.dictionaries(
        st.sampled_from(["cursor", "low", "high", "upto", "after", "seconds", "chunks", "epoch"]),
        st.integers(-(10**30), 10**30).map(str) | st.text(string.printable, max_size=20),
    ),
    body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()),
    kind=st.sampled_from(["application/json", "text/plain", "", "application/json; charset=x"]),
)  # fmt: skip
@settings(max_examples=EACH, deadline=None, suppress_health_check=QUIET)
def test_any_nonsense_gets_an_answer_and_changes_nothing(
    target: Target, method: str, path: str, query: dict[str, str], body: bytes, kind: str
) -> None:
    if path == "/v1/wait":
        query["seconds"] = "0"
    before = target.state()
    answer = target.http.request(
        method, path, params=query, content=body, headers={"Content-Type": kind}
    )
    assert answer.status_code < 500, (method, path, query, body)
    assert answer.headers["X-Desk-Protocol"] == "1"
    if answer.status_code >= 400 and method != "HEAD":
        assert answer.json()["code"]
    if method == "PUT" and answer.status_code == 200:
        # By chance a right request: the first chunk of a file, which is kept.
        assert body
        assert "chunks" in query
    else:
        assert target.state() == before


def test_the_described_routes_keep_to_their_description(target: Target) -> None:
    """schemathesis: requests made from the hub's own description, right ones and wrong ones."""
    schema = schemathesis.openapi.from_url(f"{target.hub.address}/openapi.json")
    operations = [made.ok() for made in schema.get_all_operations()]
    operations = [made for made in operations if made.path != "/v1/wait"]  # it waits
    share = max(4, EACH // len(operations) + 1)
    sent = 0
    while sent < EACH:  # a route that takes nothing can be asked in one way only
        sent += sum(_ask_by_description(target, operation, share) for operation in operations)


def _ask_by_description(target: Target, operation: Any, share: int) -> int:
    """Ask one route at most ``share`` times; what was refused must have changed nothing."""
    strategy = operation.as_strategy(
        generation_mode=schemathesis.GenerationMode.NEGATIVE
    ) | operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    sent = 0

    @given(case=strategy)
    @settings(
        max_examples=share, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def ask(case: schemathesis.Case) -> None:
        nonlocal sent
        sent += 1
        before = target.state()
        response = case.call(headers=target.member.headers)
        case.validate_response(response, checks=[not_a_server_error])
        if response.status_code >= 400:
            assert target.state() == before

    try:
        ask()
    except Failure as failure:
        pytest.fail(str(failure))
    return sent
