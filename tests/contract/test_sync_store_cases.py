"""What ``exchange.SyncStore`` promises of copies, of cases that move, and of restored centres."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desk_app.core.entries import NewEntry, fingerprint
from desk_app.core.exchange import Answer, CaseSync, Row
from desk_app.core.ids import EntryId
from tests.contract.conftest import MakeStore
from tests.contract.looking import EVERYTHING, texts, words, write
from tests.helpers.factories import Desk
from tests.helpers.stream import (
    CASE,
    NOW,
    THERE,
    accepted,
    case_opened,
    evicted,
    note,
    offered,
    rows_of,
    settled,
    total,
)

DAY_MS = 24 * 3_600_000


# Two copies of one store.


def test_a_copy_goes_on_under_new_ids_with_its_references(store: Any) -> None:
    store.settle(accepted(write(store, case_opened(), note("原话"))))
    (wrong,) = write(store, note("写错了"))
    write(store, NewEntry(CASE, "note.corrected", {"ref": wrong.id, "text": "改好了"}))
    store.settle([Answer(wrong.id, "rejected", code="forked")])
    assert store.tray() == []
    assert store.reissue([wrong.id]) == 2
    assert texts(store) == ["原话", "改好了"]
    fresh = []
    while batch := store.outbox():
        store.settle(accepted(batch, 3 + len(fresh)))
        fresh += batch
    assert all(fingerprint(entry) == entry.sha256 for entry in fresh)
    assert fresh[1].body["ref"] == fresh[0].id != wrong.id
    assert store.life()[2] == 0  # under yet another name: nothing was written there
    assert store.reissue([wrong.id]) == 0


def test_copies_give_an_entry_the_same_new_id_whatever_else_they_rename(store: Any) -> None:
    store.settle(accepted(write(store, case_opened())))
    first, second = write(store, note("甲"), note("乙"))
    twin = store.copy()
    store.reissue([first.id])
    twin.reissue([second.id])
    mine = []
    while batch := store.outbox():
        store.settle(accepted(batch, 2 + len(mine)))
        mine += batch
    assert words(mine) == ["甲", "乙"]
    twin.settle(accepted(twin.outbox()[:1], 2))  # 甲 under its old id: the centre has it now
    assert twin.outbox() == mine[1:]


def test_its_twins_words_come_in_beside_ours(store: Any) -> None:
    store.settle(accepted(write(store, case_opened())))
    twin = store.copy()
    (mine,), (theirs,) = write(store, note("这边写的")), write(twin, note("那边写的"))
    assert mine.id == theirs.id
    store.apply(rows_of([theirs], 2), 2)
    assert sorted(texts(store)) == ["这边写的", "那边写的"]
    assert words(store.outbox()) == ["这边写的"]


def test_an_old_copy_never_gives_a_number_twice(store: Any) -> None:
    write(store, case_opened())
    old = store.copy()
    written = [*store.outbox(), *write(store, note("后来写的"))]
    old.apply(rows_of(written), 2)
    (fresh,) = write(old, note("旧的上写的"))
    assert fresh.id not in {entry.id for entry in written}
    assert old.outbox() == [fresh]


def test_a_new_incarnation_counts_from_one(store: Any) -> None:
    write(store, case_opened())
    device, life, _ = store.life()
    store.begin_incarnation()
    (fresh,) = write(store, note("新的"))
    name = EntryId.parse(fresh.id)
    assert (name.device, name.counter, fresh.prev) == (device, 1, "")
    assert name.incarnation != life


# Where cases stand.


def test_where_a_case_stands(new_store: MakeStore) -> None:
    store = new_store()
    first, second = write(
        store, case_opened(), NewEntry("case2", "case.opened", case_opened(practice=True).body)
    )
    assert store.case_sync([CASE, "case2"]) == {CASE: CaseSync("local"), "case2": CaseSync("local")}
    store.join("hub1", "east", "东街", "e1")
    assert store.case_sync([CASE])[CASE] == CaseSync("waiting", 1)
    store.settle(accepted([first]))
    assert store.case_sync([CASE])[CASE] == CaseSync("at_centre")
    assert store.case_sync(["case2"])["case2"] == CaseSync("local")  # practice never leaves
    assert second not in store.outbox()
    name = {"name": "resident_name"}
    write(store, NewEntry(CASE, "field.set", {**name, "value": "王伟"}))
    desk = Desk(THERE)
    store.apply(rows_of([desk.write(NewEntry(CASE, "field.set", {**name, "value": "王玮"}))], 2), 2)
    assert store.case_sync([CASE])[CASE] == CaseSync("conflict", 1)


def test_the_queue_counts_what_the_stream_has_shown(store: Any) -> None:
    desk = Desk(THERE)
    (mine,) = write(store, NewEntry(CASE, "case.claimed", {"fence": 0}))
    assert store.queue_row(CASE).pending == ("case.claimed",)
    store.settle([Answer(mine.id, "accepted", 3, NOW)])
    assert store.queue_row(CASE).pending == ("case.claimed",)  # what stands before it is not here
    theirs = [
        desk.write(case_opened()),
        desk.write(NewEntry(CASE, "case.claimed", {"fence": 0}), author="小王"),
    ]
    store.apply(rows_of(theirs), 2)
    store.apply(rows_of([mine], 3), 3)
    (row,) = store.queue()
    assert row == store.queue_row(CASE)
    assert (row.number, row.state.holder, row.state.fence, row.pending) == ("BCS-1", "小王", 1, ())
    assert store.without_effect(CASE) == {mine.id: "stale_fence"}
    assert store.queue_row("case2").state.holder == ""


def test_an_offer_stands_until_it_is_settled(store: Any) -> None:
    store.apply([offered(1, "r-r-1"), offered(2, "r-r-2")], 2)
    one, two = store.incoming_offers()
    assert (one.ref, one.number, one.from_name, one.why, one.received) == (
        "r-r-1", "BCS-9", "西街", "搬来了", NOW,
    )  # fmt: skip
    store.apply([settled(3, "r-r-1")], 3)
    assert store.incoming_offers() == [two]
    assert store.case_ids() == []


# Cases that went to another centre.


def test_a_case_that_went_away_goes_once_all_was_sent(store: Any) -> None:
    first, refused = write(store, case_opened(), note("没有收下"))
    store.settle([*accepted([first]), Answer(refused.id, "rejected", code="too_large")])
    (late,) = write(store, note("离线时写的"))
    store.apply([evicted(3)], 3)
    assert store.shed_ready() == ()  # our words have not arrived
    store.settle([Answer(late.id, "accepted", 4, NOW)])
    assert store.shed_ready() == ()  # nobody has looked at what was refused
    store.set_tray_state(refused.id, "done")
    assert store.shed_ready() == (CASE,)
    assert (store.case_ids(), store.shed_ready()) == ([], ())
    assert store.stream_digest(0, 4, thorough=True)[0] == 3  # its entries are kept for a while


def test_what_a_device_no_longer_trusted_wrote_has_arrived_too(store: Any) -> None:
    first, apart = write(store, case_opened(), note("另放"))
    store.settle([*accepted([first]), Answer(apart.id, "accepted", 0, NOW)])
    store.apply([evicted(2)], 2)
    assert store.shed_ready() == (CASE,)


@pytest.mark.parametrize(
    ("cases", "going", "held"), [(30, 12, 12), (30, 9, 0), (600, 51, 51), (600, 50, 0), (9, 9, 0)]
)
def test_many_cases_gone_at_once_wait_for_a_person(
    store: Any, cases: int, going: int, held: int
) -> None:
    desk = Desk(THERE)
    store.apply(rows_of([desk.write(case_opened(f"case{n}")) for n in range(cases)]), cases)
    store.apply([evicted(cases + 1 + n, f"case{n}") for n in range(going)], cases + going)
    assert store.sync_state().hold == held
    assert len(store.shed_ready()) == (0 if held else going)
    assert len(store.shed_ready(approved=True)) == held
    assert store.sync_state().hold == 0
    assert len(store.case_ids()) == cases - going


def test_its_entries_are_erased_after_thirty_days_of_the_centres_clock(store: Any) -> None:
    desk = Desk(THERE)
    store.apply([*rows_of([desk.write(case_opened())]), evicted(2)], 2)
    store.shed_ready()
    for days, left in ((30, 1), (31, 0)):
        later = rows_of([desk.write(case_opened(f"day{days}"))], days, NOW + days * DAY_MS)
        store.apply(later, days)
        store.shed_ready()
        assert len(store.of_case(CASE)) == left


def test_a_case_comes_back_with_its_next_entry(store: Any) -> None:
    desk = Desk(THERE)
    store.apply([*rows_of([desk.write(case_opened())]), evicted(2)], 2)
    store.shed_ready()
    store.apply(rows_of([desk.write(note("回来了"))], 3), 3)
    assert (texts(store), store.shed_ready(), store.case_ids()) == (["回来了"], (), [CASE])


# A centre that was restored.


def test_what_lies_beyond_the_common_end_is_sent_again_whoever_wrote_it(store: Any) -> None:
    desk = Desk(THERE)
    mine = write(store, case_opened(), note("甲"))
    theirs = [desk.write(note(text)) for text in "乙丙"]
    apart = write(store, note("另放"))
    store.apply(rows_of([mine[0], *theirs, mine[1]]), 4)
    store.settle([Answer(apart[0].id, "accepted", 0, NOW)])
    store.begin_epoch("e2", 2)
    state = store.sync_state()
    assert (state.epoch, state.cursor) == ("e2", 2)
    assert words(store.outbox()) == ["甲", "另放", "丙"]
    assert store.stream_digest(0, EVERYTHING)[0] == 2
    again = rows_of([mine[0], theirs[0], theirs[1], mine[1], *apart])
    store.apply(again[2:], 5)
    assert store.outbox() == []
    assert store.stream_digest(0, 5, thorough=True) == total(again)


def test_a_first_load_begins_anew_and_a_case_let_go_is_back(store: Any) -> None:
    desk = Desk(THERE)
    store.apply([*rows_of([desk.write(case_opened())]), evicted(2), offered(3, "r-r-1")], 3)
    store.shed_ready()
    store.apply_snapshot([], 9, "case1", False)
    store.begin_epoch("e2", 1)
    assert store.sync_state().snapshot_upto == 0
    assert (store.case_ids(), store.incoming_offers()) == ([CASE], [])


def test_who_has_a_case_is_read_again_after_a_restore(store: Any) -> None:
    """It went, came back, and the centre's data is from the time between."""
    desk = Desk(THERE)
    first, back = desk.write(case_opened()), desk.write(note("回来了"))
    rows = [*rows_of([first]), evicted(2), *rows_of([first, back], 3)]
    store.apply(rows, 4)
    assert store.case_ids() == [CASE]
    store.begin_epoch("e2", 2)
    assert store.sync_state().cursor < 2
    store.apply([gone(rows[0]), rows[1]], 2)
    store.settle(accepted(store.outbox(), 3))
    assert store.shed_ready() == (CASE,)
    assert store.case_ids() == []


