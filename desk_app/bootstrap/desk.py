"""Opens a desk: every step without a window."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk_app.bootstrap.content import open_content
from desk_app.core.clock import Clock, SystemClock
from desk_app.core.errors import DeskAppError
from desk_app.system.paths import AppPaths, find_paths

if TYPE_CHECKING:
    from desk_app.bootstrap.sync import DeskStore
    from desk_app.content.finder import Finder
    from desk_app.core.catalogue import Pack
    from desk_app.core.ports import SecretStore
    from desk_app.services.casework import Casework
    from desk_app.storage.blobs import BlobFolder
    from desk_app.system.single_instance import SingleInstance

AskPassphrase = Callable[[bool], str]
"""Asks a person for the passphrase; True = a new one is being chosen."""

OFFICER_SETTING = "officer.last"
DEFAULT_OFFICER = "窗口"
OFFICERS_FILE = "officers.txt"


@dataclass(frozen=True, slots=True)
class Desk:
    """An open desk: everything that a command or the window works with.

    Attributes:
        content_problem: why the pack that came with the program stands in for the one wanted.
        files: of the cases, sealed.
        keyring: of the system; None where there is none that keeps secrets.
    """

    paths: AppPaths
    clock: Clock
    store: DeskStore
    pack: Pack
    finder: Finder
    casework: Casework
    files: BlobFolder
    content_problem: DeskAppError | None = None
    keyring: SecretStore | None = None


@dataclass(frozen=True, slots=True)
class OwnedFolder:
    """A data folder that this process alone works in."""

    paths: AppPaths
    instance: SingleInstance


@contextmanager
def owned_folder(data: Path | None) -> Iterator[OwnedFolder]:
    """Steps 1 to 3: the folders, logged in and owned by this process alone.

    Raises:
        AlreadyOpenError: another process has the folder.
        EnvironmentProblem: the folder cannot be made or written.
    """
    from desk_app.system.crash import install_crash_hook
    from desk_app.system.logs import start_logging, stop_logging
    from desk_app.system.single_instance import SingleInstance

    paths = find_paths(data)
    with ExitStack() as stack:
        start_logging(paths.logs)
        stack.callback(stop_logging)
        stack.push(_hooks_put_back())
        install_crash_hook(paths.logs)
        instance = stack.enter_context(SingleInstance(paths.data))
        yield OwnedFolder(paths, instance)


def _hooks_put_back() -> Callable[[Any, BaseException | None, Any], None]:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook

    def put_back(_kind: Any, error: BaseException | None, _trace: Any) -> None:
        # An error on its way out meets the crash hook only after this.
        if error is None or isinstance(error, DeskAppError):
            sys.excepthook, threading.excepthook, sys.unraisablehook = before

    return put_back


def open_store(paths: AppPaths, clock: Clock, key: bytes, keyring: SecretStore | None) -> DeskStore:
    """Step 5: the store. It is only ever made anew where there is none yet.

    A copied or restored one goes on under a new incarnation before anything is written into it.
    """
    from desk_app.bootstrap.sync import life_mark, open_desk_store

    store = open_desk_store(paths, clock, key, create=not paths.store.exists())
    try:
        life_mark(paths, keyring).check(store)
    except BaseException:
        store.close()
        raise
    return store


@contextmanager
def open_desk(
    data: Path | None, ask: AskPassphrase, *, officer: str = "", clock: Clock | None = None
) -> Iterator[Desk]:
    """All steps at once, for commands.

    Args:
        data: the data folder; None = the user's own.
        ask: asked only where no keyring has the key.
        officer: who is working; empty = the last one who did.
    """
    from desk_app.bootstrap.files import open_files
    from desk_app.bootstrap.sync import life_mark
    from desk_app.services.casework import Casework
    from desk_app.vault.key_keeper import KeyKeeper
    from desk_app.vault.keyring_store import find_keyring

    clock = clock or SystemClock()
    with owned_folder(data) as owned, ExitStack() as stack:
        paths = owned.paths
        keyring = find_keyring()
        keeper = KeyKeeper(paths.data, keyring)  # step 4: whoever holds the key of this folder
        # A store without its key file must never be given a new key: it could not be opened again.
        key = keeper.open(ask) if keeper.exists or paths.store.exists() else keeper.make(ask)
        store = open_store(paths, clock, key, keyring)
        stack.callback(store.close)
        stack.callback(life_mark(paths, keyring).keep, store)
        content = open_content(paths.data, paths.cache)
        author = officer or store.setting(OFFICER_SETTING, DEFAULT_OFFICER)
        casework = Casework(
            store, content.pack, author, content.case_packs(), lambda: clock.now().date()
        )
        yield Desk(
            paths, clock, store, content.pack, content.finder(), casework, open_files(paths, key),
            content.problem, keyring,
        )  # fmt: skip


def keyring_name() -> str:
    """What the machine's keyring is called; empty where there is none that keeps secrets."""
    from desk_app.vault.keyring_store import find_keyring

    found = find_keyring()
    return found.name if found else ""


def read_officers(paths: AppPaths) -> list[str]:
    """Names of staff who worked here, the last first: known before the store is open."""
    try:
        return (paths.data / OFFICERS_FILE).read_text("utf-8").splitlines()[:8]
    except (OSError, UnicodeDecodeError):
        return []


def write_officer(paths: AppPaths, officer: str) -> None:
    """Keep who worked last; names of staff only, never a resident's."""
    names = dict.fromkeys([officer, *read_officers(paths)])
    path = paths.data / OFFICERS_FILE
    path.touch(mode=0o600)
    path.write_text("\n".join(list(names)[:8]) + "\n", "utf-8")
