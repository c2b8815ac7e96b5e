"""Desks with real stores and a real hub: joining, sending, waiting, being shut out."""

from __future__ import annotations

import shutil
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desk_app.core.entries import NewEntry
from desk_app.core.errors import UserFacingError
from desk_app.core.kinds.kind import Json
from desk_app.hub.folder import CERTIFICATE_FILE, CERTIFICATE_KEY_FILE, HubFolder
from desk_app.services.queue_work import QueueWork
from desk_app.sync.loop import SyncLoop
from desk_app.sync.status import SyncStatus
from tests.helpers.desk_folder import DeskFolder
from tests.helpers.hub import RunningHub, now_ms
from tests.unit.sync.odd_server import HOLD, answer, odd_server

PATIENCE = 15.0
pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony


class Watch:
    """Keeps what a loop reports, and waits for it to say something."""

    def __init__(self) -> None:
        self.said: list[SyncStatus] = []
        self._news = threading.Condition()

    def __call__(self, status: SyncStatus) -> None:
        with self._news:
            self.said.append(status)
            self._news.notify_all()

    def until(self, state: str, code: str = "", unsent: int | None = None) -> SyncStatus:
        """Wait until the latest word is this one."""

        def fits(status: SyncStatus) -> bool:
            return (status.state, status.code) == (state, code) and unsent in (
                None,
                status.unsent,
            )

        return self.wait_for(lambda: bool(self.said) and fits(self.said[-1]))

    def wait_for(self, is_so: Callable[[], bool]) -> SyncStatus:
        """Wait until something is so; looked at with every word."""
        with self._news:
            assert self._news.wait_for(is_so, PATIENCE), self.said[-3:]
            return self.said[-1]


@contextmanager
def running(desk: DeskFolder) -> Iterator[tuple[SyncLoop, Watch]]:
    watch = Watch()
    loop = SyncLoop(desk.opened, watch, desk.clock)
    loop.start()
    try:
        yield loop, watch
    finally:
        assert loop.stop(), "it did not stop within two seconds"


def two_desks(hub: RunningHub, folder: Path, centre: str = "east") -> tuple[DeskFolder, DeskFolder]:
    desks = DeskFolder(folder / "one"), DeskFolder(folder / "two")
    for desk in desks:
        desk.join(hub.ticket(centre))
    return desks


def test_what_one_desk_writes_another_reads(hub: RunningHub, tmp_path: Path) -> None:
    one, two = two_desks(hub, tmp_path)
    case_id = one.note("打了三个电话")
    one.sync()
    two.sync()
    assert two.notes(case_id) == ["打了三个电话"]
    two.note("对方答应周三回话", case_id)
    two.sync()
    one.sync()
    assert one.notes(case_id) == ["打了三个电话", "对方答应周三回话"]
    with one.store() as store:
        assert store.case_sync([case_id])[case_id].state == "at_centre"


def test_the_loop_sends_at_once_and_hears_at_once(hub: RunningHub, tmp_path: Path) -> None:
    one, two = two_desks(hub, tmp_path)
    with running(one) as (loop, watch), running(two) as (_, other):
        watch.until("at_centre")
        before = other.until("at_centre").rounds
        case_id = one.note("马上传")
        loop.nudge()
        other.wait_for(lambda: other.said[-1].rounds > before)
        assert two.notes(case_id) == ["马上传"]
        assert watch.until("at_centre", unsent=0).last_success == one.clock.now()


def test_the_thread_stops_at_once_whatever_the_hub_does(hub: RunningHub, tmp_path: Path) -> None:
    one, _ = two_desks(hub, tmp_path)
    with running(one) as (_, watch):
        watch.until("at_centre")  # it now waits for news; the block ends it
    with odd_server(HOLD) as mute:
        one.go_to(f"http://127.0.0.1:{mute.port}")
        with running(one) as (_, _):
            assert mute.reached.wait(PATIENCE)  # an answer is awaited that never comes


