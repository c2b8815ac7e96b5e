"""A box that lies over the pages until it is put away. It never stops anybody from leaving it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desk_app.ui.widgets.basic import button

CHARACTERS, LINES = 42, 26
"""Size of a box in characters and line heights, where the window has the room."""


class OverlayBox(QFrame):
    """The box: Esc, its own button or going to another page puts it away.

    Args:
        over: what it lies over; it keeps its place when that changes its size.
    """

    def __init__(self, over: QWidget, name: str) -> None:
        super().__init__(over)
        self._over = over
        self._before: QWidget | None = None
        self.setObjectName("palette")
        self.setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        self.top = QHBoxLayout()
        self.top.setSpacing(8)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        column.addLayout(self.top)
        column.addLayout(self.body, 1)
        self.close_button = button(
            self.tr("关 Esc"), self.close_box, "quiet", self.tr("关上这一框")
        )
        over.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        """Show the box, or put it away."""
        if self.isVisible():
            self.close_box()
        else:
            self.open_box()

    def open_box(self) -> None:
        """Show the box over everything."""
        if not self.isVisible():
            self._before = self.window().focusWidget()
        self._place()
        self.show()
        self.raise_()

    def close_box(self) -> None:
        """Put the box away; the caret goes back to where it was."""
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the place when the window changes its size."""
        if watched is self._over and event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Larger type wants a larger box."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.isVisible():
            self._place()

    def _place(self) -> None:
        metrics, over = self.fontMetrics(), self._over
        width = min(over.width() - 64, metrics.horizontalAdvance("跨") * CHARACTERS)
        height = min(over.height() - 64, metrics.height() * LINES)
        self.setGeometry((over.width() - width) // 2, 32, width, height)
