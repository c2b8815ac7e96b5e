"""What ``exchange.SyncStore`` promises, of the real store and of the simulator's alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desk_app.core.entries import Entry, NewEntry, fingerprint
from desk_app.core.errors import BadInputError
from desk_app.core.exchange import Answer, Row
from tests.contract.conftest import MakeStore
from tests.contract.looking import EVERYTHING, look, texts, words, write
from tests.helpers.factories import Desk
from tests.helpers.fakes import A_MONDAY
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

# What the centre answers.

ANSWERS = {
    "accepted": (Answer("", "accepted", 2, NOW), [], [], 2),
    "duplicate": (Answer("", "duplicate", 2, NOW), [], [], 2),
    "kept apart, without a number": (Answer("", "accepted", 0, NOW), [], [], 1),
    "rejected": (Answer("", "rejected", code="too_large"), [], ["too_large"], 1),
    "deferred": (Answer("", "deferred", code="busy"), ["话"], [], 1),
    "our own forked": (Answer("", "rejected", code="forked"), ["话"], [], 1),
    "about what is not here": (Answer("k7desk0000-x-9", "accepted", 2, NOW), ["话"], [], 1),
}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(("answer", "outbox", "tray", "numbered"), ANSWERS.values(), ids=ANSWERS)
def test_each_answer_is_kept_and_hearing_it_twice_changes_nothing(
    store: Any, answer: Answer, outbox: list[str], tray: list[str], numbered: int, times: int
) -> None:
    first, second = write(store, case_opened(), note("话"))
    for _ in range(times):
        store.settle([*accepted([first]), replace(answer, id=answer.id or second.id)])
    assert words(store.outbox()) == outbox
    assert store.count_outbox() == len(outbox)
    assert [item.code for item in store.tray()] == tray
    assert store.stream_digest(0, EVERYTHING)[0] == numbered
    assert texts(store) == ["话"]


def test_what_was_sent_right_after_the_cursor_need_not_be_fetched(store: Any) -> None:
    first, second, third = write(store, case_opened(), note("甲"), note("乙"))
    store.settle([*accepted([second], 2), *accepted([first], 1)])
    assert store.sync_state().cursor == 2
    store.settle(accepted([third], 4))  # a colleague's stands between
    assert store.sync_state().cursor == 2
    theirs = Desk(THERE).write(note("丙"))
    store.apply(rows_of([theirs], 3), 3)
    store.apply([*rows_of([third], 4), evicted(5)], 5)
    (late,) = write(store, note("案件走了以后写的"))
    store.settle(accepted([late], 6))  # whose it is now, the stream says
    assert store.sync_state().cursor == 5


def test_a_batch_is_as_long_as_asked_and_never_empty(store: Any) -> None:
    written = write(store, case_opened(), *(note("长" * 500) for _ in range(9)))
    assert store.outbox(3) == written[:3]
    assert store.outbox(1, max_bytes=1) == written[:1]
    assert 1 < len(store.outbox(max_bytes=15_000)) < 10


# What the stream says.


def a_stream(mine: Sequence[Entry]) -> list[Row]:
    """Ours and a colleague's by turns, a kind of tomorrow, an offer that comes and goes."""
    desk = Desk(THERE)
    theirs = [desk.write(new) for new in (case_opened("case2"), note("乙"), note("丙", "case2"))]
    claimed = desk.write(NewEntry(CASE, "case.claimed", {"fence": 0}), author="小王")
    later = replace(desk.write(note("x")), kind="drone.flew", body={"height": 3})
    later = replace(later, sha256=fingerprint(later))
    entries = [mine[0], *theirs, mine[1], claimed, later, mine[2]]
    return [*rows_of(entries), offered(9, "r-r-1"), settled(10, "r-r-1"), offered(11, "r-r-2")]


BATCHES: dict[str, Callable[[list[Row]], list[list[Row]]]] = {
    "at once": lambda rows: [rows],
    "one by one": lambda rows: [[row] for row in rows],
    "by threes": lambda rows: [rows[n : n + 3] for n in range(0, len(rows), 3)],
    "each twice": lambda rows: [part for row in rows for part in ([row], [row])],
    "overlapping": lambda rows: [rows[max(0, n - 4) : n + 1] for n in range(len(rows))],
}


