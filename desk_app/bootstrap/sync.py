"""The way to the centre, put together. The HTTP client is imported where a centre was joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.core.attachments import FiledBlob
from desk_app.core.clock import Clock
from desk_app.core.entries import Entry, NewEntry
from desk_app.core.errors import QT_TRANSLATE_NOOP, EnvironmentProblem, UserFacingError
from desk_app.core.exchange import Nudge
from desk_app.core.ports import SecretStore
from desk_app.storage.sync_store import SqlSyncStore
from desk_app.sync.life_mark import LifeMark
from desk_app.system.durable import write_durably
from desk_app.system.paths import AppPaths, state_dir

if TYPE_CHECKING:
    from desk_app.storage.blobs import BlobFolder
    from desk_app.sync.credentials import Link
    from desk_app.sync.round import RoundResult
    from desk_app.sync.stick_hub import StickResult


EVERY_CASE = 1 << 30


class DeskStore(SqlSyncStore):
    """The window's store: whatever it writes is sent at once, once a centre was joined."""

    nudge: Nudge = staticmethod(lambda: None)

    def append(self, author: str, new: Sequence[NewEntry]) -> tuple[Entry, ...]:
        """See ``CaseStore.append``."""
        written = super().append(author, new)
        self.nudge()
        return written

    def retry(self, entry_id: str) -> None:
        """See ``SyncStore.retry``."""
        super().retry(entry_id)
        self.nudge()

    def every_entry(self) -> list[Entry]:
        """All entries of the cases that are here, practice left out; oldest case first."""
        from desk_app.storage import journal
        from desk_app.storage.engine import translated

        shown = {row.case_id for row in self.cases(limit=EVERY_CASE)}
        with translated():
            cases = [
                journal.of_case(self._connection, case_id)
                for case_id in journal.case_ids(self._connection)
                if case_id in shown
            ]
        return [
            entry
            for entries in cases
            if not any(e.body.get("practice") is True for e in entries if e.kind == "case.opened")
            for entry in entries
        ]

    def filed_after(self, row: int) -> tuple[list[FiledBlob], int]:
        """See ``storage.attached.filed_after``."""
        from desk_app.storage.attached import filed_after
        from desk_app.storage.engine import translated

        with translated():
            return filed_after(self._connection, row)

    def numbered(self, entry_ids: Iterable[str]) -> set[str]:
        """See ``storage.attached.numbered``."""
        from desk_app.storage.attached import numbered
        from desk_app.storage.engine import translated

        with translated():
            return numbered(self._connection, entry_ids)


def open_desk_store(paths: AppPaths, clock: Clock, key: bytes, *, create: bool) -> DeskStore:
    """The store of a data folder. Raises as ``SqlCaseStore.open``."""
    from desk_app.content.pinyin import readings

    return DeskStore.open(paths.store, key, clock, readings, create=create)


def life_mark(paths: AppPaths, keyring: SecretStore | None) -> LifeMark:
    """The mark by which a copied or restored store is noticed."""
    return LifeMark(state_dir(), paths.store, keyring)


def find_link(store: SqlSyncStore, keyring: SecretStore | None) -> Link:
    """The way to this store's centre.

    Raises:
        UserFacingError: no centre was joined.
        EnvironmentProblem: the device's key cannot be had now.
    """
    if not store.sync_state().hub:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "还没有加入中心。"),
            safe=QT_TRANSLATE_NOOP("Errors", "本机照常使用。"),
            press=QT_TRANSLATE_NOOP("Errors", "请向主管要一张加入凭条，再用 desk-app sync join。"),
        )
    from desk_app.sync.credentials import Credentials, LostSecretsError

    try:
        link = Credentials(store, keyring).load()
    except LostSecretsError:
        link = None
    if link is None:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "这台设备的钥匙取不到（密钥环没解锁，或者换了电脑）。"),
            safe=QT_TRANSLATE_NOOP("Errors", "本机的记录都在，照常使用，只是传不过去。"),
            press=QT_TRANSLATE_NOOP("Errors", "请解锁系统密钥环；换过电脑的请向主管要新的凭条。"),
        )
    return link


