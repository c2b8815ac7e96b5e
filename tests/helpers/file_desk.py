"""A desk with files: the real store, the real folder of files, the line to a real hub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desk_app.bootstrap.sync import DeskStore, open_desk_store
from desk_app.core.attachments import attachments
from desk_app.services.attachments import Attachments
from desk_app.services.queue_work import QueueWork
from desk_app.storage.blobs import BlobFolder
from desk_app.sync.blobs import Asker, BlobSync, Left
from desk_app.sync.credentials import Credentials
from desk_app.sync.enrol import join
from desk_app.sync.http_hub import HttpHub
from desk_app.sync.hub_line import HubLine
from desk_app.sync.round import Round
from desk_app.sync.signals import STOPPED, Signals
from desk_app.system.paths import AppPaths
from desk_app.vault.blob_cipher import BlobCipher
from tests.helpers.factories import OPENED
from tests.helpers.fakes import FakeClock
from tests.helpers.hub import RunningHub

SMALL = 3_000
"""Bytes of a chunk here."""


@dataclass
class FileDesk:
    """An open desk that has joined a centre.

    Attributes:
        seconds: the clock by which files wait; moved by tests.
    """

    store: DeskStore
    files: BlobFolder
    hub: HttpHub
    clock: FakeClock
    seconds: float = 0.0
    _carrier: BlobSync = field(init=False)

    def __post_init__(self) -> None:
        self._carrier = BlobSync(
            self.store, self.files, self.hub, STOPPED, seconds=lambda: self.seconds
        )

    @property
    def work(self) -> Attachments:
        """The use cases."""
        return Attachments(self.store, self.files, "小李")

    @property
    def queue(self) -> QueueWork:
        """The queue."""
        return QueueWork(self.store, "小李", self.clock)

    def open_case(self) -> str:
        """A new case."""
        return self.store.open_case("小李", dict(OPENED)).case_id

    def attach(self, case_id: str, content: bytes, name: str = "证件.jpg") -> str:
        """Take a file in; its digest."""
        new = self.work.keep_bytes(content, name, "paste")
        self.work.file(case_id, [new])
        return new.sha256

    def read(self, case_id: str) -> list[bytes]:
        """The files of a case that are here."""
        return [self.work.read(one) for one in attachments(self.store.case(case_id))]

    def round(self) -> None:
        """Entries only."""
        Round(self.store, self.hub).run()

    def carry(self, line: Asker | None = None) -> Left:
        """Files only, once; ``line`` stands between this desk and the hub."""
        self._carrier.hub = line or self.hub
        return self._carrier.run()

    def sync(self) -> Left:
        """One round, then the files."""
        self.round()
        return self.carry()


@contextmanager
def file_desk(hub: RunningHub, folder: Path, centre: str = "east") -> Iterator[FileDesk]:
    """A desk of ``centre`` in a folder of its own."""
    folder.mkdir()
    key, clock, signals = folder.name.encode().ljust(32, b"k"), FakeClock(), Signals()
    store = open_desk_store(AppPaths(folder, folder, folder), clock, key, create=True)
    files = BlobFolder(folder / "files", BlobCipher(key), chunk_bytes=SMALL)
    files.open()
    try:
        credentials = Credentials(store, None)
        join(hub.ticket(centre), "一号窗口", store, credentials, signals)
        link = credentials.load()
        assert link is not None
        line = HubLine(link.address, signals)
        try:
            yield FileDesk(store, files, HttpHub(line, link.key), clock)
        finally:
            line.close()
    finally:
        store.close()
        signals.close()


def picture_bytes(seed: int, chunks: int = 5) -> bytes:
    """Something of so many chunks, the last one short."""
    return (seed.to_bytes(4, "big") * SMALL * chunks)[: chunks * SMALL - 7]
