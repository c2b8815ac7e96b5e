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

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk_app.core.clock import Clock, SystemClock
from desk_app.core.errors import DeskAppError, EnvironmentProblem
from desk_app.system.paths import AppPaths, cache_dir, find_paths, make_private
from desk_app.system.resources import forms_dir

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication

    from desk_app.content.finder import Finder
    from desk_app.core.catalogue import Pack
    from desk_app.core.sheet import MaterialSheet, PrintedPaper
    from desk_app.printing.preview import PageImage
    from desk_app.printing.spool import Printer
    from desk_app.services.casework import Casework
    from desk_app.services.press import Press
    from desk_app.storage.store import SqlCaseStore
    from desk_app.system.single_instance import SingleInstance
    from desk_app.ui.demo_player import PlayedStory
    from desk_app.ui.theme import Theme
    from desk_app.ui.views.shell import MainWindow
    from desk_app.vault.key_keeper import KeyKeeper

AskPassphrase = Callable[[bool], str]
"""Asks a person for the passphrase; True = a new one is being chosen."""

OFFICER_SETTING = "officer.last"
DEFAULT_OFFICER = "窗口"
OFFICERS_FILE = "officers.txt"
WATCH_MS = 700


@dataclass(frozen=True, slots=True)
class Desk:
    """An open desk: everything that a command or the window works with."""

    paths: AppPaths
    clock: Clock
    store: SqlCaseStore
    pack: Pack
    finder: Finder
    casework: Casework


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
        hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
        stack.callback(_restore_hooks, *hooks)
        install_crash_hook(paths.logs)
        instance = stack.enter_context(SingleInstance(paths.data))
        yield OwnedFolder(paths, instance)


def _restore_hooks(main: Any, thread: Any, unraisable: Any) -> None:
    sys.excepthook, threading.excepthook, sys.unraisablehook = main, thread, unraisable


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


def load_content(cache: Path | None = None) -> Pack:
    """The content pack that came with the program."""
    from desk_app.content.pack import load_pack

    return load_pack(forms_dir(), cache or cache_dir())


def open_finder(cache: Path | None = None) -> tuple[Finder, Pack]:
    """Step 6: the content pack and the finder over it; needs no store."""
    from desk_app.content.finder import Finder
    from desk_app.content.words import load_words

    pack = load_content(cache)
    return Finder(pack, load_words(forms_dir())), pack


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
    with owned_folder(data) as owned, ExitStack() as stack:
        paths = owned.paths
        keeper = find_key_keeper(paths)
        # A store without its key file must never be given a new key: it could not be opened again.
        key = keeper.open(ask) if keeper.exists or paths.store.exists() else keeper.make(ask)
        store = open_store(paths, clock, key)
        stack.callback(store.close)
        finder, pack = open_finder(paths.cache)
        author = officer or store.setting(OFFICER_SETTING, DEFAULT_OFFICER)
        yield Desk(paths, clock, store, pack, finder, Casework(store, pack, author))