def test_a_hub_that_goes_away_and_comes_back_loses_nothing(hub: RunningHub, tmp_path: Path) -> None:
    one, two = two_desks(hub, tmp_path)
    with odd_server(b"") as nobody:
        dead = f"http://127.0.0.1:{nobody.port}"
    one.go_to(dead)
    with running(one) as (loop, watch):
        watch.until("offline", "offline")
        case_id = one.note("没有网也记下了")
        loop.nudge()
        watch.until("offline", "offline", unsent=2)
    one.go_to(hub.address)
    with running(one) as (_, watch):
        watch.until("at_centre", unsent=0)
    two.sync()
    assert two.notes(case_id) == ["没有网也记下了"]


def test_a_login_page_in_between_changes_nothing(hub: RunningHub, tmp_path: Path) -> None:
    one, _ = two_desks(hub, tmp_path)
    case_id = one.note("登录页不是中心")
    with odd_server(answer(b"<html>login</html>", protocol=None)) as portal:
        one.go_to(f"http://127.0.0.1:{portal.port}")
        with running(one) as (_, watch):
            status = watch.until("offline", "captive")
            assert status.unsent == 2
    with one.store() as store:
        assert store.sync_state().hub
        assert store.tray() == []
    assert one.notes(case_id) == ["登录页不是中心"]


def test_a_copied_and_a_restored_folder_lose_nothing_and_mix_nothing(
    hub: RunningHub, tmp_path: Path
) -> None:
    one, two = two_desks(hub, tmp_path)
    case_id = one.note("原来的")
    one.sync()
    copy = DeskFolder(tmp_path / "copy")
    shutil.copytree(one.folder, copy.folder)
    backup = tmp_path / "backup"
    shutil.copytree(one.folder, backup)
    one.note("原机写的", case_id)
    copy.note("副本写的", case_id)
    one.sync()
    copy.sync()
    shutil.rmtree(one.folder)
    shutil.copytree(backup, one.folder)  # the disk broke; last night's backup is put back
    one.note("恢复后写的", case_id)
    for desk in (one, copy, two, one):
        desk.sync()
    expected = {"原来的", "原机写的", "副本写的", "恢复后写的"}
    for desk in (one, two, copy):
        notes = desk.notes(case_id)
        assert (len(notes), set(notes)) == (4, expected)
        with desk.store() as store:
            assert store.tray() == []
            assert store.count_outbox() == 0


def test_two_copies_that_nobody_noticed_are_told_apart_by_the_hub(
    hub: RunningHub, tmp_path: Path
) -> None:
    one, two = two_desks(hub, tmp_path)
    case_id = one.note("原来的")
    one.sync()
    copy = DeskFolder(tmp_path / "copy", is_marked=False)
    shutil.copytree(one.folder, copy.folder)
    one.note("原机写的", case_id)
    copy.note("副本写的", case_id)
    one.sync()
    copy.sync()
    for desk in (one, two):
        desk.sync()
        assert set(desk.notes(case_id)) == {"原来的", "原机写的", "副本写的"}


def test_a_revoked_desk_stops_fetching_and_its_work_is_kept_apart(
    hub: RunningHub, tmp_path: Path
) -> None:
    one, two = two_desks(hub, tmp_path)
    with running(one) as (loop, watch):
        watch.until("at_centre")
        hub.people.revoke(one.device, now_ms(), seal_it=False)
        case_id = one.note("停用以后写的")
        loop.nudge()
        watch.until("refused", "revoked", unsent=2)
        two.note("同事写的")
        two.sync()
        assert one.notes(case_id) == ["停用以后写的"]  # local work goes on
    assert hub.people.quarantined() == {one.device: 2}
    with one.store() as store:
        assert store.count_cases() == 1


def test_a_lost_laptop_seals_itself_and_reports(hub: RunningHub, tmp_path: Path) -> None:
    one, _ = two_desks(hub, tmp_path)
    one.note("丢之前写的")
    hub.people.revoke(one.device, now_ms(), seal_it=True)
    with running(one) as (_, watch):
        watch.until("sealed")
        wait_until(lambda: state_of(hub, one.device) == "sealed")
    assert one.is_destroyed
    assert hub.people.quarantined() == {one.device: 2}