def filled(store: Any, batches: Callable[[list[Row]], list[list[Row]]], *, answered: bool) -> Any:
    mine = write(store, case_opened(), note("甲"), NewEntry(CASE, "case.claimed", {"fence": 0}))
    rows = a_stream(mine)
    if answered:
        store.settle([Answer(r.id, "accepted", r.seq, NOW) for r in rows if r.entry in mine])
    for batch in batches(rows):
        store.apply(batch, batch[-1].seq)
    return store


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("how", BATCHES.values(), ids=BATCHES)
def test_rows_in_any_batches_come_to_the_same(
    new_store: MakeStore, how: Callable[[list[Row]], list[list[Row]]], answered: bool
) -> None:
    store, plain = new_store(), new_store()
    for one in (store, plain):
        one.join("hub1", "east", "东街", "e1")
    filled(store, how, answered=answered)
    filled(plain, BATCHES["at once"], answered=answered)

    assert look(store) == look(plain)
    assert store.outbox() == []
    assert (texts(store), texts(store, "case2")) == (["甲", "乙"], ["丙"])
    assert store.queue_row(CASE).state.holder == "小王"
    assert list(store.without_effect(CASE).values()) == ["stale_fence"]
    assert [offer.ref for offer in store.incoming_offers()] == ["r-r-2"]


def test_rows_and_the_cursor_come_together_or_not_at_all(store: Any) -> None:
    desk = Desk(THERE)
    rows = rows_of([desk.write(case_opened()), desk.write(note("甲"))])
    assert store.apply(rows, 2) == (CASE,)
    assert store.apply(rows, 2) == ()
    assert store.sync_state().cursor == 2
    before = look(store)
    good, bad = rows_of([desk.write(note("乙")), desk.write(note("丙"))], 3)
    bodies = replace(bad, entry=replace(bad.entry, body={"text": "改过的"}))  # type: ignore[type-var]
    for broken in (
        bodies,
        replace(bad, id=good.id),
        replace(bad, case_id="case2"),
        replace(bad, sha256=good.sha256),
        replace(bad, type="gone"),
        replace(bad, seq=0),
        replace(bad, type="gone", entry=None, id="no-id"),
        replace(bad, type="riddle", entry=None),
    ):
        with pytest.raises(BadInputError):
            store.apply([good, broken], 4)
        assert look(store) == before


def test_a_kind_of_tomorrow_is_kept_as_it_came(store: Any) -> None:
    desk = Desk(THERE)
    later = replace(desk.write(note("x")), kind="drone.flew", body={"路": {"a": [1, None]}})
    later = replace(later, sha256=fingerprint(later))
    store.apply(rows_of([desk.write(case_opened()), later]), 2)
    (kept,) = [entry for entry in store.of_case(CASE) if entry.kind == "drone.flew"]
    assert kept.body == {"路": {"a": [1, None]}}
    assert store.stream_digest(0, 2, thorough=True)[0] == 2


def test_the_stream_says_whose_a_number_is(store: Any) -> None:
    mine = write(store, case_opened(), note("我的"))
    store.settle(accepted(mine))
    desk = Desk(THERE)
    store.apply(
        rows_of([desk.write(new) for new in (case_opened("case2"), note("他", "case2"))]), 2
    )
    assert store.outbox() == mine  # they have no number any more
    assert texts(store, "case2") == ["他"]


def test_a_colleagues_entry_that_the_centre_has_otherwise_stays_readable(store: Any) -> None:
    one, other = Desk(THERE), Desk(THERE)
    store.apply(rows_of([one.write(case_opened()), one.write(note("先听说的"))]), 2)
    store.begin_epoch("e2", 1)
    other.write(case_opened())
    store.apply(rows_of([other.write(note("中心现在说的"))], 2), 2)
    assert texts(store) == ["中心现在说的"]
    (item,) = store.tray()
    assert (item.code, item.entry.body["text"]) == ("forked", "先听说的")
    store.retry(item.entry.id)  # the journal has the centre's: ours is only to be read
    assert (store.outbox(), len(store.tray())) == ([], 1)


def test_a_clock_ten_years_ahead_neither_wins_nor_carries_ours_away(store: Any) -> None:
    ahead = Desk(THERE, A_MONDAY + timedelta(days=3650))
    store.apply(rows_of([ahead.write(case_opened()), ahead.write(note("将来"))]), 2)
    (mine,) = write(store, note("现在"))
    assert int(mine.hlc[:13]) <= NOW + 6 * 60_000
    assert {e.received for e in store.of_case(CASE) if e.id != mine.id} == {NOW}


