"""The small parts everything is made of: labels, buttons, chips, cards. Each has a name for
screen readers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMargins, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

RING_OUTER, RING_INNER = 3, 2
"""Widths of the two tones of the focus ring in pixels, at every scale."""


def label(text: str = "", role: str = "", *, wrap: bool = True) -> QLabel:
    """A label; ``role``: title | head | figure | second | muted | number."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)  # a resident's words are never markup
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


def badge(text: str, tone: str) -> QLabel:
    """A short coloured word; ``tone``: ok | warn | danger | info."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("tone", tone)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


class FocusButton(QPushButton):
    """A button whose focus shows in two tones, so that it is seen on every ground.

    The ring shows where the keyboard is; a mouse shows itself where it is.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._ring = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A click needs no ring."""
        self._ring = event.reason() is not Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button as ever, then the ring inside its edge."""
        super().paintEvent(event)
        if not (self._ring and self.hasFocus()):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        for role, width, inset in (
            (QPalette.ColorRole.Shadow, RING_OUTER, 0),
            (QPalette.ColorRole.Light, RING_INNER, RING_OUTER),
        ):
            painter.setPen(QPen(palette.color(role), width))
            edge = inset + width / 2
            place = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
            round_part = 2 if self.property("role") == "chip" else 4
            radius = max(2.0, self.fontMetrics().height() / round_part - inset)
            painter.drawRoundedRect(place, radius, radius)


def button(text: str, on_click: Callable[[], object], role: str = "", tip: str = "") -> QPushButton:
    """A button; ``role``: primary | quiet | chip or nothing."""
    made = FocusButton(text)
    made.setAccessibleName(tip or text)
    made.setAutoDefault(False)
    if role:
        made.setProperty("role", role)
    if tip:
        made.setToolTip(tip)
    made.clicked.connect(lambda: on_click())
    return made


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet asks for (``role``, ``tone``), and show it."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def chip(text: str, on_toggle: Callable[[bool], object], *, checked: bool = False) -> QPushButton:
    """A button that stays down; calls ``on_toggle`` only for a person's click."""
    made = FocusButton(text)
    made.setAccessibleName(text)
    made.setCheckable(True)
    made.setChecked(checked)
    made.setAutoDefault(False)
    made.setProperty("role", "chip")
    # Not connected directly: a partial would be called without the state.
    made.clicked.connect(lambda: on_toggle(made.isChecked()))
    return made


class Card(QFrame):
    """A white panel with a head."""

    def __init__(self, head: str = "") -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(head)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 12)
        self.body.setSpacing(8)
        self.head = label(head, "head", wrap=False)
        self.body.addWidget(self.head)


class FlowLayout(QLayout):
    """Puts widgets in a row and goes on in the next row where there is no more room."""

    def __init__(self, gap: int = 8) -> None:
        super().__init__()
        self._gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(QMargins(0, 0, 0, 0))

    def addItem(self, item: QLayoutItem) -> None:
        """Add an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at ``index``; None outside."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take the item at ``index`` out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Yes: narrow means more rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows at ``width``."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put the items into ``rect``."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """The size of the widest item."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Room for the widest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        shown = [item for item in self._items if not item.isEmpty()]
        x, y, line = rect.x(), rect.y(), 0
        row: list[tuple[QLayoutItem, int]] = []

        def place_row() -> None:
            for item, left in row:
                hint = item.sizeHint()
                middle = y + (line - hint.height()) // 2
                item.setGeometry(QRect(QPoint(left, middle), hint))

        for item in shown:
            hint = item.sizeHint()
            if row and x + hint.width() > rect.right() + 1:
                if move:
                    place_row()
                x, y, line, row = rect.x(), y + line + self._gap, 0, []
            row.append((item, x))
            x += hint.width() + self._gap
            line = max(line, hint.height())
        if move:
            place_row()
        return y + line - rect.y()


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
