"""Working with others through the use cases, over a real store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from desk_app.content.pinyin import readings
from desk_app.core.coordination import RESIDENT, Party, calls, parties, requests
from desk_app.core.entries import NewEntry
from desk_app.core.errors import BadInputError
from desk_app.core.fold import CaseState
from desk_app.services.coordination import NUDGE, Coordination, NewCall, NewParty, NextStep
from desk_app.services.people import People
from desk_app.storage.sync_store import SqlSyncStore
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock

DAY, DUE = date(2026, 11, 23), date(2026, 11, 27)
OFFICE = NewParty("office", "区社保中心", agency="hrss-district")
VALID_ID, BROKEN_ID = "11010519491231002X", "110105194912310021"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlSyncStore]:
    opened = SqlSyncStore.open(
        tmp_path / "store.db", bytes(range(32)), FakeClock(), readings, create=True
    )
    yield opened
    opened.close()


@pytest.fixture
def work(store: SqlSyncStore) -> Coordination:
    return Coordination(store, "小李")


@pytest.fixture
def case_id(store: SqlSyncStore) -> str:
    return opened(store, "赵秀英")


def opened(store: SqlSyncStore, name: str, **fields: str) -> str:
    case_id = store.open_case("小李", dict(OPENED)).case_id
    known = {"resident_name": name, **fields}.items()
    bodies = ({"name": field, "value": value} for field, value in known)
    store.append("小李", [NewEntry(case_id, "field.set", body) for body in bodies])
    return case_id


def last(case: CaseState) -> Party:
    return parties(case)[-1]


def refused(store: SqlSyncStore, case_id: str, act: Callable[[], object]) -> str:
    """What is said; nothing was written."""
    before = len(store.case(case_id).timeline)
    with pytest.raises(BadInputError) as told:
        act()
    assert len(store.case(case_id).timeline) == before
    return told.value.what


def test_a_call_answers_a_request_and_makes_a_promise_in_one_transaction(
    store: SqlSyncStore, work: Coordination, case_id: str
) -> None:
    office = last(work.add_party(case_id, OFFICE)).id
    ref = work.ask(case_id, office, "查缴费年限", "phone", DAY, DUE).timeline[-1].id
    new = NewCall(
        office, said="满 15 年", request=ref, answer="yes", following=NextStep("告诉赵女士", DUE)
    )
    case = work.log(case_id, new, DAY)
    assert [entry.kind for entry in case.timeline[-3:]] == [
        "call.logged", "request.answered", "promise.made",
    ]  # fmt: skip
    assert requests(case)[0].answer == "yes"
    assert (case.promises[0].what, case.promises[0].to_whom) == ("告诉赵女士", "区社保中心")
    assert store.tasks() == []


def test_a_request_waits_until_it_is_answered_and_says_how_often_it_was_nudged(
    store: SqlSyncStore, work: Coordination, case_id: str
) -> None:
    office = last(work.add_party(case_id, OFFICE)).id
    ref = work.ask(case_id, office, "查缴费年限", "phone", DAY, DUE).timeline[-1].id
    work.nudge(case_id, ref, "phone", DAY)
    work.log(case_id, NewCall(office, said="还在查", request=ref, answer=NUDGE), DAY)
    (row,) = store.tasks()
    assert row.task.due == DUE
    assert row.task.about == "区社保中心 查缴费年限，催过 2 次，最近 11月23日"
    work.answer(case_id, ref, "no", DAY, "没有记录")
    assert store.tasks() == []
    told = refused(store, case_id, lambda: work.nudge(case_id, ref, "phone", DAY))
    assert "已经有了答复" in told


def test_passing_on_goes_forward_and_never_round(
    store: SqlSyncStore, work: Coordination, case_id: str
) -> None:
    first = last(work.add_party(case_id, OFFICE)).id
    second = last(work.add_party(case_id, NewParty("office", "街道社保所"))).id
    again = last(work.add_party(case_id, NewParty("office", "社保", agency="hrss-district"))).id
    ref = work.ask(case_id, first, "查档案", "letter", DAY, DUE).timeline[-1].id
    case = work.pass_on(case_id, ref, second, DAY, DUE, "归街道")
    old, new = requests(case)
    assert (old.state, old.answer, old.passed_to) == ("answered", "passed_on", second)
    assert (new.party, new.what, new.after, new.is_open) == (second, "查档案", ref, True)
    for back in (first, again, second):
        told = refused(
            store, case_id, lambda back=back: work.pass_on(case_id, new.id, back, DAY, DUE)
        )
        assert "兜圈子" in told


def test_what_cannot_be_is_refused_with_a_sentence(
    store: SqlSyncStore, work: Coordination, case_id: str
) -> None:
    def party(**about: str) -> Callable[[], object]:
        return lambda: work.add_party(case_id, NewParty(**{"role": "third", **about}))

    assert "名字" in refused(store, case_id, party(name=" "))
    assert "身份证号" in refused(store, case_id, party(name="王敏", id_number=BROKEN_ID))
    assert "身份证号" in refused(store, case_id, party(name="王敏", id_number="11010519"))
    for asked, due in ((date(1900, 1, 1), DUE), (DAY, date(9999, 12, 31)), (DUE, DAY)):
        assert refused(
            store, case_id,
            lambda asked=asked, due=due: work.ask(case_id, RESIDENT, "问", "phone", asked, due),
        )  # fmt: skip
    late = NextStep("回电", date(9999, 1, 1))
    for new in (
        NewCall(said="问了"), NewCall(name="王", said=" "), NewCall("nobody", said="问了"),
        NewCall(RESIDENT, said="问了", request="nothing", answer="yes"),
        NewCall(RESIDENT, said="问了", following=late),
    ):  # fmt: skip
        assert refused(store, case_id, lambda new=new: work.log(case_id, new, DAY))
    assert len(parties(work.add_party(case_id, NewParty("third", "王敏", id_number=VALID_ID)))) == 2
    assert len(parties(work.add_party(case_id, NewParty("third", "王敏", id_number=VALID_ID)))) == 2


def test_a_call_that_reached_nobody_needs_no_words(work: Coordination, case_id: str) -> None:
    case = work.log(case_id, NewCall(name="王社工", reached=False), DAY)
    (call,) = calls(case)
    assert (call.reached, last(case).name, last(case).role) == (False, "王社工", "third")


def test_looking_at_a_number_is_written_with_its_reason(
    store: SqlSyncStore, work: Coordination, case_id: str
) -> None:
    party = last(work.add_party(case_id, NewParty("agent", "赵大明", id_number=VALID_ID)))
    assert work.reveal(case_id, party.id, "id_number", "核对") == VALID_ID
    seen = store.case(case_id).timeline[-1]
    assert (seen.kind, seen.body["why"]) == ("sensitive.revealed", "核对：赵**")


def test_one_person_is_known_over_all_cases_by_number_phone_and_sound(
    store: SqlSyncStore, work: Coordination, case_id: str
) -> None:
    people = People(store, readings)
    worker = NewParty("third", "王敏", "市一医院", "021-5566 7788")
    there = opened(store, "陈桂英", phone="13900001234", id_number=VALID_ID)
    here = last(work.add_party(case_id, worker))
    work.add_party(there, worker)
    work.log(there, NewCall(last(store.case(there)).id, said="问了"), DAY)
    own, other = people.contacts(store.case(case_id), here)
    assert (own.case.case_id, other.case.case_id, other.why) == (case_id, there, "phone")
    assert [call.said for call in other.calls] == ["问了"]
    for typed, why in (
        (Party("", "third", "陈桂英"), "name"),
        (Party("", "third", "", phone="139 0000 1234"), "phone"),
        (Party("", "third", "陈贵英"), "sound"),
        (Party("", "third", "陈小英"), ""),
        (Party("", "third", "", id_number=VALID_ID[-4:]), "ending"),
        (Party("", "third", "陈贵英", id_number=VALID_ID[-4:]), "ending"),
        (Party("", "third", "周小英", id_number=VALID_ID[-4:]), ""),
    ):
        assert [known.why for known in people.alike(typed)] == ([why] if why else [])


def test_an_office_is_known_in_all_cases_by_its_name(
    store: SqlSyncStore, work: Coordination, case_id: str
) -> None:
    there = opened(store, "陈桂英")
    here = last(work.add_party(case_id, OFFICE))
    work.add_party(there, OFFICE)
    found = People(store, readings).contacts(store.case(case_id), here)
    assert [known.case.case_id for known in found] == [case_id, there]
