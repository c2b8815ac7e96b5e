"""A desk on a folder of its own: a real store, real keys, the line to a real hub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from desk_app.core.entries import NewEntry
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.credentials import Credentials, Link
from desk_app.sync.enrol import join
from desk_app.sync.http_hub import HttpHub
from desk_app.sync.hub_line import HubAddress, HubLine
from desk_app.sync.life_mark import LifeMark
from desk_app.sync.round import Round
from desk_app.sync.signals import Signals
from desk_app.sync.work import Opened
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock, FakeSecretStore


@dataclass
class DeskFolder:
    """A desk on a folder of its own."""

    folder: Path
    key: bytes = b"k" * 32
    keyring: FakeSecretStore | None = None
    is_marked: bool = True
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def path(self) -> Path:
        """The store's file."""
        return self.folder / "store.db"

    @contextmanager
    def store(self) -> Iterator[SqlSyncStore]:
        """The store, checked as at every start; closed again."""
        self.folder.mkdir(exist_ok=True)
        store = SqlSyncStore.open(
            self.path, self.key, self.clock, lambda _: (), create=not self.path.exists()
        )
        try:
            if self.is_marked:
                self.mark().check(store)
            yield store
        finally:
            store.close()

    @property
    def device(self) -> str:
        """This desk's device id."""
        with self.store() as store:
            return store.life()[0]

    def go_to(self, url: str) -> None:
        """The hub is now at another address."""
        with self.store() as store:
            fresh = replace(self.link(store), address=HubAddress(url))
            Credentials(store, self.keyring).save(fresh)

    def link(self, store: SqlSyncStore) -> Link:
        """The way to the centre that was joined."""
        link = Credentials(store, self.keyring).load()
        assert link is not None
        return link

    def mark(self) -> LifeMark:
        """Where the life of this store is noted."""
        state = self.folder.parent / "state"
        state.mkdir(exist_ok=True)
        return LifeMark(state, self.path, None)

    def join(self, ticket: str) -> None:
        """Join the centre of a ticket."""
        signals = Signals()
        try:
            with self.store() as store:
                join(ticket, "一号窗口", store, Credentials(store, self.keyring), signals)
        finally:
            signals.close()

    @contextmanager
    def opened(self, signals: Signals) -> Iterator[Opened]:
        """What the sync thread works with."""
        with self.store() as store:
            link = self.link(store)
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
        """Stands in for destroying the key."""
        (self.folder / "destroyed").touch()

    @property
    def is_destroyed(self) -> bool:
        """Whether the key would be gone."""
        return (self.folder / "destroyed").exists()

    def sync(self) -> int:
        """One round; returns how many rows came."""
        signals = Signals()
        try:
            with self.opened(signals) as opened:
                return Round(opened.store, opened.hub).run().fetched
        finally:
            signals.close()

    def note(self, text: str, case_id: str = "") -> str:
        """Write a note, into a new case unless one is given; returns the case."""
        with self.store() as store:
            case_id = case_id or store.open_case("小李", dict(OPENED)).case_id
            store.append("小李", [NewEntry(case_id, "note.added", {"text": text})])
            return case_id

    def notes(self, case_id: str) -> list[str]:
        """The notes of a case."""
        with self.store() as store:
            return [note.text for note in store.case(case_id).notes]
