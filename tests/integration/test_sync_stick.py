"""A desk without any network: everything goes and comes by stick, with the hub's own answers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desk_app.core.exchange import Head
from desk_app.hub.stick import answer_stick
from desk_app.protocol.stick import (
    StickAnswers,
    StickRefusedError,
    open_answers,
    pack_answers,
    read_cover,
)
from desk_app.sync import round as rounds
from desk_app.sync.stick_hub import StickResult, export_entries, import_file, unsent_of
from tests.helpers.desk_folder import DeskFolder
from tests.helpers.hub import RunningHub, now_ms

pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony


@pytest.fixture
def desk(hub: RunningHub, tmp_path: Path) -> DeskFolder:
    """A desk that has joined."""
    made = DeskFolder(tmp_path / "one")
    made.join(hub.ticket("east"))
    return made


def export(desk: DeskFolder) -> bytes:
    with desk.store() as store:
        return export_entries(store, desk.link(store), desk.mark(), unsent_of(store))


def at_the_hub(hub: RunningHub, file: bytes) -> bytes:
    return answer_stick(hub.open, hub.people, file, now_ms())[1]


def take(desk: DeskFolder, file: bytes) -> StickResult:
    with desk.store() as store:
        return import_file(store, desk.link(store), file)


def look(desk: DeskFolder) -> tuple[object, ...]:
    with desk.store() as store:
        return store.digest(), store.sync_state(), store.count_outbox(), len(store.tray())


def changed(hub: RunningHub, desk: DeskFolder, file: bytes, **fields: object) -> bytes:
    """The hub's answers with some of it another way, rightly signed."""
    with desk.store() as store:
        link = desk.link(store)
    said = open_answers(file, link.hub, link.hub_key, link.centre_key)
    other: StickAnswers = replace(said, **fields)  # type: ignore[arg-type]
    key = hub.open.identity.signing_key
    return pack_answers(read_cover(file), key, link.centre_key, other)


def test_back_and_forth_it_all_arrives(hub: RunningHub, desk: DeskFolder, tmp_path: Path) -> None:
    colleague = DeskFolder(tmp_path / "two")
    colleague.join(hub.ticket("east"))
    theirs = colleague.note("隔壁写的")
    colleague.sync()
    mine = desk.note("没有网写的")
    done = take(desk, at_the_hub(hub, export(desk)))
    assert (done.settled, done.new, done.unsent, done.fits) == (2, 2, 0, True)
    assert desk.notes(theirs) == ["隔壁写的"]
    colleague.sync()
    assert colleague.notes(mine) == ["没有网写的"]


def test_what_was_written_meanwhile_waits_for_the_next_stick(
    hub: RunningHub, desk: DeskFolder
) -> None:
    case_id = desk.note("第一条")
    file = export(desk)
    desk.note("写在后面的", case_id)
    assert take(desk, at_the_hub(hub, file)).unsent == 1
    assert take(desk, at_the_hub(hub, export(desk))).unsent == 0


def test_a_first_load_by_stick(
    hub: RunningHub, desk: DeskFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SNAPSHOT_FROM", 3)
    cases = [desk.note(f"第 {n} 件") for n in range(4)]
    desk.sync()
    fresh = DeskFolder(tmp_path / "fresh")
    fresh.join(hub.ticket("east"))
    assert take(fresh, at_the_hub(hub, export(fresh))).fits
    for n, case_id in enumerate(cases):
        assert fresh.notes(case_id) == [f"第 {n} 件"]
    assert take(fresh, at_the_hub(hub, export(fresh))).new == 0


def test_an_old_answer_changes_nothing(hub: RunningHub, desk: DeskFolder) -> None:
    case_id = desk.note("第一条")
    old = at_the_hub(hub, export(desk))
    desk.note("第二条", case_id)
    desk.sync()
    before = look(desk)
    with pytest.raises(StickRefusedError, match="旧了"):
        take(desk, old)
    assert look(desk) == before


def test_an_answer_with_a_gap_before_it_changes_nothing(
    hub: RunningHub, desk: DeskFolder, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(desk.folder, backup)
    desk.note("第一条")
    desk.sync()
    answer = at_the_hub(hub, export(desk))
    shutil.rmtree(desk.folder)
    shutil.copytree(backup, desk.folder)  # last night's backup: behind that answer
    before = look(desk)
    with pytest.raises(StickRefusedError, match="接不上"):
        take(desk, answer)
    assert look(desk) == before


def test_answers_of_another_centre_of_the_same_hub_change_nothing(
    hub: RunningHub, desk: DeskFolder, tmp_path: Path
) -> None:
    west = DeskFolder(tmp_path / "west")
    west.join(hub.ticket("west"))
    west.note("别的街道")
    foreign = at_the_hub(hub, export(west))
    before = look(desk)
    with pytest.raises(StickRefusedError):
        take(desk, foreign)
    head = Head(hub.open.identity.hub, "west", "e", 0, 0)
    mixed = changed(hub, desk, at_the_hub(hub, export(desk)), head=head)
    with pytest.raises(StickRefusedError):
        take(desk, mixed)
    assert look(desk) == before


def test_a_centre_that_was_restored_gets_it_all_again(hub: RunningHub, desk: DeskFolder) -> None:
    desk.note("第一条")
    answer = at_the_hub(hub, export(desk))
    take(desk, answer)
    with desk.store() as store:
        state = store.sync_state()
    head = Head(state.hub, state.centre, "restored", 1, 1)
    after_restore = changed(
        hub, desk, at_the_hub(hub, export(desk)),
        head=head, rows=(), answers=(), after=1, cursor=1,
        mark_sum=mark_of_first(hub, desk, answer),
    )  # fmt: skip
    done = take(desk, after_restore)
    assert (done.unsent, done.fits) == (1, True)
    with desk.store() as store:
        assert store.sync_state().epoch == "restored"
        assert len(store.outbox()) == 1


def mark_of_first(hub: RunningHub, desk: DeskFolder, answer: bytes) -> int:
    with desk.store() as store:
        link = desk.link(store)
    rows = open_answers(answer, link.hub, link.hub_key, link.centre_key).rows
    assert hub.open.identity.hub == link.hub
    return rows[0].mark


def test_a_digest_that_does_not_fit_is_said(hub: RunningHub, desk: DeskFolder) -> None:
    case_id = desk.note("第一条")
    done = take(desk, changed(hub, desk, at_the_hub(hub, export(desk)), mark_sum=7))
    assert not done.fits
    assert desk.notes(case_id) == ["第一条"]
    desk.sync()
    assert look(desk)[2] == 0


def test_two_copies_that_nobody_noticed_lose_nothing_by_stick_either(
    hub: RunningHub, desk: DeskFolder, tmp_path: Path
) -> None:
    case_id = desk.note("原来的")
    desk.sync()
    copy = DeskFolder(tmp_path / "copy", is_marked=False)
    shutil.copytree(desk.folder, copy.folder)
    desk.note("原机写的", case_id)
    desk.sync()
    copy.note("副本写的", case_id)
    for _ in range(2):  # the first is refused as another's, the second goes under a new name
        take(copy, at_the_hub(hub, export(copy)))
    desk.sync()
    for each in (desk, copy):
        assert set(each.notes(case_id)) == {"原来的", "原机写的", "副本写的"}
        assert look(each)[2:] == (0, 0)
