"""A list of rows worked by arrows, Enter, Space and digits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QSizePolicy

from desk_app.ui.models.rows import Index, Row, RowsModel


class RowList(QListView):
    """The list.

    Signals:
        picked(str): Enter or double click on a row.
        toggled(str): Space on a row.
        digit(str, int): a digit key on a row.
        moved(str): another row is the current one.
    """

    picked = Signal(str)
    toggled = Signal(str)
    digit = Signal(str, int)
    moved = Signal(str)

    def __init__(self, name: str, *, lines: int = 6) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._lines = lines
        self._model = RowsModel()
        self.setModel(self._model)
        self.setWordWrap(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.activated.connect(self._activate)
        self.clicked.connect(self._activate_if_single)
        self._single = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._model.rows

    @property
    def current(self) -> str:
        """Id of the current row; empty = none."""
        index = self.currentIndex()
        return str(index.data(Qt.ItemDataRole.UserRole) or "") if index.isValid() else ""

    def fit_rows(self) -> None:
        """Be as tall as the rows, not as the room."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def pick_on_click(self) -> None:
        """A single click picks, as with a button."""
        self._single = True

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

    def sizeHint(self) -> QSize:
        """Tall enough for its rows, up to the number of lines it was made for."""
        line = self.fontMetrics().height()
        wanted = sum(self.sizeHintForRow(i) for i in range(self._model.rowCount()))
        return QSize(240, min(max(wanted, line * 2), line * 2 * self._lines) + 8)

    def minimumSizeHint(self) -> QSize:
        """At least two rows."""
        return QSize(160, self.fontMetrics().height() * 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space toggles, digits mark; everything else as lists do."""
        key = event.key()
        if not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and self.current:
            if key == Qt.Key.Key_Space:
                self.toggled.emit(self.current)
                return
            if Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
                self.digit.emit(self.current, key - Qt.Key.Key_0)
                return
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.picked.emit(self.current)
                return
        super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row is current."""
        super().currentChanged(current, previous)
        self.moved.emit(str(current.data(Qt.ItemDataRole.UserRole) or ""))

    def _activate(self, index: QModelIndex) -> None:
        if not self._single and (row := str(index.data(Qt.ItemDataRole.UserRole) or "")):
            self.picked.emit(row)

    def _activate_if_single(self, index: QModelIndex) -> None:
        if self._single and (row := str(index.data(Qt.ItemDataRole.UserRole) or "")):
            self.picked.emit(row)
