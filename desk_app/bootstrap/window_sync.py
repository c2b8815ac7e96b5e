"""The sync thread of a window, from joining a centre to the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.bootstrap.sync import (
    DeskStore,
    export_stick,
    import_stick,
    join_centre,
    life_mark,
    open_desk_store,
)
from desk_app.core.clock import Clock
from desk_app.core.ports import SecretStore
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.system.paths import AppPaths

if TYPE_CHECKING:
    from desk_app.sync.loop import SyncLoop
    from desk_app.sync.signals import Signals
    from desk_app.sync.status import SyncStatus
    from desk_app.sync.work import Opened
    from desk_app.vault.key_keeper import KeyKeeper


@dataclass(frozen=True, slots=True)
class WindowStatus:
    """What the window shows (``ui.presenters.ports.CentreStatus``)."""

    state: str = "idle"
    code: str = ""
    at: str = ""
    pack: str = ""
    pack_code: str = ""


_WINDOW_STATES = {"syncing": "busy", "offline": "offline", "refused": "refused", "sealed": "sealed"}


class WindowCentre:
    """The sync thread of a window, from joining to the end (``ui.presenters.ports.Centre``).

    Args:
        key: of the store; the sync thread opens a connection of its own.
        on_sealed: called on the sync thread once the key is destroyed.
    """

    def __init__(
        self,
        paths: AppPaths,
        clock: Clock,
        key: bytes,
        keeper: KeyKeeper,
        keyring: SecretStore | None,
        on_sealed: Callable[[], object],
    ) -> None:
        self._paths, self._clock, self._key = paths, clock, key
        self._keeper, self._keyring = keeper, keyring
        self._on_sealed = on_sealed
        self._mark = life_mark(paths, keyring)
        self._loop: SyncLoop | None = None
        self._guard = threading.Lock()
        self._is_closed = False
        self._status = WindowStatus()
        self._told: Callable[[], object] = lambda: None

    def start(self, store: SqlSyncStore) -> None:
        """Begin, if a centre was joined; nothing is imported and no thread begun otherwise."""
        if not store.sync_state().hub:
            return
        from desk_app.sync.loop import SyncLoop

        with self._guard:
            if self._loop is None and not self._is_closed:
                self._loop = SyncLoop(self._opened, self._report, self._clock)
                self._loop.start()

    def stop(self) -> None:
        """End the thread; at most two seconds."""
        with self._guard:
            self._is_closed = True
            loop = self._loop
        if loop is not None:
            loop.stop()

    def status(self) -> WindowStatus:
        """What the sync thread last saw."""
        return self._status

    def listen(self, told: Callable[[], object]) -> None:
        """Call ``told``, on the sync thread, whenever something changed."""
        self._told = told

    def nudge(self) -> None:
        """Something was written."""
        loop = self._loop
        if loop is not None:
            loop.nudge()

    def try_now(self) -> None:
        """Begin a round now."""
        loop = self._loop
        if loop is not None:
            loop.hurry()

    def join(self, ticket: str, name: str) -> str:
        """See ``join_centre``; from then on the thread runs, with what was given just now."""
        with self._own_store() as store:
            centre_name = join_centre(store, self._keyring, ticket, name)
            with self._guard:
                before, self._loop = self._loop, None
            if before is not None:
                before.stop()
            self.start(store)
        return centre_name

    def export_file(self, path: Path) -> int:
        """See ``export_stick``."""
        with self._own_store() as store:
            return export_stick(store, self._keyring, self._mark, path)

    def import_file(self, path: Path) -> int:
        """See ``import_stick``; returns how many rows were new."""
        with self._own_store() as store:
            new = import_stick(store, self._keyring, path).new
        self._told()
        return new

    @contextmanager
    def _own_store(self) -> Iterator[DeskStore]:
        store = open_desk_store(self._paths, self._clock, self._key, create=False)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def _opened(self, signals: Signals) -> Iterator[Opened]:
        from desk_app.bootstrap.centre_packs import CentrePacks
        from desk_app.bootstrap.files import open_files
        from desk_app.sync.blobs import BlobSync
        from desk_app.sync.credentials import Credentials, LostSecretsError
        from desk_app.sync.http_hub import HttpHub
        from desk_app.sync.hub_line import HubLine
        from desk_app.sync.work import Opened

        with self._own_store() as store:
            credentials = Credentials(store, self._keyring)
            link = credentials.load()
            if link is None:
                raise LostSecretsError

            def destroy() -> None:
                self._mark.forget()
                credentials.destroy()
                self._keeper.destroy()

            line = HubLine(link.address, signals)
            hub = HttpHub(line, link.key)
            packs = CentrePacks(self._paths, link.pack_keys)
            files = open_files(self._paths, self._key, tidy=False)
            try:
                yield Opened(
                    store, hub, self._mark, link.key, link.hub_key, destroy,
                    lambda: packs.look(hub), BlobSync(store, files, hub).run,
                )  # fmt: skip
            finally:
                line.close()

    def _report(self, status: SyncStatus) -> None:
        at = status.last_success.isoformat(timespec="seconds") if status.last_success else ""
        state = _WINDOW_STATES.get(status.state, "idle")
        self._status = WindowStatus(state, status.code, at, status.pack, status.pack_code)
        self._told()
        if status.state == "sealed":
            self._on_sealed()
