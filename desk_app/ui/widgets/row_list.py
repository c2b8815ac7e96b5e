"""A list of rows that keeps its place by what the rows stand for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from desk_app.ui.models.rows import Index, Row, RowsModel


class RowList(QListView):
    """The list.

    Signals:
        digit(str, int): a digit key on a row.
        moved(str): another row is the current one.
    """

    digit = Signal(str, int)
    moved = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._model = RowsModel()
        self.setModel(self._model)
        self.setWordWrap(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._model.rows

    @property
    def current(self) -> str:
        """Id of the current row; empty = none."""
        index = self.currentIndex()
        return str(index.data(Qt.ItemDataRole.UserRole) or "") if index.isValid() else ""

    def put(self, rows: Sequence[Row]) -> None:
        """Show other rows, keeping the current one and the place."""
        current, place = self.current, self.verticalScrollBar().value()
        self._model.put(rows)
        row = self._model.row_of(current) if current else -1
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))
            self.verticalScrollBar().setValue(place)
        self.updateGeometry()

    def select(self, row_id: str) -> None:
        """Make ``row_id`` the current row."""
        row = self._model.row_of(row_id)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))

    def select_first(self) -> None:
        """Make the first selectable row current."""
        first = next((row.id for row in self.rows if row.id), "")
        if first:
            self.select(first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits mark; everything else as lists do."""
        key = event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and self.current and Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            self.digit.emit(self.current, key - Qt.Key.Key_0)
            return
        super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row is current."""
        super().currentChanged(current, previous)
        self.moved.emit(str(current.data(Qt.ItemDataRole.UserRole) or ""))
