"""Short lines that keep apart what is composed and what is committed."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from desk_app.ui.widgets.editor import DRAFT_PAUSE_MS
from desk_app.ui.widgets.esc_key import EscKey

ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CommittedLine(QLineEdit):
    """A line whose Enter counts only while no input method is in the middle of a word.

    Signals:
        entered(str): Enter, with the committed text.
    """

    entered = Signal(str)

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self._composing = False

    @property
    def is_composing(self) -> bool:
        """Whether an input method is in the middle of a word."""
        return self._composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Follow the input method."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter while composing belongs to the input method."""
        if event.key() in ENTERS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not self._composing:
                self.entered.emit(self.text())
            return
        super().keyPressEvent(event)


class RowPrompt(CommittedLine):
    """The line that opens inside a row of a list: why not applicable, the answer to a question.

    Signals:
        written(str): Enter, or left with something in it; nothing is written for an empty line.
        writing(str, int): text and caret, at most DRAFT_PAUSE_MS after a change.
        given_up: Esc, or Enter in an empty line.
    """

    written = Signal(str)
    writing = Signal(str, int)
    given_up = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("写在这一行里"))
        self.setParent(parent)
        self.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DRAFT_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.writing.emit(self.text(), self.cursorPosition()))
        self.textEdited.connect(self._edited)
        self.entered.connect(lambda _: self.finish())
        EscKey(self, self._give_up)

    def open(self, name: str, hint: str, text: str, cursor: int) -> None:
        """Show the line with ``text`` in it and the caret at ``cursor`` (-1 = end)."""
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setText(text)
        if cursor >= 0:
            self.setCursorPosition(min(cursor, len(text)))
        self.show()
        self.raise_()
        self.setFocus()

    def finish(self) -> None:
        """Hand the text on; an empty line is given up."""
        self._pause.stop()
        if text := self.text().strip():
            self.written.emit(text)
        else:
            self.given_up.emit()

    def keep(self) -> None:
        """Hand on for keeping what is being typed now, not in a moment."""
        if self._pause.isActive():
            self._pause.stop()
            self.writing.emit(self.text(), self.cursorPosition())

    def _give_up(self) -> None:
        self.keep()
        self.given_up.emit()

    def _edited(self) -> None:
        if not self._pause.isActive():
            self._pause.start()
