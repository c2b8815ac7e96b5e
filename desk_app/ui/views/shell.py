"""The main window: the rail on the left, one page at a time, the status line below.

It knows pages by name and nothing of what they do; pages ask it for the way around the window
(``presenters.ports.Shell``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desk_app.core.clock import Clock
from desk_app.core.errors import DeskAppError
from desk_app.ui.error_words import error_words
from desk_app.ui.theme import SCALES, Theme, apply_theme
from desk_app.ui.views.page import Page
from desk_app.ui.views.status_line import StatusLine
from desk_app.ui.views.unlock_page import UnlockPage
from desk_app.ui.widgets.notices import Notice, Toast, Veil

RAIL = ("today", "session", "cases", "map", "promises", "more")
RAIL_OF = {name: name for name in RAIL} | {"tray": "more", "centre": "more", "duty": "today"}
"""Which word of the rail a page belongs to; those not named here are about one case."""
CLOCK_MS = 1000


class Overlay(Protocol):
    """A box over the pages."""

    def isVisible(self) -> bool:
        """Whether it shows."""

    def hide(self) -> None:
        """Put it away."""

    def close_box(self) -> None:
        """Put it away and give the caret back."""


class MainWindow(QMainWindow):
    """The window. Its title never says anything of a person.

    Args:
        theme: the look to begin with.
    """

    def __init__(self, application: QApplication, clock: Clock, theme: Theme) -> None:
        super().__init__()
        self._application = application
        self.setWindowTitle(self.tr("跨前一步"))
        self.setMinimumSize(1024, 600)
        self.resize(1366, 768)
        self._clock = clock
        self.theme = theme
        self._pages: dict[str, Page] = {}
        self._history: list[str] = []
        self._name = ""
        self._overlays: list[Overlay] = []
        self._under_veil: QWidget | None = None
        self._keys: dict[str, Callable[[], object]] = {"F9": self.toggle_veil}
        self._room = QStackedWidget()
        self.unlock = UnlockPage()
        self._room.addWidget(self.unlock)
        self._rail, self._rail_buttons = self._make_rail()
        self.notice = Notice()
        self.status = StatusLine()
        self.status.pressed.connect(self.press)
        middle = self._middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.notice)
        middle.addWidget(self._room, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addLayout(middle, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self._rail.hide()
        self.status.hide()
        self._tick = QTimer(self)
        self._tick.setInterval(CLOCK_MS)
        self._tick.timeout.connect(self._show_time)
        self._tick.start()
        self._show_time()
        self.toasts = Toast(whole)
        self._say: Callable[[str, Callable[[], object] | None], object] = self.toasts.say
        self.veil = Veil(whole, self.toggle_veil)
        self._whole = whole
        self._on_theme: Callable[[Theme], object] = lambda _: None
        for key, act in (
            ("F9", self.toggle_veil),
            ("Esc", self.back),
            ("Ctrl++", partial(self._step_scale, 1)),
            ("Ctrl+=", partial(self._step_scale, 1)),
            ("Ctrl+-", partial(self._step_scale, -1)),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    @property
    def page_name(self) -> str:
        """Which page shows; empty before the desk is open."""
        return self._name

    @property
    def case_id(self) -> str:
        """Id of the case that the page is about; empty = none."""
        return self._pages[self._name].about if self._name else ""

    @property
    def room(self) -> QWidget:
        """Everything inside the window, for what lies over the pages."""
        return self._whole

    def page(self, name: str) -> Page:
        """A page by name. Raises KeyError."""
        return self._pages[name]

    def furnish(
        self,
        pages: dict[str, Page],
        keys: dict[str, Callable[[], object]],
        *,
        on_theme: Callable[[Theme], object],
    ) -> None:
        """Put in the pages of an open desk.

        Args:
            pages: by name; those in RAIL get a place on the rail.
            keys: what window-wide keys do.
            on_theme: told when the look changes by a key.
        """
        self._pages = pages
        self._on_theme = on_theme
        for page in pages.values():
            self._room.addWidget(page)
        for name, made in self._rail_buttons.items():
            made.setVisible(name in pages)
        self._keys |= keys
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(partial(self._unveiled, act))
        self._rail.show()
        self.status.show()

    def press(self, key: str) -> None:
        """Do what a window-wide key does. Raises KeyError for another key."""
        self._unveiled(self._keys[key])

    def lay_over(self, box: Overlay) -> None:
        """A box that lies over the pages: Esc closes it, another page too."""
        self._overlays.append(box)

    def lay_on_top(self, line: QWidget) -> None:
        """A line above the pages."""
        self._middle.insertWidget(0, line)

    def show_rail(self, shown: bool) -> None:
        """Show the way between the pages, or leave all the room to them."""
        self._rail.setVisible(shown)

    def speak_through(
        self, say: Callable[[str, Callable[[], object] | None], object] | None
    ) -> None:
        """Who says what a toast would say; None = the toast."""
        self.toasts.hide()
        self._say = say or self.toasts.say

    def go(self, name: str) -> None:
        """Show a page; the page left behind keeps what is being typed."""
        if self._name and self._name != name:
            self._pages[self._name].settle()
            self._history = [*self._history[-20:], self._name]
        self._show(name)

    def back(self) -> None:
        """One level back; nothing typed is ever thrown away."""
        if self.veil.isVisible():
            self.toggle_veil()
        elif (box := next((b for b in self._overlays if b.isVisible()), None)) is not None:
            box.close_box()
        elif self._history:
            self._pages[self._name].settle()
            self._show(self._history.pop())

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """See ``Shell``."""
        self._say(text, undo)
        self.veil.raise_()  # whatever is said stays under it

    def problem(self, error: Exception) -> None:
        """See ``Shell``; what is not one of ours goes on to the crash hook."""
        if not isinstance(error, DeskAppError):
            raise error
        self.notice.say(error_words(error), "danger")

    def saved(self) -> None:
        """See ``Shell``."""
        self.status.show_saved(self._clock.now())

    def toggle_veil(self) -> None:
        """Cover everything, or uncover it."""
        if self.veil.isVisible():
            self._uncover()
            return
        if self._name:
            self._pages[self._name].settle()
        self._under_veil = self.focusWidget()
        self.veil.setGeometry(self._whole.rect())
        self.veil.show()
        self.veil.raise_()
        self.veil.setFocus()
        # No key reaches a page that nobody sees. After the veil has the focus: else Qt would hand
        # it to another widget of the page.
        self._room.setEnabled(False)
        self._rail.setEnabled(False)

    def _uncover(self) -> None:
        self._room.setEnabled(True)
        self._rail.setEnabled(True)
        self.veil.hide()
        before, self._under_veil = self._under_veil, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._name:
            self._pages[self._name].take_focus()

    def dress(self, theme: Theme) -> None:
        """Change the look; text being typed is not touched."""
        self.theme = theme
        apply_theme(self._application, theme)
        self.toasts.refit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Veil and toast keep their places."""
        super().resizeEvent(event)
        self.veil.setGeometry(self._whole.rect())
        self.toasts.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing keeps what is being typed and asks nothing."""
        if self._name:
            self._pages[self._name].settle()
        super().closeEvent(event)

    def _show_time(self) -> None:
        if self._name:
            self._tick.stop()
        else:
            self.unlock.show_clock(self._clock.now().strftime("%H:%M"))

    def _unveiled(self, act: Callable[[], object]) -> None:
        if not self.veil.isVisible():
            act()

    def _show(self, name: str) -> None:
        for box in self._overlays:
            box.hide()
        self._name = name
        page = self._pages[name]
        self._room.setCurrentWidget(page)
        for rail_name, made in self._rail_buttons.items():
            made.setChecked(rail_name == (page.rail or RAIL_OF.get(name, "cases")))
        self.notice.hide()
        page.come_up()
        page.take_focus()

    def _make_rail(self) -> tuple[QFrame, dict[str, QPushButton]]:
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setAccessibleName(self.tr("页面"))
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, 12, 0, 12)
        column.setSpacing(2)
        words = {
            "today": self.tr("今日"), "session": self.tr("接待"), "cases": self.tr("案件"),
            "map": self.tr("导图"), "promises": self.tr("待办"), "more": self.tr("更多"),
        }  # fmt: skip
        buttons = {}
        for name in RAIL:
            made = QPushButton(words[name])
            made.setAccessibleName(words[name])
            made.setCheckable(True)
            made.clicked.connect(partial(self._rail_clicked, name))
            column.addWidget(made)
            buttons[name] = made
        column.addStretch()
        return rail, buttons

    def _rail_clicked(self, name: str, _checked: bool = False) -> None:
        self.go(name)

    def _step_scale(self, step: int) -> None:
        place = SCALES.index(self.theme.scale) + step
        if 0 <= place < len(SCALES):
            theme = replace(self.theme, scale=SCALES[place])
            self.dress(theme)
            self._on_theme(theme)