# A stretch that is fetched again (a digest did not fit), and numbers that another row takes.


def gone(row: Row) -> Row:
    """The same after its case went to another centre."""
    return replace(row, type="gone", entry=None)


def test_a_stretch_that_is_fetched_again_undoes_nothing_that_came_later(store: Any) -> None:
    desk = Desk(THERE)
    first, back = desk.write(case_opened()), desk.write(note("回来了"))
    rows = [*rows_of([first]), evicted(2), *rows_of([back], 3)]
    rows += [offered(4, "r-r-1"), settled(5, "r-r-1")]
    store.apply(rows, 5)
    for row in rows:
        store.apply([row], 5)
        assert (store.shed_ready(), store.incoming_offers()) == ((), [])
    assert texts(store) == ["回来了"]


def test_a_notice_whose_number_another_row_takes_was_never_given(store: Any) -> None:
    desk = Desk(THERE)
    entries = [desk.write(case_opened()), desk.write(note("甲")), desk.write(note("乙"))]
    store.apply([*rows_of(entries[:1]), evicted(2), offered(3, "r-r-1")], 3)
    store.apply(rows_of(entries[1:], 2), 3)
    assert (store.shed_ready(), store.incoming_offers()) == ((), [])


def test_an_offer_is_open_again_where_its_settlement_was_lost(store: Any) -> None:
    store.apply([offered(1, "r-r-1"), settled(2, "r-r-1")], 2)
    store.begin_epoch("e2", 1)
    assert [offer.ref for offer in store.incoming_offers()] == ["r-r-1"]


