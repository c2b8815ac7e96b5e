"""Desks for these tests: a real encrypted store, a line that a test may lead astray."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desk_app.core.entries import Entry, NewEntry
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.credentials import Credentials
from desk_app.sync.enrol import join
from desk_app.sync.http_hub import DeviceKey, HttpHub
from desk_app.sync.hub_line import HubAddress, HubLine
from desk_app.sync.round import Round, RoundResult
from desk_app.sync.signals import Signals
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock
from tests.helpers.hub import HubProcess, Member, RunningHub

KEY = b"k" * 32


class SyncingDesk:
    """A desk that belongs to a centre.

    Args:
        store: joined.
        key: of its device.
    """

    def __init__(self, store: SqlSyncStore, key: DeviceKey, address: str) -> None:
        self.store = store
        self.address = address
        self.device_key = key

    def sync(self) -> RoundResult:
        """One round, over a new line."""
        signals = Signals()
        line = HubLine(HubAddress(self.address), signals)
        try:
            return Round(self.store, HttpHub(line, self.device_key)).run()
        finally:
            line.close()
            signals.close()

    def open_case(self) -> str:
        """A new case; its id."""
        return self.store.open_case("小李", dict(OPENED)).case_id

    def note(self, case_id: str, *texts: str) -> list[Entry]:
        """Write notes into a case."""
        new = [NewEntry(case_id, "note.added", {"text": text}) for text in texts]
        return list(self.store.append("小李", new))

    def notes(self, case_id: str) -> list[str]:
        """The notes of a case as the screen shows them."""
        return [note.text for note in self.store.case(case_id).notes]


@contextmanager
def syncing_desk(folder: Path, name: str, hub: RunningHub, centre: str) -> Iterator[SyncingDesk]:
    """A new desk in ``folder`` that has joined ``centre``."""
    folder.mkdir(exist_ok=True)
    store = SqlSyncStore.open(folder / f"{name}.db", KEY, FakeClock(), lambda _: (), create=True)
    signals = Signals()
    try:
        join(hub.ticket(centre), name, store, Credentials(store, None), signals)
        link = Credentials(store, None).load()
        assert link is not None
        yield SyncingDesk(store, link.key, hub.address)
    finally:
        signals.close()
        store.close()


def hub_with_members(hub: HubProcess, centres: Sequence[str]) -> list[Member]:
    """Make a hub that is to run in a process of its own: centres, and a device for each line.

    Args:
        centres: one member for each; the same centre may stand there more than once.
    """
    hub.folder.make(("localhost",))
    running = RunningHub(hub.folder)
    for centre in dict.fromkeys(centres):
        running.people.add_centre(centre, f"{centre}街道")
    running.start()
    members = [running.member(centre) for centre in centres]
    running.stop()
    return members
