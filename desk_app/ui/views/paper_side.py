"""The right side of the paper page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desk_app.ui.widgets.basic import Card

PANEL = 22
"""Wanted width in letters m."""


class SideCards(QScrollArea):
    """Cards at the side of a page: never cut off at the side, scrolled when they are too many."""

    def __init__(self, cards: list[Card]) -> None:
        super().__init__()
        self._room = room = QWidget()
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        for card in cards:
            column.addWidget(card)
        column.addStretch()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setWidget(room)
        self._room = room

    def sizeHint(self) -> QSize:
        """As wide as is pleasant to read."""
        wide = PANEL * self.fontMetrics().horizontalAdvance("m")
        return QSize(max(wide, self.minimumSizeHint().width()), 400)

    def minimumSizeHint(self) -> QSize:
        """Room for the widest part and the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._room.minimumSizeHint().width() + bar, 120)
