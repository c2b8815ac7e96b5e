"""Paints rows with choices. All colours come from the palette and the tones of the style sheet."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from desk_app.ui.theme import LINE_TEXT
from desk_app.ui.widgets.chip_row import WRAP, Chip, ChipRow, LaidRow, row_fonts

_TOP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_MIDDLE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


class PaintsRows(Protocol):
    """What the painter asks of the list."""

    def row_at(self, number: int) -> ChipRow:
        """The row in a place."""

    def lay(self, row: ChipRow) -> LaidRow:
        """Where its parts are."""

    def tone(self, name: str) -> QPalette | None:
        """The palette of a tone; None = plain."""

    def is_current(self, row: ChipRow) -> bool:
        """Whether it is the current row."""

    def current_chip(self) -> Chip | None:
        """The chip that the arrow keys are on."""


class ChipDelegate(QStyledItemDelegate):
    """Paints the rows of one list."""

    def __init__(self, view: QListView, rows: PaintsRows) -> None:
        super().__init__(view)
        self._view = view
        self._rows = rows

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """The row's height at the list's width."""
        del option
        laid = self._rows.lay(self._rows.row_at(index.row()))
        return QSize(self._view.viewport().width(), laid.height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """The row: ground, mark, text, chips."""
        row = self._rows.row_at(index.row())
        laid = self._rows.lay(row)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.topLeft())
        palette, focused = self._view.palette(), self._view.hasFocus()
        current = self._rows.is_current(row)
        if current and focused:
            ground = palette.color(QPalette.ColorRole.AlternateBase)
            painter.fillRect(0, 0, rect.width(), rect.height(), ground)
            edge = palette.color(QPalette.ColorRole.Shadow)
            painter.fillRect(0, 0, max(3, laid.mark.height() // 7), rect.height(), edge)
        self._paint_text(painter, row, laid)
        under = self._rows.current_chip() if current and focused else None
        for chip, place in laid.chips:
            self._paint_chip(painter, chip, place, under=chip is under)
        painter.restore()

    def _paint_text(self, painter: QPainter, row: ChipRow, laid: LaidRow) -> None:
        palette = self._view.palette()
        title_font, small_font = row_fonts(self._view.font(), row)
        text = palette.color(QPalette.ColorRole.Text)
        second = self._rows.tone("second") or palette
        muted = second.color(QPalette.ColorRole.WindowText)
        tone = self._rows.tone(row.tone)
        toned = tone.color(QPalette.ColorRole.WindowText) if tone else muted
        painter.setFont(self._view.font())
        painter.setPen(toned)
        painter.drawText(laid.mark, _TOP, row.mark)
        painter.setFont(title_font)
        painter.setPen(muted if row.quiet else text)
        painter.drawText(laid.title, int(_TOP | WRAP), row.text)
        painter.setFont(small_font)
        painter.setPen(toned)
        painter.drawText(
            laid.status, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.status
        )
        painter.setPen(muted)
        painter.drawText(laid.detail, int(_TOP | WRAP), row.detail)
        for name, place in laid.names:
            painter.drawText(place, int(_MIDDLE | WRAP), name)
        if row.tag:
            self._paint_tag(painter, row, laid.tag)
        info = self._rows.tone("info") or palette
        for line, place in zip(row.news, laid.news, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(info.color(QPalette.ColorRole.Window))
            painter.drawRoundedRect(place, 4, 4)
            painter.setPen(info.color(QPalette.ColorRole.WindowText))
            painter.drawText(place.adjusted(8, 0, 0, 0), int(_MIDDLE | WRAP), line)

    def _paint_tag(self, painter: QPainter, row: ChipRow, place: QRect) -> None:
        palette = self._view.palette()
        painter.setPen(Qt.PenStyle.NoPen)
        quiet = palette.color(QPalette.ColorRole.AlternateBase)
        painter.setBrush(QColor(row.tag_colour) if row.tag_colour else quiet)
        painter.drawRoundedRect(place.adjusted(0, 1, 0, -1), 4, 4)
        quiet_text = palette.color(QPalette.ColorRole.Text)
        painter.setPen(QColor(LINE_TEXT) if row.tag_colour else quiet_text)
        painter.drawText(place, _CENTRE, row.tag)

    def _paint_chip(self, painter: QPainter, chip: Chip, place: QRect, *, under: bool) -> None:
        palette = self._view.palette()
        _, small = row_fonts(self._view.font(), ChipRow("", ""))
        ground = palette.color(QPalette.ColorRole.Base)
        border = palette.color(QPalette.ColorRole.Dark)
        ink = palette.color(QPalette.ColorRole.Text)
        if chip.chosen and (tone := self._rows.tone(chip.tone)) is not None:
            ground = tone.color(QPalette.ColorRole.Window)
            ink = border = tone.color(QPalette.ColorRole.WindowText)
        elif chip.chosen:
            ground = border = palette.color(QPalette.ColorRole.Highlight)
            ink = palette.color(QPalette.ColorRole.HighlightedText)
        radius = place.height() / 2.6
        painter.setPen(QPen(border, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(place.adjusted(0, 0, -1, -1), radius, radius)
        if under:
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Shadow), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place.adjusted(1, 1, -2, -2), radius, radius)
        small.setBold(chip.chosen)
        painter.setFont(small)
        painter.setPen(ink)
        fitting = QFontMetrics(small).elidedText(
            chip.label, Qt.TextElideMode.ElideRight, place.width() - 4
        )
        painter.drawText(place, _CENTRE, fitting)
