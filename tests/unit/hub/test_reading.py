"""Pages of the stream: none larger than a desk takes, none that leaves a row out."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, text

from desk_app.core.entries import NewEntry
from desk_app.hub import reading, tables
from desk_app.hub.folder import HubFolder, OpenHub
from desk_app.hub.intake import Sender, take_in
from desk_app.hub.people import People
from desk_app.hub.reading import Reading
from desk_app.protocol.wire import MAX_ENTRIES, WireEntry
from tests.helpers.factories import OPENED, Desk

NOW = 1_795_000_000_000
PAGE_BYTES, PAGE_ROWS = 20_000, 40
CASES = 60


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE_BYTES", PAGE_BYTES)
    monkeypatch.setattr(reading, "PAGE_ROWS", PAGE_ROWS)
    monkeypatch.setattr(reading, "STEP_ROWS", 7)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHub]:
    """A centre with small cases, long ones, heavy ones, and one that is more than a page."""
    folder = HubFolder(tmp_path_factory.mktemp("hub") / "hub")
    folder.make(("localhost",))
    opened = folder.open()
    People(opened.database, opened.identity).add_centre("east", "东街")
    desk = Desk()
    with opened.database.writing() as connection:
        connection.execute(
            insert(tables.devices).values(
                id=desk.device, centre="east", name="", role="desk", public_key="",
                state="active", enrolled=0, seen=0,
            )
        )  # fmt: skip
    dice = random.Random(4)
    new = [NewEntry("case30", "note.added", {"text": "重" * PAGE_BYTES})]
    for number in range(CASES):
        case = f"case{number:02}"
        new.append(NewEntry(case, "case.opened", {**OPENED, "number": "N"}))
        for _ in range(dice.choice((0, 1, 5, PAGE_ROWS + 3) if number % 9 == 0 else (0, 1, 3))):
            words = "字" * dice.choice((1, 10, 2000))
            new.append(NewEntry(case, "note.added", {"text": words}))
    dice.shuffle(new)
    sent = [WireEntry.of(desk.write(one)).model_dump() for one in new]
    for start in range(0, len(sent), MAX_ENTRIES):
        batch = sent[start : start + MAX_ENTRIES]
        answers = take_in(opened.database.ledger, Sender(desk.device, "east"), batch, NOW).answers
        assert {answer.status for answer in answers} == {"accepted"}
    yield opened
    opened.database.close()


@pytest.fixture
def look(hub: OpenHub) -> Iterator[Reading]:
    with hub.database.reading() as connection:
        yield Reading(connection, hub.database.key, "hub", "east")


def _size(texts: tuple[bytes, ...]) -> int:
    return sum(map(len, texts))


def _parsed(texts: tuple[bytes, ...]) -> list[dict[str, Any]]:
    return [json.loads(one) for one in texts]


def test_pages_of_the_stream_leave_nothing_out(look: Reading) -> None:
    high, seen = look.head().high, list[int]()
    while (page := look.rows(seen[-1] if seen else 0, high)).rows:
        assert len(page.rows) <= PAGE_ROWS
        assert len(page.rows) == 1 or _size(page.rows) <= PAGE_BYTES
        seen += [row["seq"] for row in _parsed(page.rows)]
        assert page.last == seen[-1]
    assert seen == list(range(1, high + 1))


def test_a_stretch_is_given_as_it_was_asked(look: Reading) -> None:
    page = look.rows(3, 9)
    assert [row["seq"] for row in _parsed(page.rows)] == [4, 5, 6, 7, 8, 9][: len(page.rows)]
    assert look.rows(9, 3).rows == ()
    assert look.rows(10**9, 1 << 62).rows == ()


@pytest.mark.parametrize("part", [1, 2])
def test_a_first_load_gives_whole_cases_of_a_page_at_most(look: Reading, part: int) -> None:
    upto = look.head().high // part
    seen: dict[int, str] = {}
    after, done, pages = "", False, 0
    while not done:
        texts, last, done = look.snapshot(upto, after)
        rows = _parsed(texts)
        cases = {row["case_id"] for row in rows}
        assert len(cases) == 1 or (len(rows) <= PAGE_ROWS and _size(texts) <= PAGE_BYTES)
        assert all(after < case <= last for case in cases)
        assert not {row["case_id"] for row in rows} & set(seen.values())  # a case comes whole
        assert not {row["seq"] for row in rows} & set(seen)
        seen |= {row["seq"]: row["case_id"] for row in rows}
        after, pages = last, pages + 1
    assert sorted(seen) == list(range(1, upto + 1))
    assert pages > 5


def test_an_empty_centre_is_loaded_at_once(hub: OpenHub) -> None:
    with hub.database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO centres SELECT 'west', name, 0, '0', 0, epoch, 0, "
                "sealed_key, '', '', 0, 0 FROM centres WHERE id = 'east'"
            )
        )
    with hub.database.reading() as connection:
        look = Reading(connection, hub.database.key, "hub", "west")
        assert look.snapshot(0, "") == ((), "", True)
        assert look.digest(0, 10) == (0, 0)
