"""The centre's book: duty and advisers; it is no case, and all books of a desk are read as one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from desk_app.content.pinyin import readings
from desk_app.core.calculators import CALCULATORS
from desk_app.core.calculators.base import Unit
from desk_app.core.centre_book import Adviser, centre_book
from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.ids import ALPHABET, BOOK, new_book_id
from desk_app.services.centre_book import BookWork
from desk_app.services.estimates import STANDARD, Estimates
from desk_app.storage.store import SqlCaseStore
from tests.helpers.fakes import A_MONDAY, FakeClock

MONDAY = A_MONDAY.date()
KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlCaseStore]:
    made = SqlCaseStore.open(tmp_path / "store.db", KEY, FakeClock(), readings, create=True)
    yield made
    made.close()


def names(store: SqlCaseStore, day: date) -> list[str]:
    return [one.officer for one in BookWork(store, "小李").read().on(day)]


def test_a_book_is_no_case(store: SqlCaseStore) -> None:
    work = BookWork(store, "小李")
    work.set_duty(MONDAY, "小李")
    (book_id,) = store.books()
    assert book_id.startswith(BOOK)
    assert set(BOOK) - set(ALPHABET)  # so no case's id begins like that
    assert (store.cases(), store.count_cases(), store.search("小李")) == ([], 0, [])
    case_id = store.open_case("小李", {"channel": "counter", "pack_version": "1",
                                       "pack_digest": "0" * 64}).case_id  # fmt: skip
    assert [row.case_id for row in store.cases()] == [case_id]
    assert store.books() == [book_id]
    before = store.digest()
    assert store.rebuild() == before
    assert not store.health().problems


def test_duty_is_set_changed_halved_and_taken_off(store: SqlCaseStore) -> None:
    work = BookWork(store, "小李")
    work.set_duty(MONDAY, " 小李 ")
    assert names(store, MONDAY) == ["小李", "小李"]
    work.set_duty(MONDAY, "小王", ["pm"])
    assert names(store, MONDAY) == ["小李", "小王"]
    work.set_duty(MONDAY, "")
    assert names(store, MONDAY) == ["", ""]
    count = len(store.case(store.books()[0]).timeline)
    work.set_duty(MONDAY, "")
    assert len(store.case(store.books()[0]).timeline) == count


def test_a_week_is_repeated_and_overwrites_nobodys_swap(store: SqlCaseStore) -> None:
    work = BookWork(store, "小李")
    work.set_duty(MONDAY, "小李")
    work.set_duty(MONDAY + timedelta(days=1), "小王")
    work.set_duty(MONDAY + timedelta(days=8), "主任", ["am"])
    work.repeat_week(MONDAY)
    assert names(store, MONDAY + timedelta(days=7)) == ["小李", "小李"]
    assert names(store, MONDAY + timedelta(days=8)) == ["主任", "小王"]
    assert names(store, MONDAY + timedelta(days=9)) == ["", ""]


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(9999, 12, 31)])
def test_an_impossible_day_or_name_is_refused(store: SqlCaseStore, day: date) -> None:
    work = BookWork(store, "小李")
    with pytest.raises(BadInputError):
        work.set_duty(day, "小李")
    with pytest.raises(BadInputError):
        work.set_duty(MONDAY, "李" * 41)
    with pytest.raises(BadInputError):
        work.set_adviser(Adviser(" ", "医保"))
    assert store.books() == []


def test_the_panel_has_each_name_once_until_they_are_gone(store: SqlCaseStore) -> None:
    work = BookWork(store, "小李")
    work.set_adviser(Adviser("老周", "医保"))
    work.set_adviser(Adviser("老周", "医保、生育", "021-12345678"))
    assert work.read().advisers == (Adviser("老周", "医保、生育", "021-12345678"),)
    assert work.set_adviser(Adviser("老周", ""), gone=True).advisers == ()


def test_books_begun_on_two_desks_are_read_as_one_in_any_order(store: SqlCaseStore) -> None:
    ids = [new_book_id(), new_book_id()]
    for book_id, officer in zip(ids, ("小李", "小王"), strict=True):
        for half in ("am", "pm"):
            body = {"day": MONDAY.isoformat(), "half": half, "officer": officer}
            store.append(officer, [NewEntry(book_id, "duty.set", body)])
    books = [store.case(book_id) for book_id in ids]
    assert centre_book(books) == centre_book(reversed(books))
    assert names(store, MONDAY) == ["小王", "小王"]  # the later one counts
    BookWork(store, "主任").set_duty(MONDAY, "主任")
    assert names(store, MONDAY) == ["主任", "主任"]


def test_local_standards_stand_in_the_book_and_older_ones_are_still_read(
    store: SqlCaseStore,
) -> None:
    calculator, one = next(
        (c.id, i) for c in CALCULATORS.values() for i in c.inputs if i.local and i.unit is Unit.FEN
    )
    work = Estimates(store, "小李", {})
    assert work.standards() == {}
    old = {"value": 150_000, "by": "小王", "day": "2026-01-05"}
    store.save_setting(f"{STANDARD}{one.local}", json.dumps(old))
    assert (work.standards()[one.local].value, work.standards()[one.local].by) == (150_000, "小王")
    work.keep_standards(calculator, {one.name: 160_000}, MONDAY)
    kept = Estimates(store, "主任", {}).standards()[one.local]
    assert (kept.value, kept.by, kept.day) == (160_000, "小李", MONDAY)
    count = len(store.case(store.books()[0]).timeline)
    work.keep_standards(calculator, {one.name: 160_000}, MONDAY)
    assert len(store.case(store.books()[0]).timeline) == count