def test_a_first_load_comes_to_the_same_as_row_by_row(new_store: MakeStore) -> None:
    desk, slow, fast = Desk(THERE), new_store(), new_store()
    cases = [f"case{n}" for n in range(4)]
    entries = [desk.write(case_opened(case)) for case in cases]
    entries += [desk.write(note(f"{n}", cases[n % 4])) for n in range(8)]
    rows = rows_of(entries)
    for store in (slow, fast):
        store.join("hub1", "east", "东街", "e1")
    slow.apply(rows, 12)
    pages = [[row for row in rows if row.case_id == case] for case in cases]
    fast.apply_snapshot([*pages[0], *pages[1]], 12, "case1", False)
    state = fast.sync_state()
    assert (state.snapshot_upto, state.snapshot_after, state.cursor) == (12, "case1", 0)
    fast.apply_snapshot([*pages[2], *pages[3]], 12, "case3", True)
    assert look(fast) == look(slow)


# The tray.


def test_a_refused_entry_can_go_again_and_holds_up_no_other(store: Any) -> None:
    written = write(store, case_opened(), note("一句要紧的话"), note("后面的"))
    store.settle([*accepted(written[:1]), Answer(written[1].id, "rejected", code="too_large")])
    (item,) = store.tray()
    assert (item.entry, item.code, item.state) == (written[1], "too_large", "open")
    assert store.outbox() == written[2:]
    store.set_tray_state(written[1].id, "done")
    assert (store.tray(), len(store.tray(state="done"))) == ([], 1)
    store.set_tray_state(written[1].id, "open")
    store.retry(written[1].id)
    assert (store.outbox(), store.tray()) == (written[1:], [])
    store.settle([Answer(written[1].id, "rejected", code="too_deep")])
    store.settle(accepted([written[1]], 2))  # it came another way: nobody need look any more
    assert (words(store.outbox()), store.tray()) == (["后面的"], [])
    for nobody in ("k7desk0000-x-1", written[2].id):
        store.retry(nobody)
        store.set_tray_state(nobody, "done")
    assert words(store.outbox()) == ["后面的"]


@pytest.mark.parametrize(("code", "again"), [("foreign_case", True), ("too_large", False)])
def test_what_was_refused_because_its_case_was_away_goes_when_it_is_back(
    store: Any, code: str, again: bool
) -> None:
    first, late = write(store, case_opened(), note("离线写的"))
    store.settle([*accepted([first]), Answer(late.id, "rejected", code=code)])
    store.apply(rows_of([Desk(THERE).write(note("回来了"))], 2), 2)
    assert (late in store.outbox(), store.tray() == []) == (again, again)


# The digest.


def test_the_digest_of_any_stretch_is_the_sum_of_its_rows(store: Any) -> None:
    desk = Desk(THERE)
    entries = [desk.write(case_opened()), *(desk.write(note(f"{n}")) for n in range(6))]
    rows = [*rows_of(entries), evicted(8), offered(9, "r-r-1")]
    store.apply(rows, 9)
    for low in range(10):
        for high in range(low, 11):
            for thorough in (False, True):
                said = store.stream_digest(low, high, thorough=thorough)
                assert said == total(rows[low:high])


def test_a_lost_row_of_the_journal_is_seen_by_the_thorough_digest_only(store: Any) -> None:
    desk = Desk(THERE)
    rows = rows_of([desk.write(new) for new in (case_opened(), note("甲"), note("乙"))])
    store.apply(rows, 3)
    store.lose(rows[1].id)
    assert store.stream_digest(0, 3) == total(rows)
    assert store.stream_digest(0, 3, thorough=True) == total([rows[0], rows[2]])
    store.apply(rows, 3)
    assert store.stream_digest(0, 3, thorough=True) == total(rows)


def test_what_is_written_in_the_place_of_a_lost_row_is_sent(store: Any) -> None:
    written = write(store, case_opened(), note("甲"), note("乙"))
    store.settle(accepted(written))
    assert store.outbox() == []
    store.lose(written[-1].id)
    (fresh,) = write(store, note("丙"))
    assert (store.outbox(), store.count_outbox()) == ([fresh], 1)
    store.settle(accepted([fresh], 4))
    assert store.outbox() == []


def test_a_store_belongs_to_one_centre(store: Any) -> None:
    for hub, centre in (("hub2", "east"), ("hub1", "west")):
        with pytest.raises(BadInputError):
            store.join(hub, centre, "", "e1")
    store.join("hub1", "east", "东街（新名）", "e9")
    state = store.sync_state()
    assert (state.centre_name, state.epoch) == ("东街（新名）", "e1")
