"""The store's side of sync, over the real encrypted file."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk_app.content.pinyin import readings
from desk_app.core.entries import Entry, NewEntry, fingerprint
from desk_app.core.errors import BadInputError
from desk_app.core.exchange import DIGEST_MODULUS, Answer, Row
from desk_app.core.kinds.kind import Json
from desk_app.storage.engine import connect
from desk_app.storage.migrate import SCHEMA_VERSION, schema_version
from desk_app.storage.sync_store import SqlSyncStore
from tests.helpers.factories import OPENED, Desk, fill_store
from tests.helpers.fakes import A_MONDAY, FakeClock

KEY = bytes(range(32))
GOLDEN = Path(__file__).resolve().parents[1] / "data" / "stores" / "schema-1.db"
CASE = "case000000000001"
NOW = int(A_MONDAY.timestamp() * 1000)

Opener = Callable[..., SqlSyncStore]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    stores: list[SqlSyncStore] = []

    def open_store(name: str = "store.db", *, join: bool = True) -> SqlSyncStore:
        path = tmp_path / name
        clock = FakeClock(step=timedelta(milliseconds=7))
        store = SqlSyncStore.open(path, KEY, clock, readings, create=not path.exists())
        stores.append(store)
        if join:
            store.join("hub1", "east", "东街", "e1")
        return store

    yield open_store
    for store in stores:
        store.close()


def note(text: str, case: str = CASE) -> NewEntry:
    return NewEntry(case, "note.added", {"text": text})


def case_opened(case: str = CASE) -> NewEntry:
    return NewEntry(case, "case.opened", {**OPENED, "number": "BCS-1"})


def rows_of(entries: list[Entry], first: int = 1, received: int = NOW) -> list[Row]:
    """A stream in which ``entries`` stand one after another."""
    return [
        Row(seq, e.id, received, "entry", e.case_id, e.sha256, e)
        for seq, e in enumerate(entries, first)
    ]


def total(rows: list[Row]) -> tuple[int, int]:
    return len(rows), sum(row.mark for row in rows) % DIGEST_MODULUS


def accepted(entries: list[Entry], first: int = 1) -> list[Answer]:
    return [Answer(e.id, "accepted", seq, NOW) for seq, e in enumerate(entries, first)]


def texts(store: SqlSyncStore, case: str = CASE) -> list[str]:
    return [one.text for one in store.case(case).notes]


def test_a_store_of_the_first_schema_is_brought_over_whole(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    shutil.copyfile(GOLDEN, path)
    assert schema_version(path, KEY) == 1
    store = SqlSyncStore.open(path, KEY, FakeClock(), readings)
    try:
        assert schema_version(path, KEY) == SCHEMA_VERSION
        health = store.health()
        assert (health.cases, health.entries, health.drafts) == (7, 43, 1)
        assert health.problems == ()
        assert store.search("老版本")[0].title == store.search("老版本")[0].title
        before = store.digest()
        assert store.rebuild() == before
        assert store.count_outbox() == 43  # all of it may go to a centre
        assert store.setting("theme") == "dim"
        assert [draft.text for draft in store.drafts()] == ["写到一半"]
    finally:
        store.close()
    assert (tmp_path / "store.db.v1").exists()


def test_the_journal_is_the_outbox(opened: Opener) -> None:
    store = opened()
    written = [*store.append("小李", [case_opened(), note("一"), note("二")])]
    assert store.outbox() == written
    assert store.case_sync([CASE])[CASE].state == "waiting"
    store.settle(accepted(written[:2]))
    assert store.outbox() == written[2:]
    store.settle([Answer(written[2].id, "deferred", code="busy")])
    assert store.outbox() == written[2:]
    store.settle(accepted(written[2:], 3))
    assert store.outbox() == []
    assert store.case_sync([CASE])[CASE].state == "at_centre"


def test_without_a_centre_every_case_is_local(opened: Opener) -> None:
    store = opened(join=False)
    store.append("小李", [case_opened()])
    assert store.case_sync([CASE])[CASE].state == "local"


def test_practice_is_never_sent(opened: Opener) -> None:
    store = opened()
    body: dict[str, Json] = {**OPENED, "number": "X", "practice": True}
    store.append("小李", [NewEntry("practice1", "case.opened", body), note("练", "practice1")])
    assert store.outbox() == []
    assert store.count_outbox() == 0


def test_a_refused_entry_is_in_the_tray_with_its_words_and_can_go_again(opened: Opener) -> None:
    store = opened()
    written = [*store.append("小李", [case_opened(), note("一句要紧的话"), note("后面的")])]
    store.settle([*accepted(written[:1]), Answer(written[1].id, "rejected", code="too_large")])
    (item,) = store.tray()
    assert (item.code, item.entry.body["text"]) == ("too_large", "一句要紧的话")
    assert store.outbox() == written[2:]  # it holds up no other
    store.set_tray_state(written[1].id, "done")
    assert store.tray() == []
    store.retry(written[1].id)
    assert store.outbox() == written[1:]
    assert texts(store) == ["一句要紧的话", "后面的"]


def test_rows_and_cursor_come_together_and_known_ones_are_passed_over(opened: Opener) -> None:
    store, desk = opened(), Desk("otherdesk0")
    entries = [desk.write(new) for new in (case_opened(), note("甲"), note("乙"))]
    rows = rows_of(entries)
    assert store.apply(rows, 3) == (CASE,)
    assert store.apply(rows, 3) == ()
    assert texts(store) == ["甲", "乙"]
    assert store.sync_state().cursor == 3
    assert store.stream_digest(0, 3) == store.stream_digest(0, 3, thorough=True) == total(rows)


def test_a_broken_row_changes_nothing(opened: Opener) -> None:
    store, desk = opened(), Desk("otherdesk0")
    good = [desk.write(case_opened()), desk.write(note("甲"))]
    rows = rows_of(good)
    bad = replace(rows[1], entry=replace(good[1], body={"text": "改过的"}))
    with pytest.raises(BadInputError):
        store.apply([rows[0], bad], 2)
    assert store.sync_state().cursor == 0
    assert store.count_cases() == 0


def test_an_unknown_kind_is_kept_as_it_came(opened: Opener) -> None:
    store, desk = opened(), Desk("otherdesk0")
    first = desk.write(case_opened())
    later = replace(
        desk.write(note("x")), kind="drone.flew", body={"height": 3, "路": {"a": [1, None]}}
    )
    later = replace(later, sha256=fingerprint(later))
    store.apply(rows_of([first, later]), 2)
    kept = store.case(CASE).timeline[-1]
    assert (kept.kind, kept.body) == ("drone.flew", {"height": 3, "路": {"a": [1, None]}})
    assert store.stream_digest(0, 2, thorough=True)[0] == 2


def test_a_lost_row_of_the_journal_is_found_by_the_thorough_digest(
    opened: Opener, tmp_path: Path
) -> None:
    store, desk = opened(), Desk("otherdesk0")
    rows = rows_of([desk.write(new) for new in (case_opened(), note("甲"), note("乙"))])
    store.apply(rows, 3)
    raw = connect(tmp_path / "store.db", KEY)
    raw.execute("DELETE FROM entries WHERE id = ?", (rows[1].id,))
    raw.close()
    assert store.stream_digest(0, 3, thorough=True) != total(rows)
    store.apply(rows, 3)
    store.rebuild()
    assert store.stream_digest(0, 3, thorough=True) == total(rows)
    assert texts(store) == ["甲", "乙"]


def test_the_stream_says_whose_a_number_is(opened: Opener) -> None:
    store, desk = opened(), Desk("otherdesk0")
    mine = [*store.append("小李", [case_opened(), note("我的")])]
    store.settle(accepted(mine))
    theirs = [desk.write(case_opened("case2")), desk.write(note("别人的", "case2"))]
    store.apply(rows_of(theirs), 2)
    assert store.outbox() == mine  # they have no number any more: sent again
    assert texts(store, "case2") == ["别人的"]


def test_after_a_restore_later_numbers_are_forgotten_and_sent_again(opened: Opener) -> None:
    store, desk = opened(), Desk("otherdesk0")
    entries = [desk.write(new) for new in (case_opened(), note("甲"), note("乙"))]
    store.apply(rows_of(entries), 3)
    store.begin_epoch("e2", 1)
    assert store.sync_state().cursor == 1
    assert store.sync_state().epoch == "e2"
    assert store.outbox() == entries[1:]  # whoever wrote them


def test_a_copied_store_goes_on_under_new_ids_with_its_references(opened: Opener) -> None:
    store = opened()
    first = store.append("小李", [case_opened(), note("原话")])
    store.settle(accepted([*first]))
    wrong = store.append("小李", [note("写错了"), note("对的")])
    fix: dict[str, Json] = {"ref": wrong[0].id, "text": "改好了"}
    store.append("小李", [NewEntry(CASE, "note.corrected", fix)])
    store.append(
        "小李",
        [NewEntry(CASE, "promise.made", {"what": "打电话", "who": "小李", "due": "2026-12-01"})],
    )
    promise = store.case(CASE).promises[0].id
    store.append("小李", [NewEntry(CASE, "promise.kept", {"ref": promise})])
    before = store.case(CASE)

    store.settle([Answer(wrong[0].id, "rejected", code="forked")])
    assert store.tray() == []  # not refused: it goes on under another id
    assert store.reissue([wrong[0].id]) == 5

    after = store.case(CASE)
    assert (
        [n.text for n in after.notes]
        == [n.text for n in before.notes]
        == ["原话", "改好了", "对的"]
    )
    assert after.promises[0].state == "kept"
    assert not {e.id for e in store.outbox()} & {e.id for e in wrong}
    assert all(fingerprint(entry) == entry.sha256 for entry in store.outbox())
    assert store.health().problems == ()
    assert store.search("改好了")
    assert store.rebuild() == store.digest()


def test_a_later_life_speaks_of_the_new_ids_before_it_is_sent(opened: Opener) -> None:
    """A copy that was noticed goes on in a life of its own, on top of what was not sent yet."""
    store = opened()
    first = store.append("小李", [case_opened()])
    store.settle(accepted([*first]))
    (wrong,) = store.append("小李", [note("写错了")])
    store.begin_incarnation()
    (corrected,) = store.append(
        "小李", [NewEntry(CASE, "note.corrected", {"ref": wrong.id, "text": "改好了"})]
    )
    store.append("小李", [note("后来的")])

    assert store.outbox() == [wrong]  # the later life waits until this one is answered
    store.settle([Answer(wrong.id, "rejected", code="forked")])
    assert store.reissue([wrong.id]) == 2  # the note, and what speaks of it

    (renamed,) = store.outbox()
    store.settle(accepted([renamed], 2))
    fixed, *_ = store.outbox()
    assert fixed.body["ref"] == renamed.id
    assert fixed.id != corrected.id
    assert texts(store) == ["改好了", "后来的"]
    assert store.health().problems == ()
    assert store.rebuild() == store.digest()


def sent(store: SqlSyncStore, first: int) -> list[Entry]:
    """All that is to be sent, batch by batch; the centre numbers it from ``first`` on."""
    every: list[Entry] = []
    while batch := store.outbox():
        store.settle(accepted(batch, first + len(every)))
        every += batch
    return every


def test_what_the_stream_has_as_it_is_keeps_its_id(opened: Opener, tmp_path: Path) -> None:
    """A copy took the first id; what we wrote after it is at the centre already."""
    store = opened()
    first = [*store.append("小李", [case_opened()])]
    store.settle(accepted(first))
    store.close()
    shutil.copyfile(tmp_path / "store.db", tmp_path / "twin.db")
    here, twin = opened(), opened("twin.db")
    mine = here.append("小李", [note("这边一"), note("这边二"), note("这边三")])
    (theirs,) = twin.append("小李", [note("那边一")])
    assert mine[0].id == theirs.id

    here.apply(rows_of([theirs, mine[2]], 2), 3)  # the answer to what we sent was lost

    assert sorted(texts(here)) == ["这边一", "这边三", "这边二", "那边一"]
    assert [entry.body["text"] for entry in sent(here, 4)] == ["这边一", "这边二"]
    assert here.health().problems == ()


def test_what_is_written_after_something_was_taken_out_is_sent(opened: Opener) -> None:
    """The last place of the journal is free again, and its next owner was never at the centre."""
    store = opened()
    first = [*store.append("小李", [case_opened()])]
    store.settle(accepted(first))
    other = Desk("x9desk0000")
    foreign = other.write(note("同事写的"))
    store.insert_foreign([foreign])
    store.settle(accepted([foreign], 2))
    assert store.count_outbox() == 0
    hollow = Row(3, foreign.id, NOW, "gone", CASE, "0" * 64)
    store.apply([hollow], 3)  # the centre has other contents under that id, and keeps them

    written = [*store.append("小李", [note("后来写的")])]

    assert [entry.id for entry in store.outbox() if entry in written] == [e.id for e in written]


def test_the_twin_of_a_copied_store_comes_in_beside_our_own_words(
    opened: Opener, tmp_path: Path
) -> None:
    store = opened()
    first = [*store.append("小李", [case_opened()])]
    store.settle(accepted(first))
    store.close()
    shutil.copyfile(tmp_path / "store.db", tmp_path / "twin.db")
    here, twin = opened(), opened("twin.db")
    (mine,) = here.append("小李", [note("这边写的")])
    (theirs,) = twin.append("小李", [note("那边写的")])
    assert mine.id == theirs.id

    here.apply(rows_of([theirs], 2), 2)

    assert sorted(texts(here)) == ["这边写的", "那边写的"]
    assert [entry.body["text"] for entry in here.outbox()] == ["这边写的"]
    assert here.health().problems == ()


@pytest.mark.parametrize("at_once", [True, False])
def test_copies_that_gave_the_same_words_new_ids_meet_without_doubles(
    opened: Opener, tmp_path: Path, at_once: bool
) -> None:
    store = opened()
    first = [*store.append("小李", [case_opened()])]
    store.settle(accepted(first))
    store.close()
    shutil.copyfile(tmp_path / "store.db", tmp_path / "old.db")
    here, old = opened(), opened("old.db")
    shared = [*here.append("小李", [note("两边都有"), note("也都有")])]
    here.close()
    shutil.copyfile(tmp_path / "store.db", tmp_path / "twin.db")
    here, twin = opened(), opened("twin.db")
    (here_only,) = here.append("小李", [note("只这边有")])
    twin.append("小李", [note("只那边有")])
    (taken,) = old.append("小李", [note("先占了编号")])
    assert taken.id == shared[0].id
    twin.reissue([shared[0].id])
    renamed = sent(twin, 2)
    rows = rows_of([taken, *renamed], 2)

    if at_once:
        here.apply(rows, 5)
    else:
        here.apply(rows[1:], 0)
        here.apply(rows, 5)

    wanted = ["两边都有", "也都有", "只这边有", "只那边有", "先占了编号"]
    assert sorted(texts(here)) == sorted(wanted)
    assert [entry.body["text"] for entry in sent(here, 6)] == [here_only.body["text"]]
    assert here.health().problems == ()
    assert here.rebuild() == here.digest()


def test_another_devices_entry_that_the_centre_knows_otherwise_stays_readable(
    opened: Opener,
) -> None:
    store = opened()
    one, other = Desk("otherdesk0"), Desk("otherdesk0")
    ours = [one.write(case_opened()), one.write(note("先听说的"))]
    store.apply(rows_of(ours), 2)
    store.begin_epoch("e2", 1)
    other.write(case_opened())
    theirs = other.write(note("中心现在说的"))
    store.apply(rows_of([theirs], 2), 2)
    assert texts(store) == ["中心现在说的"]
    (item,) = store.tray()
    assert (item.code, item.entry.body["text"]) == ("forked", "先听说的")
    store.retry(item.entry.id)  # ours can only be read: the journal has theirs
    assert store.outbox() == []
    assert store.health().problems == ()


def evicted(seq: int, case: str = CASE) -> Row:
    notice = {"to_centre": "west", "to_name": "西街"}
    return Row(seq, f"evict:{seq}", NOW, "evict", case, notice=notice)


def test_a_case_that_went_away_goes_once_all_was_sent(opened: Opener) -> None:
    store = opened()
    first = [*store.append("小李", [case_opened(), note("早先")])]
    store.settle(accepted(first))
    (late,) = store.append("小李", [note("离线时写的")])
    store.apply([evicted(3)], 3)
    assert store.shed_ready() == ()  # its own words have not arrived
    store.settle([Answer(late.id, "accepted", 4, NOW)])
    assert store.shed_ready() == (CASE,)
    with pytest.raises(BadInputError):
        store.case(CASE)
    assert store.search("离线时写的") == []
    assert store.count_cases() == 0
    assert store.health().problems == ()
    assert store.rebuild() == store.digest()


def test_a_case_that_was_let_go_comes_back_with_a_restored_centre(opened: Opener) -> None:
    store = opened()
    first = [*store.append("小李", [case_opened(), note("早先")])]
    store.settle(accepted(first))
    store.apply([evicted(3)], 3)
    store.shed_ready()
    store.begin_epoch("e2", 1)
    assert texts(store) == ["早先"]
    assert store.outbox() == first[1:]


def test_its_entries_are_erased_after_thirty_days(opened: Opener, tmp_path: Path) -> None:
    store, desk = opened(), Desk("otherdesk0")
    first = [*store.append("小李", [case_opened(), note("早先")])]
    store.settle(accepted(first))
    store.apply([evicted(3)], 3)
    store.shed_ready()
    later = NOW + 31 * 24 * 3_600_000
    store.apply(rows_of([desk.write(case_opened("case2"))], 4, later), 4)
    store.shed_ready()
    raw = connect(tmp_path / "store.db", KEY, "ro")
    left = raw.execute("SELECT count(*) FROM entries WHERE case_id = ?", (CASE,)).fetchone()
    raw.close()
    assert left == (0,)
    (fresh,) = store.append("小李", [note("新的", "case2")])
    assert store.outbox() == [fresh]  # its place in the journal had been another's
    assert fresh.id.endswith("-3")  # no number of the chain is given twice


def test_many_cases_gone_at_once_wait_for_a_person(opened: Opener) -> None:
    store = opened()
    cases = [f"case{n}" for n in range(30)]
    written = [*store.append("小李", [case_opened(case) for case in cases])]
    store.settle(accepted(written))
    store.apply([evicted(31 + n, case) for n, case in enumerate(cases[:12])], 42)
    assert store.shed_ready() == ()
    assert store.sync_state().hold == 12
    assert len(store.shed_ready(approved=True)) == 12
    assert store.sync_state().hold == 0
    assert store.count_cases() == 18


def test_a_clock_ten_years_ahead_neither_wins_nor_carries_ours_away(opened: Opener) -> None:
    store = opened()
    ahead = Desk("aheadahead", A_MONDAY + timedelta(days=3650))
    name: dict[str, Json] = {"name": "resident_name", "value": "王伟"}
    entries = [ahead.write(case_opened()), ahead.write(NewEntry(CASE, "field.set", name))]
    store.apply(rows_of(entries), 2)
    mine = store.append("小李", [note("这台的钟是准的")])[0]
    assert int(mine.hlc[:13]) <= NOW + 6 * 60 * 1000
    assert {e.received for e in store.case(CASE).timeline if e.id != mine.id} == {NOW}
    assert store.rebuild() == store.digest()


def test_our_own_clock_ahead_is_put_right_when_the_centre_has_it(opened: Opener) -> None:
    store = opened()
    written = [*store.append("小李", [case_opened(), note("一")])]
    early = NOW - 3650 * 24 * 3_600_000
    store.settle([Answer(e.id, "accepted", n, early) for n, e in enumerate(written, 1)])
    assert {e.received for e in store.case(CASE).timeline} == {early}
    store.apply(rows_of(written, 1, early), 2)
    assert store.stream_digest(0, 2, thorough=True) == total(rows_of(written, 1, early))


def test_the_queue_follows_the_numbers_not_the_clocks(opened: Opener) -> None:
    store, desk = opened(), Desk("otherdesk0")
    opened_case = desk.write(case_opened())
    first = desk.write(NewEntry(CASE, "case.claimed", {"fence": 0}), author="小王")
    mine = store.append("小李", [NewEntry(CASE, "case.claimed", {"fence": 0})])[0]
    assert store.queue_row(CASE).pending == ("case.claimed",)
    store.apply(rows_of([opened_case, first]), 2)
    store.settle([Answer(mine.id, "accepted", 3, NOW)])
    store.apply(rows_of([mine], 3), 3)
    row = store.queue_row(CASE)
    assert (row.state.holder, row.pending) == ("小王", ())
    assert store.without_effect(CASE) == {mine.id: "stale_fence"}
    assert store.rebuild() == store.digest()


def test_an_offer_of_another_centre_stands_until_it_is_settled(opened: Opener) -> None:
    store = opened()
    notice = {"ref": "r-r-1", "number": "BCS-9", "from_centre": "west", "from_name": "西街",
              "by": "小西", "to": "", "why": "搬来了", "summary": "老人"}  # fmt: skip
    store.apply([Row(1, "offer:r-r-1", NOW, "offer", "casex", notice=notice)], 1)
    (offer,) = store.incoming_offers()
    assert (offer.from_name, offer.why, offer.number) == ("西街", "搬来了", "BCS-9")
    gone = {"ref": "r-r-1", "answer": "refuse"}
    store.apply([Row(2, "settled:r-r-1", NOW, "settled", "casex", notice=gone)], 2)
    assert store.incoming_offers() == []


def test_a_first_load_gives_the_same_store_as_row_by_row(opened: Opener) -> None:
    source = opened("source.db")
    fill_store(source, 12)
    entries = source.outbox(10_000, 10**9)
    rows = rows_of(entries)
    slow, fast = opened("slow.db"), opened("fast.db")
    for start in range(0, len(rows), 7):
        part = rows[start : start + 7]
        slow.apply(part, part[-1].seq)
    by_case = sorted(rows, key=lambda row: (row.case_id, row.seq))
    cut = next(n for n in range(30, len(by_case)) if by_case[n].case_id != by_case[n - 1].case_id)
    fast.apply_snapshot(by_case[:cut], len(rows), by_case[cut - 1].case_id, False)
    assert fast.sync_state().snapshot_upto == len(rows)
    fast.apply_snapshot(by_case[cut:], len(rows), by_case[-1].case_id, True)
    assert fast.sync_state().cursor == len(rows)
    assert fast.digest() == slow.digest() == source.digest()
    assert fast.stream_digest(0, len(rows), thorough=True) == total(rows)


def test_two_connections_write_one_unbroken_chain(opened: Opener) -> None:
    window, sync, desk = opened(), opened(), Desk("otherdesk0")
    window.append("小李", [case_opened()])
    theirs = [desk.write(case_opened("case2"))] + [
        desk.write(note(f"{n}", "case2")) for n in range(60)
    ]

    def take() -> None:
        for row in rows_of(theirs, 1000):
            sync.apply([row], row.seq)

    thread = threading.Thread(target=take)
    thread.start()
    for number in range(60):
        window.append("小李", [note(f"我{number}")])
    thread.join()

    assert texts(window) == [f"我{n}" for n in range(60)]
    assert texts(window, "case2") == [f"{n}" for n in range(60)]
    assert texts(sync) == texts(window)
    assert sync.life() == window.life()
    assert window.life()[2] == 61
    assert window.health().problems == ()


def test_joining_another_centre_is_refused(opened: Opener) -> None:
    store = opened()
    with pytest.raises(BadInputError, match="另一个中心"):
        store.join("hub2", "east", "", "e1")
    store.join("hub1", "east", "东街（新名）", "e9")
    assert (store.sync_state().centre_name, store.sync_state().epoch) == ("东街（新名）", "e1")


@given(data=st.data())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_the_order_of_answers_and_rows_the_end_is_the_same(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = Path(mkdtemp(dir=tmp_path)) / "store.db"  # every example begins with an empty one
    store = SqlSyncStore.open(path, KEY, FakeClock(), readings, create=True)
    try:
        store.join("hub1", "east", "", "e1")
        desk = Desk("otherdesk0")
        mine = [*store.append("小李", [case_opened(), note("一"), note("二"), note("三")])]
        theirs = [desk.write(note(f"他{n}")) for n in range(4)]
        stream = rows_of([e for pair in zip(mine, theirs, strict=True) for e in pair])
        answers = [Answer(r.id, "accepted", r.seq, NOW) for r in stream if r.entry in mine]
        steps = data.draw(st.permutations([*answers, *stream]))
        for step in steps:
            if isinstance(step, Row):
                store.apply([step], 0)
            else:
                store.settle([step])
        store.apply([], len(stream))
        assert store.outbox() == []
        assert sorted(texts(store)) == sorted(["一", "二", "三", "他0", "他1", "他2", "他3"])
        assert (
            store.stream_digest(0, 8, thorough=True) == store.stream_digest(0, 8) == total(stream)
        )
        assert store.rebuild() == store.digest()
    finally:
        store.close()
