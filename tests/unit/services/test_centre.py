"""Doubles are suggested, never joined; what the centre refused waits until a person looked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk_app.core.entries import NewEntry
from desk_app.core.exchange import Answer
from desk_app.services.centre import CentreWork, Person, suggest_merges
from desk_app.services.queue_work import QueueWork
from desk_app.storage.sync_store import SqlSyncStore
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlSyncStore]:
    """A joined store."""
    opened = SqlSyncStore.open(
        tmp_path / "store.db", b"k" * 32, FakeClock(), lambda _: (), create=True
    )
    opened.join("hub0", "east", "东街道", "epoch1")
    yield opened
    opened.close()


def case_of(store: SqlSyncStore, **fields: str) -> str:
    case_id = store.open_case("小李", dict(OPENED)).case_id
    body = [NewEntry(case_id, "field.set", {"name": n, "value": v}) for n, v in fields.items()]
    store.append("小李", body)
    return case_id


def person(case_id: str, name: str = "", phone: str = "", id_number: str = "") -> Person:
    return Person(case_id, case_id.upper(), name, phone, id_number)


def pairs(*people: Person, settled: dict[frozenset[str], bool] | None = None) -> list[str]:
    found = suggest_merges(people, settled or {})
    return [f"{s.first.case_id}{s.second.case_id} {s.why}" for s in found]


def test_the_same_id_number_however_it_was_typed() -> None:
    one, two = (
        person("a", id_number="00000019600101101x"),
        person("b", id_number="000000 19600101 101Ｘ"),
    )
    assert pairs(one, two) == ["ab id_number"]


def test_the_same_name_with_the_same_phone() -> None:
    one = person("a", "张 小芳", "+86 100-0000-0001")
    two = person("b", "张小芳", "10000000001")
    assert pairs(one, two) == ["ab name_and_phone"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (person("a", "张小芳"), person("b", "张小芳")),
        (person("a", "张小芳", "10000000001"), person("b", "李大明", "10000000001")),
        (person("a", id_number="不详"), person("b", id_number="不详")),
        (person("a", "张小芳", "120"), person("b", "张小芳", "120")),
        (person("a"), person("b")),
    ],
)
def test_less_than_that_suggests_nothing(one: Person, two: Person) -> None:
    assert pairs(one, two) == []


def test_many_cases_of_one_person_do_not_become_all_pairs() -> None:
    people = [person(letter, id_number="0" * 18) for letter in "abcdef"]
    assert len(pairs(*people)) == 5


def test_what_somebody_has_said_counts() -> None:
    one, two, three = (person(letter, id_number="0" * 18) for letter in "abc")
    joined, told_apart = {frozenset("ab"): True}, {frozenset("ab"): False}
    assert pairs(one, two, settled=joined) == []
    assert pairs(one, two, settled=told_apart) == []
    assert pairs(one, two, three, settled=told_apart) == ["ac id_number"]


def test_a_suggestion_is_made_for_a_case_accepted_and_taken_back(store: SqlSyncStore) -> None:
    first = case_of(store, resident_name="张小芳", phone="10000000001")
    second = case_of(store, resident_name="张小芳", phone="100 0000 0001", id_number="0" * 18)
    third = case_of(store, resident_name="老李", id_number="0" * 18)
    work, queue = CentreWork(store), QueueWork(store, "小李", FakeClock())
    assert {(s.second.case_id, s.why) for s in work.suggestions(third)} == {(second, "id_number")}
    assert len(work.suggestions(second)) == 2
    queue.link(second, third, "身份证一样")
    assert work.suggestions(third) == []
    assert [s.second.case_id for s in work.suggestions(second)] == [first]
    queue.unlink(second, third)
    assert work.suggestions(third) == []  # told apart by a person: not asked again
    assert store.case(first).same_person == ()


def test_what_was_refused_waits_and_can_be_sent_again(store: SqlSyncStore) -> None:
    case_id = case_of(store, words="第一句")
    opened, field = store.outbox()
    store.settle(
        [Answer(opened.id, "accepted", 1, 5), Answer(field.id, "rejected", code="too_deep")]
    )
    work = CentreWork(store)
    assert [item.code for item in work.tray()] == ["too_deep"]
    assert store.outbox() == []
    work.retry(field.id)
    assert [entry.id for entry in store.outbox()] == [field.id]
    store.settle([Answer(field.id, "rejected", code="too_deep")])
    work.dealt_with(field.id)
    assert work.tray() == []
    assert store.case(case_id).fields["words"] == "第一句"
