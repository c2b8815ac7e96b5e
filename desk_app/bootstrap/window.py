"""The window and what stands behind it, from the first paint to the last page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk_app.bootstrap.content import open_content
from desk_app.bootstrap.desk import (
    OFFICER_SETTING,
    Desk,
    open_store,
    owned_folder,
    read_officers,
    write_officer,
)
from desk_app.bootstrap.press import make_window_press, print_sheet
from desk_app.core.clock import Clock, SystemClock
from desk_app.core.errors import DeskAppError, EnvironmentProblem
from desk_app.system.paths import AppPaths, find_paths

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication

    from desk_app.bootstrap.residents import CentreResidents
    from desk_app.bootstrap.window_sync import WindowCentre
    from desk_app.core.ports import SecretStore
    from desk_app.system.single_instance import SingleInstance
    from desk_app.ui.theme import Theme
    from desk_app.ui.views.shell import MainWindow
    from desk_app.vault.key_keeper import KeyKeeper

WATCH_MS = 700


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


def _queued(act: Callable[[], object]) -> Any:
    """A word that any thread may say; ``act`` then runs on the window's thread."""
    from PySide6.QtCore import QObject, Qt, Signal

    class Word(QObject):
        said = Signal()

        def hear(self) -> None:
            act()

    word = Word()
    word.said.connect(word.hear, Qt.ConnectionType.QueuedConnection)
    return word


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
        self._application = application
        self.window = make_window(application, clock)
        self.runner = QtTaskRunner(self.window.problem)
        self.desk: Desk | None = None
        self.centre: WindowCentre | None = None
        self._residents: CentreResidents | None = None
        self._keeper: KeyKeeper | None = None
        self._secrets: SecretStore | None = None
        self._is_sealed = False
        self._sealing = _queued(self._sealed)
        self._failures = 0
        self._watch = QTimer(self.runner)
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
        """The mirror of opening: end sync, finish what was begun, then close the store."""
        if self._residents is not None:
            self._residents.stop()
        if self.centre is not None:
            self.centre.stop()
        if not self._is_sealed:
            self._close_desk()

    def _close_desk(self) -> None:
        desk = self.desk
        if desk is not None:
            self.runner.store(partial(self._close_store, desk), lambda _: None)
        self.runner.stop()

    def _close_store(self, desk: Desk) -> None:
        # On the store's thread.
        from desk_app.bootstrap.sync import life_mark

        mark = life_mark(self._paths, self._secrets)
        if not self._keyring:
            mark.forget()  # a store that is thrown away
        elif not self._is_sealed:
            mark.keep(desk.store)
        desk.store.close()

    def _sealed(self) -> None:
        """The centre has ordered the key destroyed: one plain page instead of everything."""
        from desk_app.ui.error_words import error_words
        from desk_app.vault.key_keeper import sealed_problem

        self._is_sealed = True  # the sync thread goes on until it has reported
        self._close_desk()
        page = make_window(self._application, self._clock)
        page.unlock.refuse(error_words(sealed_problem()))
        page.unlock.only_say()
        page.show()
        before, self.window = self.window, page
        before.close()
        before.deleteLater()

    def _look(self) -> tuple[bool, bool]:
        from desk_app.vault.key_keeper import KeyKeeper
        from desk_app.vault.keyring_store import find_keyring

        self._secrets = find_keyring() if self._keyring else None
        self._keeper = KeyKeeper(self._paths.data, self._secrets)
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
        from desk_app.bootstrap.files import open_files
        from desk_app.bootstrap.residents import CentreResidents
        from desk_app.bootstrap.window_sync import WindowCentre
        from desk_app.services.casework import Casework
        from desk_app.services.settings import SCALE, THEME
        from desk_app.ui.theme import SCALES, Theme, ThemeName

        keeper = self._keeper
        assert keeper is not None
        is_new = not keeper.exists and not self._paths.store.exists()
        key = (keeper.make if is_new else keeper.open)(lambda _new: passphrase)
        store = open_store(self._paths, self._clock, key, self._secrets)
        files = open_files(self._paths, key)
        self.centre = WindowCentre(
            self._paths, self._clock, key, keeper, self._secrets, self._sealing.said.emit
        )
        store.nudge = self.centre.nudge
        self.centre.start(store)
        self._residents = CentreResidents(self._paths, self._clock, key, self._secrets)
        content = open_content(self._paths.data, self._paths.cache)
        store.save_setting(OFFICER_SETTING, officer)
        write_officer(self._paths, officer)
        casework = Casework(
            store, content.pack, officer, content.case_packs(), lambda: self._clock.now().date()
        )
        scale = int(store.setting(SCALE, "100"))
        theme = Theme(
            ThemeName(store.setting(THEME, ThemeName.LIGHT.value)),
            scale if scale in SCALES else 100,
        )
        desk = Desk(
            self._paths, self._clock, store, content.pack, content.finder(), casework,
            files, content.problem, self._secrets,
        )  # fmt: skip
        return desk, theme

    def _opened(self, opened: tuple[Desk, Theme]) -> None:
        from desk_app.bootstrap.files import file_room
        from desk_app.content.pinyin import readings
        from desk_app.services.queue_work import QueueWork
        from desk_app.ui.furnish import Tools, furnish
        from desk_app.ui.presenters.ports import CentreLink

        self.desk, theme = opened
        assert self.centre is not None
        store = self.desk.store
        queue = QueueWork(store, self.desk.casework.author, self._clock)
        link = CentreLink(store, queue, self.centre, self._residents)
        self.runner.side(self.desk.finder.warm_up, lambda _: None)
        self.window.dress(theme)
        tools = Tools(print_sheet, make_window_press(), readings, file_room(self.desk.files))
        furnish(self.window, self.desk, self.runner, self._clock, tools, link)
        if self.desk.content_problem is not None:
            self.window.problem(self.desk.content_problem)

    def _refuse(self, error: Exception) -> None:
        from PySide6.QtCore import QTimer

        from desk_app.ui.error_words import error_words

        if not isinstance(error, DeskAppError):
            raise error
        # Guessing gets slower: 1, 2, 4 … seconds.
        self._failures += 1
        wait = min(2 ** (self._failures - 1), 60) * 1000
        QTimer.singleShot(wait, lambda: self.window.unlock.refuse(error_words(error)))