def test_an_old_copy_gives_no_number_again_whose_contents_went_away(store: Any) -> None:
    first = write(store, case_opened())
    old = store.copy()
    later = write(store, note("去了西街的案件", "case2"))
    old.apply([*rows_of(first), gone(rows_of(later, 2)[0])], 2)
    (fresh,) = write(old, note("旧的上写的"))
    assert fresh.id != later[0].id
    assert old.outbox() == [fresh]


def test_a_colleagues_entry_that_went_away_under_other_words_stays_readable(store: Any) -> None:
    one, other = Desk(THERE), Desk(THERE)
    store.apply(rows_of([one.write(case_opened()), one.write(note("先听说的"))]), 2)
    store.begin_epoch("e2", 1)
    other.write(case_opened())
    theirs = rows_of([other.write(note("中心现在说的"))], 2)
    store.apply([gone(theirs[0]), evicted(3)], 3)
    store.shed_ready()
    assert [item.entry.body["text"] for item in store.tray()] == ["先听说的"]


def test_what_went_away_no_longer_counts_in_the_queue(store: Any) -> None:
    desk = Desk(THERE)
    rows = rows_of(
        [desk.write(case_opened()), desk.write(NewEntry(CASE, "case.claimed", {"fence": 0}))]
    )
    store.apply(rows, 2)
    store.apply([gone(row) for row in rows], 2)
    assert store.queue_row(CASE).state.holder == ""
    assert store.queue() == []


