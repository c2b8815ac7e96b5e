"""Desks with real stores and a real hub over loopback: joining, sending, waiting, being shut out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desk_app.core.entries import NewEntry
from desk_app.core.errors import UserFacingError
from desk_app.core.exchange import HubUnreachableError
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.credentials import Credentials
from desk_app.sync.enrol import join
from desk_app.sync.http_hub import HttpHub
from desk_app.sync.hub_line import HubAddress, HubLine
from desk_app.sync.life_mark import LifeMark
from desk_app.sync.loop import Opened, SyncLoop
from desk_app.sync.round import Round
from desk_app.sync.signals import Signals
from desk_app.sync.status import SyncStatus
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock, FakeSecretStore
from tests.helpers.hub import RunningHub, now_ms, running_hub

PATIENCE = 15.0
pytestmark = pytest.mark.allow_log(r"uvicorn\.error")  # the hub is stopped without ceremony


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A hub with two centres."""
    with running_hub(tmp_path / "hub") as running:
        yield running


@dataclass
class TestDesk:
    """A desk on a folder of its own."""

    __test__ = False
    folder: Path
    key: bytes = b"k" * 32
    keyring: FakeSecretStore | None = None
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def path(self) -> Path:
        return self.folder / "store.db"

    @contextmanager
    def store(self) -> Iterator[SqlSyncStore]:
        self.folder.mkdir(exist_ok=True)
        store = SqlSyncStore.open(
            self.path, self.key, self.clock, lambda _: (), create=not self.path.exists()
        )
        try:
            yield store
        finally:
            store.close()

    def mark(self) -> LifeMark:
        state = self.folder.parent / "state"
        state.mkdir(exist_ok=True)
        return LifeMark(state, self.path, None)

    def join(self, ticket: str) -> None:
        signals = Signals()
        try:
            with self.store() as store:
                join(ticket, "一号窗口", store, Credentials(store, self.keyring), signals)
        finally:
            signals.close()

    @contextmanager
    def opened(self, signals: Signals) -> Iterator[Opened]:
        with self.store() as store:
            link = Credentials(store, self.keyring).load()
            assert link is not None
            line = HubLine(link.address, signals)
            try:
                yield Opened(
                    store,
                    HttpHub(line, link.key),
                    self.mark(),
                    link.key,
                    link.hub_key,
                    self.destroy,
                )
            finally:
                line.close()

    def destroy(self) -> None:
        (self.folder / "destroyed").touch()

    def sync(self) -> int:
        """One round; returns how many rows came."""
        signals = Signals()
        try:
            with self.opened(signals) as opened:
                return Round(opened.store, opened.hub).run().fetched
        finally:
            signals.close()

    def note(self, text: str, case_id: str = "") -> str:
        with self.store() as store:
            case_id = case_id or store.open_case("小李", dict(OPENED)).case_id
            store.append("小李", [NewEntry(case_id, "note.added", {"text": text})])
            return case_id

    def notes(self, case_id: str) -> list[str]:
        with self.store() as store:
            return [note.text for note in store.case(case_id).notes]


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
        def found() -> SyncStatus | None:
            for status in reversed(self.said):
                fits = (status.state, status.code) == (state, code)
                if fits and unsent in (None, status.unsent):
                    return status
            return None

        with self._news:
            assert self._news.wait_for(lambda: found() is not None, PATIENCE), self.said[-3:]
        status = found()
        assert status is not None
        return status


@contextmanager
def running(desk: TestDesk) -> Iterator[tuple[SyncLoop, Watch]]:
    watch = Watch()
    loop = SyncLoop(desk.opened, watch, desk.clock)
    loop.start()
    try:
        yield loop, watch
    finally:
        assert loop.stop(), "it did not stop within two seconds"


def two_desks(hub: RunningHub, folder: Path, centre: str = "east") -> tuple[TestDesk, TestDesk]:
    desks = TestDesk(folder / "one"), TestDesk(folder / "two")
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
        other.until("at_centre")
        before = other.said[-1].rounds
        case_id = one.note("马上传")
        loop.nudge()
        with other._news:
            assert other._news.wait_for(lambda: other.said[-1].rounds > before, PATIENCE)
        assert two.notes(case_id) == ["马上传"]
        assert watch.until("at_centre", unsent=0).last_success == one.clock.now()
