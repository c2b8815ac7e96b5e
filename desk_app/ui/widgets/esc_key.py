"""Esc inside a box, a panel or a line: it ends that one and goes no further."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QWidget


class EscKey(QObject):
    """Takes Esc for a widget and what stands in it, before the page's own way back hears of it.

    Args:
        widget: lives as long as this.
        leave: called with each Esc.
    """

    def __init__(self, widget: QWidget, leave: Callable[[], object]) -> None:
        super().__init__(widget)
        self._leave = leave
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The override keeps shortcuts away; the key itself then comes as any other."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress:
            self._leave()
        event.accept()
        return True
