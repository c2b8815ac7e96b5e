"""Notices a store that was copied or restored, before it writes anything under used-up numbers.

A mark outside the data folder says which life of the store was last seen on this computer, and how
far it had counted: in a file of the user's state folder, and in the keyring of the system where
there is one. A copy on another computer finds no mark, a restored one finds a mark that is ahead of
it; both begin a new incarnation, and nothing of theirs can be mixed up with the other's entries.
To begin one without need costs nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desk_app.core.entries import Entry
from desk_app.core.errors import EnvironmentProblem
from desk_app.core.exchange import Hub, Meanwhile, PullAnswer, PushAnswer, SnapshotAnswer
from desk_app.core.ids import EntryId
from desk_app.core.ports import SecretStore
from desk_app.system import logs
from desk_app.system.durable import write_durably

HASH_BYTES = 16
COUNTER_BYTES = 8


class Living(Protocol):
    """What is asked of the store."""

    def life(self) -> tuple[str, str, int]:
        """See ``SyncStore.life``."""

    def begin_incarnation(self) -> None:
        """See ``SyncStore.begin_incarnation``."""


@dataclass(frozen=True, slots=True)
class Life:
    """A device, its incarnation, and how many entries it had written."""

    device: str
    incarnation: str
    counter: int

    def goes_on_from(self, mark: Life) -> bool:
        """Whether a store that stands here can be the one that left ``mark``."""
        same = (self.device, self.incarnation) == (mark.device, mark.incarnation)
        return same and self.counter >= mark.counter


class LifeMark:
    """The mark of the store at one path.

    Args:
        folder: where marks of this user's stores are kept; not in any data folder.
        store: path of the store.
        keyring: of the system; None where there is none that keeps secrets.
    """

    def __init__(self, folder: Path, store: Path, keyring: SecretStore | None) -> None:
        name = hashlib.sha256(str(store.absolute()).encode()).hexdigest()[:32]
        self._path = folder / f"life-{name}.json"
        self._account = f"life-{name}"
        self._keyring = keyring
        self._written: Life | None = None

    def check(self, store: Living) -> bool:
        """Begin a new incarnation if the store is a copy or was restored; returns whether.

        To be called before anything is written. Raises EnvironmentProblem: nothing was changed.
        """
        here = Life(*store.life())
        mark = self._read()
        fits = mark is not None and here.goes_on_from(mark) and self._fits_keyring(here)
        if not fits:
            store.begin_incarnation()
            logs.note("life.new", device=here.device, seen=mark is not None)
        self.keep(store)
        self._keep_in_keyring(Life(*store.life()))
        return not fits

    def keep(self, store: Living) -> None:
        """Note how far the store is now; a disk that refuses leaves the older mark."""
        self._write(Life(*store.life()))

    def keep_before(self, entries: Sequence[Entry], store: Living) -> None:
        """Note entries that are about to leave this computer: a restored store must know."""
        here = Life(*store.life())
        names = [EntryId.parse(entry.id) for entry in entries]
        mine = [n for n in names if (n.device, n.incarnation) == (here.device, here.incarnation)]
        counters = [name.counter for name in mine]
        self._write(Life(here.device, here.incarnation, max([here.counter, *counters])))

    def forget(self) -> None:
        """Take the mark away (seal order); fine where there is none."""
        self._path.unlink(missing_ok=True)
        if self._keyring is not None:
            try:
                self._keyring.delete(self._account)
            except EnvironmentProblem:
                return

    def _write(self, life: Life) -> None:
        if life == self._written:
            return
        text = json.dumps(
            {"device": life.device, "incarnation": life.incarnation, "counter": life.counter}
        )
        try:
            write_durably(self._path, text.encode())
        except OSError:
            logs.warn("life.unmarked")  # the next start takes the store for a copy: harmless
            return
        self._written = life

    def _read(self) -> Life | None:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return Life(str(kept["device"]), str(kept["incarnation"]), int(kept["counter"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _fits_keyring(self, here: Life) -> bool:
        if self._keyring is None:
            return True
        try:
            kept = self._keyring.read(self._account)
        except EnvironmentProblem:
            return True  # locked: it says nothing either way
        if kept is None or len(kept) != HASH_BYTES + COUNTER_BYTES:
            return False
        counter = int.from_bytes(kept[HASH_BYTES:], "big")
        return kept[:HASH_BYTES] == _hash(here) and here.counter >= counter

    def _keep_in_keyring(self, life: Life) -> None:
        if self._keyring is None:
            return
        packed = _hash(life) + life.counter.to_bytes(COUNTER_BYTES, "big")
        try:
            if self._keyring.read(self._account) != packed:
                self._keyring.write(self._account, packed)
        except EnvironmentProblem:
            logs.note("life.no_keyring")


class MarkingHub:
    """A hub that is only sent what the mark knows of."""

    def __init__(self, hub: Hub, mark: LifeMark, store: Living) -> None:
        self._hub = hub
        self._mark = mark
        self._store = store

    def push(self, entries: Sequence[Entry], meanwhile: Meanwhile | None = None) -> PushAnswer:
        """See ``Hub.push``."""
        self._mark.keep_before(entries, self._store)
        return self._hub.push(entries, meanwhile)

    def pull(self, cursor: int, epoch: str) -> PullAnswer:
        """See ``Hub.pull``."""
        return self._hub.pull(cursor, epoch)

    def rows(self, low: int, high: int) -> PullAnswer:
        """See ``Hub.rows``."""
        return self._hub.rows(low, high)

    def snapshot(self, upto: int, after: str, meanwhile: Meanwhile | None = None) -> SnapshotAnswer:
        """See ``Hub.snapshot``."""
        return self._hub.snapshot(upto, after, meanwhile)

    def digest(self, low: int, high: int) -> tuple[int, int]:
        """See ``Hub.digest``."""
        return self._hub.digest(low, high)


def _hash(life: Life) -> bytes:
    return hashlib.sha256(f"{life.device}-{life.incarnation}".encode()).digest()[:HASH_BYTES]