def state_of(hub: RunningHub, device: str) -> str:
    return next(line.state for line in hub.people.devices() if line.device == device)


def wait_until(is_so: Callable[[], bool]) -> None:
    tick = threading.Event()
    for _ in range(int(PATIENCE / 0.05)):
        if is_so():
            return
        tick.wait(0.05)
    raise AssertionError("it never came")


def test_a_ticket_works_once_for_one_device(hub: RunningHub, tmp_path: Path) -> None:
    one, two = DeskFolder(tmp_path / "one"), DeskFolder(tmp_path / "two")
    ticket = hub.ticket("east")
    one.join(ticket)
    one.join(ticket)  # its answer may have been lost: the same device may ask again
    with pytest.raises(UserFacingError, match="用过了"):
        two.join(ticket)
    with pytest.raises(UserFacingError, match="已经有这台设备"):
        one.join(hub.ticket("west"))
    with two.store() as store:
        assert store.sync_state().hub == ""


def test_a_ticket_of_a_false_hub_is_found_out(tmp_path: Path) -> None:
    false = HubFolder(tmp_path / "false")
    false.make(("127.0.0.1",))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(false.path / CERTIFICATE_FILE, false.path / CERTIFICATE_KEY_FILE)
    desk = DeskFolder(tmp_path / "one")
    with odd_server(answer(false.ca()), tls=context) as server:
        ticket = f"https://127.0.0.1:{server.port}#AB12C-D3E4F#{'0' * 32}"
        with pytest.raises(UserFacingError, match="指纹对不上"):
            desk.join(ticket)
        assert len(server.requests) == 1  # nothing was told to it
        assert b"GET /v1/ca" in server.requests[0]


def test_a_case_goes_to_another_centre_when_both_have_said_so(
    hub: RunningHub, tmp_path: Path
) -> None:
    east, west = DeskFolder(tmp_path / "east"), DeskFolder(tmp_path / "west")
    east.join(hub.ticket("east"))
    west.join(hub.ticket("west"))
    case_id = east.note("搬到西边去了")
    with east.store() as store:
        work = QueueWork(store, "小李", east.clock)
        work.offer(case_id, "", "居民搬家了", "west", "低保，材料齐了")
    east.sync()
    west.sync()
    with west.store() as store:
        (offer,) = store.incoming_offers()
        assert (offer.from_name, offer.summary) == ("east街道", "低保，材料齐了")
        QueueWork(store, "小周", west.clock).answer(offer.case_id, offer.ref, accept=True)
    west.sync()
    assert west.notes(case_id) == ["搬到西边去了"]
    with west.store() as store:
        assert store.queue_row(case_id).state.holder == "小周"
        assert store.incoming_offers() == []
    east.note("东边晚到的一条", case_id)  # written before it heard of the answer
    east.sync()
    with east.store() as store:
        assert store.cases() == []
        assert store.count_outbox() == 0
        assert store.tray() == []
    west.sync()
    assert west.notes(case_id) == ["搬到西边去了", "东边晚到的一条"]


def test_ten_thousand_bytes_too_many_are_never_sent(hub: RunningHub, tmp_path: Path) -> None:
    one, two = two_desks(hub, tmp_path)
    case_id = one.note("前面的")
    with one.store() as store:
        big: dict[str, Json] = {
            "reasons": ["长" * 99_000, "文" * 99_000], "explanation": "x", "outcome": "done_now",
            "explained": True, "sheet_given": True,
        }  # fmt: skip
        store.append("小李", [NewEntry(case_id, "case.closed", big)])
    one.note("后面的", case_id)
    one.sync()
    two.sync()
    assert two.notes(case_id) == ["前面的", "后面的"]
    with one.store() as store:
        (item,) = store.tray()
        assert item.code == "too_large"
        assert item.entry.body["explanation"] == "x"
