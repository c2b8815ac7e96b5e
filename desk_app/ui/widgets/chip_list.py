"""Rows that carry their choices: a list in which each row shows chips to press.

One list view paints all rows, so that a checklist of forty lines costs no more than one widget.
Arrows move between rows, digits press the chip that carries the digit, left and right go along the
chips, Space and Enter press; a mouse presses chips directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from desk_app.ui.models.rows import Row
from desk_app.ui.widgets.basic import badge, label
from desk_app.ui.widgets.chip_paint import ChipDelegate
from desk_app.ui.widgets.chip_row import Chip, ChipRow, LaidRow, lay_row, with_speech
from desk_app.ui.widgets.prompt_line import RowPrompt
from desk_app.ui.widgets.row_list import RowList

TONES = ("ok", "warn", "danger", "info")
NO_ROW = ChipRow("", "")


class ChipList(RowList):
    """The list. It is as tall as its rows; the page around it scrolls.

    Signals:
        pressed(str, str): row and value of the chip a person pressed.
        chosen(str): Enter, Space or a click on a row beside its chips.
        written(str, str): row and text of the line that was open in it.
        writing(str, str, int): the same while it is being typed, with the caret.
    """

    pressed = Signal(str, str)
    chosen = Signal(str)
    written = Signal(str, str)
    writing = Signal(str, str, int)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAutoScroll(False)
        self.setProperty("role", "rows")
        # The style sheet colours these; their palettes are the one place to read tones from.
        self._swatches = {tone: badge("", tone) for tone in TONES}
        self._swatches["second"] = label("", "second")
        for swatch in self._swatches.values():
            swatch.setParent(self)
            swatch.hide()
        self._laid: dict[tuple[int, int, bool, bool], LaidRow] = {}
        self._putting = False
        self._down: tuple[str, str] | None = None
        self._chip = -1
        self.prompt = RowPrompt(self.viewport())
        self._prompted = ""
        self.prompt.written.connect(self._written)
        self.prompt.writing.connect(lambda t, c: self.writing.emit(self._prompted, t, c))
        self.prompt.given_up.connect(self._give_up)
        self.setItemDelegate(ChipDelegate(self, self))
        self.moved.connect(self._row_changed)

    def put(self, rows: Sequence[Row]) -> None:
        """Show other rows; the current one stays, or its neighbour takes over."""
        # Rows that did not change stay the same objects, so that their layout is still known.
        known = {row.id: row for row in self.rows if row.id}
        fresh = [with_speech(row) for row in rows if isinstance(row, ChipRow)]
        fresh = [old if (old := known.get(row.id)) == row else row for row in fresh]
        if tuple(fresh) == self.rows:
            return
        place, had = self.currentIndex().row(), self.current
        kept = {id(row) for row in fresh}
        self._laid = {key: laid for key, laid in self._laid.items() if key[0] in kept}
        self._putting = True
        super().put(fresh)
        if had and not self.current:
            able = [number for number, row in enumerate(self.rows) if row.id]
            if able:
                near = min(able, key=lambda number: abs(number - place))
                self.select(self.rows[near].id)
        self._putting = False
        if self._prompted and self._row(self._prompted) is NO_ROW:
            self._close_prompt()
        self._fit()

    def ask(self, row_id: str, name: str, hint: str, text: str = "", cursor: int = -1) -> None:
        """Open a line to write in, inside a row.

        Args:
            name: what is written, for screen readers.
            text, cursor: what it begins with, e.g. a draft with its caret.
        """
        if self._row(row_id) is NO_ROW:
            return
        self._prompted = row_id
        self.select(row_id)
        self._fit()
        self.prompt.open(name, hint, text, cursor)
        self._show_row(row_id)

    @property
    def prompted(self) -> str:
        """The row in which a line is open; empty = none."""
        return self._prompted

    def settle(self) -> None:
        """Hand on what stands in the open line, as if Enter had been pressed."""
        if self._prompted and self.prompt.text().strip():
            self.prompt.finish()

    def row_rect(self, row_id: str) -> QRect:
        """Where a row is drawn, in the viewport; empty when it is not shown."""
        for number, row in enumerate(self.rows):
            if row.id == row_id:
                return self.visualRect(self.model().index(number, 0))
        return QRect()

    def chip_rect(self, row_id: str, value: str) -> QRect:
        """Where a chip is drawn, in the viewport; empty when it is not shown."""
        row = self._row(row_id)
        place = self.row_rect(row_id)
        for chip, rect in self.lay(row).chips:
            if chip.value == value:
                return rect.translated(place.topLeft())
        return QRect()

    def row_at(self, number: int) -> ChipRow:
        """The row in a place."""
        row = self.rows[number]
        return row if isinstance(row, ChipRow) else NO_ROW

    def is_current(self, row: ChipRow) -> bool:
        """Whether it is the current row."""
        return bool(row.id) and row.id == self.current

    def tone(self, name: str) -> QPalette | None:
        """The palette of a tone; None = plain."""
        swatch = self._swatches.get(name)
        if swatch is None:
            return None
        swatch.ensurePolished()
        return swatch.palette()

    def current_chip(self) -> Chip | None:
        """The chip that the arrow keys are on."""
        chips = self._row(self.current).all_chips
        return chips[self._chip] if 0 <= self._chip < len(chips) else None

    def lay(self, row: ChipRow) -> LaidRow:
        """Where the parts of ``row`` go at the present width."""
        current, prompted = self.is_current(row), bool(row.id) and row.id == self._prompted
        key = (id(row), self.viewport().width(), current, prompted)
        if key not in self._laid:
            self._laid[key] = lay_row(self.font(), row, key[1], current=current, prompt=prompted)
        return self._laid[key]

    def move_on(self) -> None:
        """Make the next row that can be selected current."""
        ids = [row.id for row in self.rows if row.id]
        if self.current in ids[:-1]:
            self.select(ids[ids.index(self.current) + 1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and arrows along the chips; the rest as in every list of rows."""
        row = self._row(self.current)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if row.id and plain:
            chips, key = row.all_chips, event.key()
            pressed = next((c for c in chips if c.digit and c.digit == event.text()), None)
            if pressed is not None:
                self.pressed.emit(row.id, pressed.value)
                return
            if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and chips:
                step = 1 if key == Qt.Key.Key_Right else -1
                self._chip = (self._chip + step) % len(chips) if self._chip >= 0 else 0
                self.viewport().update()
                return
            if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                chip = self.current_chip()
                self._press(row.id, chip.value if chip else "")
                return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember what was pressed: the row may grow when it becomes current."""
        self._down = self._hit(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press what the mouse went down on."""
        super().mouseReleaseEvent(event)
        down, self._down = self._down, None
        if down is not None and event.button() == Qt.MouseButton.LeftButton:
            self._press(*down)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be pressed."""
        hit = self._hit(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if hit else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width means other heights."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._laid.clear()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Another size of type means other heights."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._laid.clear()
            self._fit()

    def sizeHint(self) -> QSize:
        """As tall as its rows."""
        return QSize(self.fontMetrics().height() * 12, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """Narrow is fine: rows wrap."""
        return QSize(self.fontMetrics().height() * 8, self.minimumHeight())

    def _row(self, row_id: str) -> ChipRow:
        found = (row for row in self.rows if row.id == row_id and isinstance(row, ChipRow))
        return next(found, NO_ROW) if row_id else NO_ROW

    def _press(self, row_id: str, value: str) -> None:
        if value:
            self.pressed.emit(row_id, value)
        else:
            self.chosen.emit(row_id)

    def _hit(self, point: QPoint) -> tuple[str, str] | None:
        index = self.indexAt(point)
        row = self.row_at(index.row()) if index.isValid() else NO_ROW
        if not row.id:
            return None
        inside = point - self.visualRect(index).topLeft()
        for chip, rect in self.lay(row).chips:
            if rect.contains(inside):
                return row.id, chip.value
        return row.id, ""

    def _row_changed(self) -> None:
        self._chip = -1
        if self._putting:
            return
        self._fit()
        if self.hasFocus():
            self._show_row(self.current)

    def _show_row(self, row_id: str) -> None:
        area: QWidget | None = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        rect = self.row_rect(row_id)
        inner = area.widget() if area is not None else None
        if area is None or inner is None or not rect.isValid():
            return
        top = self.viewport().mapTo(inner, rect.topLeft()).y()
        # After the layout has taken up the list's new height.
        QTimer.singleShot(0, area, partial(_reveal, area, top, rect.height()))

    def _written(self, text: str) -> None:
        row, self._prompted = self._prompted, ""
        self.prompt.hide()
        self._fit()
        self.setFocus()
        self.written.emit(row, text)

    def _give_up(self) -> None:
        self._close_prompt()
        self.setFocus()

    def _close_prompt(self) -> None:
        self._prompted = ""
        self.prompt.hide()
        self._fit()

    def _fit(self) -> None:
        height = sum(self.lay(self.row_at(number)).height for number in range(len(self.rows)))
        height += 2 * self.frameWidth() + 2
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        self.scheduleDelayedItemsLayout()
        if self._prompted:
            place = self.row_rect(self._prompted)
            laid = self.lay(self._row(self._prompted))
            self.prompt.setGeometry(laid.prompt.translated(place.topLeft()))


def _reveal(area: QScrollArea, top: int, height: int) -> None:
    area.ensureVisible(0, top + height, 0, 8)
    area.ensureVisible(0, top, 0, 8)
