"""Columns beside each other where there is room, else below each other; and what scrolls them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

BESIDE = 40
"""Width in line heights from which columns stand beside each other."""


class SideBySide(QWidget):
    """The columns.

    Args:
        columns: what each holds, from the top.
    """

    def __init__(self, columns: Sequence[Sequence[QWidget]]) -> None:
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._columns = []
        for widgets in columns:
            column = QVBoxLayout()
            column.setSpacing(12)
            for widget in widgets:
                column.addWidget(widget)
            column.addStretch(1)
            self._columns.append(column)
            self._row.addLayout(column, 1)

    @property
    def is_narrow(self) -> bool:
        """Whether the columns stand below each other."""
        return self._row.direction() is QBoxLayout.Direction.TopToBottom

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may want another direction."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type makes the page narrow too."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out()

    def _lay_out(self) -> None:
        wide = self.width() / max(1, self.fontMetrics().height()) >= BESIDE
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        for column in self._columns:
            self._row.setStretchFactor(column, 1 if wide else 0)


def scrolled(inside: QWidget) -> QScrollArea:
    """``inside`` in an area that scrolls up and down, never sideways."""
    room = QWidget()
    column = QVBoxLayout(room)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(12)
    column.addWidget(inside)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # Always there: a bar that comes and goes would change the width that made it come.
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(room)
    hide_idle_bar(area)
    return area


def hide_idle_bar(area: QScrollArea) -> None:
    """Let the bar show only while there is something to scroll; its room stays."""
    bar = area.verticalScrollBar()
    bar.setEnabled(bar.maximum() > 0)
    bar.rangeChanged.connect(lambda _low, high: bar.setEnabled(high > 0))
