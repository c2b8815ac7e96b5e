"""The composition root: the only place that knows every room.

A desk is opened in this order, and closed in the reverse one:

1. paths         where the data, the cache and the logs live
2. logging       ids and codes only, redacted; the crash hook beside it
3. single owner  one process per data folder
4. key           from the OS keyring, or unwrapped by a passphrase
5. store         the encrypted journal
6. pack, finder  the content pack and the words index
7. casework      the use cases, in the name of one officer

Heavy libraries are imported inside the steps that need them, so that the window is painted first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desk_app.core.catalogue import Pack
from desk_app.core.clock import Clock, SystemClock
from desk_app.system.paths import AppPaths, cache_dir, find_paths
from desk_app.system.resources import forms_dir

if TYPE_CHECKING:
    from desk_app.content.finder import Finder
    from desk_app.services.casework import Casework
    from desk_app.storage.store import SqlCaseStore
    from desk_app.vault.key_keeper import KeyKeeper

AskPassphrase = Callable[[bool], str]
"""Asks a person for the passphrase; True = a new one is being chosen."""

OFFICER_SETTING = "officer.last"
DEFAULT_OFFICER = "窗口"


@dataclass(frozen=True, slots=True)
class Desk:
    """An open desk: everything that a command or the window works with."""

    paths: AppPaths
    clock: Clock
    store: SqlCaseStore
    pack: Pack
    finder: Finder
    casework: Casework


@contextmanager
def owned_folder(data: Path | None) -> Iterator[AppPaths]:
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
        install_crash_hook(paths.logs)
        stack.enter_context(SingleInstance(paths.data))
        yield paths


def find_key_keeper(paths: AppPaths) -> KeyKeeper:
    """Step 4: whoever holds the key of this folder."""
    from desk_app.vault.key_keeper import KeyKeeper
    from desk_app.vault.keyring_store import find_keyring

    return KeyKeeper(paths.data, find_keyring())


def open_store(paths: AppPaths, clock: Clock, key: bytes) -> SqlCaseStore:
    """Step 5: the store. It is only ever made anew where there is none yet."""
    from desk_app.content.pinyin import readings
    from desk_app.storage.store import SqlCaseStore

    return SqlCaseStore.open(paths.store, key, clock, readings, create=not paths.store.exists())


def open_finder(cache: Path | None = None) -> tuple[Finder, Pack]:
    """Step 6: the content pack and the finder over it; needs no store."""
    from desk_app.content.finder import Finder
    from desk_app.content.pack import load_pack
    from desk_app.content.words import load_words

    folder = forms_dir()
    pack = load_pack(folder, cache or cache_dir())
    return Finder(pack, load_words(folder)), pack


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
    from desk_app.services.casework import Casework

    clock = clock or SystemClock()
    with owned_folder(data) as paths, ExitStack() as stack:
        keeper = find_key_keeper(paths)
        # A store without its key file must never be given a new key: it could not be opened again.
        key = keeper.open(ask) if keeper.exists or paths.store.exists() else keeper.make(ask)
        store = open_store(paths, clock, key)
        stack.callback(store.close)
        finder, pack = open_finder(paths.cache)
        author = officer or store.setting(OFFICER_SETTING, DEFAULT_OFFICER)
        yield Desk(paths, clock, store, pack, finder, Casework(store, pack, author))
