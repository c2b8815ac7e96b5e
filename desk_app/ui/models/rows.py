"""A list of immutable rows for list views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        id: what it stands for; empty = a head that cannot be selected.
        text: what is read, several lines allowed.
        spoken: for screen readers; empty = ``text``.
        bold, colour, struck: how it looks.
    """

    id: str
    text: str
    spoken: str = ""
    bold: bool = False
    colour: str = ""
    struck: bool = False
    tip: str = ""


class RowsModel(QAbstractListModel):
    """The rows; replaced as a whole, so that a view keeps its place by id."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def put(self, rows: Sequence[Row]) -> None:
        """Show other rows; nothing happens when they are the same."""
        if tuple(rows) == self._rows:
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_of(self, row_id: str) -> int:
        """Which row shows ``row_id``; -1 = none."""
        return next((i for i, row in enumerate(self._rows) if row.id == row_id), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads cannot be selected."""
        if index.isValid() and not self._rows[index.row()].id:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row's text and looks."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken or row.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or None
        if role == Qt.ItemDataRole.ForegroundRole and row.colour:
            return QColor(row.colour)
        if role == Qt.ItemDataRole.FontRole and (row.bold or row.struck):
            font = QFont()
            font.setBold(row.bold)
            font.setStrikeOut(row.struck)
            return font
        if role == Qt.ItemDataRole.UserRole:
            return row.id
        return None
