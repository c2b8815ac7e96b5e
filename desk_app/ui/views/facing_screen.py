"""居民屏 (F12): a second window in large type, on the other monitor or on a turned laptop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desk_app.ui.context import UiContext
from desk_app.ui.presenters.facing_presenter import Block, FacingPresenter
from desk_app.ui.widgets.basic import clear, label

BACK = frozenset((Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace))
ON = frozenset((Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown))


class FacingScreen(QWidget):
    """The screen that faces the resident. Its title never says anything of a person.

    Args:
        main: the officer's window; the screen comes up on another monitor where there is one.
        case_id: of the case that the officer's page is about; empty = none.
    """

    def __init__(self, context: UiContext, main: QWidget, case_id: Callable[[], str]) -> None:
        super().__init__(main, Qt.WindowType.Window)  # it ends with the officer's window
        self.setObjectName("facing")
        self.setWindowTitle(self.tr("跨前一步"))
        self.setAccessibleName(self.tr("居民屏"))
        self.presenter = FacingPresenter(context, self)
        self._main, self._case_id = main, case_id
        self._on: QScreen | None = None
        self._shown: tuple[str, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(80, 60, 80, 40)
        column.setSpacing(32)
        self._head = label("", "facing_head")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(28)
        self._place = label("", "second")
        self._place.setAlignment(Qt.AlignmentFlag.AlignRight)
        column.addWidget(self._head)
        column.addLayout(self._lines)
        column.addStretch(1)
        column.addWidget(self._place)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._screen_gone)

    def toggle(self) -> None:
        """Show the case, or blank the screen (F12)."""
        self.presenter.toggle(self._case_id())

    def turn(self) -> None:
        """The next block, from the officer's keyboard (Shift+F12)."""
        self.presenter.turn(1)

    def show_block(self, block: Block) -> None:
        """See ``FacingView``."""
        self._head.setText(block.head)
        self._put(block.lines)
        self._place.setText(block.place)
        self._come_up()

    def show_calm(self) -> None:
        """See ``FacingView``."""
        self._head.setText("")
        self._put((self.tr("请稍候"),))
        self._place.setText("")
        self._come_up()

    def close_screen(self) -> None:
        """See ``FacingView``."""
        self.hide()
        self._head.clear()
        self._put(())
        self._main.activateWindow()

    @property
    def words(self) -> str:
        """Everything that shows, in one text."""
        return "\n".join(filter(None, (self._head.text(), *self._shown)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space turns the page, Esc puts the screen away, F12 blanks it."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.presenter.close()
        elif key == Qt.Key.Key_F12 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.turn()
        elif key == Qt.Key.Key_F12:
            self.toggle()
        elif key in ON or key in BACK:
            self.presenter.turn(1 if key in ON else -1)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed by the window system: as by Esc."""
        self.presenter.close()
        event.accept()

    def _put(self, lines: tuple[str, ...]) -> None:
        clear(self._lines)
        self._shown = lines
        for line in lines:
            self._lines.addWidget(label(line, "facing"))

    def _come_up(self) -> None:
        if self.isVisible():
            return
        mine = self._main.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not mine]
        self._on = others[0] if others else mine
        self.setGeometry(self._on.geometry())
        self.showFullScreen()
        if others:
            self._main.activateWindow()  # the officer goes on typing; Shift+F12 turns the page

    def _screen_gone(self, screen: QScreen) -> None:
        # Never let the window system move it in front of the officer.
        if screen is self._on and self.isVisible():
            self.presenter.close()
