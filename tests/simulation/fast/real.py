"""The same schedules over the real store: encrypted files, migrations, projections and all."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from desk_app.core import ids
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.fold import CaseState, fold
from desk_app.core.queue import QueueState
from desk_app.storage import evictions, journal
from desk_app.storage.engine import run
from desk_app.storage.journal import Chain
from desk_app.storage.sync_store import SqlSyncStore
from tests.helpers.fakes import FakeClock

KEY = bytes(range(32))


class RealStore:
    """A ``SqlSyncStore`` with what a simulation asks of a store besides.

    Args:
        shelf: where copies of its file will lie.
    """

    def __init__(self, shelf: Shelf, path: Path) -> None:
        self._shelf = shelf
        self.path = path
        self._clock = FakeClock()
        self._store = SqlSyncStore.open(path, KEY, self._clock, lambda _: ())
        self._connection = self._store._connection  # noqa: SLF001 - to look into it
        self._book = self._store._book  # noqa: SLF001 - writes what the program never writes
        shelf.opened.append(self._store)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def copy(self) -> RealStore:
        """See ``MemoryStore.copy``."""
        self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return RealStore(self._shelf, self._shelf.copy_of(self.path))

    def begin_as(self, device: str, incarnation: str) -> None:
        """Be a new device's store."""
        with self._book.writing():
            self._book.keep_chain(Chain(device, incarnation))

    def write(self, new: NewEntry, author: str, now: datetime) -> Entry:
        """See ``MemoryStore.write``."""
        self._clock.set(now)
        return self._store.append(author, [new])[0]

    def sealed(self, new: NewEntry, author: str, now: datetime) -> Entry:
        """See ``MemoryStore.sealed``."""
        chain = self._book.chain
        return journal.seal_new(chain, chain.clock(), now, author, [new])[1][0]

    def plant(self, entry: Entry) -> None:
        """See ``MemoryStore.plant``."""
        book = self._book
        with book.writing():
            chain = book.chain
            book.write([entry])
            after = replace(chain, counter=chain.counter + 1, head=entry.sha256, hlc=entry.hlc)
            book.keep_chain(after)

    def lose(self, entry_id: str) -> None:
        """See ``MemoryStore.lose``."""
        with self._book.writing():
            run(self._connection, "DELETE FROM entries WHERE id = ?", (entry_id,))
            self._book.keep_chain(self._book.chain)
        self._store.rebuild()

    def all_entries(self) -> dict[str, Entry]:
        """See ``MemoryStore.all_entries``."""
        return {e.id: replace(e, received=0) for e in self._entries("ORDER BY seq")}

    def numbered(self) -> dict[str, Entry]:
        """See ``MemoryStore.numbered``."""
        shown = "case_id IN (SELECT case_id FROM cases) AND id IN (SELECT id FROM hub_log)"
        return {entry.id: entry for entry in self._entries(f"WHERE {shown}")}

    def case_ids(self) -> list[str]:
        """See ``MemoryStore.case_ids``."""
        rows = run(self._connection, 'SELECT case_id FROM cases ORDER BY "row"')
        return [str(row[0]) for row in rows]

    def of_case(self, case_id: str) -> list[Entry]:
        """See ``MemoryStore.of_case``."""
        return self._entries("WHERE case_id = ? ORDER BY seq", case_id)

    def fold(self, case_id: str) -> CaseState:
        """See ``MemoryStore.fold``."""
        return fold(case_id, self.of_case(case_id))

    def leaving(self) -> list[str]:
        """See ``MemoryStore.leaving``."""
        leaving = "SELECT v.case_id FROM evictions v JOIN cases c ON c.case_id = v.case_id"
        return [str(row[0]) for row in run(self._connection, leaving)]

    def queue_state(self, case_id: str) -> QueueState:
        """See ``MemoryStore.queue_state``."""
        return self._store.queue_row(case_id).state

    def _entries(self, where: str, *values: str) -> list[Entry]:
        rows = run(self._connection, f"SELECT {journal.COLUMNS} FROM entries {where}", values)
        return [journal.to_entry(row) for row in rows]


class Shelf:
    """A folder for the files of one schedule.

    Args:
        template: an empty store.
    """

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder = folder
        self._template = template
        self._numbers = count(1)
        self.opened: list[SqlSyncStore] = []

    def new(self, device: str, name_life: Callable[[], str]) -> RealStore:
        """A new device's store."""
        store = RealStore(self, self.copy_of(self._template))
        store.begin_as(device, name_life())
        return store

    def copy_of(self, path: Path) -> Path:
        """A copy of a file that nobody is writing."""
        copy = self._folder / f"{next(self._numbers)}.db"
        shutil.copyfile(path, copy)
        return copy


@contextmanager
def shelf(seed: int) -> Iterator[Shelf]:
    """A folder of its own, and names that come from the seed as everything does."""
    with tempfile.TemporaryDirectory(prefix="desk-app-sim-") as name:
        folder = Path(name)
        template = folder / "template.db"
        SqlSyncStore.open(template, KEY, FakeClock(), lambda _: (), create=True).close()
        made = Shelf(folder, template)
        with patch.object(ids, "secrets", random.Random(seed)), _small_limits():
            yield made
        for store in made.opened:
            store.close()


@contextmanager
def _small_limits() -> Iterator[None]:
    with patch.object(evictions, "BRAKE_LEAST", 3):
        yield
