"""Number order is commit order: a reader that follows the numbers misses nothing, ever."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from desk_app.core.entries import Entry, NewEntry
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.reading import Reading
from desk_app.protocol.wire import WireEntry, WireRow
from tests.helpers.factories import OPENED, Desk
from tests.helpers.hub import RunningHub, now_ms
from tests.helpers.postgres import Postgres

WRITERS = 8
BATCHES = 12
NAIVE_ROWS = 60


@dataclass
class Ledger:
    """What was acknowledged, kept apart from the hub."""

    ids: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    news: threading.Event = field(default_factory=threading.Event)


def _write(hub: RunningHub, desk: Desk, ledger: Ledger, dice: random.Random) -> None:
    sender = Sender(desk.device, "east")
    case = f"case{desk.device}"
    for number in range(BATCHES):
        new = [NewEntry(case, "note.added", {"text": f"{number}"})] * dice.randrange(1, 6)
        if number == 0:
            new.insert(0, NewEntry(case, "case.opened", {**OPENED, "number": "N"}))
        entries: list[Entry] = [desk.write(one) for one in new]
        sent = [WireEntry.of(entry).model_dump() for entry in entries]
        answers = take_in(hub.open.database.ledger, sender, sent, now_ms())
        with ledger.lock:
            for answer in answers:
                assert answer.status == "accepted"
                ledger.ids[answer.id] = answer.seq
        ledger.news.set()


def _follow(hub: RunningHub, ledger: Ledger, done: Callable[[], bool]) -> list[tuple[int, str]]:
    """Read on from the last number seen, as a desk does; never look back."""
    seen: list[tuple[int, str]] = []
    cursor = 0
    while True:
        finished = done()
        with hub.open.database.reading() as connection:
            page = Reading(connection, hub.open.database.key, "h", "east").rows(cursor, 1 << 60)
        rows = [WireRow.model_validate_json(text).to_row() for text in page.rows]
        seen += [(row.seq, row.id) for row in rows]
        if finished and not rows:
            return seen
        cursor = page.last
        ledger.news.wait(0.01)
        ledger.news.clear()


def test_eight_writers_and_a_reader_that_misses_nothing(any_hub: RunningHub) -> None:
    hub = any_hub
    desks = [Desk(hub.member("east").device) for _ in range(WRITERS)]
    ledger = Ledger()
    threads = [
        threading.Thread(target=_write, args=(hub, desk, ledger, random.Random(place)))
        for place, desk in enumerate(desks)
    ]
    for thread in threads:
        thread.start()
    seen = _follow(hub, ledger, lambda: not any(thread.is_alive() for thread in threads))
    for thread in threads:
        thread.join()

    assert [seq for seq, _ in seen] == list(range(1, len(ledger.ids) + 1))
    assert {row_id: seq for seq, row_id in seen} == ledger.ids


def test_a_reader_of_serial_numbers_misses_rows(postgres: Postgres) -> None:
    """The canary: numbers drawn from a sequence are given before they are committed."""
    url = postgres.database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE naive (seq bigserial PRIMARY KEY, name text)")

    def write(seed: int) -> None:
        dice = random.Random(seed)
        with psycopg.connect(url, autocommit=True) as connection:
            for number in range(NAIVE_ROWS):
                with connection.transaction():
                    connection.execute(
                        "INSERT INTO naive (name) VALUES (%s)", (f"{seed}-{number}",)
                    )
                    connection.execute("SELECT pg_sleep(%s)", (dice.random() * 0.004,))

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen: set[str] = set()
    cursor = 0
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            finished = not any(thread.is_alive() for thread in threads)
            rows = connection.execute(
                "SELECT seq, name FROM naive WHERE seq > %s ORDER BY seq", (cursor,)
            ).fetchall()
            seen |= {name for _, name in rows}
            cursor = rows[-1][0] if rows else cursor
            if finished and not rows:
                break
    for thread in threads:
        thread.join()
    assert len(seen) < WRITERS * NAIVE_ROWS
