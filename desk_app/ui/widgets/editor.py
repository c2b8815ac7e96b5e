"""Editors that keep what is typed: each pause hands the text on, leaving the editor settles it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

DRAFT_PAUSE_MS = 250
"""From the last key to the draft: well under the promised second, rare enough to cost nothing."""


class KeepingEditor(QPlainTextEdit):
    """A multi-line editor.

    Signals:
        typed(str, int): text and caret, at most DRAFT_PAUSE_MS after a change.
        settled(str): the text when the editor is left, if it changed since the last time.
    """

    typed = Signal(str, int)
    settled = Signal(str)

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self._composing = False
        self._settled = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(DRAFT_PAUSE_MS)
        self._pause.timeout.connect(self._hand_on)
        self.textChanged.connect(self._changed)

    @property
    def is_composing(self) -> bool:
        """Whether an input method is in the middle of a word."""
        return self._composing

    def restore(self, text: str, cursor: int = -1) -> None:
        """Show ``text`` with the caret at ``cursor`` (-1 = end); counts as settled."""
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)
        caret = self.textCursor()
        caret.setPosition(len(text) if cursor < 0 else min(cursor, len(text)))
        self.setTextCursor(caret)
        self._settled = text

    def settle(self) -> None:
        """Hand the text on for good, as if the editor had been left."""
        self._pause.stop()
        text = self.toPlainText()
        if text != self._settled:
            self._settled = text
            self.settled.emit(text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Follow the input method."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving settles; a menu or another window coming up does not."""
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self.settle()

    def _changed(self) -> None:
        # Timers are not restarted while one runs: a fast typist is stored while typing.
        if not self._pause.isActive():
            self._pause.start()

    def _hand_on(self) -> None:
        if self._composing:
            self._pause.start()
        else:
            self.typed.emit(self.toPlainText(), self.textCursor().position())


class KeepingLine(QLineEdit):
    """A short field: Enter goes on to the next one.

    Signals:
        settled(str): the text when the field is left or Enter is pressed, if it changed.
    """

    settled = Signal(str)

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self._settled = ""
        self._composing = False
        self.editingFinished.connect(self.settle)

    def restore(self, text: str) -> None:
        """Show ``text`` unless the person is typing here."""
        if not self.hasFocus() or self.text() == self._settled:
            self.setText(text)
            self._settled = text

    def settle(self) -> None:
        """Hand the text on for good."""
        if self.text() != self._settled:
            self._settled = self.text()
            self.settled.emit(self.text())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Follow the input method."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field; while composing it belongs to the input method."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._composing:
            return
        super().keyPressEvent(event)
        if enter:
            self.focusNextChild()
