"""Where to save a PDF: a line in the page instead of a box on top of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desk_app.ui.widgets.basic import button, label


class SavePanel(QWidget):
    """A path to be confirmed by Enter.

    Signals:
        confirmed(object): the ``Path`` the person confirmed.
        cancelled: nothing is to be saved.
    """

    confirmed = Signal(object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(self.tr("存到哪里，回车确认："), "second"))
        self.line = _PathLine()
        self.line.setAccessibleName(self.tr("存到哪里"))
        self.line.confirmed.connect(self._confirm)
        column.addWidget(self.line)
        row = QHBoxLayout()
        row.addWidget(button(self.tr("存"), self._confirm, "primary"))
        row.addWidget(button(self.tr("不存了"), self.cancelled.emit, "quiet"))
        row.addStretch()
        column.addLayout(row)
        self.hide()

    def open_for(self, path: Path) -> None:
        """Offer ``path``."""
        self.line.setText(str(path))
        self.line.setToolTip(str(path))
        self.show()
        self.line.setFocus()
        self.line.end(False)

    def _confirm(self) -> None:
        text = self.line.text().strip()
        if text:
            path = Path(text).expanduser()
            self.confirmed.emit(path if path.suffix.lower() == ".pdf" else Path(f"{path}.pdf"))


class _PathLine(QLineEdit):
    """A line whose Enter does not go on to the page, where it would print."""

    confirmed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter confirms."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if not event.isAutoRepeat():
                self.confirmed.emit()
            return
        super().keyPressEvent(event)
