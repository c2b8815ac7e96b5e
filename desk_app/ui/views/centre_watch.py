"""Keeps the status line honest, and the pages up to date with what came from the centre."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desk_app.ui.presenters.centre_words import CentreFacts, read_facts, where_words
from desk_app.ui.presenters.ports import Services
from desk_app.ui.views.shell import MainWindow

PAUSE_MS = 400
"""Writes in a row are counted once."""

LISTENING = ("today", "cases", "case", "promises", "queue", "tray", "centre")
"""Pages that show what came; where somebody sits and listens, nothing moves by itself."""


class CentreWatch(QObject):
    """Counts what waits whenever something was written, sent or fetched.

    Signals:
        told: the sync thread has news; may be emitted from any thread.
    """

    told = Signal()

    def __init__(self, services: Services, window: MainWindow) -> None:
        super().__init__(window)
        self._services = services
        self._window = window
        self._facts: CentreFacts | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self.told.connect(self.look_soon, Qt.ConnectionType.AutoConnection)

    def look_soon(self) -> None:
        """Count again in a moment; from the window's thread."""
        if not self._pause.isActive():
            self._pause.start()

    def look(self) -> None:
        """Count now."""
        link = self._services.link
        self._services.runner.store(lambda: read_facts(link), self._show)

    def _show(self, facts: CentreFacts) -> None:
        before, self._facts = self._facts, facts
        self._window.status.show_where(where_words(facts, self._services.clock.now()))
        name = self._window.page_name
        if before is not None and _moved(before, facts) and name in LISTENING:
            self._window.page(name).come_up()


def _moved(before: CentreFacts, now: CentreFacts) -> bool:
    """Whether what pages show may be different; that a round began is no news for them."""
    return (before.state, before.unsent, before.tray) != (now.state, now.unsent, now.tray)
