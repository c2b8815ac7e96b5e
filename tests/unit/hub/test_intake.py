"""What the hub takes in: one answer an entry, one number for each, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from desk_app.core.entries import Entry, NewEntry, fingerprint
from desk_app.core.exchange import Answer, Row, row_mark
from desk_app.core.kinds.kind import Json
from desk_app.hub.intake import Sender, take_in
from desk_app.protocol.wire import MAX_ENTRY_BYTES
from tests.helpers.factories import OPENED, Desk
from tests.helpers.memory_ledger import CutError, MemoryHub, as_json

NOON = 1_795_000_000_000
EAST, WEST = Sender("e1desk0000", "east"), Sender("w1desk0000", "west")
CASE = "case000000000001"


class Hub(MemoryHub):
    """Two centres with a desk each, and what a test asks of them."""

    def __init__(self) -> None:
        super().__init__("hub1", {"east": "东", "west": "西"})
        self.east, self.west = Desk(EAST.device), Desk(WEST.device)
        self.enrol(EAST.device, "east")
        self.enrol(WEST.device, "west")

    def take(self, sender: Sender, *sent: Any, now: int = NOON) -> tuple[Answer, ...]:
        values = [as_json(value) if isinstance(value, Entry) else value for value in sent]
        return take_in(self.transaction, sender, values, now).answers

    def rows_of(self, centre: str) -> Sequence[Row]:
        return self.rows(centre, 0, 1 << 30).rows

    def opened(self, desk: Desk | None = None) -> Entry:
        body: dict[str, Json] = {**OPENED, "number": "BCS-1"}
        return (desk or self.east).write(NewEntry(CASE, "case.opened", body))

    def note(self, text: str, desk: Desk | None = None, case: str = CASE) -> Entry:
        return (desk or self.east).write(NewEntry(case, "note.added", {"text": text}))

    def offered_to_west(self) -> Entry:
        body: dict[str, Json] = {"fence": 0, "to": "", "to_centre": "west", "why": "住那边"}
        offer = self.east.write(NewEntry(CASE, "handover.offered", {**body, "summary": "一家"}))
        self.take(EAST, self.opened(), offer)
        return offer

    def answer(self, offer: Entry, answer: str, desk: Desk | None = None) -> Entry:
        body = {"ref": offer.id, "answer": answer, "why": "x"}
        return (desk or self.west).write(NewEntry(CASE, "handover.answered", body))


@pytest.fixture
def hub() -> Hub:
    """A hub with two centres."""
    return Hub()


def _codes(answers: Sequence[Answer]) -> list[tuple[str, str]]:
    return [(answer.status, answer.code) for answer in answers]


def _broken(entry: Entry, **changes: Any) -> Entry:
    """The same with a fingerprint that fits what was changed."""
    changed = replace(entry, **changes)
    return replace(changed, sha256=fingerprint(changed))


def test_entries_get_numbers_without_holes_in_the_order_sent(hub: Hub) -> None:
    sent = [hub.opened(), hub.note("一"), hub.note("二")]

    answers = hub.take(EAST, *sent)

    assert [(a.id, a.status, a.seq) for a in answers] == [
        (entry.id, "accepted", place) for place, entry in enumerate(sent, 1)
    ]
    assert [(row.seq, row.entry) for row in hub.rows_of("east")] == list(enumerate(sent, 1))
    assert hub.rows_of("west") == ()


def test_what_was_taken_once_keeps_its_number_and_time(hub: Hub) -> None:
    entry = hub.opened()
    first = hub.take(EAST, entry, entry)

    again = hub.take(EAST, entry, now=NOON + 99)

    assert [(a.status, a.seq, a.received) for a in (*first, *again)] == [
        ("accepted", 1, NOON), ("duplicate", 1, NOON), ("duplicate", 1, NOON),
    ]  # fmt: skip
    assert hub.high("east") == 1


def test_the_centres_time_never_runs_backwards(hub: Hub) -> None:
    hub.take(EAST, hub.opened(), now=NOON)

    (late,) = hub.take(EAST, hub.note("一"), now=NOON - 86_400_000)

    assert late.received == NOON


def test_the_running_digest_is_that_of_the_rows(hub: Hub) -> None:
    entries = [hub.opened(), hub.note("一")]
    hub.take(EAST, *entries)

    marks = [row_mark(e.id, e.sha256, NOON) for e in entries]
    assert hub.digest("east", 0, 2) == (2, sum(marks) % (1 << 64))
    assert hub.digest("east", 1, 2) == (1, marks[1])


def test_a_broken_entry_holds_up_no_other(hub: Hub) -> None:
    deep: Json = "底"
    for _ in range(20):
        deep = [deep]
    good, other = hub.opened(), hub.note("二")
    note = hub.note("一")
    practice = {**OPENED, "number": "x", "practice": True}

    answers = hub.take(
        EAST,
        good,
        replace(note, sha256="0" * 64),
        _broken(note, body={"text": "长" * MAX_ENTRY_BYTES}),
        _broken(note, body={"text": deep}),
        _broken(note, kind="case.opened", body=practice),
        {"id": "x", "body": 1},
        {**as_json(note), "extra": 1},
        "no entry at all",
        other,
    )

    assert _codes(answers) == [
        ("accepted", ""), ("rejected", "bad_fingerprint"), ("rejected", "too_large"),
        ("rejected", "too_deep"), ("rejected", "practice"), ("rejected", "bad_shape"),
        ("rejected", "bad_shape"), ("rejected", "bad_shape"), ("accepted", ""),
    ]  # fmt: skip
    assert [answer.id for answer in answers[5:8]] == ["x", note.id, ""]


@pytest.mark.parametrize(
    "changes",
    [{"id": "a-b-07"}, {"case_id": ""}, {"kind": ""}, {"version": -1}, {"version": True},
     {"hlc": "soon"}, {"at": "yesterday"}, {"prev": "x"}, {"body": []}, {"author": None}],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_changes_nothing(
    hub: Hub, changes: dict[str, Any]
) -> None:
    value = {**as_json(hub.opened()), **changes}

    (answer,) = hub.take(EAST, value)

    assert answer.status == "rejected"
    assert answer.code in ("bad_shape", "bad_fingerprint")
    assert hub.high("east") == 0


def test_an_entry_of_an_unknown_kind_is_passed_on_as_it_came(hub: Hub) -> None:
    newer = _broken(hub.opened(), kind="future.kind", version=9, body={"new": [1, {"deep": None}]})

    hub.take(EAST, newer)

    assert hub.rows_of("east")[0].entry == newer


def test_another_entry_under_a_known_id_is_a_fork(hub: Hub) -> None:
    copy = Desk(EAST.device)
    hub.take(EAST, hub.opened())

    assert _codes(hub.take(EAST, hub.opened(copy))) == [("duplicate", "")]
    mine, its, next_of_its = hub.note("我"), hub.note("它", copy), hub.note("它又", copy)
    assert _codes(hub.take(EAST, mine)) == [("accepted", "")]
    answers = hub.take(EAST, its, next_of_its, hub.note("西", hub.west, "case2"), mine)
    assert _codes(answers)[:2] == [("rejected", "forked")] * 2
    assert answers[3].status == "duplicate"


def test_what_goes_on_from_an_entry_that_a_copy_took_is_a_fork(hub: Hub) -> None:
    copy = Desk(EAST.device)
    hub.take(EAST, hub.opened())
    hub.opened(copy)
    hub.take(EAST, hub.note("我"))
    hub.note("它", copy)

    assert _codes(hub.take(EAST, hub.note("它又", copy))) == [("rejected", "forked")]


def test_what_a_copy_wrote_before_an_entry_that_is_here_is_a_fork(hub: Hub) -> None:
    copy = Desk(EAST.device)
    hub.take(EAST, hub.opened())
    hub.opened(copy)
    hub.note("我没送到")
    hub.take(EAST, hub.note("我送到了"))

    assert _codes(hub.take(EAST, hub.note("它", copy))) == [("rejected", "forked")]


def test_only_devices_of_the_centre_write_in_it(hub: Hub) -> None:
    stranger = hub.note("x", Desk("unknown000"), "case2")
    of_west = hub.note("x", hub.west, "case3")

    assert _codes(hub.take(EAST, stranger, of_west)) == [("rejected", "foreign_device")] * 2


def test_a_case_of_another_centre_takes_nothing_from_here(hub: Hub) -> None:
    hub.take(EAST, hub.opened())

    assert _codes(hub.take(WEST, hub.note("x", hub.west))) == [("rejected", "foreign_case")]
    assert hub.high("west") == 0


def test_an_offer_is_told_to_the_other_centre_and_nothing_else_is(hub: Hub) -> None:
    offer = hub.offered_to_west()

    (row,) = hub.rows_of("west")
    assert (row.type, row.id, row.case_id, row.entry) == ("offer", f"offer:{offer.id}", CASE, None)
    assert row.notice == {
        "ref": offer.id, "number": "BCS-1", "from_centre": "east", "from_name": "东",
        "by": "小李", "to": "", "why": "住那边", "summary": "一家",
    }  # fmt: skip


@pytest.mark.parametrize("to_centre", ["nowhere", "east", "No such\n"])
def test_a_case_goes_to_no_centre_that_is_not_another_one(hub: Hub, to_centre: str) -> None:
    body: dict[str, Json] = {"fence": 0, "to": "", "to_centre": to_centre, "why": "x"}
    offer = hub.east.write(NewEntry(CASE, "handover.offered", body))

    assert _codes(hub.take(EAST, offer)) == [("rejected", "no_such_centre")]


def test_a_yes_moves_the_case_with_all_its_entries(hub: Hub) -> None:
    offer = hub.offered_to_west()
    yes = hub.answer(offer, "accept")

    (answer,) = hub.take(WEST, yes)

    place = hub.tables.places[CASE]
    assert (place.centre, place.past, place.number) == ("west", frozenset({"east"}), "BCS-1")
    west = hub.rows_of("west")
    assert west[answer.seq - 1].id == yes.id
    contents = [row.entry.kind for row in west if row.entry]
    assert contents[-3:] == ["case.opened", "handover.offered", "handover.answered"]
    assert [row.type for row in hub.rows_of("east")] == ["gone", "gone", "gone", "evict"]
    assert hub.rows_of("east")[-1].notice == {"to_centre": "west", "to_name": "西"}
    assert [row.notice["answer"] for row in west if row.type == "settled"] == ["accept"]


def test_a_no_leaves_the_case_and_settles_the_offer(hub: Hub) -> None:
    offer = hub.offered_to_west()

    hub.take(WEST, hub.answer(offer, "refuse"))

    assert hub.tables.places[CASE].centre == "east"
    assert [row.type for row in hub.rows_of("west")] == ["offer", "gone", "settled"]
    assert hub.rows_of("east")[-1].type == "entry"


def test_who_offered_takes_it_back_and_a_late_yes_is_refused(hub: Hub) -> None:
    offer = hub.offered_to_west()
    hub.take(EAST, hub.answer(offer, "refuse", hub.east))

    assert _codes(hub.take(WEST, hub.answer(offer, "accept"))) == [("rejected", "foreign_case")]
    assert hub.tables.places[CASE].centre == "east"


def test_nobody_says_yes_to_his_own_centres_offer(hub: Hub) -> None:
    offer = hub.offered_to_west()

    answers = hub.take(EAST, hub.answer(offer, "accept", hub.east))

    assert _codes(answers) == [("rejected", "not_addressee")]


def test_what_the_old_centre_still_sends_arrives_as_a_contribution(hub: Hub) -> None:
    hub.take(WEST, hub.answer(hub.offered_to_west(), "accept"))
    late = hub.note("还有一件事")

    (answer,) = hub.take(EAST, late)

    assert answer.status == "accepted"
    row = hub.rows_of("east")[answer.seq - 1]
    assert (row.type, row.id, row.entry) == ("gone", late.id, None)
    assert hub.rows_of("west")[-1].entry == late


def test_a_case_that_comes_back_is_numbered_again_with_all_its_entries(hub: Hub) -> None:
    hub.take(WEST, hub.answer(hub.offered_to_west(), "accept"))
    body: dict[str, Json] = {"fence": 1, "to": "", "to_centre": "east", "why": "搬回来了"}
    back = hub.west.write(NewEntry(CASE, "handover.offered", body))
    hub.take(WEST, back)

    hub.take(EAST, hub.answer(back, "accept", hub.east))

    assert hub.tables.places[CASE].centre == "east"
    kinds = [row.entry.kind for row in hub.rows_of("east") if row.entry]
    assert kinds[-5:] == [
        "case.opened", "handover.offered", "handover.answered", "handover.offered",
        "handover.answered",
    ]  # fmt: skip
    assert all(row.entry is None for row in hub.rows_of("west"))


def test_what_moves_within_a_batch_and_comes_again_behind_it_has_one_number(hub: Hub) -> None:
    """After a restore a desk sends the answer that moves a case, then the case's other entries."""
    offer = hub.offered_to_west()
    opened = hub.rows_of("east")[0].entry

    hub.take(WEST, hub.answer(offer, "accept"), opened, offer)

    names = [row.id for row in hub.rows_of("west") if row.type == "entry"]
    assert sorted(names) == sorted(set(names))
    assert [row.id for row in hub.rows_of("west") if row.type == "gone"] == [names[-1]]