def run_window(data: Path | None) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    The window is painted before anything heavy is imported; steps 4 to 7 then run on the store's
    thread while the officer says who is working. A folder that cannot be used is said in the
    window too: who starts by a click sees no terminal.
    """
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from desk_app.system.single_instance import AlreadyOpenError, ask_to_show
    from desk_app.ui.error_words import error_words

    application = QApplication([])
    try:
        with owned_folder(data) as owned:
            qInstallMessageHandler(_note_qt_message)
            desk_window = DeskWindow(application, owned.paths, SystemClock())
            desk_window.window.show()
            desk_window.watch(owned.instance)
            desk_window.prepare()
            try:
                return application.exec()
            finally:
                desk_window.close()
                qInstallMessageHandler(None)
    except AlreadyOpenError:
        ask_to_show(find_paths(data).data)
        return 0
    except EnvironmentProblem as problem:
        window = make_window(application, SystemClock())
        window.unlock.refuse(error_words(problem))
        window.unlock.only_say()
        window.show()
        application.exec()
        raise


def _note_qt_message(level: QtMsgType, where: QMessageLogContext, _words: str) -> None:
    from desk_app.system.crash import note_qt_message

    note_qt_message(level.name, where.category or "")


def make_window(application: QApplication, clock: Clock) -> MainWindow:
    """The bare window in its first look, before anything heavy is imported."""
    from PySide6.QtWidgets import QStyleFactory

    from desk_app.ui.theme import Theme, ThemeName, apply_theme, load_fonts
    from desk_app.ui.views.shell import MainWindow

    application.setApplicationName("desk-app")
    application.setStyle(QStyleFactory.create("Fusion"))
    load_fonts()
    theme = Theme(ThemeName.LIGHT, 100)
    apply_theme(application, theme)  # before any widget measures its text
    return MainWindow(application, clock, theme)


class DeskWindow:
    """The window and what stands behind it, whole from the first paint to the last page.

    Args:
        paths: owned by this process already (``owned_folder``).
        keyring: look for a keyring of the system; demo and tests say no.
    """

    def __init__(
        self, application: QApplication, paths: AppPaths, clock: Clock, *, keyring: bool = True
    ) -> None:
        from PySide6.QtCore import QTimer

        from desk_app.ui.tasks.runner import QtTaskRunner

        self._paths, self._clock, self._keyring = paths, clock, keyring
        self.window = make_window(application, clock)
        self.runner = QtTaskRunner(self.window.problem)
        self.desk: Desk | None = None
        self._keeper: KeyKeeper | None = None
        self._failures = 0
        self._watch = QTimer(self.window)
        self.window.unlock.unlocked.connect(self._unlock)

    def watch(self, instance: SingleInstance) -> None:
        """Come to the front when somebody starts the program a second time."""
        self._watch.timeout.connect(lambda: self._come_up(instance))
        self._watch.start(WATCH_MS)

    def _come_up(self, instance: SingleInstance) -> None:
        if instance.was_asked_to_show():
            self.window.showNormal()
            self.window.raise_()
            self.window.activateWindow()

    def prepare(self) -> None:
        """Step 4, after the first paint: who may open the folder, and how."""
        self.runner.store(self._look, self._ask, self._refuse)

    def close(self) -> None:
        """The mirror of opening: finish what was begun, then close the store."""
        desk = self.desk
        if desk is not None:
            self.runner.store(desk.store.close, lambda _: None)
        self.runner.stop()

    def _look(self) -> tuple[bool, bool]:
        from desk_app.vault.key_keeper import KeyKeeper
        from desk_app.vault.keyring_store import find_keyring

        self._keeper = KeyKeeper(self._paths.data, find_keyring() if self._keyring else None)
        is_new = not self._keeper.exists and not self._paths.store.exists()
        return is_new, self._keeper.needs_passphrase

    def _ask(self, found: tuple[bool, bool]) -> None:
        is_new, needs_passphrase = found
        officers = read_officers(self._paths)
        self.window.unlock.ask(officers, needs_passphrase=needs_passphrase, is_new=is_new)

    def _unlock(self, officer: str, passphrase: str) -> None:
        self.runner.store(lambda: self._open(officer, passphrase), self._opened, self._refuse)

    def _open(self, officer: str, passphrase: str) -> tuple[Desk, Theme]:
        # On the store's thread.
        from desk_app.services.casework import Casework
        from desk_app.services.settings import SCALE, THEME
        from desk_app.ui.theme import SCALES, Theme, ThemeName

        keeper = self._keeper
        assert keeper is not None
        is_new = not keeper.exists and not self._paths.store.exists()
        key = (keeper.make if is_new else keeper.open)(lambda _new: passphrase)
        store = open_store(self._paths, self._clock, key)
        finder, pack = open_finder(self._paths.cache)
        store.save_setting(OFFICER_SETTING, officer)
        write_officer(self._paths, officer)
        casework = Casework(store, pack, officer)
        scale = int(store.setting(SCALE, "100"))
        theme = Theme(
            ThemeName(store.setting(THEME, ThemeName.LIGHT.value)),
            scale if scale in SCALES else 100,
        )
        return Desk(self._paths, self._clock, store, pack, finder, casework), theme

    def _opened(self, opened: tuple[Desk, Theme]) -> None:
        from desk_app.content.pinyin import readings
        from desk_app.ui.furnish import Tools, furnish

        self.desk, theme = opened
        self.window.dress(theme)
        tools = Tools(print_sheet, make_press(), readings)
        furnish(self.window, self.desk, self.runner, self._clock, tools)

    def _refuse(self, error: Exception) -> None:
        from PySide6.QtCore import QTimer

        from desk_app.ui.error_words import error_words

        if not isinstance(error, DeskAppError):
            raise error
        # Guessing gets slower: 1, 2, 4 … seconds.
        self._failures += 1
        wait = min(2 ** (self._failures - 1), 60) * 1000
        QTimer.singleShot(wait, lambda: self.window.unlock.refuse(error_words(error)))


def print_sheet(sheet: MaterialSheet, size: int) -> PrintedPaper:
    """Make the PDF of a sheet; ReportLab is imported at the first one."""
    from desk_app.printing.material_sheet import material_sheet_pdf

    return material_sheet_pdf(sheet, size)


def make_press() -> Press:
    """The printing room, as screens see it; imported at the first use."""
    from desk_app.services.press import Press

    def picture(pdf: bytes, page: int, width: int) -> PageImage:
        from desk_app.printing.preview import render_page

        return render_page(pdf, page, width)

    def printers() -> list[Printer]:
        from desk_app.printing import spool

        return spool.printers()

    def send(pdf: bytes, printer: str) -> str:
        from desk_app.printing import spool

        return spool.print_pdf(pdf, printer)

    return Press(picture, printers, send)


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


def play_demo(out: Path) -> list[PlayedStory]:
    """Play the stories of ``forms/demo`` in the real window, in a store that is thrown away.

    Args:
        out: where pictures and papers go; made if absent.

    Raises:
        EnvironmentProblem: the folder cannot be written, or a story got stuck.
    """
    import secrets
    import tempfile

    from PySide6.QtWidgets import QApplication

    from desk_app.content.stories import load_stories
    from desk_app.ui.demo_player import DemoPlayer

    make_private(out)
    stories = load_stories(forms_dir())
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with (
        tempfile.TemporaryDirectory(prefix="desk-app-demo-") as folder,
        owned_folder(Path(folder)) as owned,
    ):
        desk = DeskWindow(application, owned.paths, SystemClock(), keyring=False)
        desk.window.show()
        player = DemoPlayer(desk.window, desk.runner, out)
        try:
            desk.prepare()
            player.wait("key", lambda: desk.runner.is_idle)
            desk.window.unlock.unlocked.emit(stories[0].officer, secrets.token_urlsafe(24))
            player.wait("desk", lambda: desk.desk is not None and desk.runner.is_idle)
            return [player.play(story) for story in stories]
        finally:
            desk.close()
            desk.window.close()
