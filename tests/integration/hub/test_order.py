"""Number order is commit order: a reader that follows the numbers misses nothing, ever.

The long form, a minute of writing over each database:
``DESK_APP_WRITING=60 ./packaging/test tests/integration/hub/test_order.py``.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from desk_app.core.entries import NewEntry
from desk_app.protocol.wire import WireEntry
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import HubProcess, Member
from tests.helpers.postgres import Postgres
from tests.integration.hub.desks import hub_with_members

WRITERS = 8
SECONDS = float(os.environ.get("DESK_APP_WRITING", "1.5"))

LATE = """
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(random() * 0.004); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.seq % 3 = 0) EXECUTE FUNCTION dawdle();
"""
"""Between the last statement and the commit, transactions take up to 4 ms for each third row: there
a number that was given is not yet to be seen."""

Acknowledged = dict[str, int]
"""The ledger: what writers were told, number by id; kept apart from the hub."""


def _write(address: str, member: Member, seed: int, until: float) -> Acknowledged:
    dice, desk, told = random.Random(seed), Desk(member.device), dict[str, int]()
    case = f"case{member.device}"
    new = [NewEntry(case, "case.opened", {**OPENED, "number": "N"})]
    with httpx.Client(base_url=address, headers=member.headers, timeout=30) as client:
        while time.monotonic() < until:
            new += [NewEntry(case, "note.added", {"text": "x"})] * dice.randrange(1, 6)
            sent = [WireEntry.of(desk.write(one)).model_dump() for one in new]
            new = []
            reply = client.post("/v1/push", json={"entries": sent}).raise_for_status().json()
            for answer in reply["answers"]:
                assert answer["status"] == "accepted"
                told[answer["id"]] = answer["seq"]
    return told


def _follow(address: str, member: Member, done: Callable[[], bool]) -> list[tuple[int, str]]:
    """Read on from the last number seen, as a desk does; never look back."""
    seen: list[tuple[int, str]] = []
    cursor = 0
    with httpx.Client(base_url=address, headers=member.headers, timeout=30) as client:
        while True:
            finished = done()
            page = client.get("/v1/pull", params={"cursor": cursor}).raise_for_status().json()
            seen += [(row["seq"], row["id"]) for row in page["rows"]]
            if finished and not page["rows"]:
                return seen
            cursor = page["cursor"]


def _all_done(writing: list[Future[Acknowledged]]) -> Callable[[], bool]:
    return lambda: all(one.done() for one in writing)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_eight_writers_and_a_reader_that_misses_nothing(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Two processes of the hub serve them all; on PostgreSQL every commit comes late."""
    url = ""
    if kind == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.database()
    hub = HubProcess(tmp_path / "hub", url, workers=2)
    *members, reader = hub_with_members(hub, ["east"] * (WRITERS + 1))
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(LATE.format(table="stream"))
    hub.start()
    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            until = time.monotonic() + SECONDS
            writing = [
                pool.submit(_write, hub.address, member, seed, until)
                for seed, member in enumerate(members)
            ]
            seen = _follow(hub.address, reader, _all_done(writing))
    finally:
        hub.kill()
    told = {entry_id: seq for one in writing for entry_id, seq in one.result().items()}
    assert len(told) > WRITERS * 5
    assert [seq for seq, _ in seen] == list(range(1, len(told) + 1))
    assert {row_id: seq for seq, row_id in seen} == told


def test_a_reader_of_serial_numbers_misses_rows(postgres: Postgres) -> None:
    """The canary, in the same conditions: a sequence gives its numbers before the commit."""
    url = postgres.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE naive (seq bigserial PRIMARY KEY, name text)")
        connection.execute(LATE.format(table="naive"))
    until = time.monotonic() + SECONDS

    def write(seed: int) -> Acknowledged:
        dice, told = random.Random(seed), dict[str, int]()
        with psycopg.connect(url, autocommit=True) as connection:
            while time.monotonic() < until:
                names = [f"{seed}-{len(told) + n}" for n in range(dice.randrange(1, 6))]
                with connection.transaction():
                    for name in names:
                        insert = "INSERT INTO naive (name) VALUES (%s) RETURNING seq"
                        told[name] = connection.execute(insert, (name,)).fetchone()[0]  # type: ignore[index]
        return told

    seen: set[str] = set()
    with (
        ThreadPoolExecutor(WRITERS) as pool,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        writing = [pool.submit(write, seed) for seed in range(WRITERS)]
        done, cursor = _all_done(writing), 0
        while True:
            finished = done()
            rows = connection.execute(
                "SELECT seq, name FROM naive WHERE seq > %s ORDER BY seq LIMIT 500", (cursor,)
            ).fetchall()
            seen |= {name for _, name in rows}
            cursor = rows[-1][0] if rows else cursor
            if finished and not rows:
                break
    told = {name for one in writing for name in one.result()}
    assert told > seen