def test_what_was_sent_again_while_the_case_was_away_does_not_count_in_the_queue(
    store: Any,
) -> None:
    desk = Desk(THERE)
    claimed = desk.write(NewEntry(CASE, "case.claimed", {"fence": 0}))
    rows = rows_of([desk.write(case_opened()), claimed])
    store.apply(rows, 2)
    store.apply([replace(gone(rows[1]), seq=3)], 3)
    assert (store.queue_row(CASE).state.holder, store.queue()) == ("", [])


def test_an_answer_does_not_say_that_the_case_is_still_ours(store: Any) -> None:
    first, second = write(store, case_opened(), note("中心记下了"))
    store.apply([*rows_of([first]), offered(2, "r-r-1")], 2)
    store.settle(accepted([second], 3))
    store.apply([evicted(2)], 3)  # the centre was put back, and the case went before that
    assert (store.shed_ready(), store.case_ids()) == ((CASE,), [])


def test_a_case_let_go_stays_away_when_what_was_before_is_read_late(store: Any) -> None:
    desk = Desk(THERE)
    opened, late = (desk.write(new) for new in (case_opened(), note("早先写的，晚到")))
    store.apply([*rows_of([opened]), gone(rows_of([late], 2)[0]), evicted(3)], 3)
    store.shed_ready()
    store.apply(rows_of([late], 2), 3)
    assert (store.case_ids(), store.shed_ready()) == ([], ())
    store.apply(rows_of([desk.write(note("回来了"))], 4), 4)
    assert texts(store) == ["早先写的，晚到", "回来了"]


def test_a_case_that_goes_again_with_the_same_number_is_let_go_again(store: Any) -> None:
    entry = Desk(THERE).write(case_opened())
    store.apply([*rows_of([entry]), evicted(2)], 2)
    store.shed_ready()
    store.begin_epoch("e2", 1)
    store.apply([*rows_of([entry]), evicted(2)], 2)
    assert (store.case_ids(), store.shed_ready(), store.case_ids()) == ([CASE], (CASE,), [])


def test_a_case_that_somebody_still_had_open_stands_in_the_queue_again(store: Any) -> None:
    desk = Desk(THERE)
    claimed = desk.write(NewEntry(CASE, "case.claimed", {"fence": 0}), author="小王")
    store.apply([*rows_of([desk.write(case_opened()), claimed]), evicted(3)], 3)
    store.shed_ready()
    assert store.queue() == []
    write(store, note("还开着"))
    assert [row.state.holder for row in store.queue()] == ["小王"]


def test_what_was_erased_lacks_nothing(store: Any) -> None:
    desk = Desk(THERE)
    rows = [*rows_of([desk.write(case_opened())]), evicted(2)]
    store.apply(rows, 2)
    store.shed_ready()
    rows += rows_of([desk.write(case_opened("case2"))], 3, NOW + 31 * DAY_MS)
    store.apply(rows[2:], 3)
    store.shed_ready()
    assert store.stream_digest(0, 3, thorough=True) == total(rows)


def test_an_answer_to_an_offer_brings_no_nameless_case_into_the_queue(store: Any) -> None:
    store.apply([offered(1, "r-r-1")], 1)
    answer = {"ref": "r-r-1", "answer": "accept", "why": "好"}
    write(store, NewEntry("casewest00000001", "handover.answered", answer))
    assert store.queue() == []
    assert store.queue_row("casewest00000001").pending == ("handover.answered",)