def join_centre(
    store: SqlSyncStore, keyring: SecretStore | None, ticket: str, name: str = ""
) -> str:
    """Join the centre of a ticket; returns the centre's name. Raises as ``sync.enrol.join``.

    Args:
        name: what supervisors see of this device; empty = by its number.
    """
    from desk_app.sync.credentials import Credentials
    from desk_app.sync.enrol import join
    from desk_app.sync.signals import Signals

    signals = Signals()
    try:
        name = name or f"窗口 {store.life()[0][:4].upper()}"
        return join(ticket, name, store, Credentials(store, keyring), signals).centre_name
    finally:
        signals.close()


@dataclass(frozen=True, slots=True)
class Once:
    """What one round did; ``pack`` and ``pack_code`` as in ``sync.status.SyncStatus``.

    Attributes:
        files_left: some attachment is not at the centre yet, or could not be fetched.
    """

    round: RoundResult
    files_left: bool
    pack: str
    pack_code: str


def sync_once(
    store: DeskStore, keyring: SecretStore | None, mark: LifeMark, paths: AppPaths,
    files: BlobFolder,
) -> Once:  # fmt: skip
    """One round with the centre, its attachments, and a look at the pack that it publishes.

    Raises:
        UserFacingError: no centre, or it cannot be reached, or says no. Nothing is lost.
        EnvironmentProblem: key, keyring or disk.
    """
    link = find_link(store, keyring)
    from desk_app.bootstrap.centre_packs import CentrePacks
    from desk_app.core.exchange import HubRefusesError, HubUnreachableError
    from desk_app.sync.blobs import BlobSync, Left
    from desk_app.sync.http_hub import HttpHub
    from desk_app.sync.hub_line import HubLine
    from desk_app.sync.life_mark import MarkingHub
    from desk_app.sync.round import Round
    from desk_app.sync.signals import STOPPED, Signals

    signals = Signals()
    try:
        line = HubLine(link.address, signals)
        try:
            hub = HttpHub(line, link.key)
            result = Round(store, MarkingHub(hub, mark, store)).run()
            carrier = BlobSync(store, files, hub, STOPPED)
            while (left := carrier.run()) is Left.NOW:
                pass
            return Once(result, left is Left.LATER, *CentrePacks(paths, link.pack_keys).look(hub))
        finally:
            line.close()
    except HubUnreachableError as trouble:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "现在连不上中心（{code}）。"),
            safe=QT_TRANSLATE_NOOP("Errors", "都存在本机，照常使用，下次再传。"),
            code=trouble.code,
        ) from None
    except HubRefusesError as refusal:
        raise UserFacingError(
            QT_TRANSLATE_NOOP("Errors", "中心不收这台设备的记录（{code}）。"),
            safe=QT_TRANSLATE_NOOP("Errors", "都存在本机，照常使用。"),
            press=QT_TRANSLATE_NOOP("Errors", "请找主管看看这台设备的登记。"),
            code=refusal.code,
        ) from None
    finally:
        signals.close()


def export_stick(
    store: DeskStore,
    keyring: SecretStore | None,
    mark: LifeMark,
    path: Path,
    *,
    everything: bool = False,
) -> int:
    """Write what is to be sent into a file; returns how many entries.

    Args:
        everything: also what the centre has, to bring it to a desk that has nothing yet.

    Raises as ``find_link``; EnvironmentProblem where the file cannot be written.
    """
    link = find_link(store, keyring)
    from desk_app.sync.stick_hub import export_entries, unsent_of

    entries = store.every_entry() if everything else unsent_of(store)
    file = export_entries(store, link, mark, entries)
    try:
        write_durably(path, file)
    except OSError as error:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "文件“{name}”写不进去（没有权限，或者盘满了、拔了）。"),
            safe=QT_TRANSLATE_NOOP("Errors", "本机的记录没有动。"),
            name=path.name,
        ) from error
    return len(entries)


def import_stick(store: SqlSyncStore, keyring: SecretStore | None, path: Path) -> StickResult:
    """Take in a file of the centre or of another desk.

    Raises as ``find_link``; BadInputError where it cannot be believed: nothing was changed.
    """
    link = find_link(store, keyring)
    from desk_app.protocol.stick import MAX_FILE_BYTES
    from desk_app.sync.stick_hub import import_file

    try:
        with path.open("rb") as source:
            file = source.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise EnvironmentProblem(
            QT_TRANSLATE_NOOP("Errors", "文件“{name}”读不出来。"),
            safe=QT_TRANSLATE_NOOP("Errors", "什么也没有收下，本机的记录没有动。"),
            name=path.name,
        ) from error
    return import_file(store, link, file)