@pytest.mark.parametrize("cut_at", range(1, 12))
def test_a_hub_that_dies_within_a_batch_has_all_of_it_or_nothing(hub: Hub, cut_at: int) -> None:
    offer = hub.offered_to_west()
    before = hub.tables.copy()
    sent = [hub.answer(offer, "accept"), hub.note("一", hub.west, "case2")]
    steps = iter(range(1, 1000))

    def step() -> None:
        if next(steps) == cut_at:
            raise CutError

    hub.step = step
    try:
        hub.take(WEST, *sent)
    except CutError:
        assert hub.tables == before
    hub.step = lambda: None

    assert [a.status in ("accepted", "duplicate") for a in hub.take(WEST, *sent)] == [True, True]
    assert hub.tables.places[CASE].centre == "west"
    assert [row.seq for row in hub.rows_of("west")] == list(range(1, hub.high("west") + 1))


def test_a_batch_that_never_finds_its_centres_locked_is_put_off(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two cases that change hands all the time must not hold the hub up for ever."""
    hub.take(EAST, hub.opened())
    place = hub.tables.places[CASE]
    hub.tables.places[CASE] = replace(place, centre="west")
    monkeypatch.setattr("desk_app.hub.intake.MAX_TRIES", 1)

    answers = hub.take(EAST, hub.note("一"))

    assert [(a.status, a.code, a.seq) for a in answers] == [("deferred", "busy", 0)]
