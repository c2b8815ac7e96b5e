"""The two-character tag of a line of business, in the line's colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from desk_app.core.catalogue import Line
from desk_app.ui.theme import CLEAR, LINE_COLOURS, LINE_TEXT

SMALLER = 0.85
"""The tag's letters against those of the text beside it."""


def line_tag(line: Line, font: QFont, ratio: float) -> QPixmap:
    """A picture of the tag, as high as a line of ``font``, sharp at the pixel ratio ``ratio``."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SMALLER)
    small.setBold(True)
    metrics = QFontMetricsF(small)
    width = metrics.horizontalAdvance(line.short_name) + metrics.height() * 0.6
    height = metrics.height() * 1.1
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(CLEAR))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(LINE_COLOURS.get(line.id, LINE_COLOURS["general"])))
    box = QRectF(0, 0, width, height)
    painter.drawRoundedRect(box, height * 0.2, height * 0.2)
    painter.setPen(QColor(LINE_TEXT))
    painter.setFont(small)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line.short_name)
    painter.end()
    return picture
